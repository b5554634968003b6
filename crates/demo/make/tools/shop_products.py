"""Tool families around what the shop sells: searching, price and stock, shipping quotes, coupons and loyalty points."""

import catalog

from . import values
from .kinds import Outcome, Param, Result, ToolFamily, lines, words

QUERY = Param(
    "query",
    words("query search q keywords term text search_term"),
    values.search_words,
    ("What to look for", "Search words", "The search query", "Words that describe the product", "What the customer wants"),
    ("搜索内容", "关键词", "要找的商品", "搜索词"),
    need_en=("Gladly. What are you looking for?", "Sure. What should I look for?"),
    need_zh=("好的，请问您想找什么？", "没问题，您想搜什么商品？"),
    need_check=((("look",),), (("找", "搜"),)),
    give_en=("{v}", "{v}, please", "I need {v}", "I am looking for {v}", "maybe {v}", "{v}.", "Show me {v}"),
    give_zh=("{v}", "{v}吧", "我想要{v}", "找{v}", "{v}。", "{v}，谢谢", "想看看{v}"),
)  # fmt: skip

MAX_PRICE = Param(
    "max_price",
    words("max_price budget price_max max_cost price_limit highest_price"),
    values.budget,
    ("Highest price", "The customer's budget in dollars", "Only products up to this price", "Price limit in USD"),
    ("最高价格", "预算，单位美元", "价格上限", "不超过多少钱"),
    types=("number", "number", "integer"),
    required=False,
    spare=0.4,
)  # fmt: skip

CATEGORY = Param(
    "category",
    words("category kind type product_category group department"),
    values.category,
    ("Category of the product", "Kind of lamp", "Only this category", "Product group"),
    ("商品类别", "灯的种类", "类目", "产品分类"),
    required=False,
    spare=0.3,
)  # fmt: skip


def listing(items, lang):
    """ "the A ($5), the B ($6)" in the customer's language."""
    if lang == "zh":
        return "、".join(f"{name}（{price}美元）" for name, price in items)
    return ", ".join(f"{name} (${price})" for name, price in items)


def search_result(rng, given):
    if rng.random() < 0.12:
        empty = [(words("results products items"), [])]
        if rng.random() < 0.5:
            empty.append((words("count total found"), 0))
        return Result("none", empty, {}, ("No results.", "没有结果。"))
    count = rng.choices((1, 2, 3, 4), (3, 5, 4, 1))[0]
    chinese = given.tongue == "zh"
    items = [(zh if chinese else en, price) for en, zh, price in values.names_and_prices(rng, count)]
    limit = given.get("max_price")
    if limit:
        most = int(float(limit))
        items = [(name, price if price <= most else max(5, most - rng.randint(0, 9))) for name, price in items]
    name_key, price_key = rng.choice(words("name title product item")), rng.choice(words("price price price_usd cost"))
    extra = rng.random()
    rows = []
    for name, price in items:
        row = {name_key: name, price_key: price}
        if extra < 0.15:
            row = {"id": rng.randint(1, 9999), **row}
        elif extra < 0.3:
            row["stock"] = rng.randint(1, 60)
        rows.append(row)
    key = words("results products items matches hits lamps")
    fields = [(key, rows)] + ([(words("count total found"), count)] if rng.random() < 0.3 else [])
    facts = {"list": listing(items, given.lang), "count": count}
    for at, (name, price) in enumerate(items):
        facts |= {f"name{at}": name, f"price{at}": price}
    text = "\n".join(f"{name}: ${price}" for name, price in items)
    return Result(f"found{count}", fields, facts, (text, text))


def found(count):
    names = tuple((f"{{name{at}}}",) for at in range(count))
    prices = tuple((f"{{price{at}}}",) for at in range(count))
    one = count == 1
    return Outcome(
        (f"I found {'one product' if one else '{count} products'}: {{list}}.",
         "We have this: {list}." if one else "We have these: {list}."),
        ("找到{count}款：{list}。", "我们有：{list}。"),
        names + prices,
    )  # fmt: skip


