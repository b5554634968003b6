"""The lamps: prices, stock, colors, uses and features, recommendations, comparisons and wishes to buy.

Intents with `follow_up` never name the lamp in what the customer writes; their answers do. Where such an intent computes
slots, its `fill` takes the lamp talked about as well: `fill(rng, lang, product)`. A `fill` that returns "product" says
which lamp the conversation is about from then on; an answer that lists several lamps changes nothing.
"""

from catalog import BY_KEY, CATEGORIES, COLORS, FEATURES, PRODUCTS, facts, joined, lamp_name, short_name, some_name

from phrases.kinds import Intent, Side


def cut(text):
    """The phrasings of a block of text, which "|" and line ends separate."""
    return tuple(phrase.strip() for line in text.strip().splitlines() for phrase in line.split("|") if phrase.strip())


def side(asks, answers, *check):
    """A side whose `check` groups are single templates or tuples of alternatives."""
    return Side(cut(asks), answers, tuple((group,) if isinstance(group, str) else group for group in check))


# ---- computed slots -------------------------------------------------------------------------------------------------

NUMBERS = {2: ("two", "两"), 3: ("three", "三")}

# Other ways in which customers say what a lamp is for; the catalog's own wording counts as well.
WHERE = {
    "nova": ("my daughter's homework | doing homework | school work", "做作业 | 孩子学习 | 孩子写作业"),
    "robin": ("my student room | my dorm room | a student", "宿舍 | 大学寝室 | 学生寝室"),
    "aurora": ("working at night | late evenings at work | night work", "加班 | 熬夜工作 | 晚上工作"),
    "atlas": ("my office | our office | an office desk", "公司办公 | 办公桌 | 写字楼"),
    "crane": ("my piano | playing the piano | piano lessons", "练琴 | 钢琴旁边 | 钢琴"),
    "willow": ("my sofa | the couch | the place beside the sofa", "沙发旁边 | 沙发边 | 沙发"),
    "birch": ("my living room | our living room | a big living room", "我家客厅 | 大客厅 | 客厅里"),
    "tower": ("my photo studio | taking photos | photography", "拍照 | 照相馆 | 摄影工作室"),
    "pebble": ("my cafe | our coffee shop | a small cafe", "咖啡店 | 咖啡厅 | 我的咖啡馆"),
    "bell": ("my kitchen | cooking | our small kitchen", "做饭 | 我家厨房 | 小厨房"),
    "comet": ("my dining table | the dining room | our family dinners", "餐厅的餐桌 | 饭桌 | 吃饭的地方"),
    "cloud": ("my stairs | our staircase | a dark staircase", "楼梯 | 家里的楼梯 | 楼道"),
    "ivy": ("my window sill | the window | a wide window sill", "窗边 | 窗户边 | 飘窗"),
    "pearl": ("my make-up table | doing my make-up | putting on make-up", "化妆 | 化妆台 | 化妆桌"),
    "dune": ("cozy evenings | a cozy mood | relaxing in the evening", "晚上放松 | 温馨气氛 | 温馨的晚上"),
    "cedar": ("movie nights | my home cinema | watching TV", "看电视 | 家庭影院 | 追剧"),
    "tulip": ("my guest room | our guests | visitors", "客人房间 | 招待客人 | 来客人"),
    "dove": ("my baby's room | our baby | the nursery", "宝宝房 | 宝宝 | 新生儿"),
    "ember": ("my bedroom | our bedroom | a small bedroom", "我的卧室 | 主卧 | 睡房"),
    "luna": ("a better sleep | getting to sleep | poor sleepers", "失眠 | 帮助入睡 | 睡不着"),
    "shell": ("my bathroom | the bathroom mirror | our bathroom", "卫生间 | 洗手间 | 洗漱"),
    "fern": ("my hallway | a narrow hallway | our corridor", "过道 | 玄关 | 窄走廊"),
    "arrow": ("my paintings | a painting | the pictures on my wall", "挂画 | 照亮画 | 装饰画"),
    "swan": ("my front door | the entrance | the house entrance", "门口 | 家门口 | 入户门"),
    "star": ("my child's room | the kids' room | my son's room", "孩子房间 | 小孩房间 | 儿子的房间"),
    "panda": ("reading bedtime stories | story time | telling stories at bedtime", "讲故事 | 哄睡讲故事 | 睡前讲故事"),
    "koi": ("going to the toilet at night | getting up in the dark | nightly trips to the toilet", "半夜上厕所 | 夜里起床 | 晚上起床"),
    "owl": ("our camping trip | my tent | a camping weekend", "户外露营 | 帐篷 | 去露营"),
    "moss": ("my balcony | our little balcony | a balcony", "我家阳台 | 小阳台 | 阳台上"),
    "firefly": ("my terrace | our terrace | the patio", "露台上 | 天台 | 我家露台"),
    "heron": ("my garden | the yard | the garden path", "院子 | 花园小路 | 我家院子"),
    "stone": ("my garage | our garage | the driveway", "我家车库 | 停车的地方 | 车库门"),
    "page": ("my travels | traveling | a long trip", "出差 | 旅游 | 出门旅行"),
    "fox": ("sewing | handicrafts | knitting", "手工 | 缝纫 | 织毛衣"),
    "juno": ("reading books | a bookworm | reading novels", "读书 | 阅读 | 看小说"),
    "maple": ("my library | a home library | my study", "我的书房 | 家里的书房 | 藏书室"),
    "lotus": ("my tea house | our tea room | drinking tea", "喝茶 | 茶室 | 茶楼"),
    "snow": ("our hotel lobby | my hotel | a hotel entrance hall", "酒店 | 宾馆大堂 | 酒店大厅"),
    "linden": ("high ceilings | a very high room | my high ceiling", "挑高的房子 | 层高很高的房间 | 很高的天花板"),
    "crown": ("our ballroom | a big ballroom | a wedding hall", "宴会 | 婚宴厅 | 婚礼大厅"),
}

# What "something under $50" gets when no kind of lamp is named.
BUDGETS = {
    20: "koi", 25: "owl", 30: "nova", 40: "ember", 50: "aurora", 60: "fern", 70: "bell", 80: "atlas", 100: "willow",
    150: "birch", 200: "lotus", 250: "linden", 300: "crown",
}  # fmt: skip

UNKNOWN_EN = (
    "Titan Orion Galaxy Phoenix Breeze Amber Zenith Falcon Saturn Coral River Storm Maxi Retro Orbit Vega Tiger Bamboo Lily "
    "Rocket Pixel Sunny Velvet Thunder Jasmine Onyx Meteor Dolphin Eagle Candy Royal Opal Lava Ocean Sakura Mercury Sphinx "
    "Neptune Turbo Glow Rainbow Cosmo Boston Milano Oslo Tokyo Bruno Elsa Bobo Kira Viking Polar Desert Mango Cherry Zebra"
).split()
UNKNOWN_ZH = (
    "泰坦 猎户 银河 凤凰 微风 琥珀 巅峰 猎鹰 土星 珊瑚 江河 风暴 复古 轨道 织女 老虎 竹影 百合 火箭 像素 阳光 丝绒 雷霆 茉莉 玛瑙 流星 海豚 "
    "雄鹰 糖果 皇家 欧泊 熔岩 海洋 樱花 水星 海王 彩虹 宇宙 米兰 东京 极地 沙漠 芒果 樱桃 斑马 麒麟 青龙 玉兔 蝴蝶 蜻蜓 长城 江南 水墨 柠檬"
).split()


def pick(lang, english, chinese):
    return chinese if lang == "zh" else english


def on_any(slots):
    """A `fill` that draws the lamp for a function that computes slots of one."""

    def fill(rng, lang):
        product = rng.choice(PRODUCTS)
        return {"product": product} | slots(rng, lang, product)

    return fill


def fixed(key):
    """A `fill` for a question that always has the same lamp as its answer."""
    return lambda rng, lang: {"product": BY_KEY[key]}


def of_category(category):
    return [product for product in PRODUCTS if product.category == category]


def kind(category, lang):
    """The slots {kind} and {kinds}: "desk lamp" and "desk lamps"."""
    one, many, chinese = CATEGORIES[category]
    return {"kind": pick(lang, one, chinese), "kinds": pick(lang, many, chinese)}


def priced(product, lang):
    return short_name(product, lang) + pick(lang, f" (${product.price})", f"{product.price}美元")


def listing(products, lang):
    return joined([priced(product, lang) for product in products], lang)


def many_of(product, lang):
    """The slot {ps}: "Aurora desk lamps"."""
    return product.zh if lang == "zh" else product.en + "s"


def stock(rng, lang, product):
    return {"ps": many_of(product, lang)} | availability(lang, product)


def availability(lang, product):
    if not product.stock:
        word = pick(lang, "sold out", "缺货")
        return {"availability": pick(lang, "is sold out right now", "目前缺货"), "stock_word": word}
    word = pick(lang, f"we have {product.stock} of", f"还有{product.stock}盏")
    return {"availability": pick(lang, f"is in stock, and {word} them", f"有货，{word}"), "stock_word": word}


def article(word):
    """The slot {a}: "an orange lamp"."""
    return "an" if word[0] in "aeiou" else "a"


def one_color(rng, lang, product):
    colors = pick(lang, product.colors_en, product.colors_zh)
    others = [color for color in (COLORS.values() if lang == "zh" else COLORS) if color not in colors]
    if rng.random() < 0.5:
        asked = rng.choice(colors)
        verdict = pick(lang, f"so yes, you can have {asked}", f"可以选{asked}")
    else:
        asked = rng.choice(others)
        verdict = pick(lang, f"but not in {asked}", f"没有{asked}")
    return {"asked": asked, "a": article(asked), "verdict": verdict}


def has_feature(rng, lang, product):
    english = product.feature_en
    if rng.random() < 0.5:
        asked, verdict = english, pick(lang, "so yes", "所以有的")
    else:
        asked = rng.choice([feature for feature in FEATURES if feature != english])
        verdict = pick(lang, f"but no {asked.removeprefix('a ')}", f"但没有{FEATURES[asked]}")
    return {"asked": pick(lang, asked, FEATURES[asked]), "verdict": verdict}


def dimmable(rng, lang, product):
    if product.feature_en == "a dimmer":
        return {"verdict": pick(lang, "so yes, you can dim it", "所以可以调光")}
    return {"verdict": pick(lang, "but it cannot be dimmed", "但不能调光")}


def any_dimmable(rng, lang):
    """Lamps with a dimmer are few, so half of the questions are about them."""
    dimmed = rng.random() < 0.5
    product = rng.choice([product for product in PRODUCTS if (product.feature_en == "a dimmer") == dimmed])
    return {"product": product} | dimmable(rng, lang, product)


def use_wanted(rng, lang):
    product = rng.choice(PRODUCTS)
    english, chinese = WHERE[product.key]
    own = pick(lang, product.use_en, product.use_zh)
    return {"product": product, "where": rng.choice((own, *cut(pick(lang, english, chinese))))}


def budget_in_category(rng, lang):
    category = rng.choice(list(CATEGORIES))
    products = of_category(category)
    amounts = [20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 150, 180, 200, 220, 250, 280, 300, 320]
    lowest, highest = products[0].price - 20, products[-1].price + 22
    budget = rng.choice([amount for amount in amounts if lowest <= amount <= highest])
    found = [product for product in products if product.price < budget]
    names = kind(category, lang)
    slots = {"budget": budget} | names
    if found:
        listed, many = listing(found, lang), names["kinds"].capitalize()
        slots["answer"] = pick(lang, f"{many} under ${budget}: {listed}.", f"{budget}美元以内的{many}有：{listed}。")
        slots["answer2"] = pick(
            lang, f"Under ${budget} we have these {names['kinds']}: {listed}.", f"{many}在{budget}美元以内的有：{listed}。"
        )
        slots |= {"first": priced(found[0], lang), "last": priced(found[-1], lang)}
        slots["word"] = pick(lang, f"nder ${budget}", "以内的")
    else:
        name, price = lamp_name(products[0], lang), products[0].price
        slots["answer"] = pick(
            lang, f"Sorry, there is none under ${budget}. Our cheapest {names['kind']} is the {name} for ${price}.",
            f"抱歉，{budget}美元以内没有。最便宜的{names['kind']}是{name}，售价{price}美元。",
        )  # fmt: skip
        slots["answer2"] = pick(
            lang, f"Sorry, I find none under ${budget}. The cheapest {names['kind']} is the {name} for ${price}.",
            f"抱歉，没有{budget}美元以内的。最便宜的{names['kind']}是{name}，售价{price}美元。",
        )  # fmt: skip
        slots |= {"first": name, "last": str(price), "word": pick(lang, "Sorry", "抱歉")}
    if len(found) < 2:
        slots["product"] = products[0]
    return slots


def budget_in_all(rng, lang):
    budget = rng.choice(list(BUDGETS))
    return {"budget": budget, "product": BY_KEY[BUDGETS[budget]]}


def color_in_category(rng, lang):
    category = rng.choice(list(CATEGORIES))
    products, names = of_category(category), kind(category, lang)
    there = sorted({color for product in products for color in product.colors_en})
    color = rng.choice(there) if rng.random() < 0.7 else rng.choice([color for color in COLORS if color not in there])
    found = [product for product in products if color in product.colors_en]
    asked = pick(lang, color, COLORS[color])
    slots = {"asked": asked, "a": article(asked)} | names
    if found:
        listed = listing(found, lang)
        slots["answer"] = pick(
            lang, f"{names['kinds'].capitalize()} in {asked}: {listed}.", f"{asked}的{names['kinds']}有：{listed}。"
        )
        slots["answer2"] = pick(
            lang, f"Yes, we have {names['kinds']} in {asked}: {listed}.", f"有的，{asked}的{names['kinds']}是：{listed}。"
        )
        slots |= {"first": priced(found[0], lang), "last": priced(found[-1], lang)}
        if len(found) == 1:
            slots["product"] = found[0]
    else:
        slots["answer"] = pick(lang, f"Sorry, we have no {names['kind']} in {asked}.", f"抱歉，没有{asked}的{names['kind']}。")
        slots["answer2"] = pick(
            lang, f"I am sorry, there is no {names['kind']} in {asked}.", f"不好意思，我们没有{asked}的{names['kind']}。"
        )
        slots["first"] = slots["last"] = pick(lang, f"no {names['kind']} in {asked}", f"没有{asked}的{names['kind']}")
    return slots


