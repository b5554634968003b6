"""Makers of argument values: what customers name when they ask for something.

`fill(rng, lang, type)` gives a text or a `Value`; `type` is the JSON type that the schema declares, so that a number is plain
digits there. Many values are made up of parts: a small model has to learn to copy what it has never seen.
"""

import catalog

from .kinds import Value

CITIES_EN = (
    "Paris, London, Berlin, Tokyo, New York, Madrid, Rome, Oslo, Vienna, Lisbon, Dublin, Prague, Boston, Chicago, Toronto, "
    "Sydney, "
    "Cairo, Mumbai, Delhi, Seoul, Beijing, Shanghai, Hong Kong, Singapore, San Francisco, Los Angeles, Mexico City, Lima, "
    "Buenos Aires, Nairobi, Cape Town, Athens, Warsaw, Helsinki, Stockholm, Copenhagen, Amsterdam, Brussels, Zurich, Geneva, "
    "Munich, "
    "Hamburg, Milan, Barcelona, Istanbul, Dubai, Bangkok, Hanoi, Jakarta, Manila, Seattle, Denver, Miami, Austin, Montreal, "
    "Kyoto, "
    "Osaka, Melbourne, Auckland, Reykjavik, Lyon, Porto, Leeds, Bristol, Glasgow, Cologne, Leipzig, Naples, Havana, Lagos, Accra"
).split(", ")
CITIES_ZH = (
    "北京 上海 广州 深圳 杭州 南京 成都 重庆 武汉 西安 天津 苏州 青岛 大连 厦门 昆明 长沙 郑州 济南 哈尔滨 沈阳 福州 合肥 南昌 贵阳 兰州 "
    "太原 海口 三亚 拉萨 乌鲁木齐 呼和浩特 南宁 桂林 宁波 无锡 温州 洛阳 香港 澳门 台北 东京 大阪 首尔 新加坡 曼谷 巴黎 伦敦 柏林 纽约 "
    "罗马 马德里 悉尼 多伦多 莫斯科 迪拜 开罗 维也纳 旧金山 洛杉矶 芝加哥 波士顿 慕尼黑 米兰 日内瓦"
).split()
TOWN_EN = ("ton", "ville", "burg", "ford", "field", "port", "bridge", "mouth", "stad", "haven", "by", "wick", " City", " Falls")
TOWN_ZH_A = "青临安云平长新东南西北永清白金石海江河山龙凤泰和丰宁嘉德兴"
TOWN_ZH_B = "川州阳宁山江城港安庆泉陵溪水原林湾乡海岭口"
COUNTRIES_EN = (
    "France, Germany, Spain, Italy, Japan, China, Canada, Brazil, Mexico, Norway, Sweden, Finland, Denmark, Poland, Austria, "
    "Switzerland, Belgium, Portugal, Ireland, Greece, Turkey, Egypt, Kenya, India, Australia, New Zealand, Chile, Peru, "
    "Argentina, "
    "South Africa, South Korea, Thailand, Vietnam, Iceland, Hungary, Croatia, Estonia, Malta, Singapore, the Netherlands, the UK"
).split(", ")
COUNTRIES_ZH = (
    "法国 德国 西班牙 意大利 日本 加拿大 巴西 墨西哥 挪威 瑞典 芬兰 丹麦 波兰 奥地利 瑞士 比利时 葡萄牙 爱尔兰 希腊 土耳其 埃及 印度 "
    "澳大利亚 新西兰 智利 阿根廷 南非 韩国 泰国 越南 冰岛 匈牙利 荷兰 英国 美国 俄罗斯 马来西亚 印度尼西亚 菲律宾"
).split()
LAMP_FIRST_EN = (
    "Solano Vesper Marlow Tindra Quill Orbit Pebble Larch Osprey Willow Cinder Halo Meadow Indigo Juniper Saffron Tundra Velvet "
    "Zephyr Basalt Clover Drift Echo Fable Glint Heron Ivory Jasper Kite Lyra Mistral Nimbus Opal Prism Raven Sable Topaz Umbra"
).split()
LAMP_FIRST_ZH = (
    "晚星 银杏 流萤 云帆 松涛 月牙 青竹 雪峰 晨露 秋叶 海棠 飞鸟 琥珀 墨石 春溪 暖阳 夏荷 星河 远山 白鹭 红枫 紫藤 清风 小鹿 石榴 蓝湾 "
    "金橘 水晶 羽毛 麦田 灯塔 珊瑚 雨滴 云朵 芦苇 萤火 木棉 梧桐"
).split()
LAMP_KIND_EN = (
    "desk lamp, floor lamp, pendant light, table lamp, bedside lamp, wall lamp, night light, garden light, reading lamp, "
    "lantern, "
    "spotlight, ceiling light, clip lamp, light chain, lamp shade, LED bulb, dimmer"
).split(", ")
LAMP_KIND_ZH = "台灯 落地灯 吊灯 桌灯 床头灯 壁灯 小夜灯 庭院灯 阅读灯 提灯 射灯 吸顶灯 夹灯 灯串 灯罩 灯泡 调光器".split()
STYLES_EN = (
    "brass, wooden, white, black, small, modern, paper, dimmable, glass, green, copper, cordless, solar, red, warm, cheap, "
    "classic, "
    "bright, blue, outdoor, rattan, marble, foldable, smart, round, vintage, minimalist, golden"
).split(", ")
STYLES_ZH = "黄铜 木质 白色 黑色 小巧 现代 纸质 可调光 玻璃 绿色 铜色 无线 太阳能 红色 暖光 便宜的 经典 明亮的 蓝色 户外 藤编 大理石 折叠 智能 圆形 复古 简约 金色".split()
ROOMS_EN = (
    "kitchen, bedroom, living room, bathroom, hallway, office, garage, dining room, nursery, basement, attic, studio, balcony, "
    "library, garden, guest room, pantry, workshop, laundry room, porch"
).split(", ")
ROOMS_ZH = "厨房 卧室 客厅 浴室 走廊 书房 车库 餐厅 儿童房 地下室 阁楼 阳台 花园 客房 玄关 工作室 办公室 洗衣房 主卧 储物间".split()
STREETS_EN = (
    "Maple Birch Mill Church Park Station Harbor Rose Hill King Lake Garden Bridge Oak River School Elm Market Castle Linden"
).split()
STREETS_ZH = "中山 人民 解放 江宁 梧桐 文化 建设 和平 花园 湖滨 南京 长江 学院 桃园 滨河 朝阳 幸福 青年 光明 胜利".split()
MONTHS = "January February March April May June July August September October November December".split()
DAYS_EN = "Monday Tuesday Wednesday Thursday Friday Saturday".split()
DAYS_ZH = "周一 周二 周三 周四 周五 周六".split()
MARK_EN = "the lamp, the cable, the switch, the shade, the base, the plug, the dimmer, the glass, the bulb, the stand".split(", ")
FLAW_EN = (
    "is broken, is cracked, is missing, does not work, is scratched, is loose, is bent, gets too hot, makes noise"
).split(", ")
MARK_ZH = "灯 电线 开关 灯罩 底座 插头 调光器 玻璃 灯泡 支架".split()
FLAW_ZH = "坏了 裂了 少了 不能用 有划痕 松了 弯了 太烫 有噪音".split()
REASONS_EN = (
    "it is too big, it is too small, the color is wrong, it is too bright, it is not bright enough, I changed my mind, "
    "it came too late, I bought the wrong one, it does not fit the room, my wife does not like it, I found a cheaper one, "
    "it flickers, it was a gift, I ordered it twice, we are moving, I do not need it any more"
).split(", ")
REASONS_ZH = (
    "太大了 太小了 颜色不对 太亮了 不够亮 我改主意了 送得太晚了 买错了 和房间不搭 家里人不喜欢 找到更便宜的了 一直闪 是送人的 下单了两次 我们要搬家 不需要了"
).split()
TOPICS_EN = (
    "a broken lamp, my refund, a wrong invoice, a late parcel, a double charge, a missing part, an unpaid refund, a complaint, "
    "a large order, a flickering light, my warranty, a lost package, a wrong address, the installation, a damaged box, my "
    "payment, "
    "a burnt plug, a discount, a return, an old order"
).split(", ")
TOPICS_ZH = (
    "灯坏了 退款问题 发票错误 包裹迟到 重复扣款 缺少零件 退款没到账 投诉 大批采购 灯光闪烁 保修问题 包裹丢失 地址错误 安装问题 包装破损 付款失败 "
    "插头烧坏 优惠问题 退货问题 旧订单"
).split()