SEARCH = ToolFamily(
    "search_products",
    words("search find list query browse lookup get filter"),
    words("products catalog lamps product_catalog items shop_items inventory_list articles store_products goods"),
    (QUERY, MAX_PRICE, CATEGORY),
    lines("""
        Search the product catalog. | Find products of the shop by words, price and category.
        Searches lamps that fit a description.
        Lists products that match a query. | Use this when a customer looks for a kind of product.
        Catalog search for lamps and bulbs
    """),
    lines("搜索商品目录。 | 按关键词查找店里的商品 | 查找符合描述的灯 | 客户想找某类商品时使用 | 根据关键词、价格和类别筛选产品"),
    lines("""
        I'm looking for {query}. | Do you have any {query}? | Show me {query} under ${max_price}. | Find {query} for me
        Can you search for {query}? | What {query} do you offer? | I need {query}, at most ${max_price}.
        Search your catalog for {query}
        Which {query} can you show me? | Are there {query} for less than ${max_price}? | I'd like to see some {query}.
        We are redecorating and need {query}. | My budget is ${max_price} and I want {query}. | {query} up to {max_price} dollars
        Please look for {query} in {category}. | Got any {query}? | Let me see your {query}, not above ${max_price}
        I was wondering whether you sell {query}. | Browse {query}, category {category} | list {query}
        Could you find me {query} that cost no more than ${max_price}? | What do you have in the way of {query}?
        A friend told me you have nice {query}. Show me some. | Search {category} for {query} below ${max_price}
        I want to buy {query}. What is there? | Any {query} for a budget of {max_price} dollars? | search: {query}
        Help me find {query}. | Give me a list of {query} | Is there something like {query} in your shop?
        My mother would love {query}. Up to ${max_price}, please. | Look through {category} for {query}
    """),
    lines("""
        我想找{query} | 有没有{query}？ | {query}有哪些？{max_price}美元以内 | 帮我搜一下{query} | 请推荐几款{query}，预算{max_price}美元
        你们店里有{query}吗？ | 搜索{query} | 想看看{query} | 找{query}，不超过{max_price}美元 | 我要买{query}，有什么可选的？
        {max_price}美元以下的{query}有吗？ | 给我列一下{query} | 在{category}里找{query} | 家里装修，需要{query} | 我的预算是{max_price}美元，想要{query}
        请帮我查查有什么{query} | 能搜一下{query}吗？类别是{category} | 看看{query}，最多{max_price}美元 | 朋友说你们的{query}不错，给我看看
        麻烦找几款{query} | 您这边有{query}卖吗？ | 店里的{query}都有什么？ | 找找{query} | 我需要{query}，价格{max_price}美元以内
        有{query}可以看看吗 | 想给妈妈买{query}，{max_price}美元以内的 | {category}类里搜{query} | 查询商品：{query}
        我打算买{query}，帮我筛选一下 | 把{query}列出来，价格别超过{max_price}美元 | 想要{query}，有合适的吗
    """),
    search_result,
    {
        **{f"found{count}": found(count) for count in (1, 2, 3, 4)},
        "none": Outcome(
            ("I am sorry, I found nothing for {query}. Shall I look for something else?",
             "Sorry, we have nothing like {query} right now."),
            ("很抱歉，没有找到{query}。要不要换个关键词？", "抱歉，目前没有{query}。"),
            (("{query}",), ("nothing",)),
            (("{query}",), ("没有",)),
        ),
    },
    "query",
    others=words("product_search catalog_search search_shop lamp_finder search_items"),
    more_en=lines("And {query}? | What about {query}? | Now look for {query} | And do you also have {query}?"),
    more_zh=lines("那{query}呢？ | 再找找{query} | 还有{query}吗？ | 也搜一下{query}"),
    bare={
        "query": (
            lines("""
                Can you search your catalog for me? | I want to look something up in your shop. | Please find a product for me
                Search for something
            """),
            lines("帮我搜索一个商品 | 我想在店里找个东西 | 能帮我查商品吗？ | 搜一下你们的商品"),
        )
    },
    thing=("category", "类别"),
    rivals=("product_check", "web_search"),
    words=words("lamp light have sell search find show cheap price $ recommend looking 灯 找 有没有 搜 推荐 买 价格 多少钱"),
    shop=True,
    weight=4,
    translatable=False,
)  # fmt: skip


PRODUCT = Param(
    "product",
    words("product product_name item name lamp item_name product_title article"),
    values.product,
    ("The product", "Name of the product", "Which lamp", "Product name as the customer wrote it", "The item to look up",
     "Lamp name"),
    ("产品名称", "灯的名称", "要查询的商品", "哪款灯"),
    need_en=("Sure. Which product do you mean?", "Gladly. Which product should I check?"),
    need_zh=("好的，请问是哪款产品？", "没问题，您想查哪款产品？"),
    need_check=((("which product",),), (("哪款",),)),
    give_en=("{v}", "The {v}", "the {v}, please", "I mean the {v}", "{v}.", "It's the {v}", "the {v}"),
    give_zh=("{v}", "{v}。", "是{v}", "我说的是{v}", "{v}，谢谢", "就是{v}", "那款{v}"),
)  # fmt: skip
PRICE_KEYS = words("price price_usd cost amount unit_price")
STOCK_KEYS = words("stock in_stock quantity available units")
PRODUCT_KEYS = words("product name item title")


