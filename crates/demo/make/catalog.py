"""The fictional shop's lamps and their facts, and names, places and order numbers of its customers."""

from dataclasses import dataclass

# category: English singular, English plural, Chinese
CATEGORIES = {
    "desk": ("desk lamp", "desk lamps", "台灯"),
    "floor": ("floor lamp", "floor lamps", "落地灯"),
    "pendant": ("pendant light", "pendant lights", "吊灯"),
    "table": ("table lamp", "table lamps", "桌灯"),
    "bedside": ("bedside lamp", "bedside lamps", "床头灯"),
    "wall": ("wall lamp", "wall lamps", "壁灯"),
    "night": ("night light", "night lights", "小夜灯"),
    "garden": ("garden light", "garden lights", "庭院灯"),
    "reading": ("reading lamp", "reading lamps", "阅读灯"),
    "chandelier": ("chandelier", "chandeliers", "枝形吊灯"),
}

COLORS = {
    "white": "白色", "black": "黑色", "gray": "灰色", "silver": "银色", "gold": "金色", "brass": "黄铜色", "copper": "紫铜色",
    "red": "红色", "orange": "橙色", "yellow": "黄色", "green": "绿色", "blue": "蓝色", "purple": "紫色", "pink": "粉色",
    "brown": "棕色",
}  # fmt: skip

# Everything here fits "The lamp has ..." and "这款灯带有……".
FEATURES = {
    "a dimmer": "调光功能", "a USB port": "USB接口", "a clamp": "夹子", "a swing arm": "摇臂", "a remote control": "遥控器",
    "a foot switch": "脚踏开关", "a touch switch": "触摸开关", "a timer": "定时功能", "a motion sensor": "人体感应",
    "a solar panel": "太阳能板", "a battery": "电池", "a wooden stand": "木质灯架", "a glass shade": "玻璃灯罩",
    "a paper shade": "纸灯罩", "a metal shade": "金属灯罩", "a long cable": "长电线",
}  # fmt: skip


@dataclass(frozen=True)
class Product:
    """One lamp. A use fits "good for ..." and "适合……" and belongs to one lamp alone."""

    key: str
    en: str
    zh: str
    category: str
    price: int
    colors_en: tuple[str, ...]
    colors_zh: tuple[str, ...]
    use_en: str
    use_zh: str
    feature_en: str
    feature_zh: str
    stock: int  # 0 = sold out
    watts: int