def one_category(rng, lang):
    category = rng.choice(list(CATEGORIES))
    products = of_category(category)
    return kind(category, lang) | {
        "list": listing(products, lang), "first": priced(products[0], lang), "last": priced(products[-1], lang)
    }  # fmt: skip


def end_of_category(at):
    """A `fill` for the cheapest (0) or the most expensive (-1) lamp of a category."""

    def fill(rng, lang):
        category = rng.choice(list(CATEGORIES))
        return kind(category, lang) | {"product": of_category(category)[at]}

    return fill


def two_lamps(rng, lang):
    one, two = rng.sample(PRODUCTS, 2)
    cheaper = min(one, two, key=lambda product: product.price)
    return facts(one, lang, rng) | {
        "product": cheaper, "p2": lamp_name(two, lang), "price2": two.price, "cheaper": lamp_name(cheaper, lang)
    }  # fmt: skip


def buying(rng, lang, product):
    name, price = lamp_name(product, lang), product.price
    if product.stock:
        how = pick(
            lang, "Put it in your cart on our website or buy it in a store.", "在网站上加入购物车，或到门店购买即可。"
        )
        return {
            "lamp": name, "cost": price,
            "answer": pick(lang, f"Good choice! The {name} costs ${price}. {how}", f"好眼光！{name}售价{price}美元，{how}"),
            "answer2": pick(lang, f"Gladly! The {name} is ${price}. {how}", f"好的，{name}的价格是{price}美元，{how}"),
            "buy_word": pick(lang, "cart", "购物车"),
        }  # fmt: skip
    return {
        "lamp": name, "cost": price,
        "answer": pick(
            lang, f"The {name} costs ${price}, but it is sold out right now. I can show you another lamp.",
            f"{name}售价{price}美元，但目前缺货，我可以为您推荐别的灯。",
        ),
        "answer2": pick(
            lang, f"Sorry, the {name} for ${price} is sold out right now. I can show you another lamp.",
            f"抱歉，{price}美元的{name}目前缺货，我可以为您推荐别的灯。",
        ),
        "buy_word": pick(lang, "sold out", "缺货"),
    }  # fmt: skip


def several(rng, lang, product):
    count = rng.choice((2, 2, 3))
    word = pick(lang, *NUMBERS[count])
    return {
        "k": word if rng.random() < 0.7 else str(count), "count": word, "total": count * product.price,
        "ps": many_of(product, lang),
    }  # fmt: skip


def cheaper(rng, lang, product):
    """The cheapest lamp of the same category, which becomes the topic."""
    other = of_category(product.category)[0]
    name, price, cat = lamp_name(other, lang), other.price, kind(product.category, lang)["kind"]
    if other == product:
        answer = pick(
            lang, f"The {name} is already our cheapest {cat}. It costs ${price}.", f"{name}已经是最便宜的{cat}了，售价{price}美元。"
        )
        answer2 = pick(
            lang, f"Our cheapest {cat} is already the {name}. It is ${price}.", f"最便宜的{cat}已经是{name}了，只要{price}美元。"
        )
        word = pick(lang, "already", "已经")
    else:
        answer = pick(
            lang, f"Yes, the {name} is cheaper. It costs ${price}.", f"有的，{name}更便宜，售价{price}美元。"
        )
        answer2 = pick(
            lang, f"Of course! The {name} is cheaper: it is ${price}.", f"当然有，{name}更便宜，只要{price}美元。"
        )
        word = pick(lang, "is cheaper", "更便宜")
    return {"product": other, "answer": answer, "answer2": answer2, "word": word, "lamp": name, "cost": price}


def others(rng, lang, product):
    rest = [other for other in of_category(product.category) if other != product]
    return kind(product.category, lang) | {
        "list": listing(rest, lang), "first": priced(rest[0], lang), "last": priced(rest[-1], lang)
    }  # fmt: skip


def unknown_product(rng, lang):
    category = rng.choice(list(CATEGORIES))
    names = kind(category, lang)
    word = rng.choice(pick(lang, UNKNOWN_EN, UNKNOWN_ZH))
    if lang == "en" and rng.random() < 0.3:
        word = some_name(rng, "en").split()[0]
        while word.lower() in BY_KEY:
            word = some_name(rng, "en").split()[0]
    shorts = joined([short_name(product, lang) for product in of_category(category)], lang)
    return names | {"fake": word + pick(lang, " ", "") + names["kind"], "list": shorts}


# ---- the lamp is named ----------------------------------------------------------------------------------------------

ANSWERS = ("{answer}", "{answer2}")