def product_result(rng, given):
    known = {lamp.en: lamp for lamp in catalog.PRODUCTS} | {lamp.zh: lamp for lamp in catalog.PRODUCTS}
    lamp = known.get(given["product"])
    price = lamp.price if lamp and rng.random() < 0.5 else values.price(rng)
    name = (PRODUCT_KEYS, given["product"])
    form = rng.random()
    stock = rng.randint(1, 90)
    if form < 0.16:
        fields = [name, (PRICE_KEYS, price), (STOCK_KEYS, rng.choice((0, 0, False)))]
        return Result("sold_out", fields, {"price": price}, (f"${price}, sold out", f"{price}美元，售罄"))
    if form < 0.36:
        return Result("price", [(PRICE_KEYS, price), name][: rng.randint(1, 2)], {"price": price}, (f"${price}", f"{price}美元"),
                      False)
    if form < 0.5:
        return Result("stock", [(STOCK_KEYS, stock), name][: rng.randint(1, 2)], {"stock": stock},
                      (f"{stock} in stock", f"库存{stock}件"), False)
    text = (f"${price}, {stock} in stock", f"{price}美元，库存{stock}")
    return Result("both", [name, (PRICE_KEYS, price), (STOCK_KEYS, stock)], {"price": price, "stock": stock}, text)


PRODUCT_CHECK = ToolFamily(
    "product_check",
    words("get check lookup fetch read query look_up"),
    words("product price product_info stock product_details availability product_price inventory item_price stock_level"),
    (PRODUCT,),
    lines("""
        Get price and stock of a product. | Returns what a lamp costs and how many are left. | Looks up one product by its name.
        Check whether a product is available. | Price and availability of one product | Use this to answer what a product costs.
        Details of a named product.
    """),
    lines("查询产品的价格和库存。 | 返回一款灯的价格和剩余数量 | 按名称查看商品 | 查看产品是否有货 | 商品价格查询"),
    lines("""
        How much is the {product}? | Is the {product} in stock? | What does the {product} cost? | Do you still have the {product}?
        Check the price of the {product} please | I want to know what the {product} costs. | How many {product} are left?
        price of {product} | Can you see whether the {product} is available? | {product} - still available?
        Could you tell me the price of the {product}? | I'd like to buy the {product}. Is it in stock?
        How expensive is the {product}?
        Look up the {product} for me. | Has the {product} sold out? | What's the price of your {product} right now?
        I saw the {product} in your window. What do you want for it? | Stock of the {product}?
        Let me know the price of the {product}
        Are there any {product} left? | I was wondering how much the {product} is.
        Tell me about price and stock of the {product}.
        What would I pay for the {product}? | My sister wants the {product}, do you have it?
        Please check if you have the {product}.
        Is it possible to get the {product} today, do you have it? | current price {product}
        How much do you charge for the {product}
        I need two {product}. Are there enough? | Give me the price for one {product} | Can I still get the {product}?
    """),
    lines("""
        {product}多少钱？ | {product}有货吗？ | 查一下{product}的价格 | {product}还有吗？ | 请问{product}的价格是多少？ | {product}库存还有多少？
        我想买{product}，有现货吗？ | {product}卖多少钱 | 帮我看看{product}还有没有货 | {product}现在什么价？ | {product}卖完了吗？
        你们的{product}怎么卖？ | 麻烦查{product}的库存 | 能告诉我{product}的价格吗？ | 想知道{product}多少钱一个 | {product}的价格和库存
        我在橱窗看到{product}，要多少钱？ | {product}贵不贵？ | 还剩几个{product}？ | 查询{product} | {product}目前有货没有
        我姐姐想要{product}，店里有吗？ | 买一个{product}要花多少？ | 看一下{product}是否缺货 | {product}售价？ | 请您查查{product}
        我要两个{product}，够吗？ | {product}今天能买到吗，有库存吗？ | 报一下{product}的价 | {product}的现价是多少 | 你帮我查下{product}多少钱
    """),
    product_result,
    {
        "both": Outcome(
            ("The {product} costs ${price}. We have {stock} in stock.", "The {product} is ${price}, and {stock} are in stock."),
            ("{product}的价格是{price}美元，库存有{stock}件。", "{product}售价{price}美元，还有{stock}件。"),
            (("{product}",), ("{price}",), ("{stock}",)),
        ),
        "price": Outcome(
            ("The {product} costs ${price}.", "The price of the {product} is ${price}."),
            ("{product}的价格是{price}美元。", "{product}售价{price}美元。"),
            (("{product}",), ("{price}",)),
        ),
        "stock": Outcome(
            ("We have {stock} of the {product} in stock.", "The {product} is in stock: {stock} are left."),
            ("{product}有货，库存{stock}件。", "{product}还有{stock}件现货。"),
            (("{product}",), ("{stock}",)),
        ),
        "sold_out": Outcome(
            ("The {product} costs ${price}, but it is sold out right now.", "I am sorry, the {product} (${price}) is sold out."),
            ("{product}的价格是{price}美元，但目前售罄。", "很抱歉，{product}（{price}美元）已经售罄。"),
            (("{product}",), ("sold out",), ("{price}",)),
            (("{product}",), ("售罄",), ("{price}",)),
        ),
    },
    "product",
    others=words("product_lookup price_check stock_check productInfo item_lookup"),
    many_en=lines("""
        How much are the {product}? | Compare the prices of {product}. | Are {product} in stock? | price of {product} please
    """),
    many_zh=lines("{product}分别多少钱？ | {product}有货吗？ | 比较一下{product}的价格 | 查一下{product}的库存"),
    more_en=lines("And the {product}? | What about the {product}? | And how much is the {product}? | Then check the {product}"),
    more_zh=lines("那{product}呢？ | 还有{product}？ | {product}呢，多少钱？ | 再查一下{product}"),
    bare={
        "product": (
            lines("""
                Can you check a price for me? | Is it still in stock? | I want to know what a lamp costs.
                Could you look up a product?
                How much is it? | Is that lamp available?
            """),
            lines("帮我查个价格 | 这款还有货吗？ | 我想知道一盏灯多少钱 | 能查一下库存吗？ | 它多少钱？"),
        )
    },
    thing=("product", "产品"),
    lost=Outcome(
        ("I can not find a product called {product}. Please check the name, or I can look for something similar.",
         "There is no product called {product}. Could you check the name? I can look for something similar."),
        ("没有找到名为{product}的产品，请核对名称，我也可以找类似的。", "查不到{product}这款产品。您可以再确认一下名称，或者我找类似的。"),
        (("{product}",), ("not find", "no product")),
        (("{product}",), ("没有找到", "查不到")),
    ),
    rivals=("search_products",),
    words=words("lamp light price cost stock available much sell have $ 灯 价格 多少钱 库存 有货 买"),
    shop=True,
    weight=4,
)  # fmt: skip