# first word, Chinese first part, price, colors, use, use in Chinese, feature, stock, watts; by price within a category
LAMPS = {
    "desk": [
        ("Nova", "新星", 29, "black pink", "homework", "写作业", "a clamp", 31, 6),
        ("Robin", "知更鸟", 38, "red white", "a student room", "学生宿舍", "a USB port", 0, 7),
        ("Aurora", "极光", 49, "white black", "working late", "夜间工作", "a dimmer", 24, 8),
        ("Atlas", "擎天", 79, "silver black", "the office", "办公室", "a swing arm", 12, 10),
    ],
    "floor": [
        ("Crane", "仙鹤", 89, "gray white", "the piano", "弹钢琴", "a foot switch", 9, 12),
        ("Willow", "垂柳", 99, "green black", "the sofa corner", "沙发角", "a dimmer", 15, 14),
        ("Birch", "白桦", 129, "brown white", "the living room", "客厅", "a wooden stand", 7, 16),
        ("Tower", "高塔", 169, "black silver gold", "a photo studio", "摄影棚", "a remote control", 0, 24),
    ],
    "pendant": [
        ("Pebble", "鹅卵石", 55, "gray white", "a cafe", "咖啡馆", "a long cable", 18, 9),
        ("Bell", "风铃", 69, "copper white", "the kitchen", "厨房", "a metal shade", 22, 11),
        ("Comet", "彗星", 85, "brass black", "the dining table", "餐桌", "a glass shade", 14, 13),
        ("Cloud", "云朵", 119, "white", "the stairs", "楼梯间", "a dimmer", 5, 18),
    ],
    "table": [
        ("Ivy", "常春藤", 45, "green", "the window sill", "窗台", "a paper shade", 0, 5),
        ("Pearl", "珍珠", 58, "white pink", "the make-up table", "梳妆台", "a touch switch", 16, 8),
        ("Dune", "沙丘", 65, "yellow gray", "a cozy evening", "温馨的夜晚", "a dimmer", 20, 7),
        ("Cedar", "雪松", 76, "brown black", "watching movies", "看电影", "a remote control", 11, 9),
    ],
    "bedside": [
        ("Tulip", "郁金香", 27, "pink yellow purple", "a guest room", "客房", "a touch switch", 33, 4),
        ("Dove", "白鸽", 34, "white", "a baby room", "婴儿房", "a timer", 27, 3),
        ("Ember", "余烬", 39, "red orange", "the bedroom", "卧室", "a dimmer", 19, 5),
        ("Luna", "月光", 42, "silver blue", "falling asleep", "助眠", "a timer", 26, 4),
    ],
    "wall": [
        ("Shell", "贝壳", 47, "white pink", "the bathroom", "浴室", "a glass shade", 13, 6),
        ("Fern", "蕨叶", 59, "green", "the hallway", "走廊", "a motion sensor", 17, 7),
        ("Arrow", "飞箭", 64, "black gold", "a picture on the wall", "墙上的画", "a swing arm", 8, 5),
        ("Swan", "天鹅", 72, "white silver", "the front door", "大门口", "a motion sensor", 0, 10),
    ],
    "night": [
        ("Star", "星星", 15, "yellow blue", "a child's room", "儿童房", "a touch switch", 48, 1),
        ("Panda", "熊猫", 17, "black white", "bedtime stories", "睡前故事", "a timer", 0, 2),
        ("Koi", "锦鲤", 19, "orange white", "getting up at night", "起夜", "a motion sensor", 36, 1),
        ("Owl", "猫头鹰", 23, "brown purple", "camping", "露营", "a battery", 29, 2),
    ],
    "garden": [
        ("Moss", "青苔", 25, "green brown", "the balcony", "阳台", "a solar panel", 41, 3),
        ("Firefly", "萤火虫", 32, "yellow black", "the terrace", "露台", "a solar panel", 38, 4),
        ("Heron", "苍鹭", 52, "blue gray", "the garden", "花园", "a long cable", 21, 8),
        ("Stone", "磐石", 95, "gray black", "the garage", "车库", "a motion sensor", 6, 15),
    ],
    "reading": [
        ("Page", "书页", 36, "white blue red", "travel", "旅行", "a battery", 34, 3),
        ("Fox", "狐狸", 48, "orange brown", "crafts", "做手工", "a clamp", 23, 6),
        ("Juno", "朱诺", 56, "silver white", "reading", "看书", "a dimmer", 28, 7),
        ("Maple", "枫叶", 82, "red brown", "the library", "书房", "a wooden stand", 10, 9),
    ],
    "chandelier": [
        ("Lotus", "莲花", 189, "pink gold", "a tea house", "茶馆", "a paper shade", 4, 30),
        ("Snow", "雪花", 219, "white silver", "a hotel lobby", "酒店大堂", "a glass shade", 0, 36),
        ("Linden", "菩提", 249, "gold", "a high ceiling", "高天花板", "a dimmer", 3, 40),
        ("Crown", "皇冠", 299, "gold brass", "a ballroom", "宴会厅", "a remote control", 2, 60),
    ],
}


def product(category, first, first_zh, price, colors, use, use_zh, feature, stock, watts):
    colors = tuple(colors.split())
    return Product(
        first.lower(), f"{first} {CATEGORIES[category][0]}", first_zh + CATEGORIES[category][2], category, price,
        colors, tuple(COLORS[color] for color in colors), use, use_zh, feature, FEATURES[feature], stock, watts,
    )  # fmt: skip


PRODUCTS = [product(category, *row) for category, rows in LAMPS.items() for row in rows]
BY_KEY = {lamp.key: lamp for lamp in PRODUCTS}


def joined(words, lang):
    """A list as people write it: "white, black and red", "白色、黑色和红色"."""
    *first, last = words
    if not first:
        return last
    return ("、" if lang == "zh" else ", ").join(first) + ("和" if lang == "zh" else " and ") + last


def lamp_name(lamp, lang):
    return lamp.zh if lang == "zh" else lamp.en


def short_name(lamp, lang):
    """The name without its category: "Aurora", "极光"."""
    kind = CATEGORIES[lamp.category]
    return lamp.zh.removesuffix(kind[2]) if lang == "zh" else lamp.en.removesuffix(" " + kind[0])


def facts(lamp, lang, rng=None):
    """The slots that phrase books fill with a product; {color} is the first of its colors, or with `rng` any of them."""
    chinese = lang == "zh"
    colors = lamp.colors_zh if chinese else lamp.colors_en
    return {
        "p": lamp_name(lamp, lang),
        "price": lamp.price,
        "colors": joined(colors, lang),
        "color": rng.choice(colors) if rng else colors[0],
        "use": lamp.use_zh if chinese else lamp.use_en,
        "feature": lamp.feature_zh if chinese else lamp.feature_en,
        "stock": lamp.stock,
        "watts": lamp.watts,
        "cat": CATEGORIES[lamp.category][2 if chinese else 0],
    }