NAMED = [
    Intent(
        "price",
        side(
            """
            How much is the {p}? | What does the {p} cost? | What is the price of the {p}? | {p} price? | Price of the {p}
            How much does the {p} cost? | Tell me the price of the {p}. | How expensive is the {p}? | How much for the {p}?
            What do you charge for the {p}? | What about the price of the {p}? | Is the {p} expensive? | Cost of the {p}?
            How much money is the {p}? | I'd like to know what the {p} costs. | Could you tell me the price of the {p}?
            I was wondering how much the {p} is. | How much would I pay for the {p}? | What is the {p} going for?
            I saw the {p} in your window. How much is it? | My sister has the {p}, what did it cost? | {p}, how much?
            I can't find a price tag for the {p}. | What's the damage for the {p}? | What would one {p} cost me?
            Do you know how many dollars the {p} is? | I like the {p} a lot, but what is the price?
            Give me a price for the {p}. | Is the {p} affordable? | May I ask for the current price of the {p}?
            How many dollars do you want for the {p}? | Before I decide, what does the {p} cost?
            Can you look up the price of the {p}? | What price is the {p} sold at?
            """,
            ("The {p} costs ${price}.", "The price of the {p} is ${price}."),
            "${price}",
        ),
        side(
            """
            {p}多少钱？ | {p}怎么卖？ | {p}的价格是多少？ | {p}要多少钱？ | {p}什么价？ | {p}贵吗？ | {p}价格？ | {p}售价多少？ | 我想知道{p}多少钱。 | 能告诉我{p}的价格吗？
            {p}卖多少？ | 买一盏{p}要花多少钱？ | {p}现在什么价位？ | 一盏{p}几美元？ | {p}的价钱怎么样？ | 帮我查一下{p}的价格。 | 您好像有{p}，多少钱一盏？ | 我看上了{p}，不知道要多少钱。
            {p}标价多少？ | 朋友推荐了{p}，价格多少啊？ | 麻烦报一下{p}的价格。 | {p}大概多少钱？ | 你们家{p}卖什么价？ | {p}一盏多少钱？ | {p}的单价是多少？ | 想问问{p}的售价。
            {p}是什么价格？ | {p}得多少美元？ | 您能报个价吗？我要的是{p}。 | {p}要几美元才能买到？ | 我没找到{p}的价格。 | {p}不便宜吧，多少钱？ | 可以说一下{p}卖多少美元吗？
            """,
            ("{p}的价格是{price}美元。", "{p}售价{price}美元。"),
            "{price}美元",
        ),
        weight=5,
    ),
    Intent(
        "stock",
        side(
            """
            Is the {p} in stock? | Do you have the {p} in stock? | Is the {p} available? | Is the {p} sold out?
            How many of the {ps} do you have? | Do you still have the {p}? | {p} in stock? | Is the {p} still available?
            Are there any {ps} left? | How many {ps} are left? | Can I get the {p} right away? | Is the {p} on hand?
            Has the {p} sold out already? | Do you have the {p} there? | I want to be sure that the {p} is in stock.
            Could you check the stock of the {p}? | Availability of the {p}? | What is the stock of the {p}?
            I was wondering if the {p} is available right now. | Is there still one {p} for me? | Have you got the {p}?
            Last week the {p} was gone. Is it back in stock? | Please check whether you still have the {p}.
            Before I drive to you: is the {p} there? | Do you currently have the {p}? | How many {ps} are in your warehouse?
            Your website doesn't say if the {p} is available. | Is it true that the {p} is sold out? | Any {ps} left?
            Let me know if there are any {ps} in stock. | Can the {p} be bought at the moment? | {p}, available or not?
            """,
            ("The {p} {availability}.", "I checked: the {p} {availability}."),
            "{stock_word}",
        ),
        side(
            """
            {p}有货吗？ | {p}还有吗？ | {p}现在有现货吗？ | {p}卖完了吗？ | {p}还剩几盏？ | 你们还有{p}吗？ | {p}库存多少？ | {p}缺货吗？ | 请帮我看看{p}有没有货。 | {p}是不是断货了？
            {p}还能买到吗？ | {p}还有多少盏？ | 店里还有{p}吗？ | {p}有库存吗？ | 我想确认一下{p}有没有现货。 | 上次来{p}没货，现在到货了吗？ | {p}到货了没有？ | 仓库里还有{p}吗？
            {p}还有存货吗？ | 查一下{p}的库存。 | {p}现在能不能买到？ | {p}已经售完了吗？ | 您那里{p}还有货没？ | {p}还剩多少？ | {p}有没有？ | 网上没写{p}有没有货。 | {p}目前有货还是没货？
            过来之前想问下，{p}有货吗？ | {p}的库存情况怎么样？ | {p}是现货吗？ | 麻烦查查还有没有{p}。 | 听说{p}卖光了，是真的吗？
            """,
            ("{p}{availability}。", "查到了，{p}{availability}。"),
            "{stock_word}",
        ),
        weight=3,
        fill=on_any(stock),
    ),
    Intent(
        "colors",
        side(
            """
            What colors does the {p} come in? | Which colors does the {p} have? | What color is the {p}? | {p} colors?
            Is the {p} available in other colors? | Which colours are there for the {p}? | Show me the colors of the {p}.
            What colours can I choose for the {p}? | Can I get the {p} in different colors? | Colors of the {p}?
            How many colors does the {p} have? | In which colors do you sell the {p}? | Tell me the colors of the {p}.
            I'd like to know the colours of the {p}. | Does the {p} come in several colors?
            What are the color options for the {p}? | Is there a choice of colors for the {p}?
            Could you list the colors of the {p}? | What shades does the {p} come in?
            I want the {p} to match my curtains. Which colors are there? | {p}, which colours? | List all colours of the {p}.
            In the picture I can't see the color of the {p}. | I was wondering which colors the {p} is made in.
            My walls are dark, so what colors of the {p} can I pick? | What color choices do I have with the {p}?
            Do you offer the {p} in more than one colour? | What colour is the {p}, exactly?
            The {p}: what colors are possible? | Please name the colors the {p} comes in.
            Which color variants of the {p} exist? | Is the {p} colorful?
            """,
            ("The {p} comes in {colors}.", "You can get the {p} in {colors}."),
            "{colors}",
        ),
        side(
            """
            {p}有什么颜色？ | {p}有哪些颜色？ | {p}是什么颜色的？ | {p}有几种颜色？ | {p}颜色？ | {p}都有哪些颜色可以选？ | {p}有别的颜色吗？ | {p}能选颜色吗？ | 我想知道{p}的颜色。
            说一下{p}有什么颜色吧。 | {p}可选的颜色有哪些？ | {p}出了几个颜色？ | {p}有没有其他颜色？ | {p}的颜色有哪些？ | {p}都是什么色？ | 您能介绍一下{p}的颜色吗？ | 买{p}可以挑颜色吗？
            {p}有什么色可选？ | {p}的配色有哪些？ | 图片上看不清{p}的颜色。 | 想配家里的窗帘，{p}有哪些颜色？ | {p}颜色多吗？ | {p}除了图上这个还有什么颜色？ | {p}什么颜色的都有吗？
            列一下{p}的颜色。 | 你们的{p}做了哪几种颜色？ | {p}的颜色选择多不多？ | 请问下{p}颜色款式。 | {p}有哪几种颜色？ | {p}是单色的吗？ | 我家墙是深色的，{p}有哪些颜色能搭？
            告诉我{p}的所有颜色。
            """,
            ("{p}有{colors}。", "{p}的颜色有{colors}。"),
            "{colors}",
        ),
        weight=3,
    ),
    Intent(
        "one_color",
        side(
            """
            Does the {p} come in {asked}? | Do you have the {p} in {asked}? | Is the {p} available in {asked}?
            Can I get the {p} in {asked}? | Is there {a} {asked} {p}? | {p} in {asked}? | I want the {p} in {asked}.
            Do you sell the {p} in {asked}? | I need {a} {asked} {p}. | Is there the {p} in {asked} too?
            Got the {p} in {asked}? | Could I have the {p} in {asked}? | I'm looking for the {p} in {asked}.
            Any chance of {a} {asked} {p}? | I'd love {a} {asked} {p}, is that possible? | Is the {p} made in {asked}?
            Does {a} {asked} version of the {p} exist? | My room is all {asked}. Does the {p} come in that color?
            Have you the {p} in the color {asked}? | Can the {p} be ordered in {asked}?
            I was wondering if the {p} comes in {asked}. | {asked} {p}, do you have it?
            Would it be possible to get the {p} in {asked}? | Is {asked} one of the colors of the {p}?
            My wife would like the {p}, but in {asked}. | Can you offer the {p} in {asked}? | Is the {p} {asked}?
            Please check if there is {a} {asked} {p}. | Do they make the {p} in {asked}? | Is {asked} possible for the {p}?
            The {p} should be {asked}, do you have that? | Do I have the option of {asked} for the {p}?
            """,
            ("The {p} comes in {colors}, {verdict}.", "You can get the {p} in {colors}, {verdict}."),
            "{verdict}",
        ),
        side(
            """
            {p}有{asked}的吗？ | {p}的灯身有{asked}的吗？ | 有没有{asked}的{p}？ | {p}能买到{asked}的吗？ | {p}出{asked}的吗？ | 我想要{asked}的{p}。
            {p}可以选{asked}吗？ | 有{asked}的{p}吗？ | {p}做不做{asked}的？ | {p}是{asked}的吗？ | {asked}的{p}有吗？ | {p}有{asked}款吗？
            我喜欢{asked}，{p}有这个颜色吗？ | 想买{p}，要{asked}的。 | 您家{p}有没有{asked}款？ | {p}里面有{asked}的没有？ | 能给我一盏{asked}的{p}吗？
            我家装修是{asked}系，{p}有这颜色吗？ | 你们卖{asked}的{p}吗？ | {p}的颜色里有{asked}吗？ | {p}有没有{asked}可以选？ | 找一盏{asked}{p}。
            {p}要是有{asked}的就好了，有吗？ | 请查一下{p}有没有{asked}。 | {asked}{p}，有吗？ | {p}除了别的颜色，有{asked}吗？ | 我老婆想要{asked}的{p}，有吗？
            {p}有{asked}版本吗？ | 不知道{p}有没有{asked}的？ | {p}支持{asked}吗？ | 可以买{asked}的{p}吗？
            """,
            ("{p}有{colors}，{verdict}。", "{p}的颜色有{colors}，{verdict}。"),
            "{verdict}",
        ),
        weight=2,
        fill=on_any(one_color),
    ),
    Intent(
        "use",
        side(
            """
            What is the {p} good for? | What is the {p} for? | Where can I use the {p}? | Where would you put the {p}?
            What can I use the {p} for? | Which room is the {p} made for? | What is the {p} meant for? | {p}, for which room?
            What is the use of the {p}? | Where does the {p} fit best? | Where does the {p} belong? | Purpose of the {p}?
            What do people use the {p} for? | In which room does the {p} look good? | For what would you use the {p}?
            I don't know where to put the {p}. | I was wondering what the {p} is suitable for. | Which place suits the {p}?
            Got the {p} as a present. What is it used for? | Where do most customers put the {p}? | What is the {p} used for?
            Could you tell me what the {p} is designed for? | The {p}: where does it go? | For which room is the {p} suitable?
            I like the {p}, but what is it good for? | What kind of place is the {p} intended for? | What is the {p} best at?
            Is there a special use for the {p}? | What do I need the {p} for? | What purpose does the {p} serve?
            What situation is the {p} right for? | Where should the {p} stand or hang? | Who needs the {p}, and for what?
            """,
            ("The {p} is good for {use}.", "The {p} is made for {use}."),
            "{use}",
        ),
        side(
            """
            {p}适合用在哪里？ | {p}是干什么用的？ | {p}适合放哪儿？ | {p}有什么用途？ | {p}用在什么地方好？ | {p}适合什么场合？ | {p}用途？ | {p}适合哪个房间？ | {p}主要用来做什么？
            大家一般把{p}用在哪里？ | {p}放在哪里好看？ | {p}最适合做什么？ | {p}是给什么场景用的？ | {p}适合什么地方？ | 我不知道{p}该放哪里。 | {p}摆哪里合适？ | {p}一般用在什么场合？
            这个{p}能用来干嘛？ | {p}的使用场景是什么？ | {p}有啥用？ | 您觉得{p}放哪里最好？ | 别人送了我{p}，适合用在哪？ | {p}是为什么场合设计的？ | {p}装在哪儿比较合适？ | {p}的用处是什么？
            说说{p}适合干什么。 | {p}应该用在什么地方？ | 喜欢{p}，可是它适合放哪里？ | {p}适合干什么用？ | {p}派什么用场？ | 我想了解一下{p}的用途。 | {p}适用于哪里？
            """,
            ("{p}适合{use}。", "{p}最适合{use}。"),
            "{use}",
        ),
        weight=2,
    ),
    Intent(
        "feature",
        side(
            """
            What features does the {p} have? | What is special about the {p}? | Does the {p} have any extras? | {p} features?
            What can the {p} do? | What functions does the {p} have? | Does the {p} have something special?
            Features of the {p}? | What makes the {p} special? | Which extras does the {p} come with?
            What are the special features of the {p}? | How is the {p} equipped? | What is the {p} equipped with?
            What extra does the {p} offer? | What does the {p} have? | I'd like to know the features of the {p}.
            Name a feature of the {p}. | Has the {p} got any special function? | What is the highlight of the {p}?
            Why should I choose the {p} over others? | What's so great about the {p}?
            My friend says the {p} is something special. Why? | Could you explain the functions of the {p}? | {p} extras?
            I was wondering what functions come with the {p}. | What is the main feature of the {p}?
            What's different about the {p}? | Does the {p} have any clever functions? | What equipment does the {p} include?
            Tell me the special thing about the {p}. | Which functions can I expect from the {p}?
            What technology is in the {p}? | What advantages does the {p} have?
            """,
            ("The {p} has {feature}.", "The special thing about the {p}: it has {feature}."),
            "{feature}",
        ),
        side(
            """
            {p}有什么功能？ | {p}有什么特点？ | {p}有什么特别的？ | {p}带什么功能？ | {p}的特色是什么？ | {p}功能？ | {p}有什么亮点？ | {p}有啥特别之处？ | {p}都有哪些功能？
            {p}配了什么？ | {p}有什么优点？ | {p}好在哪里？ | {p}有哪些特殊功能？ | {p}的主要功能是什么？ | {p}跟别的灯有什么不一样？ | 我想了解{p}的功能。 | 为什么要选{p}？
            {p}有什么附加功能？ | {p}的卖点是什么？ | {p}有哪些配置？ | 您能说说{p}的特点吗？ | 朋友说{p}很特别，特别在哪？ | {p}带了哪些配件？ | {p}有没有特别的功能？ | {p}的功能有哪些？
            {p}有什么优势？ | {p}配置怎么样？ | {p}有什么过人之处？ | 讲讲{p}的功能吧。 | {p}能做什么？ | {p}最大的特点是啥？ | {p}有什么独特的设计？
            """,
            ("{p}带有{feature}。", "{p}的特点是带有{feature}。"),
            "{feature}",
        ),
        weight=2,
    ),
    Intent(
        "has_feature",
        side(
            """
            Does the {p} have {asked}? | Is there {asked} on the {p}? | Has the {p} got {asked}? | {p} with {asked}?
            Does the {p} come with {asked}? | Is the {p} equipped with {asked}? | I need {asked}. Does the {p} have one?
            Do you know if the {p} has {asked}? | Can you tell me whether the {p} has {asked}? | Is {asked} part of the {p}?
            I was wondering if there is {asked} on the {p}. | Does the {p} include {asked}? | The {p} has {asked}, right?
            Did they give the {p} {asked}? | I'd buy the {p} if it had {asked}. | Is the {p} one with {asked}?
            Am I right that the {p} has {asked}? | Is it true that the {p} comes with {asked}? | {asked} on the {p}?
            For me {asked} is important. Is it there on the {p}? | Would I get {asked} with the {p}?
            Is {asked} included in the {p}? | Can I expect {asked} on the {p}? | Please check if the {p} has {asked}.
            Is the {p} sold with {asked}? | I only want the {p} if there is {asked}. | Do I find {asked} on the {p}?
            Does your {p} offer {asked}? | A friend says that the {p} has {asked}, is that so? | Is the {p} made with {asked}?
            The {p}, does it have {asked}?
            """,
            ("The {p} has {feature}, {verdict}.", "The {p} comes with {feature}, {verdict}."),
            "{verdict}",
        ),
        side(
            """
            {p}有{asked}吗？ | {p}带{asked}吗？ | {p}有没有{asked}？ | {p}是带{asked}的吗？ | {p}带不带{asked}？ | {p}配{asked}吗？
            我需要{asked}，{p}有吗？ | {p}上面有{asked}吗？ | {p}有带{asked}吗？ | 请看一下{p}有没有{asked}。 | {p}应该有{asked}吧？ | {p}配有{asked}吗？
            如果{p}有{asked}我就买。 | 听说{p}有{asked}，是吗？ | {p}自带{asked}吗？ | 您知道{p}有{asked}吗？ | {p}附带{asked}吗？ | {p}包括{asked}吗？
            想要有{asked}的，{p}符合吗？ | {p}设计了{asked}吗？ | {p}装了{asked}没有？ | {p}含{asked}吗？ | {p}里有{asked}吗？ | {asked}，{p}有吗？
            {p}是不是带{asked}？ | 我想确认{p}带不带{asked}。 | 不知道{p}有没有{asked}。 | {p}的配置里有{asked}吗？ | {p}用的是{asked}吗？ | 有{asked}的是{p}吗？
            对我来说{asked}很重要，{p}有没有？
            """,
            ("{p}带有{feature}，{verdict}。", "{p}的特点是带有{feature}，{verdict}。"),
            "{verdict}",
        ),
        weight=1.5,
        fill=on_any(has_feature),
    ),
    Intent(
        "dimmable",
        side(
            """
            Is the {p} dimmable? | Can I dim the {p}? | Can the {p} be dimmed? | Is it possible to dim the {p}? | {p} dimmable?
            Can I make the {p} darker? | Can I change the brightness of the {p}? | Is the brightness of the {p} adjustable?
            Can I turn down the light of the {p}? | Does the {p} dim? | How do I dim the {p}? | Is there a way to dim the {p}?
            I want a dimmable lamp. Is the {p} one? | The {p} would be too bright for me. Can I dim it?
            Can you adjust how bright the {p} is? | I was wondering if the {p} can be dimmed.
            Can I set the brightness of the {p}? | Is the light of the {p} adjustable?
            Does the {p} have different brightness levels? | Dimming the {p}, does that work?
            Can I make the {p} brighter and darker? | In the evening I need less light. Is the {p} dimmable?
            Would I be able to dim the {p}? | Could you check whether the {p} is dimmable? | Can the {p} also shine less bright?
            Is dimming possible with the {p}? | Can the brightness of the {p} be changed? | Do you know if I can dim the {p}?
            Can I lower the light of the {p}? | Is the {p} always equally bright or dimmable?
            Does the {p} let me control the brightness?
            """,
            ("The {p} has {feature}, {verdict}.", "The {p} comes with {feature}, {verdict}."),
            "{verdict}",
        ),
        side(
            """
            {p}能调光吗？ | {p}可以调光吗？ | {p}能调亮度吗？ | {p}可以调节亮度吗？ | {p}能调暗一点吗？ | {p}能不能调光？ | {p}调光吗？ | {p}的亮度可以调吗？ | {p}支持调光吗？
            {p}太亮的话能调暗吗？ | {p}是可调光的吗？ | 我想要能调光的灯，{p}行吗？ | {p}有几档亮度？ | {p}的光能调弱吗？ | {p}亮度能变吗？ | {p}可以调明暗吗？ | 晚上想要暗一点，{p}能调吗？
            {p}能自己调亮暗吗？ | 您知道{p}能调光吗？ | {p}怎么调光？ | {p}的灯光可以调节吗？ | {p}亮度固定吗？ | {p}是不是可以调亮度？ | 我怕{p}太亮，能调吗？ | {p}能调高亮度吗？
            {p}可不可以变暗？ | 想知道{p}是否支持调节亮度。 | {p}能控制亮度吗？ | {p}能调得柔和一点吗？ | {p}有亮度调节吗？ | {p}的明暗能调吗？
            """,
            ("{p}带有{feature}，{verdict}。", "{p}的特点是带有{feature}，{verdict}。"),
            "{verdict}",
        ),
        fill=any_dimmable,
    ),
    Intent(
        "watts",
        side(
            """
            How many watts does the {p} have? | How much power does the {p} need? | What is the power of the {p}? | {p} watts?
            How many watts is the {p}? | What wattage does the {p} have? | Wattage of the {p}?
            How much electricity does the {p} use? | What is the power consumption of the {p}? | How strong is the {p} in watts?
            Tell me the wattage of the {p}. | Does the {p} use much electricity? | How much energy does the {p} use?
            Does the {p} need a lot of power? | I want to save power. How much does the {p} use?
            What's the energy use of the {p}? | Power usage of the {p}? | Could you tell me how many watts the {p} draws?
            I was wondering how much power the {p} takes. | How much current does the {p} draw?
            How many watts does the {p} burn? | Is the {p} a strong lamp, how many watts?
            I need the wattage of the {p} for my electrician. | Will the {p} raise my power bill? | {p}, how many watts?
            What does the {p} consume? | How power-hungry is the {p}? | What is the rated power of the {p}?
            Can you give me the watts of the {p}? | How many watts are in the {p}? | What power rating does the {p} have?
            """,
            ("The {p} uses {watts} watts.", "The power of the {p} is {watts} watts."),
            "{watts} watt",
        ),
        side(
            """
            {p}多少瓦？ | {p}的功率是多少？ | {p}是几瓦的？ | {p}功率？ | {p}费电吗？ | {p}耗电多少？ | {p}有多少瓦？ | {p}功率大吗？ | {p}用电多吗？ | {p}的功率有多大？
            {p}要用多少电？ | 我想知道{p}的瓦数。 | {p}瓦数是多少？ | {p}耗电量大不大？ | {p}省电吗？ | 您能告诉我{p}是多少瓦吗？ | {p}开着费不费电？ | {p}的耗电情况怎么样？ | {p}是几瓦？
            {p}的额定功率是多少？ | 电工问我{p}的功率。 | {p}多大功率？ | 查一下{p}的瓦数。 | {p}会不会很耗电？ | {p}一共多少瓦？ | {p}的能耗高吗？ | 说一下{p}的功率。 | {p}有几瓦？
            怕电费高，{p}多少瓦？ | {p}功率是几瓦？ | {p}用多大的功率？
            """,
            ("{p}的功率是{watts}瓦。", "{p}用电{watts}瓦。"),
            "{watts}瓦",
        ),
        weight=1.5,
    ),
    Intent(
        "about",
        side(
            """
            Tell me about the {p}. | What is the {p}? | Describe the {p}. | I am interested in the {p}.
            What kind of lamp is the {p}? | Can you tell me more about the {p}? | Do you sell the {p}?
            I am looking for the {p}. | Information about the {p} | What do you know about the {p}?
            I'd like to learn more about the {p}. | Could you describe the {p} to me? | Give me some details on the {p}.
            I'm thinking about the {p}. | Is the {p} a good lamp? | What is there to know about the {p}?
            What can you say about the {p}? | Show me the {p}. | Give me an overview of the {p}. | Details of the {p}?
            I heard about the {p}. What is it like? | A friend told me about the {p}, I'd like to hear more.
            I saw the {p} on your website and would like some details. | {p} info | Introduce the {p} to me.
            Please explain what the {p} is. | How would you describe the {p}? | What should I know about the {p}?
            I want to know everything about the {p}. | Can I get a description of the {p}? | Is the {p} any good?
            Someone recommended the {p} to me. What is it? | What's the {p} like? | Some facts about the {p}, please.
            """,
            (
                "The {p} is good for {use}. It has {feature} and costs ${price}.",
                "The {p} costs ${price}. It has {feature} and is good for {use}.",
            ),
            "{use}", "{feature}", "${price}",
        ),
        side(
            """
            介绍一下{p}。 | {p}怎么样？ | 说说{p}吧。 | 我对{p}感兴趣。 | {p}是什么灯？ | 我想了解一下{p}。 | {p}好吗？ | 你们卖{p}吗？ | 能介绍一下{p}吗？ | 给我讲讲{p}。
            {p}是什么样的？ | 有{p}的资料吗？ | 想看看{p}。 | {p}的详细信息。 | 您能说说{p}吗？ | {p}详情 | 朋友推荐了{p}，介绍一下吧。 | 我在网站上看到{p}，想多了解一些。 | {p}好不好用？
            {p}是一款什么样的灯？ | {p}值得买吗？ | 我在考虑{p}。 | 描述一下{p}。 | {p}的基本情况是什么？ | 我想多知道一点{p}的信息。 | {p}简介 | 听说过{p}，具体是什么样？ | 我在找{p}。
            关于{p}您知道些什么？ | {p}到底怎么样啊？ | 请给我{p}的介绍。 | 帮我介绍介绍{p}呗。
            """,
            ("{p}适合{use}，带有{feature}，售价{price}美元。", "{p}售价{price}美元，带有{feature}，适合{use}。"),
            "{use}", "{feature}", "{price}美元",
        ),
        weight=3,
    ),
    Intent(
        "compare",
        side(
            """
            Which is cheaper, the {p} or the {p2}? | Is the {p} cheaper than the {p2}? | {p} or {p2}, which one costs less?
            Compare the {p} and the {p2}. | Is the {p} more expensive than the {p2}? | {p} vs {p2} | The {p} or the {p2}?
            What costs less, the {p} or the {p2}? | Does the {p} cost more than the {p2}? | {p} versus {p2}, please.
            How do the prices of the {p} and the {p2} compare? | Compare the prices of the {p} and the {p2}.
            I can't decide between the {p} and the {p2}. Which is cheaper? | Should I take the {p} or the {p2} to save money?
            Between the {p} and the {p2}, what is the cheaper choice? | I hesitate between the {p} and the {p2}.
            Which lamp has the lower price: the {p} or the {p2}? | I like both the {p} and the {p2}. Which one is cheaper?
            What do the {p} and the {p2} cost compared to each other? | Is the {p2} a cheaper choice than the {p}?
            Of the {p} and the {p2}, which is less expensive? | Do I save money with the {p} instead of the {p2}?
            What is the better price, the {p} or the {p2}? | Can you compare the {p} with the {p2}?
            Is the {p} less than the {p2}? | My husband wants the {p}, I want the {p2}. Which is cheaper?
            Price of the {p} compared with the {p2}? | How does the {p} compare to the {p2}?
            Which of the two is cheaper, {p} or {p2}? | A comparison of {p} and {p2}, please.
            I was wondering if the {p} costs less than the {p2}. | Who wins on price, the {p} or the {p2}?
            """,
            (
                "The {p} costs ${price} and the {p2} costs ${price2}, so the {cheaper} is cheaper.",
                "The {p} is ${price} and the {p2} is ${price2}. The {cheaper} is cheaper.",
            ),
            "${price}", "${price2}", "{cheaper} is cheaper",
        ),
        side(
            """
            {p}和{p2}哪个便宜？ | {p}比{p2}便宜吗？ | {p}和{p2}比一比。 | {p}还是{p2}便宜？ | {p}和{p2}哪个贵？ | {p}比{p2}贵吗？ | {p}跟{p2}比，哪个更便宜？
            比较一下{p}和{p2}。 | {p}和{p2}的价格差在哪？ | 我在{p}和{p2}之间犹豫。 | {p}对比{p2} | 选{p}还是{p2}？ | {p}和{p2}哪个价格低？ | 想省钱的话，买{p}还是{p2}？
            {p}与{p2}相比哪个划算？ | 帮我比较{p}和{p2}的价格。 | {p}和{p2}哪款更实惠？ | 我两个都喜欢，{p}和{p2}哪个便宜些？ | {p}和{p2}各多少钱，哪个便宜？ | 您帮我对比下{p}和{p2}吧。
            {p}、{p2}，哪一个更便宜？ | {p}是不是比{p2}便宜？ | 我要{p}，我妈要{p2}，哪个便宜？ | {p}和{p2}谁便宜？ | {p2}比{p}便宜吗？ | {p}还是{p2}更省钱？ | {p}和{p2}价格对比
            {p}和{p2}比起来哪个贵一点？ | 不知道买{p}还是{p2}，哪个价低？ | {p}的价格比{p2}高吗？ | {p}和{p2}该选哪一个？
            """,
            ("{p}{price}美元，{p2}{price2}美元，{cheaper}更便宜。", "{p}售价{price}美元，{p2}售价{price2}美元，{cheaper}更便宜。"),
            "{price}美元", "{price2}美元", "{cheaper}更便宜",
        ),
        weight=1.5,
        fill=two_lamps,
    ),
    Intent(
        "buy",
        side(
            """
            I want to buy the {p}. | I would like to order the {p}. | Can I buy the {p}? | I'll take the {p}.
            How can I order the {p}? | Please order the {p} for me. | I'd like to buy one {p}. | One {p}, please.
            How do I buy the {p}? | Where can I buy the {p}? | I have decided: I want the {p}. | Put the {p} in my cart.
            Let me have the {p}. | I'd like to purchase the {p}. | Sell me one {p}. | I am going to buy the {p}.
            How do I get the {p}? | Can I order the {p} online? | Ordering the {p} | I want to place an order for the {p}.
            The {p} is just right, I'm buying it. | Add the {p} to my basket. | What must I do to buy the {p}?
            I've made up my mind and would like the {p}. | Could I purchase the {p} here? | I wish to order one {p}.
            My choice is the {p}, how do I order? | I was hoping to buy the {p} today. | Can you sell me the {p}? | Buy {p}
            We would like to order the {p} for our home. | Please reserve one {p} for me, I'm buying it.
            """,
            ANSWERS,
            "${price}", "{buy_word}",
        ),
        side(
            """
            我想买{p}。 | 我要买一盏{p}。 | 我要订购{p}。 | {p}怎么买？ | 给我来一盏{p}。 | 我想下单{p}。 | 可以买{p}吗？ | 怎么订购{p}？ | 就要{p}了。 | 帮我订一盏{p}。
            {p}我要了。 | 我决定买{p}。 | 把{p}加到购物车。 | 在哪里可以买到{p}？ | 购买{p} | 想入手{p}。 | {p}在哪儿下单？ | 我选{p}，怎么付款下单？ | 麻烦给我一盏{p}。 | 我打算买{p}。
            请卖给我一盏{p}。 | {p}怎么下单？ | 我要一盏{p}。 | 准备买{p}，怎么操作？ | 想订{p}，怎么弄？ | {p}能在网上买吗？ | 我看好了，就买{p}。 | 您好像有{p}，我要买。 | 想给家里买一盏{p}。
            买{p}要怎么做？ | 我想拍下{p}。
            """,
            ANSWERS,
            "{price}美元", "{buy_word}",
        ),
        weight=2.5,
        fill=on_any(buying),
    ),
    Intent(
        "price_many",
        side(
            """
            How much are {k} of the {p}? | What do {k} {ps} cost? | I need {k} pieces of the {p}. How much is that?
            What is the price for {k} of the {p}? | How much would {k} {ps} be? | {k} {ps}, how much? | Price for {k} {ps}?
            What would I pay for {k} of the {p}? | If I take {k} of the {p}, what is the total? | Total for {k} {ps}?
            I'd like {k} {ps}. What do they cost together? | How much do {k} of your {p} cost?
            What does it cost to buy {k} {ps}? | We need {k} of the {p}, what is the sum?
            Can you work out the price of {k} {ps}? | What are {k} {ps} in total? | How many dollars are {k} {ps}?
            I want to buy {k} of the {p}. What do I pay? | What's the cost of {k} {ps}? | Please calculate {k} times the {p}.
            I plan to hang {k} {ps}. How much altogether? | {k} of the {p}: total price?
            I was wondering what {k} of the {p} would cost. | How much money do I need for {k} {ps}? | Add up {k} {ps} for me.
            Could you give me a price for {k} pieces of the {p}? | What comes out if I order {k} of the {p}?
            For {k} rooms I need {k} {ps}. How much? | What do you charge for {k} {ps}?
            {k} times the {p}, please. What's the total?
            """,
            (
                "One {p} costs ${price}, so {count} cost ${total}. From two lamps on you get 10% off.",
                "One {p} is ${price}, so {count} are ${total}. From two lamps on you get 10% off.",
            ),
            "${price}", "${total}",
        ),
        side(
            """
            {k}盏{p}多少钱？ | 买{k}盏{p}要多少钱？ | 我要{k}盏{p}，一共多少？ | {k}盏{p}总共多少钱？ | {p}买{k}盏多少钱？ | {k}个{p}什么价？ | 如果买{k}盏{p}，总价是多少？
            {p}来{k}盏，怎么算？ | 我需要{k}盏{p}，合计多少？ | {k}盏{p}加起来多少钱？ | 订{k}盏{p}得多少钱？ | 想买{k}盏{p}，帮我算一下。 | {k}盏{p}的价格 | {p}要{k}盏，多少美元？
            我家要装{k}盏{p}，总价多少？ | {k}盏{p}一起买多少钱？ | 算算{k}盏{p}要多少钱。 | 您帮我算下{k}盏{p}的价钱。 | 要{k}盏{p}，得付多少？ | {k}盏{p}合起来几美元？
            拿{k}盏{p}的话多少钱？ | {p}，{k}盏，总价？ | 买{k}个{p}一共要花多少？ | {k}间房，各装一盏{p}，共{k}盏多少钱？ | {p}{k}盏的总价是多少？ | {k}盏{p}报个价。
            {p}我想要{k}个，共多少钱？ | 一次买{k}盏{p}是什么价？ | {k}盏{p}要准备多少钱？ | 麻烦算一下，{p}买{k}盏。 | {k}件{p}多少钱？
            """,
            ("一盏{p}{price}美元，{count}盏共{total}美元。买两盏起优惠10%。", "{p}每盏{price}美元，{count}盏一共{total}美元。买两盏起优惠10%。"),
            "{price}美元", "{total}美元",
        ),
        weight=1.5,
        fill=on_any(several),
    ),
    Intent(
        "unknown_product",
        side(
            """
            How much is the {fake}? | Do you have the {fake}? | What does the {fake} cost? | Is the {fake} in stock?
            {fake} price? | Tell me about the {fake}. | I want to buy the {fake}. | What colors does the {fake} come in?
            Do you sell the {fake}? | What is the price of the {fake}? | I am looking for the {fake}. | Is the {fake} dimmable?
            What is the {fake} good for? | How many watts does the {fake} have? | Can I order the {fake}? | I'd like the {fake}.
            Is the {fake} still available? | Which colors does the {fake} have? | I am interested in the {fake}.
            I'll take the {fake}. | Describe the {fake}. | A friend has the {fake}. What does it cost?
            Could you tell me the price of the {fake}? | The {fake}, please. | What features does the {fake} have?
            Where can I use the {fake}? | How expensive is the {fake}? | How much does the {fake} cost?
            Have you got the {fake}? | What do you know about the {fake}? | Do you carry the {fake}? | One {fake}, please.
            """,
            (
                "Sorry, we do not have the {fake}. Our {kinds} are {list}.",
                "Sorry, there is no {fake} here. Our {kinds} are {list}.",
            ),
            ("do not have", "there is no"), "{list}",
        ),
        side(
            """
            {fake}多少钱？ | 你们有{fake}吗？ | {fake}有货吗？ | {fake}怎么卖？ | 介绍一下{fake}。 | 我想买{fake}。 | {fake}有什么颜色？ | {fake}的价格是多少？
            {fake}能调光吗？ | {fake}是多少瓦？ | 我要一盏{fake}。 | {fake}怎么样？ | {fake}有什么功能？ | 我在找{fake}。 | {fake}适合放哪里？ | {fake}还有吗？
            卖{fake}吗？ | {fake}贵吗？ | 我要订购{fake}。 | {fake}有哪些颜色？ | {fake}价格？ | 朋友有{fake}，多少钱？ | 想看看{fake}。 | 我对{fake}感兴趣。
            {fake}什么价？ | 有没有{fake}？ | {fake}要多少钱？ | 您这里有{fake}卖吗？ | {fake}是什么灯？ | 能告诉我{fake}的价格吗？ | {fake}怎么买？
            """,
            ("抱歉，我们没有{fake}。我们的{kinds}有{list}。", "不好意思，没有{fake}。我们的{kinds}有{list}。"),
            "没有", "{list}",
        ),
        fill=unknown_product,
    ),
]