PLACE = Param(
    "place",
    words("country destination city to location place region"),
    values.place,
    ("Where to ship", "Country or city", "The destination", "Destination of the parcel"),
    ("目的地", "国家或城市", "寄往哪里", "收货地区"),
    need_en=("Gladly. Where should we ship it?", "Sure. To which country or city should we ship?"),
    need_zh=("好的，请问要寄到哪里？", "没问题，请问寄往哪个国家或城市？"),
    need_check=((("ship",),), (("寄",),)),
    give_en=("{v}", "To {v}", "to {v}, please", "{v}.", "I live in {v}", "It goes to {v}", "{v} please"),
    give_zh=("{v}", "寄到{v}", "{v}。", "我在{v}", "到{v}", "{v}，谢谢", "是{v}"),
)  # fmt: skip


def kilograms(rng, lang, type):
    if type == "integer" or rng.random() < 0.7:
        return str(rng.randint(1, 30))
    return f"{rng.randint(1, 20)}.{rng.randint(1, 9)}"


WEIGHT = Param(
    "weight",
    words("weight weight_kg kg parcel_weight kilograms"),
    kilograms,
    ("Weight in kilograms", "How heavy the parcel is", "Parcel weight in kg", "Weight"),
    ("重量（公斤）", "包裹重量", "包裹有多重", "公斤数"),
    types=("number", "number", "integer"),
    required=False,
)  # fmt: skip


def quote_result(rng, given):
    name = (words("destination country to place"), given["place"])
    if rng.random() < 0.12:
        return Result("no", [(words("available supported possible"), False), name], {}, ("not supported", "不支持"))
    price, days = values.price(rng) if rng.random() < 0.3 else rng.randint(4, 60), rng.randint(1, 20)
    fields = [(words("price cost fee shipping_cost amount"), price), (words("days delivery_days transit_days"), days), name]
    if rng.random() < 0.25:
        return Result("price", [fields[0], name][: rng.randint(1, 2)], {"price": price}, (f"${price}", f"{price}美元"))
    return Result("both", fields, {"price": price, "days": days}, (f"${price}, {days} days", f"{price}美元，{days}天"))