def made_word(rng, least=1, most=2):
    return "".join(rng.choices(catalog.SYLLABLES, k=rng.randint(least, most))) + rng.choice(catalog.ENDINGS)


def whole(rng, low, high):
    return str(rng.randint(low, high))


def order(rng, lang, type):
    """An order number; now and then it is written with a hash, which is no part of it."""
    number = catalog.order_number(rng)
    while type == "integer" and not number.isdigit():
        number = catalog.order_number(rng)
    if number.isdigit() and rng.random() < 0.06:
        return Value("#" + number, number, number)
    return number


def customer(rng, lang, type):
    number = whole(rng, 10, 99999)
    if type == "integer" or rng.random() < 0.5:
        return number
    return rng.choice(("C", "C-", "CU", "K-", "CUST-", "M")) + number


def city(rng, lang, type="string"):
    """A place; a quarter of them are made up, some English ones are written small."""
    if lang == "zh":
        if rng.random() < 0.25:
            return rng.choice(TOWN_ZH_A) + rng.choice(TOWN_ZH_B) + rng.choice(("", "", "市", "县"))
        return rng.choice(CITIES_ZH)
    name = rng.choice(CITIES_EN)
    if rng.random() < 0.3:
        name = (made_word(rng, 1, 1) + rng.choice(TOWN_EN)).title() if rng.random() < 0.6 else made_word(rng).capitalize()
    return name.lower() if rng.random() < 0.1 else name