# ---- no lamp is named -----------------------------------------------------------------------------------------------

SEARCHES = [
    Intent(
        "recommend_use",
        side(
            """
            I need a lamp for {where}. | Which lamp is good for {where}? | What do you recommend for {where}?
            A lamp for {where}? | Can you recommend a lamp for {where}? | I am looking for a light for {where}.
            Do you have something for {where}? | Which light should I buy for {where}? | Suggest a lamp for {where}.
            What would you use for {where}? | Any light for {where}? | What kind of lamp fits {where}?
            I want a lamp for {where}. | Light for {where}, please. | For {where}, which lamp?
            Which of your lamps suits {where}? | I'd like to have a nice light for {where}. | It is for {where}. | For {where}
            I'm redecorating and still need a light for {where}. | What is the best lamp for {where}?
            Something for {where}, please. | Could you help me find a lamp for {where}?
            We just moved and there is no light for {where}. | Got any lamps for {where}?
            I was wondering what lamp to get for {where}. | Is there a lamp that works well for {where}? | Ideas for {where}?
            My old lamp for {where} is broken. What should I buy? | What lamp do people like for {where}?
            A good light for {where}? | The lamp would be for {where}. | Do you know a lamp that is right for {where}?
            Lighting for {where}, any advice?
            """,
            (
                "I recommend the {p}. It is good for {use} and costs ${price}.",
                "The {p} is a good choice for {use}. It costs ${price}.",
            ),
            "{p}", "${price}",
        ),
        side(
            """
            {where}用什么灯好？ | 有适合{where}的灯吗？ | 推荐一款适合{where}的灯。 | 我想买一盏{where}用的灯。 | {where}用哪款灯比较好？ | {where}的灯有吗？
            我需要一盏适合{where}的灯。 | 想找{where}用的灯。 | {where}选什么灯？ | {where}，推荐哪款？ | 哪盏灯适合{where}？ | 有没有{where}用的灯？ | {where}该买什么灯？
            您推荐什么灯给{where}用？ | 给{where}配一盏灯。 | {where}用的，有什么推荐？ | 主要是{where}用。 | {where}需要一盏灯。 | {where}缺一盏灯，买哪个好？
            刚搬家，{where}还没有灯。 | 我正在装修，{where}用什么灯合适？ | 帮我挑一盏{where}的灯。 | 是{where}用的。 | 最适合{where}的灯是哪款？ | 哪款灯{where}用最好？
            {where}的灯坏了，该换哪款？ | 想给{where}添一盏灯。 | {where}什么灯好看又好用？ | 一般{where}都用哪款灯？ | 求推荐，{where}用的灯。 | {where}的照明选哪款？
            你们哪款灯是给{where}用的？
            """,
            ("推荐{p}，适合{use}，售价{price}美元。", "可以选{p}，适合{use}，售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        weight=4,
        fill=use_wanted,
    ),
    Intent(
        "recommend",
        side(
            """
            Can you recommend a lamp? | I need a lamp. | I am looking for a lamp. | Which lamp should I buy?
            Recommend me something. | I want to buy a lamp. | Help me choose a lamp. | I don't know which lamp to take.
            What lamp would you suggest? | I need some advice on lamps. | I would like a new lamp.
            Can you help me find the right lamp? | I need light. | Which lamp do you recommend? | I'm searching for a nice lamp.
            Give me a recommendation. | What should I buy? | I can't decide which lamp I want. | Could you advise me?
            We need new lamps at home. | Looking for a lamp | Please suggest a lamp.
            I'd like to order a lamp but don't know which. | Any suggestions for a lamp?
            There are so many lamps, which one is right for me? | What lamp is best for me?
            I was hoping you could recommend a lamp. | Which one would you choose? | I want something bright and beautiful.
            My home is too dark, I need something new. | I'm just moving in and have no lamps yet.
            Do you have any recommendations? | Find me a lamp. | Lamp advice, please.
            """,
            (
                "Gladly! Which room is the lamp for, and how much would you like to spend?",
                "I am happy to help. Which room is it for, and what is your budget?",
            ),
            "room", ("spend", "budget"),
        ),
        side(
            """
            推荐一盏灯吧。 | 我想买灯。 | 我想买一盏灯。 | 买哪款灯好？ | 能推荐一下吗？ | 有什么推荐的吗？ | 帮我选一盏灯。 | 我在找灯。 | 我需要一盏灯。 | 不知道该买哪款灯。 | 您有什么建议？ | 想换盏新灯。
            给点建议吧，买什么灯？ | 哪款灯适合我？ | 我不知道选哪个。 | 家里想添一盏灯。 | 灯太多了，挑花眼了。 | 您推荐哪一款？ | 帮忙推荐一款灯。 | 我该买什么样的灯？ | 想要一盏好看的灯。 | 求推荐。
            随便推荐一个吧。 | 买灯有什么建议吗？ | 我刚搬家，还没有灯。 | 家里太暗了，想买个灯。 | 想挑一盏合适的灯。 | 您能帮我选灯吗？ | 我选择困难，帮我挑一个。 | 如果是您，会选哪款？ | 要买灯，怎么选？
            我想看看灯，有推荐吗？
            """,
            ("好的！请问灯放在哪个房间，预算大概多少？", "很高兴为您推荐。请问用在哪个房间，预算是多少？"),
            "房间", "预算",
        ),
        weight=1.5,
    ),
    Intent(
        "recommend_budget",
        side(
            """
            I want a {kind} under ${budget}. | Do you have a {kind} for less than ${budget}? | A {kind} under ${budget}?
            Which {kinds} cost less than ${budget}? | Show me {kinds} under ${budget}. | {kind} below ${budget}
            {kinds} up to ${budget}? | I need a {kind} and have {budget} dollars. | My budget for a {kind} is ${budget}.
            What {kinds} can I get for ${budget}? | I'm looking for a {kind} for at most ${budget}.
            Is there a {kind} for under {budget} dollars? | Any {kind} under ${budget}?
            Can you recommend a {kind} below ${budget}? | Which {kind} can I buy with ${budget}?
            I can spend ${budget} on a {kind}. | The {kind} should not cost more than ${budget}.
            Do you sell {kinds} for less than {budget} dollars? | I don't want to pay more than ${budget} for a {kind}.
            Find me a {kind} within ${budget}. | {kinds} within {budget} dollars?
            I was wondering if you have {kinds} under ${budget}. | A {kind} for no more than ${budget}, please.
            We have ${budget} for a new {kind}. | Is ${budget} enough for a {kind}? | Does any {kind} cost less than ${budget}?
            Please list the {kinds} that cost under {budget} dollars. | A {kind} at a price below ${budget}, which one?
            I've got ${budget} and would like a {kind}. | Suggest a {kind} under ${budget}. | {kind}, {budget} dollars at most
            For a birthday we need a {kind} under ${budget}. | Can I find a {kind} here for less than ${budget}?
            """,
            ANSWERS,
            "{word}", "{first}", "{last}",
        ),
        side(
            """
            有{budget}美元以内的{kind}吗？ | {budget}美元以下的{kind}有哪些？ | 我想买{budget}美元以内的{kind}。 | {kind}有没有低于{budget}美元的？
            预算{budget}美元，想买{kind}。 | {budget}美元能买什么{kind}？ | {kind}，预算{budget}美元 | 推荐一款{budget}美元以内的{kind}。
            有不超过{budget}美元的{kind}吗？ | 我的预算是{budget}美元，有什么{kind}？ | 哪些{kind}不到{budget}美元？ | {budget}美元以内{kind}
            想要一盏{kind}，最多花{budget}美元。 | {budget}美元够买{kind}吗？ | 找一款便宜的{kind}，{budget}美元以内。 | {kind}有{budget}美元以下的吗？
            {budget}美元左右能买到{kind}吗？ | 我只有{budget}美元，能买哪款{kind}？ | 请列出{budget}美元以内的{kind}。 | 哪款{kind}在{budget}美元以下？
            您这里有没有{budget}美元以内的{kind}？ | 买{kind}不想超过{budget}美元。 | {budget}美元之内的{kind}推荐一下。 | {kind}最高预算{budget}美元。
            给我看看{budget}美元以下的{kind}。 | {kind}里有{budget}美元以内的吗？ | 打算花{budget}美元买{kind}。 | 我手头有{budget}美元，想要一盏{kind}。
            {kind}，别超过{budget}美元。 | 送朋友一盏{kind}，{budget}美元以内。 | {budget}美元可以买到哪些{kind}？ | 有没有{kind}价格低于{budget}美元？
            """,
            ANSWERS,
            "{word}", "{first}", "{last}",
        ),
        weight=3,
        fill=budget_in_category,
    ),
    Intent(
        "budget_any",
        side(
            """
            I want a lamp under ${budget}. | What can I get for ${budget}? | Do you have lamps for less than ${budget}?
            Something under ${budget}, please. | My budget is ${budget}. | Which lamp can I buy with {budget} dollars?
            Anything below ${budget}? | I have {budget} dollars. | I can spend up to ${budget}.
            What do you have under ${budget}? | Recommend a lamp for less than ${budget}.
            I don't want to spend more than ${budget}. | Lamps under ${budget}? | I only have {budget} dollars for a lamp.
            Is there a lamp for under ${budget}? | A lamp for {budget} dollars at most | I'd like to pay less than ${budget}.
            What lamp is there within ${budget}? | Can I get a lamp for ${budget}?
            Show me something for less than {budget} dollars. | Not more than ${budget}, please.
            Up to ${budget}, what do you suggest? | I was thinking of spending about {budget} dollars.
            Suggest something below ${budget}. | Is ${budget} enough for a lamp?
            Do you sell anything for under {budget} dollars? | The lamp must cost less than ${budget}. | At most ${budget}
            I need a new lamp but have just ${budget}. | Which lamps cost less than ${budget}? | A nice lamp below ${budget}?
            With ${budget} in my pocket, what can I buy? | I have a limit of ${budget}. | {budget} dollars max
            """,
            (
                "For less than ${budget} I recommend the {p}. It costs ${price}.",
                "Under ${budget} the {p} is a good choice. It costs ${price}.",
            ),
            "{p}", "${price}",
        ),
        side(
            """
            {budget}美元以内有什么灯？ | 预算{budget}美元。 | {budget}美元能买到什么？ | 有{budget}美元以下的灯吗？ | 我的预算是{budget}美元。 | 推荐一款{budget}美元以内的灯。
            我只有{budget}美元。 | {budget}美元以下买什么好？ | 不想超过{budget}美元。 | {budget}美元能买什么灯？ | 最多花{budget}美元。 | 有没有不到{budget}美元的灯？
            灯有{budget}美元以内的吗？ | {budget}美元以内，推荐哪款灯？ | 想花{budget}美元买盏灯。 | {budget}美元够买灯吗？ | 您有{budget}美元以下的灯推荐吗？
            低于{budget}美元的灯有哪些？ | 我打算花{budget}美元左右。 | {budget}美元以内 | 要{budget}美元以下的。 | 价格别超过{budget}美元。 | 预算不超过{budget}美元，有什么灯？
            我有{budget}美元，能买哪盏灯？ | 想找{budget}美元内的灯。 | 给我推荐一盏{budget}美元以下的灯。 | 预算就{budget}美元，买哪款？ | {budget}美元可以买哪款灯？
            花{budget}美元能买什么样的灯？ | 手里有{budget}美元，想买个灯。 | 有什么灯低于{budget}美元？ | 预算大概{budget}美元
            """,
            ("{budget}美元以内推荐{p}，售价{price}美元。", "{budget}美元以内可以选{p}，售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        weight=2,
        fill=budget_in_all,
    ),
    Intent(
        "color_in_category",
        side(
            """
            Do you have {a} {asked} {kind}? | Do you have {kinds} in {asked}? | I'm looking for {a} {asked} {kind}.
            {asked} {kinds}? | Which {kinds} come in {asked}? | I want a {kind} in {asked}. | Is there a {kind} in {asked}?
            Any {asked} {kinds}? | I need {a} {asked} {kind}. | Show me {asked} {kinds}. | Do you sell {asked} {kinds}?
            A {kind} in {asked}, please. | Have you got {a} {asked} {kind}? | What {kinds} are there in {asked}?
            Are there {asked} {kinds} in your shop? | Can I get a {kind} in {asked}?
            I'd like a {kind}, and it should be {asked}. | Recommend {a} {asked} {kind}.
            My favorite color is {asked}. Is there a {kind} in it? | Which {kind} can I have in {asked}? | One {asked} {kind}?
            Please show me the {kinds} you have in {asked}. | I was wondering if you have any {kind} in {asked}.
            For our {asked} room we want {a} {asked} {kind}. | Could you find me {a} {asked} {kind}?
            List the {kinds} in {asked}. | Is any of your {kinds} {asked}? | Are any {kinds} available in {asked}?
            {kind} in {asked} | The {kind} has to be {asked}. What do you have? | Do {kinds} also come in {asked}?
            What is there in {asked} among the {kinds}?
            """,
            ANSWERS,
            "{first}", "{last}",
        ),
        side(
            """
            有{asked}的{kind}吗？ | 有没有{asked}的{kind}？ | 我想要{asked}的{kind}。 | {asked}的{kind}有哪些？ | 哪些{kind}有{asked}的？
            {asked}{kind} | 想买一盏{asked}的{kind}。 | {kind}有{asked}的吗？ | 找一款{asked}的{kind}。 | {kind}有没有{asked}？
            推荐一款{asked}的{kind}。 | 你们卖{asked}的{kind}吗？ | 哪款{kind}是{asked}的？ | 我喜欢{asked}，有这个颜色的{kind}吗？ | 需要{asked}的{kind}一盏。
            {kind}里有{asked}的吗？ | 您有{asked}的{kind}吗？ | 想看看{asked}的{kind}。 | {kind}能选{asked}吗？ | 我家房间是{asked}，想配{asked}的{kind}。
            {asked}的{kind}卖吗？ | {kind}，要{asked}的。 | 帮我找找{asked}的{kind}。 | 列一下{asked}的{kind}。 | {kind}必须是{asked}的，有吗？
            店里有哪些{asked}的{kind}？ | 有什么{asked}的{kind}可选？ | {kind}有{asked}款吗？ | 请给我看看{asked}的{kind}。 | {asked}的{kind}有没有？
            给我来一盏{asked}的{kind}。 | 哪一款{kind}有{asked}？
            """,
            ANSWERS,
            "{first}", "{last}",
        ),
        weight=1.5,
        fill=color_in_category,
    ),
    Intent(
        "list_category",
        side(
            """
            Which {kinds} do you have? | What {kinds} do you sell? | Show me your {kinds}. | Do you have {kinds}? | {kinds}?
            I am looking for a {kind}. | I need a {kind}. | List all {kinds}. | Do you sell {kinds}? | I want to buy a {kind}.
            What kinds of {kinds} are there? | Can you show me some {kinds}? | Tell me about your {kinds}.
            What are your {kinds} called? | I'd like to see the {kinds}. | Are there any {kinds} in your shop?
            Which {kind} should I buy? | Recommend a {kind}. | What do your {kinds} cost? | How much is a {kind}?
            Give me a list of {kinds}. | What's the choice of {kinds}? | I was wondering what {kinds} you offer.
            How many {kinds} do you have? | Could you list your {kinds} with prices? | Prices of {kinds}
            My aunt wants a {kind}. What do you have? | We are thinking of getting a {kind}. | Have you got {kinds}?
            All {kinds}, please. | Your selection of {kinds}? | I might need a {kind}, what is there?
            What models of {kinds} can I choose from? | Is there a {kind} you can offer me?
            """,
            ("Our {kinds} are {list}.", "We have these {kinds}: {list}."),
            "{first}", "{last}",
        ),
        side(
            """
            有哪些{kind}？ | 你们有什么{kind}？ | 有{kind}吗？ | 我想买{kind}。 | 给我看看{kind}。 | {kind}有哪几款？ | 你们卖{kind}吗？ | {kind}有哪些款式？ | {kind}
            推荐一款{kind}。 | 我在找{kind}。 | 想看看{kind}。 | 列出所有{kind}。 | {kind}都有什么？ | 我需要一盏{kind}。 | 您店里有哪些{kind}？ | {kind}多少钱？
            {kind}一般卖多少钱？ | 介绍一下你们的{kind}。 | {kind}有几款？ | 买哪款{kind}好？ | {kind}的价格都是多少？ | 能看一下{kind}吗？ | 我打算买一盏{kind}。
            {kind}有什么可以选的？ | {kind}的种类有哪些？ | 家里想装{kind}，有哪些？ | 说说{kind}有哪几种。 | {kind}价格表 | 有什么好的{kind}？ | {kind}有现成的款式吗？
            我妈想要一盏{kind}，有什么款？
            """,
            ("我们的{kinds}有{list}。", "{kinds}有这几款：{list}。"),
            "{first}", "{last}",
        ),
        weight=3,
        fill=one_category,
    ),
    Intent(
        "cheapest_in_category",
        side(
            """
            What is your cheapest {kind}? | Which {kind} is the cheapest? | I want the cheapest {kind}. | Cheapest {kind}?
            Which {kind} costs the least? | Do you have a cheap {kind}? | I'm looking for a cheap {kind}. | Any cheap {kinds}?
            What's the lowest price for a {kind}? | Show me the cheapest of your {kinds}. | I need an inexpensive {kind}.
            Which of your {kinds} is the least expensive? | What is the least I can pay for a {kind}? | A cheap {kind}, please.
            I have little money, but need a {kind}. | Which is the most affordable {kind}? | Is there a low-cost {kind}?
            Could you tell me the cheapest {kind} you have? | I was wondering which {kind} is the cheapest one. | Budget {kind}?
            Name your cheapest {kind}. | From which price do you have {kinds}? | What do {kinds} start at? | Lowest price {kind}
            How much is the cheapest {kind}? | Recommend a really cheap {kind}. | The cheapest {kind} for a student, please.
            Among the {kinds}, which one is cheapest? | I just want a simple, cheap {kind}. | Which {kind} has the lowest price?
            Don't show me expensive ones, I want the cheapest {kind}. | Where do prices begin for a {kind}?
            """,
            ("Our cheapest {kind} is the {p}. It costs ${price}.", "The cheapest {kind} is the {p} for ${price}."),
            "{p}", "${price}",
        ),
        side(
            """
            最便宜的{kind}是哪款？ | 哪款{kind}最便宜？ | {kind}最便宜的多少钱？ | 有便宜的{kind}吗？ | 我想要最便宜的{kind}。 | 最便宜的{kind} | 便宜点的{kind}有吗？
            {kind}哪个最便宜？ | {kind}最低价是多少？ | 你们最便宜的{kind}是什么？ | 推荐一款便宜的{kind}。 | {kind}最低多少钱？ | 哪盏{kind}价格最低？ | 想买个便宜的{kind}。
            钱不多，想买{kind}。 | {kind}起价多少？ | {kind}里面最实惠的是哪款？ | 给我最便宜的{kind}。 | {kind}从多少钱起？ | 您家最便宜的{kind}多少钱？ | 有没有价格低一点的{kind}？
            最划算的{kind}是哪一款？ | {kind}里最便宜的叫什么？ | {kind}有没有特别便宜的？ | 我是学生，想要最便宜的{kind}。 | 要一盏便宜{kind}。 | 哪一款{kind}卖得最便宜？
            {kind}最少要花多少钱？ | 价格最低的{kind}是哪款？ | 不要贵的，{kind}哪个最便宜？ | 便宜实惠的{kind}，有吗？
            """,
            ("最便宜的{kind}是{p}，售价{price}美元。", "{kind}里最便宜的是{p}，售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        weight=2,
        fill=end_of_category(0),
    ),
    Intent(
        "most_expensive_in_category",
        side(
            """
            What is your most expensive {kind}? | Which {kind} is the most expensive? | Most expensive {kind}?
            The priciest {kind}? | Which {kind} costs the most? | Do you have a luxury {kind}?
            I want the most expensive {kind}. | Show me your finest {kind}. | What's the highest price for a {kind}?
            Which of your {kinds} is the most costly? | I'm looking for a luxury {kind}.
            What is the most I could pay for a {kind}? | Money is no problem, I want a {kind}. | Your top {kind}, please.
            What is your best and most expensive {kind}? | Is there a premium {kind}? | Premium {kinds}?
            Which {kind} has the highest price? | Name the most expensive {kind} you sell.
            How much is the most expensive {kind}? | I need a really exclusive {kind}.
            Could you tell me which {kind} is the most expensive? | I was wondering what your priciest {kind} is.
            Among the {kinds}, which one costs most? | Do you sell high-end {kinds}? | A very expensive {kind}, please.
            Up to which price do {kinds} go? | Price doesn't matter. Which {kind} is the top one?
            Which is the top model of your {kinds}? | For my boss I want your most expensive {kind}. | High-end {kind}?
            What does your most expensive {kind} cost?
            """,
            ("Our most expensive {kind} is the {p}. It costs ${price}.", "The most expensive {kind} is the {p} for ${price}."),
            "{p}", "${price}",
        ),
        side(
            """
            最贵的{kind}是哪款？ | 哪款{kind}最贵？ | {kind}最贵的多少钱？ | 有高档的{kind}吗？ | 我想要最贵的{kind}。 | 最贵的{kind} | 高端一点的{kind}有吗？
            {kind}哪个最贵？ | {kind}最高价是多少？ | 你们最贵的{kind}是什么？ | 推荐一款高档的{kind}。 | {kind}最贵要多少钱？ | 哪盏{kind}价格最高？ | 想买个豪华的{kind}。
            钱不是问题，想买{kind}。 | {kind}里面最高档的是哪款？ | 给我最贵的{kind}。 | {kind}最贵能到多少？ | 您家最贵的{kind}多少钱？ | 有没有奢华的{kind}？
            最高端的{kind}是哪一款？ | {kind}里最贵的叫什么？ | {kind}有没有特别高档的？ | 送老板，想要最贵的{kind}。 | 要一盏豪华{kind}。 | 哪一款{kind}卖得最贵？
            价格最高的{kind}是哪款？ | 不在乎价格，{kind}哪个最好最贵？ | 顶级的{kind}有吗？ | 最豪华的{kind}多少钱？ | 预算不限，{kind}选哪款？
            """,
            ("最贵的{kind}是{p}，售价{price}美元。", "{kind}里最贵的是{p}，售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        fill=end_of_category(-1),
    ),
    Intent(
        "cheapest_of_all",
        side(
            """
            What is your cheapest lamp? | Which lamp is the cheapest? | I need a cheap lamp. | Do you have cheap lamps?
            Cheapest lamp? | What is the cheapest thing you sell? | I have little money. | Do you have something cheap?
            Which lamp costs the least? | I'm looking for the cheapest light. | What's the lowest price in your shop?
            Anything cheap? | Show me your cheapest lamp. | Which product is the least expensive?
            What is the least I can spend here? | I'd like a cheap light. | A cheap one, please. | Where do your prices start?
            I'm short of money, what do you have? | Could you tell me your cheapest product?
            I was wondering what your cheapest lamp is. | Do you sell inexpensive lamps? | The lowest-priced lamp, please.
            Name the cheapest lamp in the shop. | How much is your cheapest lamp? | What do lamps start at? | I can't pay much.
            Which of all your lamps is the cheapest? | Are there any affordable lamps?
            Just give me the cheapest lamp you have. | What is the most affordable lamp?
            I want to spend as little as possible. | Is there a lamp for a small purse?
            """,
            ("Our cheapest lamp is the {p}. It costs ${price}.", "The cheapest one is the {p} for ${price}."),
            "{p}", "${price}",
        ),
        side(
            """
            最便宜的灯是哪款？ | 哪款灯最便宜？ | 你们最便宜的灯多少钱？ | 有便宜的灯吗？ | 我钱不多。 | 最便宜的是什么？ | 有便宜一点的东西吗？ | 最便宜的灯 | 店里最便宜的是哪个？ | 哪盏灯价格最低？
            想买最便宜的灯。 | 全店最低价是多少？ | 便宜的灯推荐一下。 | 灯最低多少钱？ | 我想少花点钱。 | 您这里什么灯最便宜？ | 哪个灯最实惠？ | 有没有特别便宜的灯？ | 你们的灯从多少钱起？ | 给我来个最便宜的。
            最低价的灯是哪一款？ | 手头紧，有什么灯？ | 想要便宜实惠的灯。 | 价格最低的是哪款灯？ | 所有灯里哪个最便宜？ | 我要最便宜的那款灯。 | 有不贵的灯吗？ | 最少花多少钱能买到灯？ | 预算很少，买哪款灯？
            哪款产品最便宜？ | 起步价的灯是哪款？
            """,
            ("最便宜的灯是{p}，售价{price}美元。", "我们最便宜的是{p}，售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        fill=fixed("star"),
    ),
    Intent(
        "most_expensive_of_all",
        side(
            """
            What is your most expensive lamp? | Which lamp is the most expensive? | Most expensive lamp?
            Do you have luxury lamps? | What is the most expensive thing you sell? | Which lamp costs the most?
            I want the most expensive lamp. | The priciest lamp? | What's the highest price in your shop?
            Show me your finest lamp. | I'm looking for something luxurious. | Which product is the most expensive?
            Money doesn't matter. What is your top lamp? | Do you sell premium lamps?
            Name the most expensive lamp in the shop. | How much is your most expensive lamp? | Anything really exclusive?
            Could you tell me your most expensive product? | I was wondering what your priciest lamp is.
            A luxury lamp, please. | Which of all your lamps costs the most? | What is the most I can spend here?
            Your most luxurious light? | I'd like a very expensive light for my villa. | Up to what price do your lamps go?
            High-end lamps? | What's the top of your range? | Do you have something very expensive?
            I only buy the most expensive things. | Which lamp has the highest price? | What is the crown of your collection?
            Show me the luxury lamps.
            """,
            ("Our most expensive lamp is the {p}. It costs ${price}.", "The most expensive one is the {p} for ${price}."),
            "{p}", "${price}",
        ),
        side(
            """
            最贵的灯是哪款？ | 哪款灯最贵？ | 你们最贵的灯多少钱？ | 有豪华的灯吗？ | 最贵的是什么？ | 最贵的灯 | 店里最贵的是哪个？ | 哪盏灯价格最高？ | 想买最贵的灯。 | 全店最高价是多少？ | 高档的灯推荐一下。
            灯最贵多少钱？ | 您这里什么灯最贵？ | 哪个灯最高档？ | 有没有特别贵的灯？ | 你们的灯最贵到多少钱？ | 给我来个最贵的。 | 最高端的灯是哪一款？ | 我不差钱，有什么灯？ | 想要豪华大气的灯。
            价格最高的是哪款灯？ | 所有灯里哪个最贵？ | 我要最贵的那款灯。 | 有奢侈一点的灯吗？ | 镇店之宝是哪款？ | 哪款产品最贵？ | 顶级的灯是哪款？ | 别墅用，想要最豪华的灯。 | 最奢华的灯是什么？ | 有高端灯具吗？
            价格不是问题，最好的灯是哪款？
            """,
            ("最贵的灯是{p}，售价{price}美元。", "我们最贵的是{p}，售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        fill=fixed("crown"),
    ),
    Intent(
        "categories",
        side(
            """
            What do you sell? | Which lamps do you have? | What products do you have? | Show me your lamps.
            What can I buy here? | What kinds of lamps do you sell? | List your products. | What's in your shop?
            Which products do you offer? | What types of lights do you have? | Tell me about your products.
            Do you have a catalog? | What sort of shop is this? | Give me an overview of your lamps. | What do you offer?
            Which kinds of lights can I get? | Your product range? | I'd like to see all your lamps. | What is on sale here?
            What categories of lamps are there? | Product list | Can you show me your assortment? | What all do you have?
            I was wondering what you sell. | What goods do you have? | I'm new here. What can I find in this shop?
            How many kinds of lamps do you have? | What does Wickhaven sell? | Could you tell me what lamps there are?
            Do you sell lamps? | What is your selection like? | I just want to look around.
            Which sorts of lights are in your catalog? | Name the types of lamps you sell.
            """,
            (
                "We sell desk lamps, floor lamps, pendant lights, table lamps, bedside lamps, wall lamps, night lights, garden "
                "lights, reading lamps and chandeliers.",
                "You can choose from desk lamps, floor lamps, pendant lights, table lamps, bedside lamps, wall lamps, night "
                "lights, garden lights, reading lamps and chandeliers.",
            ),
            "desk lamps", "floor lamps", "chandeliers",
        ),
        side(
            """
            你们卖什么？ | 有哪些灯？ | 你们有什么产品？ | 都卖些什么灯？ | 店里有什么？ | 这里能买到什么？ | 有什么种类的灯？ | 看看你们的灯。 | 产品目录 | 你们有哪些商品？ | 介绍一下你们的产品。
            都有什么类型的灯？ | 你们店卖什么的？ | 有多少种灯？ | 我想看看所有的灯。 | 列一下你们的产品。 | 烛湾灯铺卖什么？ | 您这儿有些什么灯？ | 灯的种类有哪些？ | 你们主要经营什么？ | 产品有哪些分类？
            你们都有什么货？ | 我随便看看，有什么灯？ | 能给我看看产品列表吗？ | 灯具都有哪几类？ | 第一次来，你们卖哪些东西？ | 有商品目录吗？ | 你们家有哪些类别的灯？ | 你们卖灯吗？ | 想了解一下你们卖的灯。
            灯有哪几种？ | 店里的灯分哪些类？
            """,
            (
                "我们有台灯、落地灯、吊灯、桌灯、床头灯、壁灯、小夜灯、庭院灯、阅读灯和枝形吊灯。",
                "可以选台灯、落地灯、吊灯、桌灯、床头灯、壁灯、小夜灯、庭院灯、阅读灯和枝形吊灯。",
            ),
            "台灯", "落地灯", "枝形吊灯",
        ),
        weight=2,
    ),
    Intent(
        "popular",
        side(
            """
            What is your best seller? | Which lamp is the most popular? | What do most people buy? | Your most popular lamp?
            Which lamp sells best? | What is popular right now? | Best seller? | What are people buying? | Which lamp is a hit?
            What do other customers like? | Which one is the customers' favorite? | Show me your best-selling lamp.
            Top seller? | What's your bestseller at the moment? | Which of your lamps do customers love most?
            What is trending? | I'd like to know which lamp is sold most. | What is the number one lamp in your shop?
            Popular lamps? | What do people usually take? | Could you tell me the most popular product?
            Which product do you sell most often? | I was wondering which lamp is bought most.
            What is everybody's favorite lamp? | Which lamp is in fashion? | I just want what everyone else buys.
            What is the most loved lamp here? | Which lamp gets the best reviews? | What is your favorite lamp?
            Which lamp are you most proud of? | What is the star of your shop? | Your most sold lamp, please.
            """,
            ("Our best seller is the {p}. It costs ${price}.", "Most people buy the {p}. It costs ${price}."),
            "{p}", "${price}",
        ),
        side(
            """
            哪款灯卖得最好？ | 最受欢迎的是哪款？ | 你们的爆款是什么？ | 热销的是哪款？ | 大家都买什么灯？ | 什么灯最火？ | 销量最高的是哪款？ | 最畅销的灯 | 哪款最热门？ | 别人一般买哪款？ | 有什么热卖的灯？
            现在流行什么灯？ | 顾客最喜欢哪款灯？ | 卖得最多的是哪款？ | 招牌产品是哪款？ | 您这儿什么卖得好？ | 人气最高的灯是哪个？ | 哪款灯好评最多？ | 销量第一的是什么灯？ | 推荐一款热销的。 | 大家都喜欢哪一款？
            热门款有哪些？ | 哪一款灯口碑最好？ | 你最喜欢哪款灯？ | 最近哪款灯比较火？ | 我想买大家都在买的那款。 | 哪个灯买的人最多？ | 你们的明星产品是哪款？ | 网红款是哪个？ | 想知道哪款灯最受顾客喜爱。
            回头客最爱买哪款灯？
            """,
            ("卖得最好的是{p}，售价{price}美元。", "最受欢迎的是{p}，售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        fill=fixed("aurora"),
    ),
    Intent(
        "gift_idea",
        side(
            """
            I need a gift. | Can you recommend a gift? | What is a good present? | I'm looking for a gift for my mother.
            Gift ideas? | Which lamp is a nice gift? | I want to give a lamp to a friend.
            What would be a good birthday present? | Do you have an idea for a wedding gift? | It's a present for my wife.
            A gift for my girlfriend? | Christmas present? | My sister has her birthday soon. What should I buy?
            Which lamp makes a good present? | Any gift suggestions? | I'd like to surprise my husband with a lamp.
            Help me find a present. | What can I give to my teacher? | I need something for my father's birthday.
            A housewarming gift, please. | My friends are moving in together. What gift?
            Could you suggest something as a gift? | I was wondering which lamp to give as a present. | A gift for a colleague?
            What lamp do people give as a gift? | I have to buy a present by Friday. | Something nice to give away?
            I want to make my grandmother happy with a lamp. | Present for a neighbor? | What is a lovely gift for a couple?
            It should be a gift, what do you suggest? | Birthday gift for a good friend? | Which lamp would she be happy about?
            """,
            (
                "The {p} is a lovely gift. It costs ${price}, and gift wrap is free.",
                "As a gift I recommend the {p} for ${price}. Gift wrap is free.",
            ),
            "{p}", "${price}", "wrap",
        ),
        side(
            """
            送礼买什么灯好？ | 我想买个礼物。 | 有适合送人的灯吗？ | 送朋友什么灯好？ | 推荐一款送礼的灯。 | 生日礼物买哪款？ | 想送妈妈一盏灯。 | 礼物推荐 | 送女朋友选哪款？ | 朋友结婚送什么灯？
            哪款灯适合当礼物？ | 我想给老婆一个惊喜。 | 朋友搬新家，送什么好？ | 送老师什么灯合适？ | 想挑个礼物送同事。 | 过节送礼有什么推荐？ | 送长辈的灯有推荐吗？ | 圣诞礼物送什么？ | 我要送人，选哪个好？
            您觉得哪款送人好？ | 爸爸过生日，买什么好？ | 帮我选个礼物。 | 有什么拿得出手的礼物？ | 送闺蜜的生日礼物，求推荐。 | 送人用，推荐一款吧。 | 想买盏灯送给奶奶。 | 乔迁礼物选什么灯？ | 情人节送什么好？
            我想找一份小礼物。 | 送客户什么礼物好？ | 哪款灯送人最有面子？
            """,
            ("送礼推荐{p}，售价{price}美元，免费礼品包装。", "{p}很适合送人，售价{price}美元，免费礼品包装。"),
            "{p}", "{price}美元", "包装",
        ),
        fill=fixed("luna"),
    ),
    Intent(
        "eco",
        side(
            """
            Are your lamps good for the environment? | Are your lamps eco-friendly? | Do your lamps save energy?
            Are you a green company? | How sustainable are your lamps? | Is sustainability important to you?
            What do you do for the environment? | Do you care about the climate? | Are your products environmentally friendly?
            Energy-saving lamps? | Are your lamps green? | Do you have eco-friendly lamps? | I want a sustainable lamp.
            Do your lamps use little energy? | Eco-friendly? | I care about nature. Are your lamps okay?
            How green is your shop? | Do your lamps harm the environment? | Are your lamps energy efficient?
            Is your company sustainable? | Do you think of the environment? | I'd like to buy lamps that save energy.
            Could you tell me how eco-friendly your products are? | I was wondering whether your lamps are sustainable.
            What about the environment? | Are you climate-friendly? | What makes your lamps green?
            Do you do something for the planet? | Is buying a lamp from you good for the planet?
            My kids worry about the climate. Are your lamps green? | Which lamps save the most energy?
            Are your lamps wasteful?
            """,
            (
                "Our lamps use LED bulbs that last about 15 years, and we recycle old lamps for free.",
                "We use LED bulbs that save energy and last about 15 years. Old lamps are recycled for free.",
            ),
            "LED", "15 years", "recycle",
        ),
        side(
            """
            你们的灯环保吗？ | 灯节能吗？ | 你们的产品环保吗？ | 你们注重环保吗？ | 灯具是节能的吗？ | 有环保的灯吗？ | 你们的灯能节省能源吗？ | 环保吗？ | 你们为环境做了什么？ | 灯对环境友好吗？ | 我想买节能的灯。
            你们是绿色企业吗？ | 你们的灯符合绿色环保吗？ | 有没有节能灯？ | 你们的灯低碳吗？ | 公司关心气候变化吗？ | 您家的灯省能源吗？ | 我很在意环保，你们的灯怎么样？ | 灯会不会污染环境？ | 你们的灯可持续吗？
            节能环保方面怎么样？ | 你们有什么环保措施？ | 想要一盏环保的灯。 | 你们重视可持续发展吗？ | 产品在环保上有什么做法？ | 哪些灯比较环保节能？ | 你们的灯绿色吗？ | 我家想换节能环保的灯。 | 买你们的灯对地球好吗？
            你们的灯具节能效果怎么样？ | 灯的材料和用电环保吗？
            """,
            ("我们的灯用LED灯泡，寿命约15年，旧灯可免费回收。", "我们用节能的LED灯泡，寿命约15年，并免费回收旧灯。"),
            "LED", "15年", "回收",
        ),
    ),
]

# ---- the lamp was named before --------------------------------------------------------------------------------------

FOLLOW_UPS = [
    Intent(
        "price_it",
        side(
            """
            How much is it? | What does it cost? | And the price? | How much is that one? | What is the price?
            How expensive is it? | Is it expensive? | And how much does it cost? | What's the price of it?
            How much for this one? | Price? | How much would that be? | What do I have to pay for it?
            And what does this lamp cost? | Could you tell me its price? | How many dollars is it?
            I'd like to know the price, too. | What do you want for it? | Okay, how much? | Tell me the price of it.
            Sounds nice, what does it cost? | How much does this lamp cost? | What's its price? | How much money is that?
            """,
            ("The {p} costs ${price}.", "The price of the {p} is ${price}."),
            "{p}", "${price}",
        ),
        side(
            """
            它多少钱？ | 多少钱？ | 这款多少钱？ | 那它的价格呢？ | 价格是多少？ | 这个怎么卖？ | 贵吗？ | 要多少钱？ | 这盏灯多少钱？ | 那要多少钱呢？ | 什么价？ | 它卖多少钱？ | 那价格呢？ | 它贵不贵？
            这款什么价格？ | 听起来不错，多少钱？ | 您说的这款多少钱？ | 一盏多少钱？ | 它的售价是多少？ | 这个要几美元？ | 那这款的价钱呢？ | 我想知道它的价格。
            """,
            ("{p}的价格是{price}美元。", "{p}售价{price}美元。"),
            "{p}", "{price}美元",
        ),
        weight=3,
        follow_up=True,
    ),
    Intent(
        "colors_it",
        side(
            """
            Which colors does it come in? | What colors are there? | Which colours does it have? | What color is it?
            And the colors? | Does it come in other colors? | Is it available in different colours? | What colors can I choose?
            Which colors can I get? | And what colors does that one have? | Colors? | Can I choose the color?
            What are its colors? | Tell me its colors. | In which colors do you have it? | What about colors?
            Are there different colors? | What colours does this lamp come in? | I'd like to know the colors, too.
            How many colors are there? | Can I get it in other colors? | And which colors is it made in?
            """,
            ("The {p} comes in {colors}.", "You can get the {p} in {colors}."),
            "{p}", "{colors}",
        ),
        side(
            """
            它有什么颜色？ | 有哪些颜色？ | 这款有什么颜色？ | 颜色呢？ | 它是什么颜色的？ | 有别的颜色吗？ | 能选颜色吗？ | 这盏灯有几种颜色？ | 有几个颜色？ | 那颜色有哪些？ | 都有什么颜色可以选？
            它有几种颜色？ | 这个是什么颜色？ | 颜色可以选吗？ | 那有什么颜色呢？ | 您说的这款有哪些颜色？ | 它还有其他颜色吗？ | 这款颜色多吗？ | 可选什么颜色？ | 我想知道它的颜色。 | 那盏有什么颜色？
            """,
            ("{p}有{colors}。", "{p}的颜色有{colors}。"),
            "{p}", "{colors}",
        ),
        weight=2,
        follow_up=True,
    ),
    Intent(
        "one_color_it",
        side(
            """
            Does it come in {asked}? | Is it available in {asked}? | Can I get it in {asked}? | Do you have it in {asked}?
            Is there {a} {asked} one? | And in {asked}? | I'd like it in {asked}. | In {asked}, too? | Is it {asked}?
            Do you have that one in {asked}? | What about {asked}? | Can I have it in {asked}? | Is there one in {asked}?
            I want it in {asked}. | I'd prefer {asked}. Is that possible? | Got it in {asked}?
            Could I get this lamp in {asked}? | Is {asked} possible? | Does this lamp come in {asked}?
            My favorite color is {asked}. Do you have it like that? | Do you sell it in {asked}? | Is it made in {asked}?
            """,
            ("The {p} comes in {colors}, {verdict}.", "You can get the {p} in {colors}, {verdict}."),
            "{p}", "{verdict}",
        ),
        side(
            """
            它有{asked}的吗？ | 有{asked}的吗？ | 有没有{asked}的？ | 这款有{asked}吗？ | {asked}的有吗？ | 能要{asked}的吗？ | 那{asked}呢？ | 我想要{asked}的。
            这款出{asked}吗？ | 可以选{asked}吗？ | 它是{asked}的吗？ | 这盏有{asked}的吗？ | 有{asked}款吗？ | 我喜欢{asked}，有吗？ | 这个有{asked}的没有？
            能换成{asked}的吗？ | 您这款有{asked}吗？ | 要{asked}的行吗？ | 它做{asked}的吗？ | 我更喜欢{asked}的。 | 有{asked}可以选吗？
            """,
            ("{p}有{colors}，{verdict}。", "{p}的颜色有{colors}，{verdict}。"),
            "{p}", "{verdict}",
        ),
        weight=1.5,
        fill=one_color,
        follow_up=True,
    ),
    Intent(
        "stock_it",
        side(
            """
            Is it in stock? | Do you have it in stock? | Is it available? | Is it sold out? | How many do you have?
            Do you still have it? | Is that one in stock? | And is it available now? | Are there any left? | How many are left?
            Is it still available? | Can I get it right away? | Do you have it there? | In stock? | Is this lamp in stock?
            What about the stock? | Is it available at the moment? | Have you got it in the warehouse?
            Could you check if it is in stock? | How many of them are there? | Is it there or sold out?
            I hope it is not sold out?
            """,
            ("The {p} {availability}.", "I checked: the {p} {availability}."),
            "{p}", "{stock_word}",
        ),
        side(
            """
            有货吗？ | 它有货吗？ | 这款有货吗？ | 还有吗？ | 有现货吗？ | 现在有货吗？ | 还剩多少？ | 卖完了吗？ | 库存有多少？ | 这盏还有货吗？ | 那有没有货？ | 能马上买到吗？ | 它卖完了没有？
            店里有这款吗？ | 这个缺货吗？ | 还有几盏？ | 帮我查一下它有没有货。 | 您那里还有货吗？ | 这款还有存货吗？ | 目前有库存吗？ | 它还能买到吗？
            """,
            ("{p}{availability}。", "查到了，{p}{availability}。"),
            "{p}", "{stock_word}",
        ),
        weight=2,
        fill=stock,
        follow_up=True,
    ),
    Intent(
        "use_it",
        side(
            """
            What is it good for? | What is it for? | Where can I use it? | Where would you put it? | Which room is it made for?
            What can I use it for? | Where does it fit best? | What is that one good for? | What do people use it for?
            And where do I put it? | Which place suits it? | What is this lamp good for? | Which room does it belong in?
            What is it used for? | What is it meant for? | Where should I put it? | And what is its purpose? | For which room?
            What would I use it for? | Where does it look best? | What is it made for? | For what is it suitable?
            """,
            ("The {p} is good for {use}.", "The {p} is made for {use}."),
            "{p}", "{use}",
        ),
        side(
            """
            它适合用在哪里？ | 它是干什么用的？ | 这款适合放哪儿？ | 适合什么场合？ | 放在哪里好？ | 它有什么用途？ | 这盏灯适合哪里？ | 适合哪个房间？ | 那它适合放哪里呢？ | 主要用来做什么？ | 这款用在什么地方好？
            它放哪儿合适？ | 这个适合干什么用？ | 一般用在哪里？ | 它最适合什么地方？ | 您觉得它放哪里好？ | 这款是给哪里用的？ | 用在哪儿比较好？ | 它的用途是什么？ | 适合用来做什么？ | 这灯摆哪里好看？
            """,
            ("{p}适合{use}。", "{p}最适合{use}。"),
            "{p}", "{use}",
        ),
        weight=1.5,
        follow_up=True,
    ),
    Intent(
        "feature_it",
        side(
            """
            What features does it have? | What is special about it? | Does it have any extras? | What can it do?
            And its features? | What functions does it have? | What makes it special? | Does it have something special?
            What is that one equipped with? | Which extras does it come with? | Features? | What extra does it offer?
            Why should I choose it? | What's so great about it? | What is its main feature?
            What functions does this lamp have? | Any special features? | Has it got any special function?
            And what does it have to offer? | What's different about it? | What are its extras? | Tell me its features.
            """,
            ("The {p} has {feature}.", "The special thing about the {p}: it has {feature}."),
            "{p}", "{feature}",
        ),
        side(
            """
            它有什么功能？ | 有什么特别的？ | 这款有什么特点？ | 它有什么特色？ | 带什么功能？ | 有什么亮点？ | 这盏灯有什么功能？ | 它好在哪里？ | 功能呢？ | 那它有什么优点？ | 有什么特殊功能吗？ | 为什么选它？
            这款有哪些功能？ | 它都有什么功能？ | 它跟别的有什么不同？ | 这个有啥特别之处？ | 它配了什么？ | 您说说它的特点。 | 这款的卖点是什么？ | 它还有别的功能吗？ | 它最大的特点是什么？
            """,
            ("{p}带有{feature}。", "{p}的特点是带有{feature}。"),
            "{p}", "{feature}",
        ),
        follow_up=True,
    ),
    Intent(
        "dimmable_it",
        side(
            """
            Is it dimmable? | Can I dim it? | Can it be dimmed? | Can I make it darker? | Is the brightness adjustable?
            Dimmable? | Can I change its brightness? | Is that one dimmable? | Does it dim? | And can I dim this lamp?
            Can I turn the light down? | Is it possible to dim it? | Can I set the brightness? | Is this lamp dimmable?
            Could I dim the light? | Does it have different brightness levels? | And is it dimmable, too?
            Can it also shine less bright? | I hope I can dim it? | Is it too bright or can I dim it?
            Can the light be adjusted? | Is there a way to dim it?
            """,
            ("The {p} has {feature}, {verdict}.", "The {p} comes with {feature}, {verdict}."),
            "{p}", "{verdict}",
        ),
        side(
            """
            能调光吗？ | 它可以调光吗？ | 亮度能调吗？ | 这款能调光吗？ | 可以调亮度吗？ | 它能调暗吗？ | 能不能调光？ | 亮度可以调节吗？ | 支持调光吗？ | 太亮的话能调暗吗？ | 这盏能调亮度吗？
            它的亮度可以变吗？ | 可以调明暗吗？ | 那它能调光吗？ | 这个能调亮暗吗？ | 您这款能调光吗？ | 它是可调光的吗？ | 灯光能调弱一点吗？ | 它能变暗一点吗？ | 有亮度调节吗？ | 光线可以调吗？
            """,
            ("{p}带有{feature}，{verdict}。", "{p}的特点是带有{feature}，{verdict}。"),
            "{p}", "{verdict}",
        ),
        fill=dimmable,
        follow_up=True,
    ),
    Intent(
        "watts_it",
        side(
            """
            What power does it need? | How many watts does it have? | How much power does it use? | How many watts?
            What is its wattage? | Does it use much electricity? | How much electricity does it need? | And the power?
            Wattage? | How strong is it? | How many watts is it? | How many watts is that one? | What's the power consumption?
            How much energy does it use? | Does it need a lot of power? | How much power does this lamp draw?
            And how many watts does it take? | Will it raise my power bill? | What does it consume?
            How much current does it need? | Tell me its wattage. | What is its power in watts?
            """,
            ("The {p} uses {watts} watts.", "The power of the {p} is {watts} watts."),
            "{p}", "{watts} watt",
        ),
        side(
            """
            它多少瓦？ | 功率是多少？ | 几瓦的？ | 这款费电吗？ | 它的功率多大？ | 耗电吗？ | 多少瓦？ | 费不费电？ | 这盏灯多少瓦？ | 它用电多吗？ | 省电吗？ | 那功率呢？ | 它的瓦数是多少？
            这个是几瓦的？ | 用电多不多？ | 这款功率大吗？ | 耗电量多大？ | 您知道它的功率吗？ | 它耗电多少？ | 它要用多少电？ | 这款多少瓦？
            """,
            ("{p}的功率是{watts}瓦。", "{p}用电{watts}瓦。"),
            "{p}", "{watts}瓦",
        ),
        follow_up=True,
    ),
    Intent(
        "about_it",
        side(
            """
            Tell me more about it. | Can you describe it? | More details, please. | What is it like?
            I'd like to know more about it. | Tell me about that one. | Is it good? | What can you tell me about it?
            Describe it, please. | And what kind of lamp is it? | Give me some more information about it. | Any more details?
            More about this lamp, please. | What do you know about it? | Could you tell me more?
            That sounds interesting, tell me more. | Is it any good? | What should I know about it? | I'm interested in it.
            Introduce it to me. | Some facts about it, please. | Can you say more about that lamp?
            """,
            (
                "The {p} is good for {use}. It has {feature} and costs ${price}.",
                "The {p} costs ${price}. It has {feature} and is good for {use}.",
            ),
            "{p}", "{use}", "{feature}", "${price}",
        ),
        side(
            """
            再介绍一下它。 | 它怎么样？ | 说详细一点。 | 这款怎么样？ | 多介绍一下吧。 | 能详细说说吗？ | 我想多了解一下它。 | 这盏灯好吗？ | 介绍一下这款。 | 它好用吗？ | 那款怎么样？ | 有更多信息吗？
            讲讲这盏灯。 | 它是什么样的灯？ | 具体说说它。 | 我对它感兴趣。 | 您再说说这款吧。 | 听起来不错，详细讲讲。 | 它值得买吗？ | 给我说说它的情况。 | 描述一下它。
            """,
            ("{p}适合{use}，带有{feature}，售价{price}美元。", "{p}售价{price}美元，带有{feature}，适合{use}。"),
            "{p}", "{use}", "{feature}", "{price}美元",
        ),
        weight=1.5,
        follow_up=True,
    ),
    Intent(
        "buy_it",
        side(
            """
            I'll take it. | I want to buy it. | How can I order it? | I'd like to order it. | Okay, I'll buy it. | Can I buy it?
            I want that one. | Good, I'll have it. | Please order it for me. | I take this one. | Put it in my cart.
            Where can I buy it? | How do I get it? | That's the one, I'm buying it. | I'd like to have it.
            Sold! I'll take this lamp. | I want to order this lamp. | Let me have one. | Fine, how do I order?
            Can I order it online? | I have decided, I want it. | Add it to my basket.
            """,
            ANSWERS,
            "{lamp}", "${cost}", "{buy_word}",
        ),
        side(
            """
            我要了。 | 我买了。 | 我想买它。 | 就要这款。 | 就它了。 | 怎么买？ | 怎么下单？ | 我要买这款。 | 给我来一盏。 | 帮我下单吧。 | 那我就买这个。 | 我要订这款。 | 好，我要一盏。 | 在哪里能买到它？
            可以买这款吗？ | 我决定买它了。 | 把它加到购物车。 | 我想订购它。 | 行，就买这盏。 | 这盏我要了。 | 这款怎么购买？ | 那我要这个。
            """,
            ANSWERS,
            "{lamp}", "{cost}美元", "{buy_word}",
        ),
        weight=2,
        fill=buying,
        follow_up=True,
    ),
    Intent(
        "price_many_it",
        side(
            """
            How much are {k} of them? | And {k} of them? | What do {k} cost? | I need {k}. How much is that? | How much for {k}?
            What if I take {k}? | What is the price for {k}? | How much would {k} be? | I'd like {k} of them, what's the total?
            And if I buy {k}? | What do {k} of those cost together? | {k} pieces, how much? | Total for {k}?
            Can you add up {k} of them? | How much do I pay for {k} of them? | I want {k} of these. What do I pay?
            Let's say {k}, how much altogether? | What would {k} of them cost? | How much for {k} pieces?
            What does it cost if I order {k}?
            """,
            (
                "One {p} costs ${price}, so {count} cost ${total}. From two lamps on you get 10% off.",
                "One {p} is ${price}, so {count} are ${total}. From two lamps on you get 10% off.",
            ),
            "{p}", "${total}",
        ),
        side(
            """
            买{k}盏多少钱？ | {k}盏多少钱？ | 要{k}盏呢？ | 我要{k}盏，一共多少？ | {k}盏总共多少钱？ | 来{k}盏怎么算？ | 那{k}盏呢？ | 如果买{k}盏呢？ | {k}个一起买多少钱？
            买{k}个要多少？ | {k}盏加起来几美元？ | 我想要{k}盏，总价多少？ | 拿{k}盏的话多少钱？ | {k}盏要付多少？ | 要{k}个，合计多少钱？ | 算一下{k}盏多少钱。 | 这款买{k}盏呢？
            它{k}盏一共多少？ | 您算算{k}盏的价钱。 | 订{k}盏是多少钱？ | 这个来{k}个多少钱？
            """,
            ("一盏{p}{price}美元，{count}盏共{total}美元。买两盏起优惠10%。", "{p}每盏{price}美元，{count}盏一共{total}美元。买两盏起优惠10%。"),
            "{p}", "{total}美元",
        ),
        fill=several,
        follow_up=True,
    ),
    Intent(
        "cheaper_it",
        side(
            """
            Do you have something cheaper? | Something cheaper? | Is there a cheaper one? | That is too expensive.
            Anything cheaper? | Too expensive for me. | Can you show me a cheaper one? | I'd like something cheaper.
            That's a lot of money. | Have you got a cheaper lamp like that? | It costs too much.
            Is there anything less expensive? | A cheaper one, please. | I can't afford that.
            Do you have a similar one for less? | Isn't there a cheaper one? | Hmm, that's too much for me.
            That is more than I want to pay. | Could you suggest a less expensive one? | I was hoping for a lower price.
            What else do you have that costs less? | It's a bit pricey, any other?
            """,
            ANSWERS,
            "{lamp}", "${cost}", "{word}",
        ),
        side(
            """
            有便宜一点的吗？ | 太贵了。 | 有更便宜的吗？ | 还有便宜点的吗？ | 这个太贵了，有便宜的吗？ | 有没有便宜些的？ | 便宜点的有吗？ | 我觉得有点贵。 | 能推荐便宜一点的吗？ | 价格太高了。 | 超出我的预算了。
            有价格低一点的吗？ | 这款我买不起。 | 想要再便宜一点的。 | 有类似但便宜的吗？ | 好贵啊。 | 贵了点，有别的吗？ | 您有更实惠的吗？ | 比这便宜的有没有？ | 换个便宜的吧。 | 这价格有点高，还有其他的吗？
            """,
            ANSWERS,
            "{lamp}", "{cost}美元", "{word}",
        ),
        weight=1.5,
        fill=cheaper,
        follow_up=True,
    ),
    Intent(
        "others_it",
        side(
            """
            What other {kinds} do you have? | Do you have similar ones? | Do you have others like it? | Show me another one.
            I don't like it. What else do you have? | Something similar? | Are there others of this kind? | Any other {kinds}?
            Do you have a different one? | What else is there? | Can I see similar lamps? | Other {kinds}, please.
            I'd like to see some others. | Are there more {kinds}? | Not this one. Another? | Which others do you have?
            Is there something like it? | Can you show me other {kinds}? | I'm not sure about it, what are the other choices?
            What are the alternatives? | Do you have another {kind}? | Which similar lamps are there?
            """,
            ("Other {kinds} are {list}.", "We also have these {kinds}: {list}."),
            "{first}", "{last}",
        ),
        side(
            """
            还有别的{kind}吗？ | 有类似的吗？ | 还有其他款吗？ | 有没有差不多的？ | 还有别的款式吗？ | 换一款看看。 | 我不太喜欢，还有什么？ | 其他{kind}呢？ | 有同类的灯吗？ | 看看别的。
            还有什么{kind}？ | 再推荐几款吧。 | 除了这款还有什么？ | 有别的选择吗？ | 其他款呢？ | 还有什么可以选？ | 这款不太合适，有别的吗？ | 您再给我看看其他的。 | 同一类的还有哪些？
            我想看看其他{kind}。 | 还有类似这样的灯吗？
            """,
            ("其他{kinds}有{list}。", "{kinds}还有这几款：{list}。"),
            "{first}", "{last}",
        ),
        fill=others,
        follow_up=True,
    ),
]

INTENTS = NAMED + SEARCHES + FOLLOW_UPS