QUOTE = ToolFamily(
    "shipping_quote",
    words("get calculate estimate quote compute check"),
    words("shipping_cost shipping_quote shipping shipping_price delivery_cost postage freight shipping_rate delivery_fee"),
    (PLACE, WEIGHT),
    lines("""
        Calculate the shipping cost to a place. | Quotes price and days of a shipment. | What it costs to send a parcel somewhere.
        Use this for questions about shipping abroad. | Estimate postage for a destination and weight
    """),
    lines("计算寄到某地的运费。 | 返回运费和所需天数 | 客户询问运费时使用 | 按目的地和重量估算邮费"),
    lines("""
        How much is shipping to {place}? | What does it cost to ship a lamp to {place}? | Shipping cost to {place}?
        How long does a parcel to {place} take? | Can you ship {weight} kg to {place}? What would it cost?
        I need a quote for shipping to {place}, {weight} kg. | Do you deliver to {place}, and for how much?
        Delivery fee for {place} please
        I live in {place}. What would shipping be? | Please calculate the postage to {place}. | shipping price {place}
        What are your rates to {place} for a parcel of {weight} kg?
        My brother lives in {place}, how much is it to send him a lamp?
        Estimate the freight to {place} | How expensive is it to send {weight} kg to {place}?
        Could you quote me the shipping to {place}?
        I'd like a lamp sent to {place}. How much extra is that? | What would you charge for delivery to {place}
        We need {weight} kg delivered to {place}. Price? | Is shipping to {place} expensive?
        tell me the shipping cost for {place}
        I want to know how much you take for shipping to {place}. | Get me a shipping quote: {place}, {weight} kg
        How many days and how many dollars for a delivery to {place}? | What is the delivery cost if I order from {place}?
        Postage for {weight} kg to {place} | Would you send it to {place} and what does that cost?
        For {place}, how much is the shipping?
        Work out the shipping for me, {weight} kg, destination {place}. | And shipping to {place} costs how much?
    """),
    lines("""
        寄到{place}运费多少？ | 到{place}的邮费怎么算？ | 能寄到{place}吗？多少钱？ | 请算一下寄往{place}的运费 | {weight}公斤寄到{place}要多少钱？
        我在{place}，运费是多少？ | 送到{place}要几天，多少运费？ | {place}的配送费 | 帮我报个运费，{place}，{weight}公斤 | 发到{place}贵吗？
        想寄一盏灯到{place}，运费多少 | 查一下到{place}的运费 | 包裹{weight}公斤，寄到{place}，请估算运费 | 我弟弟住在{place}，寄给他要多少钱？
        运到{place}大概多少钱？ | 麻烦您估一下{place}的邮费 | {place}运费查询 | 如果收货地是{place}，运费多少？ | 寄{weight}公斤的东西去{place}什么价？
        配送到{place}怎么收费？ | 往{place}寄需要多久、多少钱？ | 计算运费：{place} | 请告诉我发往{place}的运费 | 去{place}的快递费是多少
        我要寄到{place}，重{weight}公斤，报价多少？ | 给{place}发货要加多少运费？ | 你们送{place}吗，运费多少？ | {weight}公斤到{place}的运费
        运费到{place}多少 | 从你们那寄到{place}要多少邮费？
    """),
    quote_result,
    {
        "both": Outcome(
            ("Shipping to {place} costs ${price} and takes {days} days.",
             "We ship to {place} for ${price}. It takes {days} days."),
            ("寄到{place}的运费是{price}美元，需要{days}天。", "送到{place}要{price}美元，大约{days}天。"),
            (("{place}",), ("{price}",), ("{days}",)),
        ),
        "price": Outcome(
            ("Shipping to {place} costs ${price}.", "We ship to {place} for ${price}."),
            ("寄到{place}的运费是{price}美元。", "送到{place}要{price}美元运费。"),
            (("{place}",), ("{price}",)),
        ),
        "no": Outcome(
            ("I am sorry, we do not ship to {place}.", "Sorry, shipping to {place} is not possible."),
            ("很抱歉，我们不能寄到{place}。", "抱歉，目前不支持寄往{place}。"),
            (("{place}",), ("not",)),
            (("{place}",), ("不能", "不支持")),
        ),
    },
    "place",
    others=words("shipping_calculator shipping quote postage freight_calculator"),
    many_en=lines("How much is shipping to {place}? | Quote me shipping to {place}, please. | shipping cost for {place}"),
    many_zh=lines("寄到{place}分别多少运费？ | 请算一下{place}的运费 | {place}的邮费各是多少？"),
    more_en=lines("And to {place}? | What about {place}? | And shipping to {place}?"),
    more_zh=lines("那{place}呢？ | 寄到{place}呢？ | 到{place}的呢？"),
    bare={
        "place": (
            lines("""
                How much is shipping? | What would the postage be? | Can you calculate the shipping for me?
                I need a shipping quote.
            """),
            lines("运费怎么算？ | 请帮我算一下运费 | 邮费多少？ | 我想知道运费"),
        )
    },
    thing=("destination", "目的地"),
    lost=Outcome(
        ("I can not find the destination {place}. Please check how it is written.",
         "The system does not know {place}. Could you check how it is written?"),
        ("没有找到目的地{place}，请核对一下写法。", "系统查不到{place}，您能再确认一下吗？"),
        (("{place}",), ("not",)),
        (("{place}",), ("没有找到", "查不到")),
    ),
    words=words("ship deliver postage parcel abroad country send 运费 邮费 寄 配送 送到 国外"),
    shop=True,
    weight=2,
)  # fmt: skip


