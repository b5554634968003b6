"""Phrase book: the shop itself. Hours, stores, contact, payment, discounts, gifts, bulbs, services and the website."""

from phrases.kinds import Intent, Side

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday".split()
DAYS_ZH = [week + day for week in ("周", "周", "星期", "礼拜") for day in "一二三四五六"]
STORES = (("Old Harbor", "12 Lantern Street"), ("Riverside", "80 Mill Road"), ("Station", "3 Clock Square"))
STORES_ZH = (("老港店", "灯笼街12号"), ("河畔店", "磨坊路80号"), ("车站店", "钟楼广场3号"))

# Cash is for the stores only.
TAKEN = ("credit card", "card", "debit card", "Visa", "Mastercard", "PayPal", "bank transfer", "Alipay", "WeChat Pay")
TAKEN_ZH = ("信用卡", "银行卡", "借记卡", "Visa", "PayPal", "银行转账", "支付宝", "微信支付", "微信", "转账")
CASH, CASH_ZH = ("cash",), ("现金",)
NOT_TAKEN = (
    "bitcoin", "cheque", "check", "Apple Pay", "Google Pay", "crypto", "Ethereum", "money order",
    "cash online", "cash on delivery",
)
NOT_TAKEN_ZH = ("比特币", "支票", "苹果支付", "Apple Pay", "谷歌支付", "加密货币", "以太币", "云闪付", "货到付款", "花呗")


def day(rng, lang):
    """A day of the week on which the stores are open."""
    return {"day": rng.choice(DAYS_ZH if lang == "zh" else DAYS)}


def store(rng, lang):
    """One of the three stores."""
    name, address = rng.choice(STORES_ZH if lang == "zh" else STORES)
    return {"store": name, "address": address}


def method(rng, lang):
    """A way of payment, both wordings of the answer (`yes`, `also`), and the word that decides it (`ok`)."""
    chinese = lang == "zh"
    kinds = (TAKEN_ZH, CASH_ZH, NOT_TAKEN_ZH) if chinese else (TAKEN, CASH, NOT_TAKEN)
    kind = rng.choices((0, 1, 2), (50, 14, 36))[0]
    name = rng.choice(kinds[kind])
    yes, also, ok = (PAY_ZH if chinese else PAY)[kind]
    return {"method": name, "yes": yes.format(method=name), "also": also.format(method=name), "ok": ok}


PAY = (
    (
        "Yes, you can pay by {method}. Just choose it when you order.",
        "Yes, we take {method}. You can choose it at checkout.",
        "yes",
    ),
    (
        "You can pay by {method} in our stores only, not online.",
        "We take {method} in the stores only. Online you can pay by card or PayPal.",
        "stores only",
    ),
    (
        "Sorry, we do not take {method}. Please use card, PayPal, bank transfer, Alipay or WeChat Pay.",
        "Sorry, {method} is not possible. We take card, PayPal, bank transfer, Alipay and WeChat Pay.",
        "sorry",
    ),
)
PAY_ZH = (
    ("可以用{method}，下单时选一下就行。", "可以，我们支持{method}，结账时选就行。", "可以"),
    ("{method}只限门店使用，网上不收。", "我们只在门店收{method}，网上请用银行卡或支付宝。", "门店"),
    (
        "抱歉，我们不收{method}，请用银行卡、PayPal、支付宝或微信支付。",
        "抱歉，不支持{method}，我们收银行卡、PayPal、支付宝和微信支付。",
        "抱歉",
    ),
)