def country(rng, lang, type="string"):
    return rng.choice(COUNTRIES_ZH if lang == "zh" else COUNTRIES_EN)


def place(rng, lang, type="string"):
    return (city if rng.random() < 0.5 else country)(rng, lang)


def invented_lamp(rng, lang):
    if lang == "zh":
        first = rng.choice(LAMP_FIRST_ZH)
        return (first if rng.random() < 0.7 else rng.choice(TOWN_ZH_A) + rng.choice(catalog.GIVEN)) + rng.choice(LAMP_KIND_ZH)
    first = rng.choice(LAMP_FIRST_EN) if rng.random() < 0.6 else made_word(rng).capitalize()
    number = rng.choice((" ", f" {rng.randint(2, 900)} ")) if rng.random() < 0.15 else " "
    return first + number + rng.choice(LAMP_KIND_EN)


def product(rng, lang, type="string"):
    if rng.random() < 0.5:
        return catalog.lamp_name(rng.choice(catalog.PRODUCTS), lang)
    return invented_lamp(rng, lang)


def search_words(rng, lang, type="string"):
    """What someone looks for in a shop: "brass desk lamp", "lamps for the kitchen", "台灯"."""
    kinds = [(one, many, zh) for one, many, zh in catalog.CATEGORIES.values()]
    form = rng.random()
    if lang == "zh":
        kind = rng.choice(kinds)[2] if rng.random() < 0.6 else rng.choice(LAMP_KIND_ZH)
        style = rng.choice(STYLES_ZH)
        if form < 0.35:
            return style + kind
        if form < 0.6:
            return rng.choice(ROOMS_ZH) + ("用的灯" if rng.random() < 0.5 else kind)
        return kind if form < 0.85 else style.removesuffix("的") + "的" + kind
    one, many, _ = rng.choice(kinds)
    style = rng.choice(STYLES_EN)
    if form < 0.35:
        return f"{style} {many}"
    if form < 0.55:
        return f"lamps for the {rng.choice(ROOMS_EN)}"
    if form < 0.75:
        return many
    return f"{style} {rng.choice(LAMP_KIND_EN)}s" if form < 0.92 else f"{style} {rng.choice(STYLES_EN)} {many}"


def category(rng, lang, type="string"):
    _, many, zh = rng.choice(list(catalog.CATEGORIES.values()))
    return zh if lang == "zh" else many


def budget(rng, lang, type):
    return str(rng.choice((20, 25, 30, 40, 50, 60, 75, 80, 90, 100, 120, 150, 200, 250, 300, rng.randint(15, 400))))


def address(rng, lang, type="string"):
    if lang == "zh":
        start = rng.choice(CITIES_ZH[:39]) if rng.random() < 0.4 else ""
        rest = f"{rng.choice(STREETS_ZH)}{rng.choice('路街')}{rng.randint(1, 300)}号"
        return start + rest + (f"{rng.randint(1, 30)}室" if rng.random() < 0.3 else "")
    name = rng.choice(STREETS_EN) if rng.random() < 0.6 else made_word(rng).capitalize()
    street = f"{rng.randint(1, 300)} {name} {rng.choice(('Street', 'Road', 'Lane', 'Avenue'))}"
    return street + (", " + city(rng, lang).title() if rng.random() < 0.4 else "")