CODE = Param(
    "code",
    words("code coupon coupon_code promo_code voucher discount_code promo"),
    values.code,
    ("The coupon code", "Code of the discount", "Voucher code as written", "The code to apply"),
    ("优惠码", "折扣码", "优惠券代码", "要使用的代码"),
    need_en=("Gladly. What is the code?", "Sure. Please tell me the code."),
    need_zh=("好的，请问优惠码是什么？", "没问题，请告诉我优惠码。"),
    need_check=((("code",),), (("优惠码",),)),
    give_en=("{v}", "It's {v}", "The code is {v}", "{v}, please", "{v}.", "code {v}", "It says {v}"),
    give_zh=("{v}", "是{v}", "优惠码{v}", "{v}。", "代码是{v}", "写的是{v}", "{v}，谢谢"),
)  # fmt: skip


def coupon_result(rng, given):
    name = (words("code coupon voucher"), given["code"])
    form = rng.random()
    if form < 0.3:
        day = given.day(rng) if rng.random() < 0.4 else None
        if day:
            fields = [(words("valid applied success"), False), (words("expired_on expired_at valid_until"), day), name]
            return Result("expired", fields, {"day": day})
        why = rng.choice((("unknown code", "无效的代码"), ("not valid", "无效"), ("code does not exist", "代码不存在")))
        return Result("invalid", [(words("valid applied success"), False), (words("reason message"), why), name], {})
    good = (words("valid applied success"), True)
    if form < 0.7:
        percent = rng.choice((5, 10, 15, 20, 25, 30, rng.randint(3, 50)))
        fields = [good, (words("percent discount_percent percent_off"), percent), name]
        return Result("percent", fields, {"percent": percent}, (f"{percent}% off", f"优惠{percent}%"))
    amount = rng.choice((5, 10, 15, 20, rng.randint(2, 60)))
    fields = [good, (words("amount discount amount_off"), amount), name]
    return Result("amount", fields, {"amount": amount}, (f"${amount} off", f"减{amount}美元"))