INTENTS = [
    Intent(
        name="hours",
        en=Side(
            asks=(
                "When are you open?", "What are your opening hours?", "Opening hours?", "When do you open?",
                "When do you close?", "Are you open today?", "Is the shop open now?", "How late are you open?",
                "What time does the store open in the morning?", "Until what time can I come by?",
                "At what time do you close?", "What are your hours?", "How long are your stores open?",
                "Are you still open at 5 pm?", "Can I come after work, say around half past five?",
                "I was wondering what hours you keep.", "What time can I visit your store?", "Store hours please",
                "Is your shop open in the evening?", "From when to when are you open?",
                "Are you already open at 8 in the morning?", "I'd like to come to your shop. When is it open?",
                "Do you close for lunch?", "Business hours?", "Could you tell me your opening times?",
                "How early can I come?", "What time do you close tonight?", "Which hours is the store open?",
                "I finish work late, how long do you stay open?", "When can I visit you?", "Are you open tomorrow?",
                "Do all stores have the same opening hours?",
            ),
            answers=(
                "We are open from 9 am to 6 pm every day except Sunday.",
                "Our stores are open every day except Sunday, from 9 am to 6 pm.",
            ),
            check=(("9 am",), ("6 pm",), ("Sunday",)),
        ),
        zh=Side(
            asks=(
                "你们几点开门？", "营业时间是几点到几点？", "什么时候关门？", "今天开门吗？", "现在营业吗？", "几点下班？",
                "早上几点开始营业？", "晚上几点关门？", "你们开到几点？", "营业时间", "我五点半过去还开着吗？",
                "下班后去还来得及吗？", "店里什么时间开？", "想去店里看看，几点开门？", "贵店的营业时间", "最晚几点可以去？",
                "早上八点开门了吗？", "中午休息吗？", "晚上还营业吗？", "什么时候可以去店里？", "您这边每天几点到几点营业？",
                "明天开门吗？", "开门时间和关门时间是几点？", "门店几点打烊？", "我下班晚，你们营业到多晚？",
                "上班时间是什么时候？", "几家店的营业时间一样吗？", "今晚几点关店？", "最早几点能去？", "现在去还开着门吗？",
                "能告诉我你们的营业时间吗？", "你们店几点开？",
            ),
            answers=(
                "我们上午9点到下午6点营业，周日休息。",
                "营业时间是上午9点到下午6点，周日休息。",
            ),
            check=(("上午9点",), ("下午6点",), ("周日",)),
        ),
        weight=2.0,
    ),
    Intent(
        name="open_sunday",
        en=Side(
            asks=(
                "Are you open on Sunday?", "Can I buy lamps at your store on Sundays?", "Do you open on Sunday?",
                "Can I come on Sunday?", "Sunday opening hours?", "Is the store closed on Sunday?",
                "I only have time on Sunday, are you open?", "What are your hours on Sunday?",
                "Are your shops open at the weekend?", "Is anyone there on Sundays?", "Can I visit the store this Sunday?",
                "Open Sunday?", "I was wondering whether you open on Sunday mornings.",
                "We want to come on Sunday with the kids. Is the shop open?", "When do you close on Sunday?",
                "Do you have Sunday hours?", "Is Sunday a working day for you?", "Would next Sunday be okay for a visit?",
                "Are you open on weekends?", "Which stores are open on Sunday?", "Does any of your stores open on Sunday?",
                "At what time do you open on Sunday?", "Sunday?", "I work all week, can I shop with you on Sunday?",
                "Can I pick something out in the shop on a Sunday?", "How about Sunday, are you there?",
                "Do you work Sundays?", "Is it possible to visit you on Sunday afternoon?",
                "Is the Station store open on Sunday?", "Are you closed all Sunday?", "Sunday afternoon, are you open?",
                "Shop open on Sunday?",
            ),
            answers=(
                "On Sunday we are closed. You can visit us Monday to Saturday from 9 am to 6 pm.",
                "Sorry, we are closed on Sunday. We are open Monday to Saturday from 9 am to 6 pm.",
            ),
            check=(("closed",), ("Sunday",), ("Monday to Saturday",)),
        ),
        zh=Side(
            asks=(
                "周日开门吗？", "星期天营业吗？", "礼拜天开不开？", "周日可以去吗？", "周日几点开门？", "周末开门吗？",
                "星期日休息吗？", "我只有周日有空，开门吗？", "这个周日能去店里吗？", "礼拜天几点关门？", "周日店里有人吗？",
                "你们周末营业吗？", "周日上班吗？", "周日下午开吗？", "想周日带孩子去，店开着吗？", "星期天你们休息吗？",
                "哪家店周日开门？", "星期日营业时间", "下周日去可以吗？", "周天开门不？", "平时要上班，周日能去店里买灯吗？",
                "周日早上营业吗？", "车站店周日开吗？", "周日关门吗？", "您家星期天开不开门？",
                "星期天我想过去看看，有人吗？", "周末你们上班吗？", "周日呢，开吗？", "星期天能逛你们的店吗？",
                "周日全天休息吗？", "礼拜日你们营业不？", "周日营业时间是几点？",
            ),
            answers=(
                "周日我们休息，周一到周六上午9点到下午6点营业。",
                "抱歉，周日休息。欢迎您周一到周六上午9点到下午6点来。",
            ),
            check=(("周日",), ("休息",), ("周一到周六",)),
        ),
    ),
    Intent(
        name="open_day",
        en=Side(
            asks=(
                "Are you open on {day}?", "Do you open on {day}s?", "Can I come on {day}?", "What are your hours on {day}?",
                "{day} opening hours?", "Is the store open this {day}?", "When do you open on {day}?",
                "When do you close on {day}?", "I'd like to visit you on {day}, are you open?",
                "Is the shop open {day} afternoon?", "How late are you open on {day}?", "Are you there on {day}s?",
                "Would {day} be okay for a visit?", "Open {day}?", "I was wondering whether you are open on {day}.",
                "Could I come by next {day}?", "{day} is my free day. Are you open then?", "Are your stores closed on {day}?",
                "Can we see the lamps in the shop on {day}?", "Do you work on {day}?", "Is {day} a good day to come?",
                "What time do you open {day} morning?", "Are all stores open on {day}?", "Shop hours for {day} please",
                "My parents will be in town on {day}. Will the shop be open?", "Is it possible to visit the store on {day}?",
                "How about {day}, are you open?", "Until when can I come on {day}?",
                "Until what time is the store open on {day}?", "Are you closed {day}s?",
                "I can only come on {day}. Is that okay?", "Tell me your {day} hours",
            ),
            answers=(
                "On {day} we are open from 9 am to 6 pm.",
                "We are open on {day} from 9 am to 6 pm.",
            ),
            check=(("{day}",), ("9 am",), ("6 pm",)),
        ),
        zh=Side(
            asks=(
                "{day}开门吗？", "{day}营业吗？", "{day}可以去店里吗？", "{day}几点开门？", "{day}几点关门？",
                "你们{day}上班吗？", "{day}的营业时间是什么？", "我{day}过去，开着吗？", "这个{day}开门吗？",
                "{day}下午开吗？", "{day}店里有人吗？", "{day}营业到几点？", "{day}你们休息吗？",
                "我{day}有空，可以去看灯吗？", "下个{day}能去吗？", "{day}营业时间", "{day}早上开门吗？",
                "想{day}去逛逛，你们开吗？", "{day}关门吗？", "我爸妈{day}过来，店开着吗？", "{day}几点到几点营业？",
                "贵店{day}开不开门？", "{day}所有门店都开吗？", "{day}最晚几点能去？", "{day}去买灯可以吗？",
                "那{day}呢，你们在不在？", "我只有{day}有时间，你们开吗？", "{day}能去你们店吗？", "你们店{day}是不是开着？",
                "{day}开到几点？", "{day}晚上几点打烊？", "打算{day}去一趟，营业吗？",
            ),
            answers=(
                "{day}我们上午9点到下午6点营业。",
                "我们{day}营业，上午9点到下午6点。",
            ),
            check=(("{day}",), ("上午9点",), ("下午6点",)),
        ),
        fill=day,
    ),
    Intent(
        name="holidays",
        en=Side(
            asks=(
                "Are you open on public holidays?", "Are you open on Christmas?", "Do you open on New Year's Day?",
                "Is the shop open on holidays?", "Holiday hours?", "Are you closed on Easter Monday?",
                "What about public holidays?", "Can I come on a holiday?", "Are your stores open on Christmas Eve?",
                "What are your opening hours over the holidays?", "Do you work on holidays?",
                "I was wondering if you open on Labor Day.", "Is the store open on New Year's Eve?",
                "Are you closed during the holidays?", "Tomorrow is a holiday, are you open?",
                "Are you open on bank holidays?", "Next Monday is a public holiday. Will you be open?",
                "When are you closed during the year?", "Is the shop closed over Christmas?", "Open on national holidays?",
                "Do you close for the holidays?", "Can I visit your shop on Good Friday?", "Public holidays open?",
                "Is there someone in the shop on holidays?", "Will the stores be open on Thanksgiving?",
                "Do you have special holiday hours?", "Does the shop open on Easter?", "Are you open on the first of May?",
                "Which holidays do you close?", "I have time only on the holiday, is the shop open then?",
                "Are all stores closed on public holidays?", "Is Christmas a day off for you?",
            ),
            answers=(
                "We are closed on public holidays. On other days except Sunday we are open from 9 am to 6 pm.",
                "On public holidays we are closed. We are open on all other days except Sunday.",
            ),
            check=(("closed",), ("public holidays",)),
        ),
        zh=Side(
            asks=(
                "节假日开门吗？", "春节营业吗？", "国庆节你们开门吗？", "放假的时候开门吗？", "公共假期上班吗？",
                "元旦开不开？", "节日营业时间是什么？", "圣诞节营业吗？", "过年你们休息吗？", "法定节假日营业吗？",
                "五一开门吗？", "中秋节店里开吗？", "假期可以去店里吗？", "你们节假日休息吗？", "除夕还营业吗？",
                "端午节上班吗？", "假日期间营业吗", "明天是节日，开门吗？", "长假期间你们开门吗？", "下周放假，店里开不开？",
                "节假日几点开门？", "过节的时候店里有人吗？", "您那边哪些节日休息？", "清明节能去店里吗？",
                "国庆长假想去买灯，开吗？", "新年你们关门吗？", "逢年过节营业吗？", "公休日开不开门？",
                "节日里门店都关门吗？", "我只有放假才有空，节假日开吗？", "元宵节营业不？", "圣诞前夜开门吗？",
            ),
            answers=(
                "节假日我们休息，其他日子除周日外都营业。",
                "抱歉，节假日休息。除了周日，平时我们都营业。",
            ),
            check=(("节假日",), ("休息",)),
        ),
    ),
    Intent(
        name="stores",
        en=Side(
            asks=(
                "Where are your stores?", "Where is your shop?", "What is your address?", "How many stores do you have?",
                "Where can I find you?", "Do you have a store I can visit?", "Where are you located?",
                "Can I see the lamps in a shop?", "Which stores do you have?", "Store addresses?",
                "I'd like to visit you. Where do I go?", "Is there a store near me?", "How do I get to your shop?",
                "Do you have a showroom?", "In which streets are your shops?", "Are you online only or do you have shops?",
                "Where is the nearest store?", "Give me the addresses of your stores",
                "I was wondering where your stores are.", "Address?", "Where do I find your shops in the city?",
                "List all your stores", "Do you have branches?", "I want to come by and look at lamps. What's the address?",
                "How many shops are there and where?", "Which street is your shop in?", "Could you tell me your address?",
                "Do you have a real shop?", "Where in town are you?", "Are there any Wickhaven stores?",
                "We are in the city today, where is your shop?", "Your location please",
            ),
            answers=(
                "We have three stores: Old Harbor at 12 Lantern Street, Riverside at 80 Mill Road and Station at 3 Clock Square.",
                "Our three stores are Old Harbor, 12 Lantern Street, Riverside, 80 Mill Road, and Station, 3 Clock Square.",
            ),
            check=(("12 Lantern Street",), ("80 Mill Road",), ("3 Clock Square",)),
        ),
        zh=Side(
            asks=(
                "你们的店在哪里？", "地址是什么？", "有几家店？", "实体店在哪？", "怎么去你们店？", "有门店吗？", "门店地址",
                "我想去店里看看，在哪里？", "你们在什么位置？", "附近有你们的店吗？", "店铺地址告诉我一下",
                "你们有哪些门店？", "可以去店里看灯吗？", "贵店在哪条街", "只有网店还是有实体店？", "最近的店在哪里？",
                "所有门店的地址有吗？", "烛湾灯铺在哪？", "想到店里挑灯，地址发我", "有没有展厅？", "你们有分店吗？",
                "你们总共几家店，都在哪？", "您这边的店开在哪里？", "在城里哪儿能找到你们？", "店在什么路上？",
                "我们今天在市里，你们店怎么走？", "能告诉我店的位置吗？", "门店都在哪些地方？", "我要去逛店，地址是？",
                "有线下店吗？", "几家分店分别在哪？", "你们店具体在哪个位置？",
            ),
            answers=(
                "我们有三家店：老港店在灯笼街12号，河畔店在磨坊路80号，车站店在钟楼广场3号。",
                "三家门店是：老港店，灯笼街12号；河畔店，磨坊路80号；车站店，钟楼广场3号。",
            ),
            check=(("灯笼街12号",), ("磨坊路80号",), ("钟楼广场3号",)),
        ),
    ),
    Intent(
        name="store_one",
        en=Side(
            asks=(
                "Where is the {store} store?", "What is the address of the {store} store?",
                "How do I get to your {store} store?", "Address of {store}?", "I'm looking for the {store} shop.",
                "Where exactly is {store}?", "Can you give me the address of your {store} shop?",
                "In which street is the {store} store?", "{store} store address",
                "I want to go to the {store} store, where is it?", "How do I find the {store} store?",
                "Tell me where your {store} shop is", "What street is {store} in?",
                "I was wondering where to find the {store} store.",
                "I'd like to visit the {store} store tomorrow. What is its address?",
                "Which address does the {store} store have?", "I need the address of {store}.",
                "My friend told me about the {store} store. Where is that?", "The {store} store, where is it?",
                "Could you tell me where {store} is?", "Directions to the {store} store?",
                "I can't find your {store} shop, where is it?", "Where do I have to go for the {store} store?",
                "What's the location of the {store} store?", "Is the {store} store easy to find? Where is it?",
                "Where's your shop {store}?", "I'm in town and want to see your {store} store. Which street?",
                "Location of {store} please", "Please send me the address of your {store} store.",
                "The taxi driver asks for the address of the {store} store.", "Whereabouts is your {store} branch?",
                "At what address is {store}?",
            ),
            answers=(
                "The {store} store is at {address}. You are very welcome to visit.",
                "You find the {store} store at {address}. See you soon!",
            ),
            check=(("{store}",), ("{address}",)),
        ),
        zh=Side(
            asks=(
                "{store}在哪里？", "{store}的地址是什么？", "怎么去{store}？", "{store}在哪条街？", "{store}地址",
                "我想去{store}，怎么走？", "告诉我{store}的位置", "{store}具体在哪儿？", "请把{store}的地址发给我",
                "{store}怎么找？", "我要找{store}", "{store}在什么路？", "想明天去{store}，地址是多少？",
                "能说一下{store}的地址吗？", "朋友说你们有家{store}，在哪儿？", "{store}的门牌号是多少？",
                "{store}好找吗，在哪里？", "我找不到{store}，在什么地方？", "{store}在城里哪个位置？",
                "您能告诉我{store}在哪里吗？", "去{store}要到哪条路？", "{store}位置在哪", "司机问{store}的地址",
                "我在市里，想去看看{store}，哪条街？", "{store}那家店的地址有吗？", "请告诉我{store}开在什么地方",
                "导航去{store}输什么地址？", "{store}在哪个广场或者哪条路上？", "{store}是在什么街？", "{store}的详细地址",
                "麻烦给我{store}的地址", "{store}到底在哪？",
            ),
            answers=(
                "{store}在{address}，欢迎您来。",
                "{store}的地址是{address}，欢迎光临。",
            ),
            check=(("{store}",), ("{address}",)),
        ),
        fill=store,
    ),
    Intent(
        name="parking",
        en=Side(
            asks=(
                "Is there parking?", "Where can I park?", "Can I park at your store?", "Do you have a parking lot?",
                "Is parking free?", "How long can I park for free?", "Parking?", "Which store has parking?",
                "I'm coming by car, where do I park?", "Can I leave my car at the shop?",
                "Are there parking spaces near the store?", "Does parking cost anything?", "I was wondering about parking.",
                "Do you have customer parking?", "Is it easy to park near your shop?", "Is there a car park at the store?",
                "I have a big lamp to carry, can I park close by?", "How much is parking?",
                "Is there parking at the Old Harbor store?", "Can customers park for free?",
                "Where do I leave the car when I visit you?", "Parking at the Riverside store?",
                "Do all your stores have parking?", "We will drive to your shop. Is there somewhere to park?",
                "Could I park in front of your store?", "Are there free parking spots?", "Is there any parking at Station?",
                "Where to park near you?", "Parking fees at your shops?", "What are the parking options?",
                "May I park my van at your shop?", "Tell me about parking",
            ),
            answers=(
                "Parking is free for two hours at our Riverside store. The other stores have no parking.",
                "You can park at the Riverside store, free for two hours. The other stores have no parking.",
            ),
            check=(("Riverside",), ("two hours",), ("free",)),
        ),
        zh=Side(
            asks=(
                "可以停车吗？", "有停车场吗？", "停车要钱吗？", "哪里可以停车？", "开车去方便停吗？", "哪家店能停车？",
                "停车免费多久？", "店门口能停车吗？", "有没有车位？", "我开车过去，停哪儿？", "停车位好找吗？", "停车",
                "顾客停车免费吗？", "店附近有停车的地方吗", "停车费多少？", "老港店能停车吗？", "河畔店停车收费吗？",
                "车站店有车位吗？", "要搬大灯，车能停近一点吗？", "每家店都有停车场吗？", "您那儿停车怎么收费？",
                "想开车去店里，停车方便吗？", "免费停车几个小时？", "面包车可以停吗？", "你们有客户停车位吗？",
                "去你们店车放哪里？", "停车怎么弄？", "能停两个小时以上吗？", "我们自驾去，有地方停吗？", "附近停车贵不贵？",
                "有免费停车位吗？", "门店停车的情况是怎样的？",
            ),
            answers=(
                "河畔店可以免费停车两小时，其他店没有停车位。",
                "只有河畔店有停车位，免费两小时。",
            ),
            check=(("河畔店",), ("免费",), ("两小时",)),
        ),
    ),
    Intent(
        name="contact",
        en=Side(
            asks=(
                "How can I contact you?", "What is your e-mail address?", "How do I reach you?", "Where can I write to?",
                "Contact?", "I'd like to get in touch with you.", "Can I send you an e-mail?",
                "What are your contact details?", "How do I get in touch?", "Give me your email",
                "Where do I send a message?", "What's the best way to contact you?",
                "I was wondering how I can reach your team.", "Do you have an e-mail?", "Can I write to someone?",
                "I want to send you some photos. Where to?", "Your contact please", "Which e-mail do I use for questions?",
                "How can customers reach the shop?", "Is there an email address for support?",
                "I have a longer question, can I mail it to you?", "How fast do you answer e-mails?",
                "Could I have your e-mail address?", "Where can I send my documents?", "How do I contact customer service?",
                "Whom do I write to?", "Support e-mail?", "When will you answer my mail?",
                "In what ways can I get hold of you?", "Tell me how to contact the shop",
                "I would like to write to you, what is the address for mails?", "Contact information please",
            ),
            answers=(
                "Write to help@wickhaven.example or call 555-0142. We answer within one day.",
                "You can reach us at help@wickhaven.example or by phone at 555-0142. We answer within one day.",
            ),
            check=(("help@wickhaven.example",), ("555-0142",), ("one day",)),
        ),
        zh=Side(
            asks=(
                "怎么联系你们？", "邮箱是多少？", "联系方式是什么？", "可以发邮件吗？", "我想联系你们", "有什么联系方式？",
                "邮件发到哪里？", "写信给谁？", "客服邮箱是什么？", "怎么能找到你们？", "贵店的邮箱",
                "我有照片想发给你们，发到哪儿？", "联系方式", "多久回邮件？", "你们的email是什么？", "怎样联系客服最快？",
                "给我一个邮箱地址", "您家有邮箱吗？", "有问题发哪个邮箱？", "想写邮件咨询", "问题比较长，可以写邮件吗？",
                "要怎么跟店里联系？", "邮件几天回复？", "联系客服的方法有哪些？", "我要把资料发给你们，邮箱呢？",
                "有没有客服邮箱？", "怎么和你们取得联系？", "售后怎么联系？", "可以留个联系方式吗？",
                "给你们发邮件的地址是什么？", "能不能发我你们的联系方式？", "怎么给你们留言？",
            ),
            answers=(
                "请写信到help@wickhaven.example或打电话555-0142，一天内回复。",
                "发邮件到help@wickhaven.example或打555-0142都行，一天内回复。",
            ),
            check=(("help@wickhaven.example",), ("555-0142",), ("一天内",)),
        ),
    ),
    Intent(
        name="phone",
        en=Side(
            asks=(
                "What is your phone number?", "Do you have a phone number?", "Can I call you?", "Phone number?",
                "How can I call you?", "I'd like to call the shop.", "Which number do I dial?", "Is there a hotline?",
                "Can I reach you by phone?", "Give me your telephone number", "I'd rather call than write.",
                "What number can I call?", "Do you answer the phone?", "Could I have your phone number, please?",
                "I was wondering if I can phone you.", "Telephone?", "Where can I call with questions?",
                "What's the number of your shop?", "Is it possible to talk on the phone?", "I don't like e-mail, can I call?",
                "Your telephone number please", "Can I ring you up?", "Do you have a service hotline?",
                "My grandmother wants to call you, what is the number?", "Tell me the phone number of the store",
                "Can I order by phone?", "Do you have a number for support calls?", "Hotline number?",
                "Which phone number does Wickhaven have?", "May I phone you about my lamp?", "I want to give you a call.",
                "I lost your phone number, what was it again?",
            ),
            answers=(
                "Our phone number is 555-0142. You can call us from 9 am to 6 pm, except on Sunday.",
                "You can call us at 555-0142 from 9 am to 6 pm, every day except Sunday.",
            ),
            check=(("555-0142",),),
        ),
        zh=Side(
            asks=(
                "电话是多少？", "你们有电话吗？", "可以打电话吗？", "客服电话", "给我一个电话号码", "我想打电话咨询",
                "打哪个号码？", "有热线吗？", "怎么打电话给你们？", "电话号码是什么？", "店里的电话是多少？",
                "能电话联系吗？", "您的电话号码是多少？", "服务热线是多少", "我不会发邮件，能打电话吗？",
                "电话能打通吗？号码多少？", "有没有客服热线？", "要打电话的话打多少？", "我奶奶想打电话给你们，号码是？",
                "可以电话订购吗？", "留个电话吧", "想打个电话问问", "贵店电话", "热线号码发我一下", "座机号码有吗？",
                "电话咨询打什么号？", "你们接电话吗？", "告诉我你们的电话", "忘了你们的电话，是多少来着？", "售后电话多少？",
                "我比较喜欢打电话，有号码吗？", "几点可以打电话给你们？",
            ),
            answers=(
                "我们的电话是555-0142，上午9点到下午6点可以打，周日除外。",
                "请打555-0142，除周日外上午9点到下午6点都有人接电话。",
            ),
            check=(("555-0142",),),
        ),
    ),
    Intent(
        name="pay_methods",
        en=Side(
            asks=(
                "How can I pay?", "Which payment methods do you accept?", "What payment options are there?", "Payment?",
                "How do I pay for my order?", "What ways of payment do you have?", "Can I choose how to pay?",
                "I'd like to know how to pay.", "Payment methods?", "Which cards or services can I use to pay?",
                "What are my payment options?", "How does payment work?", "What forms of payment do you take?",
                "I was wondering how customers can pay.", "What can I pay with?", "How may I pay online?",
                "Tell me how I can pay", "Which means of payment are possible?", "Do you have different payment methods?",
                "In which ways can I pay for a lamp?", "Before I order, what kinds of payment do you take?",
                "I don't have a card. How else can I pay?", "Could you list the payment methods?",
                "How do people usually pay in your shop?", "Payment options please", "What do you accept as payment?",
                "What ways to pay are there for the {item}?", "Is online payment possible, and how?",
                "What types of payment do you support?", "At checkout, what can I pay with?",
                "Do you have a list of payment methods?", "Which ways to pay do you offer?",
            ),
            answers=(
                "You can pay by card, PayPal, bank transfer, Alipay or WeChat Pay, and in cash in our stores.",
                "We take card, PayPal, bank transfer, Alipay and WeChat Pay. Cash is fine in the stores.",
            ),
            check=(("card",), ("PayPal",), ("Alipay",), ("cash",)),
        ),
        zh=Side(
            asks=(
                "怎么付款？", "支持哪些付款方式？", "可以用什么支付？", "付款方式有哪些？", "怎么付钱？", "支付方式",
                "你们接受什么付款方式？", "有几种支付方式？", "网上怎么付款？", "买灯怎么支付？", "可以怎么付款",
                "能选付款方式吗？", "结账时可以用哪些方式付？", "我没有卡，还能怎么付？", "用什么付款都行吗？",
                "付款有哪些选择？", "贵店收款方式有哪些？", "想了解一下付款方式", "下单后怎么付钱？", "都支持什么支付？",
                "在线支付用什么？", "可以用哪些方法付款？", "如何付款？", "你们怎么收钱？", "介绍一下支付方式",
                "付款流程是什么，用什么付？", "买{item}怎么付款？", "你们店能用哪几种付款？", "付钱的方式有什么？",
                "顾客一般怎么付款？", "要用什么方式支付？", "线上支付方式都有哪些？",
            ),
            answers=(
                "可以用银行卡、PayPal、银行转账、支付宝、微信支付，门店也收现金。",
                "我们收银行卡、PayPal、银行转账、支付宝和微信支付，现金只限门店。",
            ),
            check=(("银行卡",), ("PayPal",), ("支付宝",), ("现金",)),
        ),
    ),
    Intent(
        name="pay_one",
        en=Side(
            asks=(
                "Can I pay by {method}?", "Do you take {method}?", "Do you accept {method}?", "Is {method} accepted?",
                "I'd like to pay by {method}.", "{method}?", "Can I use {method}?", "Is payment by {method} possible?",
                "Is {method} okay?", "May I pay by {method}?", "Does your shop take {method}?",
                "I only have {method}, is that fine?", "Can I settle my bill by {method}?",
                "I was wondering if you accept {method}.", "Paying by {method}, does that work?",
                "Would {method} be possible?", "Is it possible to pay by {method}?", "Could I pay for my lamp by {method}?",
                "Do you support {method}?", "I want to pay by {method}", "Can my order be paid by {method}?",
                "I usually pay by {method}. Is that possible with you?", "What about {method}?",
                "Are payments by {method} accepted?", "Will you take {method}?", "Payment by {method}?",
                "How about {method} as payment?", "Do you let customers pay by {method}?",
                "My bank is slow, so can I pay by {method}?", "Can the {item} be paid by {method}?",
                "Is there a way to pay by {method}?", "Am I able to pay by {method}?", "Pay by {method} possible?",
            ),
            answers=(
                "{yes}",
                "{also}",
            ),
            check=(("{method}",), ("{ok}",)),
        ),
        zh=Side(
            asks=(
                "可以用{method}吗？", "能用{method}付款吗？", "支持{method}吗？", "你们收{method}吗？", "我想用{method}付",
                "{method}可以吗？", "接受{method}吗？", "用{method}支付行吗？", "能不能用{method}？", "{method}行不行？",
                "付款的时候选{method}行吗？", "我只有{method}，可以吗？", "能用{method}结账吗", "我习惯用{method}，能用吗？",
                "{method}能付吗？", "想用{method}买灯，可以吗？", "买{item}能用{method}吗？", "你们店支持{method}付款吗？",
                "用{method}付钱可以吗？", "您那边收不收{method}？", "{method}支持吗？", "订单能用{method}支付吗？",
                "下单可以选{method}吗？", "可不可以用{method}付款？", "有{method}吗，我想用它付款",
                "我打算用{method}付款，没问题吧？", "平时都用{method}，你们能收吗？", "我手上有{method}，能买灯吗？",
                "结账的时候能用{method}吗？", "{method}付款可以不？", "用{method}付的话没问题吗？",
                "支付这块，{method}你们认吗？",
            ),
            answers=(
                "{yes}",
                "{also}",
            ),
            check=(("{method}",), ("{ok}",)),
        ),
        weight=2.0,
        fill=method,
    ),
    Intent(
        name="installments",
        en=Side(
            asks=(
                "Can I pay in installments?", "Do you offer monthly payments?", "Is it possible to pay in parts?",
                "Can I pay later in several rates?", "Installments?", "Can I split the payment?",
                "Do you have a payment plan?", "I can't pay everything at once.", "How do installments work?",
                "From what amount can I pay in installments?", "Can I spread the cost over some months?",
                "I was wondering about monthly payments.", "How many installments can I choose?", "Is financing possible?",
                "Can I pay for the lamp bit by bit?", "Could I pay a third each month?",
                "The lamp is expensive, can I pay monthly?", "Pay in three parts?", "I'd like to pay in monthly rates.",
                "Do you offer financing?", "Does paying in installments cost extra?", "Payment in installments please",
                "Can I buy the {item} in installments?", "May I pay half now and half later?",
                "What is the minimum for installments?", "Is there a way to pay over time?",
                "We are furnishing our new home and money is short. Can we pay in parts?",
                "Can a small order be paid in installments?", "Do you do payment plans?", "Monthly installments possible?",
                "How long can I spread my payments?", "Are split payments an option?",
            ),
            answers=(
                "From $100 you can pay in 3 monthly payments.",
                "You can split the price into 3 monthly payments from $100.",
            ),
            check=(("3 monthly payments",), ("$100",)),
        ),
        zh=Side(
            asks=(
                "可以分期付款吗？", "能分期吗？", "支持分期吗？", "可以分几个月付吗？", "分期怎么弄？", "满多少可以分期？",
                "能分几期？", "不能一次付清，可以分开付吗？", "分期付款有吗？", "我想分期买", "可以按月付款吗？",
                "分期要手续费吗？", "支持分期付款吗", "可以每月付一点吗？", "能不能先付一半？", "灯有点贵，可以分期吗？",
                "分期的条件是什么？", "分三个月付行吗？", "买{item}能分期吗？", "有没有分期计划？", "您这边可以分期吗？",
                "最低多少钱能分期？", "想分期付，怎么操作？", "可以慢慢付吗？", "最多可以分几个月？", "小订单能分期吗？",
                "新家要花钱的地方多，能分次付吗？", "月付可以吗？", "能分次付款吗？", "分期", "钱不够，可不可以分期？",
                "是不是可以分月还？",
            ),
            answers=(
                "满100美元可以分3个月付款。",
                "订单满100美元就能分3个月付清。",
            ),
            check=(("100美元",), ("3个月",)),
        ),
    ),
    Intent(
        name="discount",
        en=Side(
            asks=(
                "Do you have any discounts?", "Is there a discount?", "Can I get a discount?",
                "Are there any special offers?", "Discount?", "Do you have a sale right now?",
                "Can you take something off the price?", "Is there a discount if I buy two lamps?", "How can I save money?",
                "Any deals at the moment?", "What discounts do you offer?", "Do I get a better price for two?",
                "I was wondering if you have any offers.", "Can you give me a better price?",
                "I want to buy several lamps. Do you give a discount?", "Are your lamps ever on sale?",
                "Is there a reduction for two lamps?", "Could you lower the price a little?", "Do you give discounts?",
                "Special offers please", "Would you give me some percent off?", "How much do I save if I take two?",
                "Can we negotiate the price?", "What if I buy two, is it cheaper then?",
                "We need lamps for both bedrooms. Is there a discount for two?", "Is there anything on sale?",
                "Do regular customers get a discount?", "Tell me about your discounts", "Any chance of a discount?",
                "Buy two, pay less?", "When is your next sale?", "I'd buy it if there was a discount.",
            ),
            answers=(
                "You get 10% off when you buy two lamps.",
                "Buy two lamps and you get 10% off.",
            ),
            check=(("10%",), ("two lamps",)),
        ),
        zh=Side(
            asks=(
                "有折扣吗？", "可以便宜点吗？", "有优惠吗？", "打折吗？", "能打几折？", "现在有活动吗？", "买两盏有优惠吗？",
                "有没有特价？", "怎么买更划算？", "能给个折扣吗？", "最近有促销吗？", "多买能便宜吗？", "有什么优惠活动",
                "能不能打个折？", "买两个打折吗？", "可以少一点吗？", "两盏一起买多少折扣？", "你们什么时候打折？",
                "老顾客有优惠吗？", "我要买好几盏，能便宜些吗？", "有折扣的话我就买", "想省点钱，有什么办法？",
                "您能给优惠一点吗？", "能讲价吗？", "优惠活动有哪些？", "两间卧室都要灯，买两盏打折吗？", "有没有打折的灯？",
                "买一送一吗？", "有促销活动吗？", "价格有没有商量？", "折扣怎么算？", "给个优惠价吧",
            ),
            answers=(
                "买两盏灯可以打九折。",
                "一次买两盏灯，我们打九折。",
            ),
            check=(("两盏",), ("九折",)),
        ),
    ),
    Intent(
        name="student_discount",
        en=Side(
            asks=(
                "Do you have a student discount?", "I am a student, do I get a discount?",
                "Is there a discount for students?", "Student discount?", "How much is the student discount?",
                "Do students pay less?", "Can I get a reduction as a student?", "What do students get off?",
                "I study at the university. Is there a special price?", "Are there student prices?",
                "I was wondering if you have student offers.", "Do you offer anything for students?",
                "I need a desk lamp for college, is there a student price?", "Do you give students a discount?",
                "Is it cheaper for students?", "My daughter is a student. Does she get a discount?",
                "How many percent do students save?", "Student prices?", "Can I use my student card?",
                "Could a student get a better price?", "I have a student ID, does it help?",
                "As a student I have little money, is there a discount?", "Do pupils and students get something off?",
                "How do I get the student discount?", "Any discount with a student card?",
                "Tell me about the student discount", "Is there a special offer for university students?",
                "I'm still in college, do you have a discount for me?", "Would you give a student some percent off?",
                "Do you accept student cards for a discount?", "Student reduction possible?",
                "What is your discount for students?",
            ),
            answers=(
                "Students get 5% off. Please show us a student card.",
                "With a student card, students get 5% off.",
            ),
            check=(("students",), ("5%",)),
        ),
        zh=Side(
            asks=(
                "学生有优惠吗？", "我是学生，能打折吗？", "有学生折扣吗？", "学生价是多少？", "学生打几折？",
                "学生证有用吗？", "大学生有没有优惠？", "学生买灯便宜吗？", "凭学生证能打折吗？", "学生优惠",
                "对学生有折扣吗", "我还在上大学，有优惠吗？", "学生可以便宜多少？", "有没有学生价？",
                "我女儿是学生，能享受优惠吗？", "学生能省多少？", "怎么拿到学生优惠？", "读书用的台灯，学生有折扣吗？",
                "您家给学生打折吗？", "研究生也有学生折扣吗？", "学生党没什么钱，能优惠吗？", "我有学生证，可以打折吗？",
                "学生身份买有折扣吗？", "在校生有什么优惠？", "学生折扣怎么用？", "学生买可以少付一点吗？",
                "给学生优惠多少？", "高中生能用学生优惠吗？", "你们店有没有针对学生的优惠？", "想给宿舍买灯，学生有优惠不？",
                "学生是不是打折？", "学生折扣是几折？",
            ),
            answers=(
                "学生凭学生证可以优惠5%。",
                "学生优惠5%，出示学生证就行。",
            ),
            check=(("学生",), ("5%",)),
        ),
    ),
    Intent(
        name="newsletter_code",
        en=Side(
            asks=(
                "Do you have a coupon code?", "Is there a promo code?", "Do you have a newsletter?",
                "What do I get for the newsletter?", "Voucher code?", "How do I sign up for the newsletter?",
                "I'm looking for a discount code.", "Where do I enter a code?", "Do you have a code for new customers?",
                "Is there a coupon I can use?", "What's the newsletter code?", "I was wondering if there is a coupon code.",
                "Can I have a promo code?", "Does your newsletter come with a code?", "How does the code BRIGHT5 work?",
                "Is BRIGHT5 still valid?", "Any coupon codes?", "I subscribed to the newsletter. Which code can I use?",
                "The checkout asks for a coupon code, do you have one?", "What can I save with the newsletter?",
                "Can you give me a code?", "Newsletter?", "Do newsletter readers get something off?",
                "I'd like to get your newsletter.", "Promo code please",
                "My friend has a code from your newsletter, can I use one too?", "Which promo codes work at the moment?",
                "What is BRIGHT5?", "There is a field for a voucher code, what do I write?",
                "I forgot the code from your newsletter.", "Do you send out coupons by mail?",
                "Is there a code that makes my order cheaper?",
            ),
            answers=(
                "The newsletter code BRIGHT5 gives you $5 off.",
                "Use our newsletter code BRIGHT5 and you get $5 off.",
            ),
            check=(("BRIGHT5",), ("$5",)),
        ),
        zh=Side(
            asks=(
                "有优惠码吗？", "有优惠券吗？", "你们有电子报吗？", "订阅有什么好处？", "优惠码是多少？", "怎么订阅？",
                "有折扣码吗？", "结账时让填优惠码，填什么？", "新顾客有优惠码吗？", "给我一个优惠券吧", "有没有折扣代码",
                "在哪里领券？", "BRIGHT5怎么用？", "BRIGHT5还能用吗？", "订阅电子报送什么？", "我订阅了电子报，优惠码呢？",
                "能给个优惠码吗？", "优惠码忘了，是什么来着？", "现在有什么优惠码可以用？", "想订阅你们的电子报",
                "优惠券怎么领？", "贵店有新人券吗？", "有没有代金券码？", "电子报里的优惠码是什么？", "优惠代码",
                "朋友说订阅有优惠码，我也能用吗？", "下单页面有个优惠码框，怎么填？", "订阅能优惠多少？",
                "有什么码可以减钱？", "折扣码能发我吗？", "领优惠券", "BRIGHT5是什么？",
            ),
            answers=(
                "电子报优惠码BRIGHT5可以减5美元。",
                "用电子报优惠码BRIGHT5就能减5美元。",
            ),
            check=(("BRIGHT5",), ("5美元",)),
        ),
    ),
    Intent(
        name="gift_wrap",
        en=Side(
            asks=(
                "Can you wrap it as a gift?", "Do you offer gift wrapping?", "Can you gift-wrap the lamp?",
                "How much is gift wrapping?", "Gift wrap?", "It's a present, can you wrap it nicely?", "Is gift wrap free?",
                "I'd like it in gift paper.", "Could you use nice wrapping paper for my gift?", "Do you have a gift box?",
                "I was wondering if you wrap presents.", "Could you pack the lamp as a present?",
                "The lamp is for my mother's birthday, do you wrap it?", "Can I have the {item} gift-wrapped?",
                "Do you wrap gifts?", "What does it cost to have a lamp wrapped?", "Please wrap it for a wedding.",
                "Wrapping paper?", "Is it possible to have a present wrapped?", "Would you put a ribbon on it?",
                "Can you pack it so that it looks like a gift?", "Do you charge for wrapping?",
                "How do I order gift wrapping?", "It's for my friend, could it be wrapped?", "Gift wrapping please",
                "Are presents wrapped for free?", "Can my order be wrapped with a greeting?",
                "I want to give a lamp to my aunt and need it wrapped.", "Is there an option for gift wrap at checkout?",
                "Nice wrapping possible?", "Do you do Christmas wrapping?", "Can you send it wrapped as a surprise?",
            ),
            answers=(
                "Gift wrap is free. Just choose it when you order.",
                "We gladly gift wrap your lamp for free. Just choose it when you order.",
            ),
            check=(("gift wrap",), ("free",)),
        ),
        zh=Side(
            asks=(
                "可以包装成礼物吗？", "有礼品包装吗？", "礼物包装要钱吗？", "能帮我包装一下吗，送人的", "包装费多少？",
                "送礼可以包漂亮点吗？", "礼品包装", "我想送妈妈，能包装吗？", "包装免费吗？", "有礼盒吗？",
                "提供礼品包装服务吗", "能用礼品纸包吗？", "结婚礼物，可以帮忙包装吗？", "可以系个丝带吗？",
                "{item}能做成礼物包装吗？", "怎么选礼品包装？", "送朋友的，麻烦包一下", "您那边可以包礼物吗？",
                "生日礼物能包装好再寄吗？", "礼物怎么包？", "包成礼物要多少钱？", "有没有漂亮的包装？",
                "下单时能选礼物包装吗？", "圣诞包装有吗？", "想要礼盒装", "可以附上贺卡一起包装吗？", "帮我弄个好看的包装",
                "送人用，包装有吗？", "我要送领导，能精美包装吗？", "礼品包装是免费的吗？", "能包装好直接寄给朋友吗？",
                "包装礼物收费不？",
            ),
            answers=(
                "礼品包装免费，下单时选一下就行。",
                "下单时选礼品包装就行，是免费的。",
            ),
            check=(("礼品包装",), ("免费",)),
        ),
    ),
    Intent(
        name="gift_card",
        en=Side(
            asks=(
                "Do you sell gift cards?", "Can I buy a gift card?", "Do you have gift vouchers?", "Gift card?",
                "How much is a gift card?", "What amounts do gift cards have?", "I want to give someone a voucher.",
                "What is the smallest gift card?", "I'd like to buy a gift certificate.",
                "From what amount can I get a gift card?", "I don't know which lamp she likes, is there a gift card?",
                "Are gift cards available?", "I was wondering if you have gift cards.", "Can I get a voucher as a present?",
                "How do I buy a gift card?", "Where do I get a gift voucher?", "A gift card for my brother please",
                "Is there a gift card for $50?", "Do you offer vouchers for presents?",
                "Could I order a gift certificate online?", "How do your gift cards work?", "Gift vouchers?",
                "May I choose the value of a gift card?", "What's the minimum for a gift card?",
                "My friend loves lamps. Can I give her a gift card?", "Is it possible to buy a voucher in the store?",
                "Tell me about gift cards", "Do your gift cards have a minimum value?", "I need a gift card by tonight.",
                "Which gift cards do you have?", "Instead of a lamp I'd rather give a voucher.",
                "Can I send a gift card by e-mail?",
            ),
            answers=(
                "We have gift cards from $20, in our stores and online.",
                "Our gift cards start from $20. You can buy them in our stores and online.",
            ),
            check=(("gift cards",), ("$20",)),
        ),
        zh=Side(
            asks=(
                "有礼品卡吗？", "可以买礼品卡吗？", "礼品卡多少钱？", "礼品卡有哪些面值？", "最低多少的礼品卡？",
                "礼品卡怎么买？", "我想送一张礼品卡", "礼品卡", "有没有购物卡？", "有送人的储值卡吗？", "礼品卡在哪里买",
                "不知道她喜欢哪盏灯，有礼品卡吗？", "能买50美元的礼品卡吗？", "礼品卡从多少起？", "网上可以买礼品卡吗？",
                "送朋友礼品卡可以吗？", "您这边卖礼品卡吗？", "礼品卡怎么用？", "想买张购物卡当礼物", "礼品卡最少要多少钱？",
                "礼品卡的金额可以自己选吗？", "给哥哥买张礼品卡", "门店有礼品卡卖吗？", "介绍一下礼品卡",
                "我想用礼品卡当生日礼物", "礼品卡能发电子版吗？", "不想送灯，想送卡，有吗？", "买礼品卡",
                "你们家礼品卡有什么金额？", "有礼品券吗？", "可以定一张礼品卡吗？", "礼品卡起步价是多少？",
            ),
            answers=(
                "礼品卡20美元起，门店和网上都能买。",
                "我们有20美元起的礼品卡，门店和网上都可以买。",
            ),
            check=(("礼品卡",), ("20美元",)),
        ),
    ),
    Intent(
        name="installation",
        en=Side(
            asks=(
                "Can you install the lamp?", "Do you offer installation?", "How much is installation?",
                "Can someone mount the lamp for me?", "Installation?", "I can't put up the lamp myself. Can you help?",
                "Do you have an electrician?", "What does it cost to have a lamp installed?", "Is installation included?",
                "Can you send an electrician?", "Who hangs up the lamp at my home?", "I was wondering if you install lamps.",
                "Could somebody connect the chandelier for me?", "Do you install outside of the city?",
                "I'm afraid of the wiring, do you have someone for that?", "Will you hang the pendant light on my ceiling?",
                "How do I book an electrician?", "Do you also mount wall lamps at home?",
                "What's the price for mounting a lamp?", "My ceiling is high, can your people install the lamp?",
                "Is there an installation service?", "Electrician price?", "I'd like to have my new lamp installed.",
                "Can the {item} be installed by you?", "Where do you offer installation?",
                "I have no tools, could you put the lamp up?", "Do you come to my home to install it?",
                "Installation service please", "Would an electrician come to my flat?", "Is the mounting free?",
                "We live in the city, can you fit the lamp for us?", "Is someone able to wire the lamp for me?",
            ),
            answers=(
                "An electrician can install your lamp for $60, in the city only.",
                "Our electrician installs your lamp for $60. We offer this in the city only.",
            ),
            check=(("electrician",), ("$60",), ("city",)),
        ),
        zh=Side(
            asks=(
                "可以上门安装吗？", "提供安装服务吗？", "安装多少钱？", "能帮我装灯吗？", "我不会装灯，怎么办？",
                "有电工吗？", "安装费是多少？", "安装包含在价格里吗？", "可以派人来装吗？", "上门安装要收费吗？", "安装服务",
                "你们负责安装吗", "吊灯能帮忙装吗？", "我怕接电线，能叫人装吗？", "城外能安装吗？", "谁来给我装灯？",
                "怎么预约安装？", "天花板很高，你们能装吗？", "您家有师傅上门吗？", "需要电工安装，能安排吗？",
                "{item}可以帮我装吗？", "安装免费吗？", "装一盏灯收多少？", "家里没工具，能上门装吗？", "买灯包安装吗？",
                "壁灯也能上门装吗？", "想请你们的电工来装灯", "在市里可以安装吗？", "安装范围是哪里？",
                "师傅上门装灯多少钱？", "帮忙接线安装行吗？", "哪些地方能上门安装？",
            ),
            answers=(
                "电工上门安装60美元，只限市内。",
                "我们有电工上门安装，费用60美元，只限市内。",
            ),
            check=(("电工",), ("60美元",), ("市内",)),
        ),
    ),
    Intent(
        name="bulb_included",
        en=Side(
            asks=(
                "Is a bulb included?", "Does the lamp come with a bulb?", "Do I have to buy a bulb?", "Are bulbs included?",
                "Bulb included?", "Do I get a bulb with the lamp?", "Does the {item} come with a bulb?",
                "Is there a bulb in the box?", "Do lamps come with light bulbs?", "Must I buy the bulb separately?",
                "I was wondering whether a bulb comes with it.", "Can I use the lamp right away or do I need a bulb?",
                "Are the bulbs sold separately?", "Is the first bulb free?", "Will there be a bulb with my lamp?",
                "What is in the box, also a bulb?", "Do you put a bulb in the package?", "Should I order a bulb too?",
                "Do I need to get a bulb as well?", "With or without a bulb?", "Is the bulb part of the lamp price?",
                "Does every lamp include a bulb?", "I'm ordering a lamp today. Is a bulb with it?",
                "Are your lamps sold with bulbs?", "Does the price include a bulb?", "Do I get the first bulb from you?",
                "A bulb comes with the lamp, right?", "When I unpack the lamp, is a bulb inside?", "Bulb with the lamp?",
                "Is an LED bulb included?", "Do the lamps ship with a bulb?", "Would I need to pay extra for a bulb?",
            ),
            answers=(
                "The first bulb is included with every lamp. It is a warm LED.",
                "Every lamp comes with the first bulb included, a warm LED.",
            ),
            check=(("first bulb",), ("included",)),
        ),
        zh=Side(
            asks=(
                "送灯泡吗？", "灯带灯泡吗？", "包含灯泡吗？", "要另外买灯泡吗？", "买灯送灯泡吗？", "盒子里有灯泡吗？",
                "灯泡要单独买吗？", "{item}带不带灯泡？", "价格里含灯泡吗？", "到手就能用吗，有灯泡吗？", "配灯泡吗",
                "第一只灯泡免费吗？", "每盏灯都配灯泡吗？", "是否附带灯泡？", "灯泡另外收钱吗？", "带灯泡",
                "需要自己买灯泡吗？", "收到的灯里有灯泡吗？", "贵店的灯附灯泡吗？", "还要再订灯泡吗？",
                "灯和灯泡是一起卖的吗？", "有没有配好的灯泡？", "灯泡是赠送的吗？", "包装里面包括灯泡吗？",
                "今天下单的灯有灯泡吗？", "会配一个灯泡给我吗？", "灯泡包不包在里面？", "买来要不要再买灯泡？",
                "随灯附送灯泡吗？", "灯泡也一起寄来吗？", "含灯泡吗？", "不含灯泡的话我还要买吗？",
            ),
            answers=(
                "每盏灯都送第一只灯泡，是暖光LED。",
                "我们每盏灯都送第一只灯泡，是暖光LED，不用另买。",
            ),
            check=(("送第一只灯泡",),),
        ),
    ),
    Intent(
        name="bulb_type",
        en=Side(
            asks=(
                "Which bulb do I need?", "What bulbs do your lamps use?", "What kind of bulb fits?",
                "Which bulb fits my lamp?", "Is it E27?", "What socket do your lamps have?", "Bulb type?",
                "Are they LED lamps?", "Can I use LED bulbs?", "What type of light bulb should I buy?",
                "I need a new bulb, which one do I take?", "Do your lamps take standard bulbs?", "Is the light warm or cold?",
                "I was wondering which bulbs to use.", "What color of light do the bulbs have?", "Do you use halogen or LED?",
                "Which size of bulb is right?", "Does the {item} take an E27 bulb?", "What bulb do I put in?",
                "What is the fitting of the bulbs?", "My bulb burned out, which type do I buy?", "Is it a warm light?",
                "E27 or E14?", "What base does the bulb need?", "Are your bulbs warm white?",
                "Could you tell me which bulb type I need?", "Which replacement bulb do you recommend?",
                "Do all lamps use the same bulb?", "Can I screw in a normal bulb?", "Which bulbs work with your lamps?",
                "Socket type please", "What sort of light bulbs do you use?",
            ),
            answers=(
                "Our lamps use warm LED bulbs. E27 fits most of them.",
                "Take a warm LED bulb. E27 fits most of our lamps.",
            ),
            check=(("LED",), ("E27",)),
        ),
        zh=Side(
            asks=(
                "用什么灯泡？", "需要哪种灯泡？", "灯泡是什么型号？", "是LED灯吗？", "灯头是E27吗？", "灯口是什么规格？",
                "该买什么样的灯泡？", "灯泡坏了，换哪一种？", "可以用LED灯泡吗？", "普通灯泡能用吗？", "灯光是暖光还是冷光？",
                "配哪种灯泡", "E27还是E14？", "什么灯泡适合我的灯？", "{item}用什么灯泡？", "灯泡规格",
                "你们用的是什么光源？", "是暖光吗？", "灯泡接口是哪种？", "您推荐什么灯泡？", "想换灯泡，买什么型号？",
                "所有灯用一样的灯泡吗？", "灯泡要多大的？", "用卤素还是LED？", "灯座规格是多少？", "光的颜色是什么样的？",
                "E27灯泡能装吗？", "灯泡烧了，应该买哪款？", "螺口灯泡可以吗？", "光是黄的还是白的？", "配什么型号的灯泡好？",
                "换灯泡选哪种？",
            ),
            answers=(
                "我们的灯用暖光LED灯泡，大多数适合E27。",
                "请选暖光LED灯泡，大多数灯都用E27。",
            ),
            check=(("LED",), ("E27",)),
        ),
    ),
    Intent(
        name="bulb_life",
        en=Side(
            asks=(
                "How long does a bulb last?", "How long do your bulbs last?", "When do I have to change the bulb?",
                "What is the life of a bulb?", "Bulb life?", "How many years does the bulb last?", "Do the bulbs last long?",
                "How often must I replace the bulb?", "How long will the LED last?",
                "I don't want to change bulbs all the time.", "What's the lifetime of your LED bulbs?",
                "I was wondering how long the bulbs live.", "Will the bulb burn out soon?", "Are your bulbs durable?",
                "How long does the light last before it dies?", "Is the bulb going to last for years?",
                "How soon does a bulb burn out?", "What lifespan do the bulbs have?", "Do I need to change the bulb often?",
                "After how many years is the bulb used up?",
                "My ceiling is high and changing bulbs is hard. How long do they last?",
                "Could you tell me how durable the LED is?", "Bulb lifespan please", "How many years can I use a bulb?",
                "Does an LED bulb last ten years?", "For how long does a bulb work?",
                "Do bulbs have to be replaced every year?", "How long until the bulb must be changed?",
                "Lifetime of the bulb?", "Is the life of your bulbs long?", "How long does the bulb of the {item} last?",
                "What can I expect, how long does a bulb hold?",
            ),
            answers=(
                "A bulb lasts about 15 years, because it is an LED.",
                "Our LED bulbs are durable and last about 15 years.",
            ),
            check=(("15 years",),),
        ),
        zh=Side(
            asks=(
                "灯泡能用多久？", "灯泡寿命多长？", "多久要换灯泡？", "灯泡能用几年？", "LED能用多少年？", "灯泡耐用吗？",
                "要经常换灯泡吗？", "灯泡寿命", "灯泡多久会坏？", "使用寿命是多少年？", "灯泡大概能用多长时间",
                "不想老换灯泡，你们的耐用吗？", "一只灯泡能亮多久？", "灯泡容易坏吗？", "换灯泡的周期是多久？",
                "LED灯泡寿命长吗？", "天花板高不好换，灯泡能撑几年？", "灯泡能用十年吗？", "{item}的灯泡能用多久？",
                "贵店的灯泡能用几年？", "灯泡几年换一次？", "灯泡一年要换吗？", "灯泡用久了会坏吗，多久？",
                "LED的寿命有多久？", "灯泡会很快烧掉吗？", "多少年后要换灯泡？", "光源能用多久？", "灯泡的使用年限是多少？",
                "一个灯泡用得久吗？", "灯泡的寿命怎么样？", "灯泡什么时候需要更换？", "灯泡能坚持多久",
            ),
            answers=(
                "灯泡大约能用15年。",
                "我们的LED灯泡寿命大约15年。",
            ),
            check=(("15年",),),
        ),
    ),
    Intent(
        name="recycling",
        en=Side(
            asks=(
                "Do you take back old lamps?", "Can I recycle my old lamp?", "What do I do with my old lamp?",
                "Do you recycle lamps?", "Recycling?", "Where can I get rid of my old lamp?", "Can I bring old lamps to you?",
                "Is recycling free?", "How do I dispose of an old lamp?", "I have an old lamp to throw away, do you take it?",
                "I was wondering what happens to old lamps.", "Will you take my old lamp when I buy a new one?",
                "Do you accept old lamps for recycling?", "How much does it cost to recycle a lamp?",
                "Can you pick up old lamps for recycling?", "My old lamp is not needed any more, can I hand it in?",
                "Are old lamps collected?", "Where do I leave my old lamps?",
                "Could I bring a lamp from another shop for recycling?", "I'd like to recycle two lamps.",
                "Do you have a recycling program for lamps?", "What about my old lamp, can it be recycled?",
                "Old lamp disposal?", "We found old lamps in the cellar. Do you want them?",
                "Is there a place to hand in old lamps?", "Do your stores take used lamps for recycling?",
                "Can old bulbs and lamps be recycled with you?", "Do I pay to give you my old lamp?",
                "May I drop off an old lamp?", "Recycle old lamps please", "How does recycling work at your shop?",
                "I don't want my old lamp to end up in the trash.",
            ),
            answers=(
                "We take back old lamps for recycling in all our stores, for free.",
                "Bring old lamps to any of our stores. We take them back for recycling, for free.",
            ),
            check=(("old lamps",), ("recycling",), ("free",)),
        ),
        zh=Side(
            asks=(
                "你们回收旧灯吗？", "旧灯怎么处理？", "可以回收旧灯吗？", "旧灯能拿来回收吗？", "回收要钱吗？",
                "旧灯扔哪里？", "买新灯时旧灯能回收吗？", "旧灯回收", "我有一盏旧灯不要了，你们收吗？", "能帮忙处理旧灯吗？",
                "哪里可以回收旧灯", "回收旧灯免费吗？", "买新灯可以把旧灯给你们吗？", "废旧灯具你们收吗？",
                "别家的旧灯你们也回收吗？", "旧灯送到店里可以吗？", "怎么回收旧灯？", "贵店有回收服务吗？",
                "旧灯放着占地方，能交给你们吗？", "不用的灯能回收吗？", "家里有几盏老灯，想环保处理", "旧灯可以交到哪？",
                "不想把旧灯丢垃圾桶", "老旧的灯你们要吗？", "回收灯具收费吗？", "店里收旧灯吗？", "想把坏掉不用的旧灯回收掉",
                "旧灯泡旧灯具能回收吗？", "你们有旧灯回收计划吗？", "换下来的旧灯怎么办？", "可以把旧灯留在店里吗？",
                "旧灯处理要多少钱？",
            ),
            answers=(
                "旧灯可以拿到任何门店，我们免费回收。",
                "我们免费回收旧灯，请带到任何一家门店。",
            ),
            check=(("旧灯",), ("免费回收",)),
        ),
    ),
    Intent(
        name="business_orders",
        en=Side(
            asks=(
                "Do you sell to companies?", "Do you offer business discounts?", "I need many lamps for our company office.",
                "Can companies order from you?", "We want to order 20 lamps for our hotel.", "Business orders?",
                "Is there a discount for large orders?", "Do you have prices for businesses?",
                "I'd like to order lamps in bulk.", "We are a restaurant and need many lamps.",
                "What discount do companies get?", "I was wondering about orders for businesses.",
                "How do I place a business order?", "Do you do wholesale?", "Can I get a quote for 15 lamps?",
                "Bulk discount?", "Our company wants to buy lamps for all desks.", "Is there a special price for firms?",
                "We need about thirty lamps. What can you offer?", "Do you work with hotels and offices?",
                "From how many lamps is there a bulk price?", "I represent a company, how do we order?",
                "Could you make an offer for fifty lamps?", "Wholesale prices please", "Do you supply restaurants?",
                "I run a cafe and want to order a dozen lamps.", "Where do I send a company order?",
                "Are there business terms?", "What would a big order cost for our firm?", "Corporate orders?",
                "My school needs lamps for every room, do you give a discount?", "Can a business buy lamps at a lower price?",
            ),
            answers=(
                "Business orders from 10 lamps get 15% off. Please write to help@wickhaven.example.",
                "From 10 lamps a business order is 15% off. Just write to help@wickhaven.example.",
            ),
            check=(("10 lamps",), ("15%",), ("help@wickhaven.example",)),
        ),
        zh=Side(
            asks=(
                "公司可以订购吗？", "企业采购有优惠吗？", "我们公司要买很多灯", "批发吗？", "大量购买有折扣吗？",
                "酒店要订20盏灯，怎么买？", "有企业价吗？", "办公室需要一批灯", "团购有优惠吗？", "批量采购怎么联系？",
                "做批发吗", "餐厅需要很多灯，能优惠吗？", "给公司买灯有什么折扣？", "买十几盏能打折吗？", "企业订单怎么下？",
                "我们要三十盏灯，能报价吗？", "可以给公司报个价吗？", "批发价是多少？", "您那边和公司合作吗？",
                "我开咖啡馆，想订一批灯", "大单有优惠吗？", "多少盏起可以批发？", "学校每个教室都要灯，有折扣吗？",
                "对公采购", "公司采购灯具找谁？", "我代表公司来问采购的事", "五十盏灯什么价格？", "企业客户有什么优惠？",
                "想给办公楼采购灯", "公司团购灯怎么算？", "能给企业打几折？", "批量订购有优惠价吗？",
            ),
            answers=(
                "企业订购10盏起优惠15%，请写信到help@wickhaven.example。",
                "公司买10盏以上优惠15%，请发邮件到help@wickhaven.example。",
            ),
            check=(("10盏",), ("15%",), ("help@wickhaven.example",)),
        ),
    ),
    Intent(
        name="jobs",
        en=Side(
            asks=(
                "Are you hiring?", "Do you have any jobs?", "I want to work for you.", "How can I apply for a job?", "Jobs?",
                "Where do I send my application?", "Is there a job opening?", "I'm looking for work.",
                "Can I work in your shop?", "Do you have open positions?", "I'd like to apply for a job.",
                "I was wondering if you need staff.", "Do you take interns?", "Can I do an internship with you?",
                "Who do I write to about a job?", "Are there any vacancies?",
                "My son is looking for a summer job. Do you have something?", "Do you need help in your store?",
                "Job openings please", "I am an electrician, do you have work for me?", "Could I join your team?",
                "Where can I see your open jobs?", "How do I become an employee of Wickhaven?",
                "Is it possible to work part-time at your shop?",
                "I would love to work with lamps. Are you looking for people?", "Can I send you my resume?",
                "Any vacancy in the store?", "Do you offer student jobs?", "May I apply as a salesperson?",
                "Career at Wickhaven?", "I have sold lamps for years and seek a new position.",
                "Do you employ people at the moment?",
            ),
            answers=(
                "How nice! Please send your application to help@wickhaven.example.",
                "Thank you for asking about a job! Please write your application to help@wickhaven.example.",
            ),
            check=(("application",), ("help@wickhaven.example",)),
        ),
        zh=Side(
            asks=(
                "你们招人吗？", "有工作机会吗？", "我想来你们店工作", "怎么应聘？", "招聘", "简历发到哪里？",
                "有职位空缺吗？", "我在找工作", "能去你们店上班吗？", "你们缺人吗？", "现在招聘吗", "招实习生吗？",
                "我想应聘店员", "可以做兼职吗？", "怎么投简历？", "招暑期工吗？", "我儿子想打暑假工，你们要人吗？",
                "应聘找谁？", "我是电工，有工作吗？", "您这边招不招员工？", "在哪里看招聘信息？", "想加入你们的团队",
                "有没有兼职岗位？", "可以来实习吗？", "我卖灯很多年了，想换工作", "招聘店员吗？", "学生兼职有吗？", "求职",
                "你们需要帮手吗？", "我很喜欢灯，想在你们这里工作", "有岗位吗？", "怎样才能成为你们的员工？",
            ),
            answers=(
                "欢迎！请把简历发到help@wickhaven.example。",
                "谢谢您想加入我们！请把简历发到help@wickhaven.example。",
            ),
            check=(("简历",), ("help@wickhaven.example",)),
        ),
    ),
    Intent(
        name="privacy",
        en=Side(
            asks=(
                "What do you do with my data?", "Is my data safe?", "Do you sell my data?", "How do you use my data?",
                "Privacy?", "Do you give my address to others?", "What is your privacy policy?",
                "Is my personal information safe with you?", "Do you share my data?",
                "I was wondering what happens with my information.", "Do you pass on my e-mail address?",
                "Why do you need my data?", "Who can see my data?", "What information do you store?",
                "I'm worried about my privacy.", "Will my data be sold?", "Can I trust you with my data?",
                "Do you keep my personal details?", "Data protection?", "Is my credit card data protected?",
                "How private are my orders?", "What happens to my phone number after I order?",
                "Do other companies get my data?", "Tell me about your data protection",
                "Will I get spam if I give you my e-mail?", "For what do you use customer data?",
                "Do you save what I write here?", "Before I give you my address: what will you do with it?",
                "Do you respect my privacy?", "Does anyone else get my personal information?", "Data privacy please",
                "Could you explain how my data is handled?",
            ),
            answers=(
                "We use your data for orders only and never sell it.",
                "Your data is used for orders only. It is never sold.",
            ),
            check=(("orders only",), ("never",)),
        ),
        zh=Side(
            asks=(
                "你们怎么处理我的数据？", "我的信息安全吗？", "会泄露我的资料吗？", "你们会卖我的数据吗？",
                "隐私政策是什么？", "个人信息会给别人吗？", "隐私", "我的地址会不会给别人？", "你们收集哪些信息？",
                "如何保护个人信息", "我的电话会被泄露吗？", "为什么要我的个人资料？", "谁能看到我的信息？",
                "数据用来做什么？", "我担心隐私问题", "你们会保存我的资料吗？", "给你们邮箱会收到垃圾邮件吗？",
                "银行卡信息安全吗？", "我的资料会卖给别的公司吗？", "贵店怎么使用顾客信息？", "个人信息保护怎么做？",
                "我填的信息安不安全？", "隐私有保障吗？", "能信任你们保管我的信息吗？", "会把我的号码给第三方吗？",
                "数据安全吗？", "我在这里说的话会保存吗？", "下单填的个人信息你们拿去干什么？", "信息会被别人看到吗？",
                "我的个人信息怎么用？", "你们有隐私保护吗？", "想了解你们的隐私规定",
            ),
            answers=(
                "您的信息只用于订单，绝不会出售。",
                "请放心，您的信息只用于订单，我们绝不出售。",
            ),
            check=(("只用于订单",), ("绝不",)),
        ),
    ),
    Intent(
        name="about_shop",
        en=Side(
            asks=(
                "What is Wickhaven?", "Tell me about your shop.", "Who is behind Wickhaven?", "What kind of shop are you?",
                "Tell me something about Wickhaven", "What does Wickhaven do?", "Is Wickhaven a big company?",
                "I've never heard of Wickhaven. What is it?", "Who runs this shop?", "What sort of company is this?",
                "About Wickhaven?", "I was wondering what kind of shop Wickhaven is.", "Is this a lamp shop?",
                "Can you introduce your shop?", "Are you a family business?", "Is Wickhaven a real shop?",
                "I'd like to know more about your company.", "Describe your shop", "What shop is this?", "Who is Wickhaven?",
                "What is special about your shop?", "What's the story of your shop?", "Could you tell me who Wickhaven is?",
                "My neighbor talked about Wickhaven. What kind of store is it?", "What does the name Wickhaven stand for?",
                "Is your shop big or small?", "Which company is behind this website?", "Who owns the lamp shop?",
                "I just found your website. What is this shop about?", "Information about the company please",
                "Give me a short description of Wickhaven", "What is this store?",
            ),
            answers=(
                "Wickhaven is a small lamp shop by the harbor. We sell lamps for every room.",
                "We are Wickhaven, a small lamp shop by the harbor, with lamps for every room.",
            ),
            check=(("lamp shop",), ("harbor",)),
        ),
        zh=Side(
            asks=(
                "烛湾灯铺是什么店？", "介绍一下你们的店", "你们是什么公司？", "烛湾灯铺是做什么的？", "说说你们店吧",
                "这是什么店？", "你们店有多大？", "没听说过烛湾，是什么？", "谁开的这家店？", "烛湾是大公司吗？",
                "贵店是做什么的", "想了解一下你们的灯铺", "你们是家族店吗？", "烛湾灯铺怎么样？", "这家店是卖灯的吗？",
                "你们店有什么特别的？", "烛湾灯铺是真的店吗？", "邻居提到烛湾灯铺，那是什么店？", "能介绍一下烛湾吗？",
                "店的故事是什么？", "贵店是一家什么样的店？", "这个网站是哪家公司的？", "刚看到你们网站，你们店是干什么的？",
                "烛湾灯铺的老板是谁？", "公司介绍", "你们公司是做哪一行的？", "什么是烛湾灯铺？", "烛湾灯铺简介",
                "你们是小店还是大店？", "关于烛湾灯铺", "给我讲讲烛湾灯铺", "你们家店是什么来头？",
            ),
            answers=(
                "烛湾灯铺是港口边的一家小灯店，每个房间的灯都有。",
                "我们是烛湾灯铺，港口边的一家小灯店，卖各个房间用的灯。",
            ),
            check=(("烛湾灯铺",), ("港口",), ("灯店",)),
        ),
    ),
    Intent(
        name="website_trouble",
        en=Side(
            asks=(
                "I can't check out.", "Your website doesn't work.", "The checkout is broken.", "I get an error when I order.",
                "The website is down.", "My payment doesn't go through on your website.", "I can't put the lamp in the cart.",
                "The page won't load.", "I have trouble ordering online.", "My cart is stuck.",
                "The order button does nothing.", "Why can't I place my order on the website?", "The site keeps crashing.",
                "Website error", "I tried to order three times but the website fails.",
                "There is a problem with your online shop.", "I can't log in to my account.",
                "The checkout page shows an error.", "I was wondering if your website has a problem.",
                "The cart is empty again and again.", "My order can't be completed, the page hangs.",
                "The website says something went wrong.", "How do I fix the error at checkout?", "Checkout not working",
                "I want to buy the {item}, but the site won't let me check out.", "Your shop page is frozen.",
                "Is your website broken?", "The online store is very slow and the checkout fails.",
                "Nothing happens when I click on buy.", "What can I do if the checkout fails?",
                "The website does not accept my card and shows an error.", "Your site has a bug in the cart.",
            ),
            answers=(
                "Sorry about that! Please clear the cart and try again, or write to help@wickhaven.example.",
                "I am sorry! Please clear the cart and try again. If it fails, write to help@wickhaven.example.",
            ),
            check=(("clear the cart",), ("try again",), ("help@wickhaven.example",)),
        ),
        zh=Side(
            asks=(
                "我没法结账", "网站打不开", "结账出错了", "下单的时候报错", "网页一直加载不出来", "网站上付款失败",
                "加不进购物车", "你们网站坏了吗？", "网上下单下不了", "购物车卡住了", "点购买没反应", "为什么下不了单？",
                "网站老是崩溃", "页面显示错误", "试了三次都下不了单", "网站有问题", "我登录不了账号", "结账页面打不开",
                "提交订单失败", "购物车总是空的", "页面卡死了", "网站是不是出故障了", "网站出错怎么办？", "结账不成功",
                "想买{item}，可是网站结不了账", "按钮点不了", "贵店的网站好像有毛病", "网站特别慢，付款页面出不来",
                "点了下单什么都没发生", "网页显示出现问题", "网店用不了", "付款页面一直转圈，怎么办？",
            ),
            answers=(
                "抱歉！请清空购物车再试一次，或写信到help@wickhaven.example。",
                "不好意思！请先清空购物车再试一次，还不行就写信到help@wickhaven.example。",
            ),
            check=(("清空购物车",), ("再试一次",), ("help@wickhaven.example",)),
        ),
    ),
]