def date_of(rng):
    """A day as (ISO, English, Chinese)."""
    month, day, year = rng.randint(1, 12), rng.randint(1, 28), rng.choice((2025, 2025, 2026, 2026, 2027))
    name = MONTHS[month - 1]
    return f"{year}-{month:02}-{day:02}", rng.choice((f"{name} {day}", f"{day} {name}")), f"{month}月{day}日"


def date(rng, lang, type="string"):
    iso, en, zh = date_of(rng)
    form = rng.random()
    if form < 0.25:
        return iso
    if form < 0.6:
        return zh if lang == "zh" else en
    if lang == "zh":
        return rng.choice(("明天", "后天", "下" + rng.choice(DAYS_ZH), rng.choice(DAYS_ZH), "这" + rng.choice(DAYS_ZH)))
    return rng.choice(("tomorrow", "next " + rng.choice(DAYS_EN), rng.choice(DAYS_EN), rng.choice(DAYS_EN)))


def clock(rng, lang, type="string"):
    hour, minute = rng.randint(7, 21), rng.choice((0, 0, 15, 30, 30, 45, 5, 20))
    if rng.random() < 0.4:
        return f"{hour:02}:{minute:02}" if rng.random() < 0.5 else f"{hour}:{minute:02}"
    if lang == "zh":
        part, short = ("上午", hour) if hour < 12 else ("下午", hour - 12 or 12) if hour < 18 else ("晚上", hour - 12)
        return f"{part}{short}点" + ("半" if minute == 30 else "")
    short, half = (hour - 1) % 12 + 1, "am" if hour < 12 else "pm"
    return f"{short}{f':{minute:02}' if minute else ''}{rng.choice((' ', ' ', ''))}{half}"


def code(rng, lang="en", type="string"):
    word = rng.choice("LIGHT GLOW SAVE BRIGHT LAMP SPRING SUMMER WINTER HELLO VIP SUN STAR MOON GIFT NEW".split())
    if rng.random() < 0.5:
        return word + str(rng.choice((5, 10, 15, 20, 25, 30, 50, 2025, 2026, rng.randint(1, 99))))
    return "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=rng.randint(5, 8)))


def person(rng, lang, type="string"):
    return catalog.some_name(rng, lang)


def email(rng, lang="en", type="string"):
    name = (rng.choice(catalog.NAMES_EN) if rng.random() < 0.4 else made_word(rng)).lower()
    extra = rng.choice(("", "", "", f".{made_word(rng, 1, 1)}", str(rng.randint(1, 99))))
    return f"{name}{extra}@{rng.choice(('mail', 'post', 'home', 'work', made_word(rng, 1, 1)))}.example"


def fault(rng, lang, type="string"):
    """A short statement of what is wrong: "the cable is loose", "开关坏了"."""
    if lang == "zh":
        return rng.choice(MARK_ZH) + rng.choice(FLAW_ZH)
    return f"{rng.choice(MARK_EN)} {rng.choice(FLAW_EN)}"


def reason(rng, lang, type="string"):
    if rng.random() < 0.5:
        return fault(rng, lang)
    return rng.choice(REASONS_ZH if lang == "zh" else REASONS_EN)


def topic(rng, lang, type="string"):
    return rng.choice(TOPICS_ZH if lang == "zh" else TOPICS_EN)


def room(rng, lang, type="string"):
    return rng.choice(ROOMS_ZH if lang == "zh" else ROOMS_EN)


def priority(rng, lang, type="string"):
    english, chinese = rng.choice((("low", "低"), ("medium", "中"), ("high", "高")))
    return Value(chinese if lang == "zh" else english, english)


def names_and_prices(rng, count):
    """Different lamps with prices: (English, Chinese, price)."""
    found = {}
    while len(found) < count:
        if rng.random() < 0.5:
            lamp = rng.choice(catalog.PRODUCTS)
            found[lamp.en] = (lamp.en, lamp.zh, lamp.price)
        else:
            name = invented_lamp(rng, "en")
            found[name] = (name, invented_lamp(rng, "zh"), price(rng))
    return list(found.values())


def price(rng):
    return rng.randint(9, 299) if rng.random() < 0.8 else rng.randint(9, 199) + rng.choice((0.95, 0.99, 0.49, 0.75))


def apart(chosen, lang):
    """Chinese writes day and time without a blank: their digits must not run together."""
    if lang == "en" or not {"date", "time"} <= chosen.keys():
        return True
    return not (chosen["date"].text[-1].isdigit() and chosen["time"].text[0].isdigit())