COUPON = ToolFamily(
    "apply_coupon",
    words("apply redeem use add check validate enter"),
    words("coupon discount promo_code voucher coupon_code discount_code promotion code_to_cart gift_code"),
    (CODE,),
    lines("""
        Apply a coupon code to the cart. | Checks a discount code. | Redeem a voucher.
        Use this when a customer has a coupon code.
        Adds a promotion to the current order | Tells whether a code is valid and what it gives
    """),
    lines("使用优惠码。 | 检查折扣码是否有效 | 兑换优惠券 | 客户有优惠码时使用 | 把促销加到购物车"),
    lines("""
        Please apply the coupon {code}. | I have a code: {code} | Can I use {code}? | Redeem {code} for me
        Does the code {code} still work?
        My voucher says {code}. Please use it. | Use discount code {code} | I got {code} in the newsletter, apply it please
        Is {code} a valid coupon? | Add the promo code {code} to my cart | I'd like to redeem my coupon {code}. | try {code}
        Could you check whether the voucher {code} is good? | Take off the discount with code {code}
        Enter {code} for the discount
        A friend gave me the code {code}. What do I get? | How much do I save with {code}?
        Please put in my coupon code, it is {code}.
        apply {code} | I was told to mention {code} for a discount. | What is the code {code} worth?
        Here is my discount code: {code}
        Would you put the code {code} on my order? | My promo code {code} is not accepted on the site, please try it.
        Activate coupon {code} please | I found a coupon with {code} on it. Is it any good? | coupon code {code}
        Let me use my voucher {code}. | Can you deduct the code {code}? | Before I pay: use {code}. | Make it cheaper with {code}
    """),
    lines("""
        请使用优惠码{code} | 我有一个优惠码{code} | {code}还能用吗？ | 帮我兑换{code} | 优惠券代码是{code}，请用上 | 折扣码{code}有效吗？
        在购物车里加上{code} | 我在邮件里收到{code}，帮我用一下 | 使用折扣码：{code} | 查一下{code}这个优惠码 | 输入{code}能优惠多少？
        朋友给了我{code}，可以打折吗？ | 请帮我核对优惠券{code} | 我要用优惠券{code} | {code}能减多少钱？ | 麻烦把{code}用到我的订单上
        优惠码{code} | 试试{code} | 网站不认{code}，您帮我试一下 | 付款前先用{code} | 这张券{code}值多少？ | 想用{code}打折
        请激活优惠码{code} | 我找到一张优惠券，上面写着{code}，能用吗 | 用{code}给我便宜点 | 促销码是{code} | 帮忙抵扣一下，代码{code}
        {code}是有效的优惠码吗？ | 听说报{code}有折扣 | 把优惠码{code}加上
    """),
    coupon_result,
    {
        "percent": Outcome(
            ("The code {code} works: you get {percent} % off.", "Good news: {code} gives you {percent} % off."),
            ("优惠码{code}有效，可以优惠{percent}%。", "好消息，{code}可以优惠{percent}%。"),
            (("{code}",), ("{percent}",)),
        ),
        "amount": Outcome(
            ("The code {code} works: you get ${amount} off.", "Good news: {code} gives you ${amount} off."),
            ("优惠码{code}有效，可以减{amount}美元。", "好消息，{code}可以减{amount}美元。"),
            (("{code}",), ("{amount}",)),
        ),
        "expired": Outcome(
            ("I am sorry, the code {code} expired on {day}.", "Sorry, {code} was valid until {day} only."),
            ("很抱歉，优惠码{code}已于{day}过期。", "抱歉，{code}的有效期只到{day}。"),
            (("{code}",), ("{day}",)),
        ),
        "invalid": Outcome(
            ("I am sorry, the code {code} is not valid. Please check how it is written.",
             "Sorry, {code} is not a valid code. Is it written correctly?"),
            ("很抱歉，优惠码{code}无效，请核对一下。", "抱歉，{code}不是有效的优惠码，请检查是否写对。"),
            (("{code}",), ("not",)),
            (("{code}",), ("无效", "不是有效")),
        ),
    },
    "code",
    others=words("coupon redeem voucher promo coupon_checker"),
    more_en=lines("And {code}? | What about {code}? | Then try {code}"),
    more_zh=lines("那{code}呢？ | 再试试{code} | {code}呢？"),
    bare={
        "code": (
            lines("I have a coupon. | Can I use a discount code? | I'd like to redeem a voucher | Please apply my coupon"),
            lines("我有优惠码 | 可以用优惠券吗？ | 我想兑换一张券 | 请帮我用优惠码"),
        )
    },
    thing=("code", "优惠码"),
    words=words("coupon code discount voucher promo cheap 优惠 折扣 打折 便宜 券"),
    shop=True,
    weight=2,
)  # fmt: skip


CUSTOMER = Param(
    "customer",
    words("customer_id customer customer_number member_id id account_id client_id"),
    values.customer,
    ("The customer number", "ID of the customer", "Member number", "The customer's account id"),
    ("客户编号", "会员号", "客户ID", "账户编号"),
    types=("string", "string", "integer"),
    need_en=("Sure. What is your customer number?", "Gladly. Please tell me your customer number."),
    need_zh=("好的，请问您的会员号是多少？", "没问题，请告诉我您的会员号。"),
    need_check=((("customer number",),), (("会员号",),)),
    give_en=("{v}", "It's {v}", "My number is {v}", "{v}, please", "Customer {v}", "my customer number is {v}.", "{v}."),
    give_zh=("{v}", "是{v}", "会员号{v}", "我的会员号是{v}", "{v}。", "号码{v}", "{v}，谢谢"),
)  # fmt: skip


def points_result(rng, given):
    points = rng.choice((0, rng.randint(1, 99), rng.randint(100, 999), rng.randint(1000, 9999)))
    fields = [(words("points balance loyalty_points score"), points),
              (words("customer_id customer id"), given.argument("customer"))]
    if rng.random() < 0.35:
        tier = rng.choice((("gold", "金卡"), ("silver", "银卡"), ("bronze", "铜卡"), ("platinum", "白金卡")))
        fields.append((words("tier level status"), tier))
        return Result("tier", fields, {"points": points, "tier": tier})
    return Result("points", fields[: rng.randint(1, 2)], {"points": points}, (f"{points} points", f"{points}积分"))


