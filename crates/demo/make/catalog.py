"""The fictional shop: its lamps, customers' names and the few facts that answers state."""

# English name, Chinese name, price in dollars, English colors, Chinese colors, English purpose, Chinese purpose.
LAMPS = [
    ("Aurora desk lamp", "极光台灯", 49, "white and black", "白色和黑色", "working late", "夜间工作"),
    ("Birch floor lamp", "白桦落地灯", 129, "natural wood", "原木色", "a living room corner", "客厅角落"),
    ("Comet pendant light", "彗星吊灯", 89, "brass and black", "黄铜色和黑色", "a dining table", "餐桌"),
    ("Dune table lamp", "沙丘桌灯", 65, "sand and gray", "沙色和灰色", "a cozy evening", "温馨的夜晚"),
    ("Ember bedside lamp", "余烬床头灯", 39, "red and orange", "红色和橙色", "the bedroom", "卧室"),
    ("Fern wall lamp", "蕨叶壁灯", 59, "green", "绿色", "a narrow hallway", "狭窄的走廊"),
    ("Harbor lantern", "港湾提灯", 45, "navy blue", "海军蓝", "the garden", "花园"),
    ("Juno reading lamp", "朱诺阅读灯", 55, "silver and white", "银色和白色", "reading", "阅读"),
    ("Koi night light", "锦鲤小夜灯", 19, "orange and white", "橙色和白色", "a child's room", "儿童房"),
    ("Linden chandelier", "菩提枝形吊灯", 249, "gold", "金色", "a high ceiling", "高天花板"),
    ("Moss light chain", "青苔灯串", 25, "warm white", "暖白色", "a balcony", "阳台"),
    ("Nova clip lamp", "新星夹灯", 29, "black and pink", "黑色和粉色", "a small shelf", "小书架"),
]

NAMES_EN = (
    "Anna Ben Clara David Emma Felix Grace Henry Iris Jack Kate Leo Maria Noah Olivia Paul Rosa Sam Tina Victor "
    "Alice Bob Carol Daniel Eva Frank Hannah Ivan Julia Kevin Laura Mark Nina Oscar Peter Ruth Sarah Tom Lucy Max"
).split()
NAMES_ZH = "小明 小红 李娜 王伟 张敏 刘洋 陈静 杨帆 赵磊 黄丽 周杰 吴芳 徐强 孙悦 马超 朱琳 林峰 何雪 高远 郭佳".split()

# Parts of made-up names, so that an introduction is known by its words and not by a few names.
SYLLABLES = "al an be bri ca dan del el en fi ga ha il jo ka la le li lo ma mi na nor o pe ra re ri ro sa si ta to va vi".split()
ENDINGS = "a e o an el en ia in is na ne ra ric son ta tte us y".split()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗"
GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀霞平刚玲文雪悦琳帆佳峰远梅红晓宇晨欣怡子豪"

SYSTEM_EN = [
    "You are a helpful assistant.",
    "You are the assistant of Wickhaven, a small lamp shop.",
    "You work for Wickhaven. Answer briefly and politely.",
    "You are a friendly customer service agent.",
    "Be concise.",
    "Help the customers of our lamp shop.",
]
SYSTEM_ZH = ["你是一个有用的助手。", "你是烛湾灯铺的客服。", "请简短而礼貌地回答。", "你是一位友好的客服人员。"]