NAMES_EN = (
    "Anna Ben Clara David Emma Felix Grace Henry Iris Jack Kate Leo Maria Noah Olivia Paul Rosa Sam Tina Victor Alice Bob "
    "Carol Daniel Eva Frank Hannah Ivan Julia Kevin Laura Mark Nina Oscar Peter Ruth Sarah Tom Lucy Max Adam Amy Andrew "
    "Angela Arthur Bella Brian Bruno Carla Charlie Chloe Chris Cindy Dana Diana Diego Dylan Edward Elena Ellen Eric Ethan "
    "Fiona Fred George Gina Hugo Ian Ines Isabel Jacob James Jane Jason Jenny Jessica Joe John Jonas Karen Karl Lena Liam "
    "Lily Linda Lisa Louis Lukas Marco Martin Mary Mia Michael Milo Mina Nathan Nick Nora Omar Pablo Patricia Philip Priya "
    "Rachel Ravi Rebecca Robert Robin Ryan Sandra Simon Sofia Sophie Stefan Steve Susan Theo Thomas Tim Uma Vera Walter "
    "Wendy William Yara Yusuf Zoe Ahmed Fatima Hiro Yuki Chen Wei Ming Lin Mei"
).split()
NAMES_ZH = (
    "小明 小红 小李 小王 小张 小雨 小芳 李娜 王伟 张敏 刘洋 陈静 杨帆 赵磊 黄丽 周杰 吴芳 徐强 孙悦 马超 朱琳 林峰 何雪 高远 郭佳 "
    "李明 王芳 张强 刘静 陈晨 杨柳 赵敏 黄河 周涛 吴迪 徐娜 孙浩 马丽 朱红 林欣怡 何子豪 高宇 郭晓梅 罗刚 王小雨 李思远 张文轩 陈佳怡 "
    "阿杰 阿芳 阿明 莉莉 丽丽 佳佳 婷婷 浩然 梓涵 雨桐 老张 老王 老李 王女士 李先生 张小姐 陈先生 刘女士"
).split()

# Parts of made-up names, so that an introduction is known by its words and not by a few names.
SYLLABLES = (
    "al an ar be bi bo bri ca co da dan del di do el em en fa fe fi ga ge gra ha he hi jo ju ka ke ki la le li lo lu ma me "
    "mi mo na ne ni no o pa pe pi ra re ri ro ru sa se si so sta ta te ti to tri u va ve vi wa we xa ya yo za ze zi"
).split()
ENDINGS = "a e o i y an el en ia in is ka la li lo na ne ra ric ron sha son ta tte th us vin wen".split()
SURNAMES_EN = (
    "Adams Baker Brown Clark Cooper Davis Evans Fischer Garcia Gray Green Hill Jones King Kim Lee Lopez Meyer Miller Moore "
    "Nguyen Park Patel Rossi Scott Silva Smith Stone Taylor Walker Weber White Wilson Young"
).split()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金贾夏付方邹熊白孟秦邱江尹薛阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"  # fmt: skip
GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀霞平刚玲文雪悦琳帆佳峰远梅红晓宇晨欣怡子豪博雅思梦婷莉萍辉鹏飞浩然瑞轩涵雨桐诗琪嘉俊凯宁安乐天成志国建华海波云燕春兰菊颖倩薇露珊"

PLACES_EN = (
    "the old harbor", "the market square", "the station", "the river", "the lighthouse", "the library", "the bakery",
    "the park", "the school", "the museum", "the bridge", "the beach", "the town hall", "the little island",
)  # fmt: skip
PLACES_ZH = ("老港口", "集市广场", "车站", "河边", "灯塔", "图书馆", "面包店", "公园", "学校", "博物馆", "桥头", "海滩", "市政厅", "小岛")


def some_name(rng, lang):
    """A known name or, more often, one made up of parts; now and then with a surname or from the other language."""
    chinese = lang == "zh"
    if rng.random() < 0.08:
        chinese = not chinese
        if chinese and lang == "en":  # Chinese customers spell their name in an English message
            return rng.choice("Li Wang Zhang Liu Chen Yang Zhao Xiao".split()) + " " + rng.choice(
                "Na Wei Min Yang Jing Fan Lei Li Jie Fang Ming Hong Yu".split()
            )
    if chinese:
        if rng.random() < 0.3:
            return rng.choice(NAMES_ZH)
        return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))
    if rng.random() < 0.35:
        name = rng.choice(NAMES_EN)
    else:
        name = ("".join(rng.choices(SYLLABLES, k=rng.choice((1, 1, 2)))) + rng.choice(ENDINGS)).capitalize()
    if lang == "en" and rng.random() < 0.07:
        name += " " + rng.choice(SURNAMES_EN)
    return name


def order_number(rng):
    """An order number as customers give it: mostly 4 to 8 digits, sometimes with letters or a dash."""
    digits = rng.choices((4, 5, 6, 7, 8), (4, 8, 5, 3, 3))[0]
    number = "".join(rng.choices("0123456789", k=digits - 1))
    number = rng.choice("123456789") + number
    form = rng.random()
    if form < 0.78:
        return number
    if form < 0.88:
        return "WH-" + number[:6]
    if form < 0.93:
        return rng.choice("ABCDEFGHKLMNPRSTWXZ") + number[:6]
    if form < 0.97:
        return number[:2] + "-" + number[2:]
    return "WH" + number[:5]