POINTS = ToolFamily(
    "loyalty_points",
    words("get check read show lookup fetch query"),
    words("loyalty_points points bonus_points points_balance reward_points member_points rewards loyalty_balance"),
    (CUSTOMER,),
    lines("""
        Get the loyalty points of a customer. | Shows how many bonus points someone has. | Returns the points balance of a member.
        Use this for questions about reward points. | Balance of the loyalty program by customer id
    """),
    lines("查询客户积分。 | 返回会员的积分余额 | 客户询问积分时使用 | 查看会员有多少积分"),
    lines("""
        How many points do I have? My customer number is {customer}. | Check the loyalty points of customer {customer}.
        I'm customer {customer}, what is my points balance? | points for {customer}
        How many bonus points are on account {customer}?
        Please look up my rewards, customer {customer}. | Customer number {customer}: how many points?
        Show me the points of member {customer}
        I collect points with you. My number is {customer}, how many are there?
        What's the balance of my loyalty account {customer}?
        Can you tell me my loyalty points? I am {customer}. | Do I have enough points for a lamp? Customer {customer}.
        loyalty balance {customer} | My member number is {customer}. I want to know my points.
        Let me know how many reward points {customer} has.
        I was wondering about my points, customer no. {customer}. | Read me the points of {customer} please
        How much have I collected so far on {customer}? | Could you check the bonus of customer {customer}?
        My card says {customer}. How many points are on it? | See if customer {customer} has any points
        Points, please. ID {customer}.
        What did I earn in your loyalty program? My id is {customer}. | As member {customer} I'd like to see my points.
        Give me the current points of {customer} | Are there points left on {customer}?
        I forgot how many points I have, number {customer}.
        Find the loyalty points for customer id {customer} | customer {customer} points
        Have my points arrived? Customer {customer}.
    """),
    lines("""
        我有多少积分？会员号{customer} | 查一下{customer}的积分 | 我的客户编号是{customer}，积分余额多少？ | 会员{customer}有多少分？ | {customer}积分查询
        请查询会员号{customer}的积分 | 帮我看看积分，我是{customer} | 积分还剩多少，会员号{customer} | 我想知道{customer}账户里的积分
        {customer}这个会员的积分是多少？ | 您能查一下我的积分吗？号码是{customer} | 我的积分够换一盏灯吗？会员{customer} | 会员卡号{customer}，多少积分？
        看一下{customer}现在的积分 | 客户{customer}的积分余额 | 我忘了自己有几分，会员号是{customer} | 积分到账了吗？会员号{customer}
        麻烦查会员积分，{customer} | 我攒了多少积分？{customer} | 告诉我{customer}有多少积分 | 会员编号{customer}，想查积分 | {customer}有积分吗？
        我是会员{customer}，查积分 | 卡上写着{customer}，里面有多少积分？ | 想看看我的奖励积分，编号{customer} | 账号{customer}的积分请报一下
        积分余额，{customer} | 最近买了很多灯，积分有多少了？会员号{customer} | 请告诉会员{customer}的积分数 | {customer}的会员积分还有多少
    """),
    points_result,
    {
        "points": Outcome(
            ("You have {points} points.", "There are {points} points on your account."),
            ("您有{points}积分。", "您的账户里有{points}积分。"),
            (("{points}",),),
        ),
        "tier": Outcome(
            ("You have {points} points. Your level is {tier}.",
             "There are {points} points on your account, and your level is {tier}."),
            ("您有{points}积分，等级是{tier}。", "您的账户里有{points}积分，会员等级：{tier}。"),
            (("{points}",), ("{tier}",)),
        ),
    },
    "customer",
    others=words("points loyalty balance points_lookup"),
    more_en=lines("And customer {customer}? | What about {customer}? | And {customer}?"),
    more_zh=lines("那{customer}呢？ | 会员{customer}呢？ | 还有{customer}？"),
    bare={
        "customer": (
            lines("""
                How many points do I have? | Check my loyalty points, please | What's my points balance?
                I'd like to know my bonus points.
            """),
            lines("我有多少积分？ | 帮我查积分 | 我的会员积分还剩多少？ | 想知道我的积分"),
        )
    },
    thing=("customer", "会员"),
    lost=Outcome(
        ("I can not find the customer number {customer}. Please check it.",
         "There is no customer {customer}. Could you check the number?"),
        ("没有找到会员{customer}，请核对一下。", "查不到会员号{customer}，您能再确认一下吗？"),
        (("{customer}",), ("not find", "no customer")),
        (("{customer}",), ("没有找到", "查不到")),
    ),
    words=words("points loyalty bonus reward member 积分 会员"),
    shop=True,
    weight=1.5,
)  # fmt: skip

FAMILIES = (SEARCH, PRODUCT_CHECK, QUOTE, COUPON, POINTS)
