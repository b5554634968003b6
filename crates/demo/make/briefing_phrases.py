"""Words and phrasings of briefing.py: businesses, facts, rules, customer records and little texts, in English and Chinese.

Lists of phrasings are written with "|" between them. Slots are `str.format` slots; `{v}` is a fact's value.
"""

from dataclasses import dataclass


def split(text):
    return tuple(part.strip() for part in text.split("|"))


@dataclass(frozen=True)
class Talk:
    """One fact in one language: its keys and sentences in a briefing, what customers ask, and the answers."""

    labels: tuple[str, ...]
    says: tuple[str, ...]
    asks: tuple[str, ...]
    answers: tuple[str, ...]


def talk(labels, says, asks, answers):
    return Talk(split(labels), split(says), split(asks), split(answers))


# ---- businesses: English, English in a name, Chinese, what it is like, kind of items, items

# modifiers of items
MODIFIERS = {
    "food": split(
        "honey 蜂蜜 | almond 杏仁 | oat 燕麦 | walnut 核桃 | lemon 柠檬 | cherry 樱桃 | pumpkin 南瓜 | apple 苹果 | coconut 椰子 | "
        "butter 黄油 | cheese 奶酪 | sesame 芝麻 | ginger 生姜 | cinnamon 肉桂 | blueberry 蓝莓 | strawberry 草莓 | chocolate 巧克力 | "
        "caramel 焦糖 | banana 香蕉 | peach 桃子 | mango 芒果 | plum 李子 | mint 薄荷 | large 大份 | small 小份"
    ),
    "goods": split(
        "red 红色 | blue 蓝色 | green 绿色 | yellow 黄色 | black 黑色 | white 白色 | gray 灰色 | brown 棕色 | purple 紫色 | small 小号 | "
        "large 大号 | round 圆形 | wooden 木质 | steel 钢制 | leather 皮质 | glass 玻璃 | cotton 棉质 | folding 折叠 | light 轻便 | "
        "winter 冬季 | summer 夏季 | classic 经典 | silver 银色 | soft 柔软"
    ),
    "service": split(
        "basic 基础 | premium 高级 | quick 快速 | evening 晚间 | morning 早间 | weekend 周末 | family 家庭 | student 学生 | express 加急 | "
        "monthly 月度 | annual 年度 | daily 每日 | senior 老年 | group 团体 | private 私人 | online 线上 | special 特别 | standard 标准 | "
        "holiday 假日 | summer 夏季"
    ),
}
KINDS = split("""
bakery; Bakery; 面包店; food; bread 面包, cake 蛋糕, roll 小面包, cookie 曲奇, pie 派, muffin 松饼, tart 挞 |
cafe; Cafe; 咖啡馆; food; latte 拿铁, tea 茶, cake 蛋糕, milkshake 奶昔, waffle 华夫饼, toast 吐司 |
restaurant; Restaurant; 餐厅; food; soup 汤, salad 沙拉, pudding 布丁, pancake 煎饼, menu 套餐, curry 咖喱 |
ice cream parlor; Ice Cream; 冰淇淋店; food; ice cream 冰淇淋, sorbet 雪葩, milkshake 奶昔, waffle 华夫饼, sundae 圣代 |
tea house; Tea House; 茶馆; food; tea 茶, cake 蛋糕, cookie 曲奇, jelly 果冻, snack 点心 |
bike shop; Bikes; 自行车店; goods; bicycle 自行车, helmet 头盔, bell 车铃, saddle 车座, lock 车锁, basket 车筐, pump 打气筒 |
florist; Flowers; 花店; goods; bouquet 花束, vase 花瓶, wreath 花环, orchid 兰花, flower pot 花盆, basket 花篮 |
bookstore; Books; 书店; goods; notebook 笔记本, calendar 日历, atlas 地图册, cookbook 菜谱, bookmark 书签, diary 日记本 |
shoe shop; Shoes; 鞋店; goods; boot 靴子, sandal 凉鞋, slipper 拖鞋, sneaker 运动鞋, shoe brush 鞋刷 |
toy shop; Toys; 玩具店; goods; puzzle 拼图, kite 风筝, teddy bear 玩具熊, train set 火车套装, ball 球, doll 娃娃 |
furniture shop; Furniture; 家具店; goods; chair 椅子, table 桌子, shelf 书架, sofa 沙发, bed 床, mirror 镜子 |
pet shop; Pets; 宠物店; goods; collar 项圈, cage 笼子, dog bed 狗窝, food bowl 食盆, fish tank 鱼缸 |
clothes shop; Fashion; 服装店; goods; coat 大衣, scarf 围巾, shirt 衬衫, skirt 裙子, hat 帽子, sweater 毛衣 |
music shop; Music; 乐器店; goods; guitar 吉他, drum 鼓, flute 长笛, violin 小提琴, piano stool 琴凳 |
optician; Optics; 眼镜店; goods; frame 镜框, lens 镜片, glasses case 眼镜盒, eye test 验光 |
library; Library; 图书馆; service; library card 借书证, course 课程, tour 导览, reading room 阅览室, workshop 工作坊 |
dental practice; Dental; 牙科诊所; service; check-up 检查, cleaning 洗牙, whitening 美白, filling 补牙, consultation 咨询 |
hotel; Hotel; 酒店; service; room 客房, breakfast 早餐, massage 按摩, transfer 接送, suite 套房 |
gym; Gym; 健身房; service; membership 会员卡, yoga class 瑜伽课, training 训练, day pass 日卡, dance class 舞蹈课 |
cinema; Cinema; 电影院; service; ticket 电影票, seat 座位, gift card 礼品卡, combo 套餐, pass 通票 |
travel agency; Travel; 旅行社; service; city tour 城市游, cruise 游轮游, insurance 保险, ski trip 滑雪游, island trip 海岛游 |
phone repair shop; Phone Repair; 手机维修店; service; screen repair 换屏, battery change 换电池, check 检测, data backup 数据备份 |
hair salon; Hair; 理发店; service; haircut 剪发, coloring 染发, hair wash 洗发, styling 造型 |
laundry; Laundry; 洗衣店; service; washing 水洗, ironing 熨烫, dry cleaning 干洗, carpet cleaning 地毯清洗 |
photo studio; Photos; 照相馆; service; portrait 肖像照, photo session 拍摄, print 冲印, album 相册 |
swimming pool; Pool; 游泳馆; service; ticket 门票, swimming lesson 游泳课, sauna 桑拿, locker 储物柜 |
museum; Museum; 博物馆; service; ticket 门票, guided tour 导览, audio guide 语音导览, workshop 工作坊 |
language school; Languages; 语言学校; service; course 课程, test 测试, lesson 单课, summer camp 夏令营 |
car rental; Cars; 租车行; service; van 面包车, small car 小型车, insurance 保险, child seat 儿童座椅, driver 司机 |
garden center; Gardens; 园艺中心; goods; rose 玫瑰, shovel 铲子, hose 水管, tree 树苗, herb pot 香草盆栽
""")
PLACE_EN = split(
    "Silver | Copper | Amber | Crimson | Golden | Ivory | Velvet | Quiet | Happy | Lucky | Merry | Brave | Gentle | Little | "
    "Old | "
    "New | Blue | Green | White | Black | Red | Sunny | Windy | Misty | Early | Hidden | Royal | Honest | Swift | Wild | "
    "Mellow | Rusty | "
    "Frosty | Cozy | Bright | Clever | Northern | Southern | Eastern | Western | Twin | Seven | Three | Flying | Singing | "
    "Wandering"
)
THING_EN = split(
    "Fox | Otter | Heron | Badger | Rabbit | Falcon | Sparrow | Whale | Tiger | Turtle | Beetle | Hedgehog | Raven | Salmon | "
    "Squirrel | "
    "Oak | Pine | Elm | Cedar | Poplar | Clover | Thistle | Daisy | Poppy | Violet | Acorn | Barrel | Anchor | Kettle | Spoon | "
    "Wheel | "
    "Bridge | Harbor | Valley | Meadow | River | Mountain | Garden | Corner | Window | Castle | Feather | Button | Pocket | "
    "Compass | "
    "Comet | Moon | Star | Cloud | Thunder | Island | Forest | Orchard | Fountain | Ladder | Drum | Bell | Crown | Arrow | Pebble"
)
START_EN = (
    "hazel brook stone ash wren fern bram black white north south east west kings queens mill green red oak elm thorn harl wood "
    "may sun moon gold silver win har hol lang mar nor pem quin rad sel tam ul ver wes york zel cran dun eg fal gar hep"
).split()
END_EN = "ton field brook ford ham ley wick dale bury well ridge stead worth combe gate mere hurst cliff grove shaw by".split()
STREETS_EN = "Street Road Lane Avenue Square Alley Drive Court Way Hill Gardens Terrace Parade Row".split()
NICE_ZH = (
    "云青禾晨星月雨竹松梅兰荷枫桐榆柳溪泉湖海山石玉珠金银锦绣春夏秋冬晴雪风露霞虹光明朗清静和悦乐福安康宁祥瑞吉庆长远高古新雅诗书画"
    "琴棋茶香甜暖蓝白红紫墨丹橙鹤鹿燕雀鲸鱼马羊花草木林果麦豆稻米梦心友邻家园庭院里巷桥渡口南北东西中华文思知行致远"
)
ROADS_ZH = split("路 | 街 | 大道 | 巷 | 大街 | 胡同 | 东路 | 西路 | 南路 | 北路 | 中路")
CITIES_EN = split(
    "Lyon | Porto | Bergen | Ghent | Graz | Turin | Seville | Leeds | Bristol | Cork | Malmo | Tampere | Gdansk | Brno | "
    "Split | Varna | "
    "Izmir | Haifa | Cairo | Tunis | Accra | Nairobi | Durban | Mumbai | Chennai | Hanoi | Penang | Osaka | Kobe | Sapporo | "
    "Busan | "
    "Perth | Hobart | Dunedin | Quito | Lima | Cusco | Bogota | Havana | Toronto | Halifax | Denver | Austin | Boston | "
    "Portland | "
    "Dallas | Madison | Oslo | Vienna | Prague | Krakow | Dublin | Geneva | Basel | Munich | Hamburg | Dresden | Utrecht | "
    "Naples | Bath"
)
CITIES_ZH = split(
    "杭州 | 苏州 | 南京 | 成都 | 重庆 | 武汉 | 长沙 | 西安 | 青岛 | 大连 | 厦门 | 福州 | 广州 | 深圳 | 珠海 | 昆明 | 大理 | 贵阳 | 桂林 | 南宁 | "
    "海口 | 三亚 | 郑州 | 洛阳 | 济南 | 烟台 | 天津 | 北京 | 上海 | 宁波 | 温州 | 无锡 | 扬州 | 合肥 | 黄山 | 南昌 | 太原 | 沈阳 | 长春 | "
    "哈尔滨 | 兰州 | 银川 | 西宁 | 拉萨 | 乌鲁木齐 | 香港 | 澳门 | 台北 | 绍兴 | 泉州"
)
WEEKDAYS = (
    ("Monday", "周一"), ("Tuesday", "周二"), ("Wednesday", "周三"), ("Thursday", "周四"), ("Friday", "周五"), ("Saturday", "周六"),
    ("Sunday", "周日"),
)  # fmt: skip
CURRENCIES = (("${}", "{}美元"), ("€{}", "{}欧元"), ("£{}", "{}英镑"), ("{} yuan", "{}元"))

# ---- facts of a business; {kind} is the noun for it, {item} a thing with a price

FACTS = {
    "hours": {
        "en": talk(
            "Opening hours | Hours | Open | Business hours | Opening times | We are open",
            "We are open {v}. | The {kind} is open {v}. | The opening hours are {v}. | Our hours are {v}. | "
            "You can visit us {v}. | "
            "Opening hours: {v}. | Customers can come {v}. | The doors are open {v}.",
            "When do you open? | What are your opening hours? | When are you open? | Until when are you open? | Opening hours? | "
            "What time do you close? | How late are you open today? | Can you tell me your opening hours? | hours? | "
            "From when to when is the {kind} open? | I want to come by after work, how long are you open? | "
            "What time can I come in? | "
            "Your hours please | I would like to know when the {kind} opens. | When does the {kind} close? | "
            "When can I visit you? | "
            "Which hours are you open? | I am planning a visit. When are you open? | At what time do you open in the morning? | "
            "Could you give me the business hours? | I might be late. When do you close? | Tell me the hours of the {kind}. | "
            "Do you know the opening times of the {kind}? | How early can I come?",
            "We are open {v}. | Our opening hours are {v}.",
        ),
        "zh": talk(
            "营业时间 | 开门时间 | 开放时间 | 时间 | 营业 | 每日营业",
            "我们的营业时间是{v}。 | {kind}的营业时间为{v}。 | 营业时间：{v}。 | 每天{v}营业。 | 我们{v}开门迎客。 | 顾客可以在{v}到店。 | 开放时间是{v}。",
            "你们几点开门？ | 营业时间是几点到几点？ | 什么时候营业？ | 几点关门？ | 您这边营业到几点？ | 开门时间是什么时候？ | 我下班后过去，你们还开着吗？几点关？ | "
            "{kind}什么时候开门？ | {kind}几点打烊？ | 营业时间？ | 告诉我一下营业时间 | 我想知道你们的营业时间 | 早上几点可以过来？ | 晚上开到几点？ | "
            "你们一般开到什么时候？ | 我几点可以到店？ | 能说下你们的开放时间吗？ | 最晚几点能来？ | 打算去一趟，您几点营业？ | 今天开到几点？ | "
            "你们的上班时间是怎样的？ | {kind}的营业时间是？",
            "我们的营业时间是{v}。 | 我们{v}营业。",
        ),
    },
    "phone": {
        "en": talk(
            "Phone | Telephone | Phone number | Tel. | Call us | Number",
            "The phone number is {v}. | Our phone number is {v}. | Customers can call {v}. | You can reach us by phone at {v}. | "
            "Telephone: {v}. | Call us at {v}. | For calls, the number is {v}. | We answer the phone at {v}.",
            "What is your phone number? | Can I call you? | How can I reach you by phone? | Phone number? | "
            "Which number can I call? | "
            "I would rather call, what is the number? | Do you have a telephone number? | Give me your phone number please | "
            "What number do I dial? | I need your telephone number. | Could I get the phone number of the {kind}? | "
            "How do I phone you? | I'd like to speak with somebody on the phone. | Is there a number I can call? | "
            "What's the phone number of the {kind}? | Tell me your number | I want to talk to a person, where can I call? | "
            "Under which phone number are you? | Please send me your phone number. | Your telephone? | Can I ring you up? | "
            "I lost your phone number, what was it?",
            "Our phone number is {v}. | You can call us at {v}.",
        ),
        "zh": talk(
            "电话 | 联系电话 | 电话号码 | 服务热线 | 致电 | 客服电话",
            "我们的电话是{v}。 | 联系电话：{v}。 | 顾客可以拨打{v}。 | 电话号码是{v}。 | 需要电话联系时，请打{v}。 | 服务热线为{v}。 | 打电话请拨{v}。",
            "你们的电话是多少？ | 电话号码是多少？ | 怎么打电话给你们？ | 有联系电话吗？ | 我想打电话咨询，号码是多少？ | 您的电话是？ | 给我一个电话号码 | "
            "客服电话多少？ | 能告诉我{kind}的电话吗？ | {kind}的电话是多少？ | 我要打给谁？电话多少？ | 打哪个号码？ | 电话？ | 我想跟人工通话，打哪个电话？ | "
            "怎么用电话联系你们？ | 可以留个电话吗？ | 拨打什么号码能找到你们？ | 麻烦发一下电话号码 | 有没有热线？ | 我想电话预约，号码是？ | 你们电话忘了，再说一遍",
            "我们的电话是{v}。 | 您可以拨打{v}。",
        ),
    },
    "address": {
        "en": talk(
            "Address | Where | Location | Street | Find us | Our address",
            "The address is {v}. | You find us at {v}. | The {kind} is at {v}. | We are located at {v}. | Our address is {v}. | "
            "Visit us at {v}. | Address: {v}. | Our house is at {v}.",
            "Where are you? | What is your address? | Where can I find you? | Address? | Where is the {kind}? | "
            "In which street are you? | "
            "How do I get to you? | Where are you located? | Can you give me the address? | I need the address for my map. | "
            "Where do I have to go? | Which street and number is it? | Where exactly is the {kind}? | "
            "Send me your address please | "
            "I want to visit you, where is it? | What is the location of the {kind}? | I can't find you, what is the address? | "
            "Tell me where you are | Where should I tell the taxi to go? | I'd like to know your address. | location? | "
            "What's the street address of the {kind}?",
            "Our address is {v}. | You find us at {v}.",
        ),
        "zh": talk(
            "地址 | 店址 | 位置 | 地点 | 详细地址 | 所在地",
            "我们的地址是{v}。 | {kind}位于{v}。 | 地址：{v}。 | 我们在{v}。 | 欢迎到{v}找我们。 | 店就开在{v}。 | 详细地址为{v}。",
            "你们在哪里？ | 地址是什么？ | 店在哪儿？ | 您的地址是？ | 怎么找到你们？ | {kind}在哪里？ | {kind}在哪条路上？ | 你们的具体地址？ | 我要去店里，地址发我 | "
            "请告诉我地址 | 在什么位置？ | 我想过去看看，在哪儿？ | 打车去哪里？ | 导航到哪里？ | 您这边位于什么地方？ | 在哪条街？ | 地址？ | 门牌号是多少？ | "
            "我找不到你们，地址是什么？ | 你们店开在哪里？ | {kind}的地址是？",
            "我们的地址是{v}。 | 我们在{v}。",
        ),
    },
    "price": {
        "en": talk(
            "{item} | Price of the {item} | {item} price | One {item} | Price, {item} | Cost of the {item}",
            "The {item} costs {v}. | The {item} is {v}. | The price of the {item} is {v}. | For the {item} we charge {v}. | "
            "Customers pay {v} for the {item}. | We sell the {item} for {v}. | The {item} is available for {v}. | "
            "We offer the {item} at {v}.",
            "How much is the {item}? | What does the {item} cost? | What is the price of the {item}? | Price of the {item}? | "
            "How much do I pay for the {item}? | {item} price? | How expensive is the {item}? | "
            "What do you charge for the {item}? | "
            "I would like to know the price of the {item}. | Can you tell me what the {item} costs? | Is the {item} expensive? | "
            "How much money is the {item}? | I want the {item}, how much is that? | What's the cost of the {item}? | "
            "Tell me the price of the {item} | How much would the {item} be? | "
            "I'm interested in the {item}. What does it cost? | "
            "And what is the {item}, in money? | For how much do you sell the {item}? | "
            "What would I have to pay for the {item}? | "
            "Do you know how much the {item} is? | I have to watch my budget. How much is the {item}?",
            "The {item} costs {v}. | The price of the {item} is {v}.",
        ),
        "zh": talk(
            "{item} | {item}价格 | {item}售价 | {item}收费 | {item}的价格 | 价格（{item}）",
            "{item}的价格是{v}。 | {item}{v}。 | {item}售价{v}。 | {item}收费{v}。 | {item}卖{v}。 | 顾客购买{item}需付{v}。 | 我们的{item}定价为{v}。",
            "{item}多少钱？ | {item}的价格是多少？ | {item}怎么卖？ | {item}怎么收费？ | {item}贵吗？ | 我想知道{item}的价格 | {item}要多少钱？ | {item}价格？ | "
            "一个{item}多少钱？ | 告诉我{item}的价格 | 我想要{item}，得花多少钱？ | 您家{item}什么价？ | 买{item}要付多少？ | {item}的费用是多少？ | 能说下{item}的价钱吗？ | "
            "{item}定价多少？ | 对{item}感兴趣，价格怎么样？ | 你们的{item}卖多少钱？ | {item}得多少钱呀？ | 查一下{item}的价格 | 预算有限，{item}多少钱？",
            "{item}的价格是{v}。 | {item}售价{v}。",
        ),
    },
    "delivery": {
        "en": talk(
            "Delivery time | Delivery | Shipping time | Delivery takes | Time of delivery | Orders arrive in",
            "Delivery takes {v}. | Orders arrive in {v}. | The delivery time is {v}. | Shipping takes {v}. | "
            "We deliver in {v}. | "
            "Orders are delivered in {v}. | Delivery time: {v}. | Parcels need {v}.",
            "How long does delivery take? | When will my order arrive? | How fast do you deliver? | Delivery time? | "
            "How long is the shipping? | How many days until it is here? | What is your delivery time? | "
            "If I order now, when do I get it? | "
            "How long do I wait for a delivery? | I need it soon. How fast can you deliver? | How long does shipping take? | "
            "Can you say how long the delivery will take? | When would a parcel get here? | How quickly is an order delivered? | "
            "In what time do you deliver? | What about delivery, how long? | How long will I have to wait for my parcel? | "
            "Tell me the delivery time | I would like to know how long deliveries take. | How soon could I have it at home? | "
            "How long from order to delivery? | Is your delivery fast?",
            "Delivery takes {v}. | Your order arrives in {v}.",
        ),
        "zh": talk(
            "配送时间 | 送货时间 | 送达时间 | 配送 | 发货到货 | 物流时效",
            "配送需要{v}。 | 送货时间是{v}。 | 订单{v}送达。 | 下单后{v}送到。 | 配送时间：{v}。 | 物流一般要{v}。 | 我们{v}内送货上门。",
            "配送要多久？ | 多久能送到？ | 送货需要多长时间？ | 什么时候能到货？ | 下单后几天能收到？ | 你们送货快吗？ | 物流要多久？ | 配送时间是多少？ | "
            "现在下单，什么时候到？ | 我急用，多久能送来？ | 快递一般多长时间？ | 您这边送货要等多久？ | 要等多久才能收到？ | 收货大概要多长时间？ | 送货时间？ | "
            "告诉我配送需要多久 | 订了以后多久送到家？ | 配送时效怎么样？ | 多长时间能送上门？ | 买了之后多久可以拿到？ | 我想了解一下送货时间",
            "配送需要{v}。 | 您的订单{v}送达。",
        ),
    },
    "email": {
        "en": talk(
            "E-mail | Email | Mail | E-mail address | Write to | Contact",
            "The e-mail address is {v}. | Our email is {v}. | Customers can write to {v}. | Mails go to {v}. | E-mail: {v}. | "
            "We read mail at {v}. | Write to us at {v}. | By e-mail we are at {v}.",
            "What is your email? | What's your e-mail address? | Where can I write to? | Can I email you? | Email? | "
            "I want to send you a mail. | To which address do I send an email? | How can I contact you in writing? | "
            "Please give me your email address | Do you have an e-mail address? | "
            "I'd like to send some photos, what is your mail? | "
            "Where should I mail my documents? | I need the email of the {kind}. | Can I write instead of calling? | "
            "Tell me the mail address | I prefer email, where do I write? | How do I send you an e-mail? | "
            "What is the email address of the {kind}? | Which mail address do you use? | e-mail please | Your mail address? | "
            "Could I get an email address for my question?",
            "Our email address is {v}. | You can write to {v}.",
        ),
        "zh": talk(
            "邮箱 | 电子邮箱 | 邮件 | 电子邮件 | 联系邮箱 | 来信",
            "我们的邮箱是{v}。 | 电子邮件：{v}。 | 顾客可以写信到{v}。 | 邮件请发到{v}。 | 联系邮箱为{v}。 | 来信请寄{v}。 | 电子邮箱地址是{v}。",
            "你们的邮箱是什么？ | 邮箱地址是多少？ | 邮件发到哪里？ | 我想给你们发邮件 | 有电子邮箱吗？ | 您的邮箱是？ | 可以发邮件吗？发到哪儿？ | 电子邮件地址？ | "
            "{kind}的邮箱是什么？ | 我要发几张照片，邮箱是？ | 怎么用邮件联系你们？ | 请给我一个邮箱 | 文件发到哪个邮箱？ | 告诉我邮箱地址 | 写信联系的话，写到哪里？ | "
            "邮箱？ | 不方便打电话，能发邮件吗？ | 你们用哪个邮箱？ | 麻烦把邮箱发我 | 资料往哪个邮箱发？ | 想写封电子邮件给您，地址是？",
            "我们的邮箱是{v}。 | 您可以发邮件到{v}。",
        ),
    },
    "returns": {
        "en": talk(
            "Returns | Return period | Return within | Time for returns | Returns accepted | Right of return",
            "Customers can return things within {v}. | Returns are possible for {v}. | The return period is {v}. | "
            "We take things back within {v}. | Returns: {v}. | You have {v} to return something. | "
            "A return is possible within {v}. | "
            "We accept returns for {v}.",
            "How long can I return something? | Can I return it? | What is your return period? | Do you take things back? | "
            "How many days do I have for a return? | What if I don't like it? | Until when can I send it back? | Returns? | "
            "I may want to bring it back. How long do I have? | How long do you accept returns? | "
            "Is it possible to return my purchase? | "
            "What is your return policy? | If it does not fit, can I return it? | How much time do I have to return it? | "
            "Tell me about returns | Could I give it back later? | Within how many days can I return things? | "
            "I bought the wrong one. Can I still return it? | What are the rules for returns? | "
            "For how long are returns possible? | "
            "When is it too late for a return? | I'd like to know how returns work.",
            "You can return it within {v}. | Returns are possible within {v}.",
        ),
        "zh": talk(
            "退货期限 | 退货 | 退货时间 | 可退货 | 退货政策 | 退换期",
            "顾客可以在{v}内退货。 | 退货期限是{v}。 | {v}内可以退货。 | 退货期限：{v}。 | 购买后{v}内接受退货。 | 我们的退货期为{v}。 | 不满意的话{v}内可退。",
            "可以退货吗？ | 几天内可以退货？ | 退货期限是多久？ | 买了不喜欢能退吗？ | 多久之内能退？ | 你们的退货政策是什么？ | 不合适怎么退？有几天时间？ | 退货？ | "
            "我想退货，有时间限制吗？ | 您这边支持退货吗？ | 超过多少天不能退？ | 买错了还能退吗？ | 能退的话是多少天？ | 退货时间有多长？ | 东西不满意可以退回吗？ | "
            "告诉我退货的规定 | 最晚什么时候可以退？ | 我还有多少天可以退货？ | 退回商品要在几天内？ | 说说退货规则 | 后悔了能退掉吗？",
            "您可以在{v}内退货。 | {v}内可以退货。",
        ),
    },
    "wifi": {
        "en": talk(
            "Wifi password | Wi-Fi password | Wifi | WLAN password | Internet password | Password for the wifi",
            "The wifi password is {v}. | The password for the wifi is {v}. | Guests use the wifi with the password {v}. | "
            "Wi-Fi password: {v}. | To use the internet, type {v}. | Our wireless network has the password {v}. | "
            "The internet password is {v}. | Wifi guests need the password {v}.",
            "What is the wifi password? | Is there wifi? | How do I get into the wifi? | Wifi password? | "
            "Can I use the internet here? | "
            "What's the password for the wifi? | Do you have free wifi? | I need the internet password. | "
            "Tell me the wi-fi password | "
            "How can I connect my laptop? | I want to go online, what is the password? | Which password does the wifi have? | "
            "My phone asks for a wifi password. | Could you give me the wifi code? | How do I log into your network? | "
            "Please send me the password of the wireless network. | Can guests use your wifi? | "
            "I am sitting in the {kind}. Wifi? | "
            "wlan password please | What do I type in for the wifi? | I'd like to use the wifi of the {kind}. | "
            "My internet does not work, can I use yours?",
            "The wifi password is {v}. | You can use our wifi with the password {v}.",
        ),
        "zh": talk(
            "无线密码 | WiFi密码 | 无线网密码 | 上网密码 | 网络密码 | Wi-Fi",
            "WiFi密码是{v}。 | 无线网密码：{v}。 | 客人上网的密码是{v}。 | 连接无线网请输入{v}。 | 店内WiFi的密码为{v}。 | 上网请用密码{v}。 | 无线网络密码是{v}。",
            "WiFi密码是多少？ | 有无线网吗？ | 怎么连WiFi？ | 无线密码是什么？ | 能上网吗？密码多少？ | 你们的wifi密码？ | 我想连一下无线网 | 上网密码是什么？ | "
            "您这边有WiFi吗？ | 手机要连网，密码是？ | 店里的网络密码告诉我一下 | 在{kind}怎么上网？ | 无线网怎么登录？ | 电脑想联网，输什么密码？ | 免费WiFi有吗？ | "
            "WiFi怎么用？ | {kind}的无线网密码是？ | 请问网络密码 | 我没流量了，能用你们的网吗？ | 密码多少？我要连无线 | 告诉我Wi-Fi的密码",
            "WiFi密码是{v}。 | 您可以用密码{v}连接WiFi。",
        ),
    },
    "manager": {
        "en": talk(
            "Manager | Boss | Head of the {kind} | Run by | Managed by | Director",
            "The manager is {v}. | The {kind} is run by {v}. | Our manager is called {v}. | {v} is the manager. | "
            "Manager: {v}. | "
            "The name of the manager is {v}. | The boss here is {v}. | {v} manages the {kind}.",
            "Who is the manager? | What is the name of your manager? | Who is the boss? | Who runs the {kind}? | Manager? | "
            "I want to speak to the manager. Who is it? | Who is in charge? | Can you tell me the manager's name? | "
            "Whom can I complain to? | Who is responsible for the {kind}? | What's your boss called? | Who leads your team? | "
            "I'd like to write to the manager, what is the name? | Who manages this place? | Tell me the name of the boss | "
            "Who is your director? | Could I know who the head of the {kind} is? | To whom does everybody report? | "
            "I have to thank your manager. Who is that? | Which person is the manager? | Name of the manager please | "
            "Do you know who is in charge of the {kind}?",
            "Our manager is {v}. | The name of our manager is {v}.",
        ),
        "zh": talk(
            "经理 | 店长 | 负责人 | 主管 | 老板 | 经理姓名",
            "经理是{v}。 | {kind}的负责人是{v}。 | 我们的经理叫{v}。 | 经理：{v}。 | {v}是这里的经理。 | 店里由{v}负责。 | 经理的名字是{v}。",
            "经理是谁？ | 你们经理叫什么名字？ | 谁是负责人？ | 老板是谁？ | {kind}由谁管理？ | 我想找经理，叫什么？ | 您那边的负责人是哪位？ | 店里谁管事？ | "
            "经理贵姓？ | 告诉我经理的名字 | 我要投诉，经理是谁？ | 谁负责这家店？ | 主管叫什么？ | 经理？ | 你们老板叫什么名字？ | 这里谁说了算？ | 请问负责人的姓名 | "
            "我想感谢你们经理，他叫什么？ | 哪位是经理？ | {kind}的经理是谁？ | 想写信给经理，名字怎么称呼？",
            "我们的经理是{v}。 | 经理的名字是{v}。",
        ),
    },
    "code": {
        "en": talk(
            "Discount code | Code | Promo code | Voucher code | Coupon | Code for a discount",
            "The discount code is {v}. | With the code {v} customers pay less. | Use the code {v} for a discount. | "
            "The current promo code is {v}. | Discount code: {v}. | Customers save money with the code {v}. | "
            "The coupon of this week is {v}. | A discount is given for the code {v}.",
            "Do you have a discount code? | Is there a discount? | What is the promo code? | Can I get it cheaper? | "
            "Discount code? | "
            "Which code gives me a discount? | Are there any vouchers? | I heard there is a code. What is it? | "
            "Do you have a coupon? | "
            "Tell me the discount code | How can I save money? | Any promotion at the moment? | "
            "What code do I enter at the checkout? | "
            "I'd like a discount please | Is there a coupon for the {kind}? | It is a bit expensive, any discount? | "
            "What is the current voucher code? | My friend paid less with a code, which one? | Do you have special offers? | "
            "Could you give me a promo code? | code for the discount? | Where do I find a discount code?",
            "The discount code is {v}. | You can use the discount code {v}.",
        ),
        "zh": talk(
            "优惠码 | 折扣码 | 优惠券 | 促销码 | 优惠代码 | 折扣",
            "优惠码是{v}。 | 使用优惠码{v}可享折扣。 | 折扣码：{v}。 | 输入{v}可以便宜一些。 | 本周的促销码为{v}。 | 顾客凭{v}享受优惠。 | 现在的优惠代码是{v}。",
            "有优惠码吗？ | 折扣码是什么？ | 有没有优惠？ | 能便宜点吗？ | 优惠券有吗？ | 优惠码是多少？ | 有什么促销活动？ | 怎么才能打折？ | 您这边有折扣吗？ | 优惠码？ | "
            "结账时填什么码？ | 听说有个优惠代码，是什么？ | 告诉我折扣码 | 我想省点钱，有优惠吗？ | 朋友用了一个码便宜不少，是哪个？ | 给个优惠码吧 | 最近打折吗？ | "
            "促销码发我一下 | 有点贵，有折扣吗？ | {kind}有优惠券吗？ | 怎么享受优惠？",
            "优惠码是{v}。 | 您可以使用优惠码{v}。",
        ),
    },
    "closed": {
        "en": talk(
            "Closed | Closed on | Closing day | Day off | Not open on | Weekly closing day",
            "We are closed on {v}. | The {kind} is closed on {v}. | {v} is our closing day. | There is nobody here on {v}. | "
            "Closed: {v}. | On {v} we do not open. | Our day off is {v}. | Every {v} the {kind} stays closed.",
            "On which day are you closed? | Which day are you not open? | When are you closed? | Do you have a closing day? | "
            "Are you open every day? | What is your day off? | Is there a day when the {kind} is closed? | Closed on? | "
            "Are you open seven days a week? | On what day is the {kind} closed? | Which day of the week should I not come? | "
            "Tell me your closing day | What day do you take off? | Are there days when you don't open? | "
            "Can I come any day of the week? | "
            "I don't want to stand before a closed door. Which day are you closed? | Do you close on some day of the week? | "
            "Which weekday is nobody there? | closing day? | Is the {kind} closed on any day? | "
            "I want to know on which weekday you are closed. | What is the weekly closing day of the {kind}?",
            "We are closed on {v}. | Our closing day is {v}.",
        ),
        "zh": talk(
            "休息日 | 店休 | 闭店日 | 每周休息 | 公休 | 不营业",
            "我们{v}休息。 | {kind}{v}不营业。 | 休息日：{v}。 | 每{v}店休。 | {v}是我们的休息日。 | 每逢{v}关门休息。 | {v}闭店。",
            "你们哪天休息？ | 星期几不营业？ | 休息日是哪天？ | 每天都开门吗？ | 哪天不开门？ | {kind}星期几休息？ | 有店休日吗？ | 一周七天都营业吗？ | "
            "您哪一天关门？ | 每周哪天闭店？ | 我不想白跑，哪天不开？ | 公休是星期几？ | 告诉我你们的休息日 | 哪天去会没人？ | 一周里哪天休息？ | 休息日？ | "
            "是不是天天营业？ | {kind}哪天不开？ | 你们有固定的休息日吗？ | 哪天不能来？ | 想知道每周什么时候店休",
            "我们{v}休息。 | 我们的休息日是{v}。",
        ),
    },
    "year": {
        "en": talk(
            "Opened in | Founded | Since | Opening year | Year of foundation | Open since",
            "The {kind} opened in {v}. | We have been here since {v}. | The {kind} was founded in {v}. | We started in {v}. | "
            "Opening year: {v}. | The {kind} has existed since {v}. | It all began in {v}. | Our first customers came in {v}.",
            "When did you start? | Since when do you exist? | In which year did the {kind} open? | How old is the {kind}? | "
            "When was the {kind} founded? | How long have you been in business? | Founded when? | What year did you open? | "
            "Are you new? Since when are you here? | Tell me when the {kind} was founded | Since what year are you around? | "
            "When was your first year? | In what year did you begin? | How long does the {kind} exist already? | "
            "I wonder how old your business is. | When did it all begin? | What is the opening year of the {kind}? | "
            "Do you know when the {kind} was started? | year of foundation? | Have you been there long? | "
            "My grandfather knew you. When were you founded? | Since when has the {kind} been there?",
            "We opened in {v}. | The {kind} has been here since {v}.",
        ),
        "zh": talk(
            "开业年份 | 成立于 | 创立年份 | 始于 | 成立时间 | 开业于",
            "{kind}{v}年开业。 | 我们成立于{v}年。 | 从{v}年起我们就在这里。 | 开业年份：{v}年。 | {kind}创办于{v}年。 | 一切始于{v}年。 | 我们的历史从{v}年开始。",
            "你们是哪一年开的？ | 什么时候成立的？ | {kind}开了多久了？ | 哪年开业的？ | 成立于哪一年？ | 您家是老店吗？哪年开的？ | {kind}是什么时候创办的？ | 开业年份？ | "
            "从哪年开始做的？ | 你们有多少年历史了？ | 这家店哪一年成立？ | 告诉我开业的年份 | 是新店吗？什么时候开的？ | 店龄多久？ | 你们经营多久了？ | "
            "最早是哪一年开张的？ | 我爷爷说你们很久了，哪年开的？ | 创立时间是哪年？ | {kind}哪年就有了？ | 贵店始于何年？ | 第一天营业是在哪一年？",
            "我们{v}年开业。 | 我们成立于{v}年。",
        ),
    },
}
# The closing day again: is it open on {day}?
OPEN_ON = {
    "en": split(
        "Are you open on {day}? | Can I come on {day}? | Is the {kind} open on {day}? | "
        "I would like to come on {day}. Are you open? | "
        "Do you work on {day}? | {day}, open or closed? | Are you there on {day}? | Is {day} a good day to come? | "
        "open on {day}? | "
        "I only have time on {day}. Is the {kind} open? | Could I visit you on {day}? | "
        "Is {day} possible for a visit? | "
        "What about {day}, are you open then? | Will somebody be there on {day}? | "
        "I plan to visit you on {day}, is that possible? | "
        "Does the {kind} open on {day}? | How about {day}? Do you open? | Is it okay to come on {day}? | "
        "My free day is {day}. Can I drop in? | Do you also open on {day}? | Would {day} work for a visit?"
    ),
    "zh": split(
        "你们{day}开门吗？ | {day}营业吗？ | 我{day}可以过来吗？ | {kind}{day}开吗？ | {day}有人吗？ | 我打算{day}去，开门吗？ | {day}上班吗？ | "
        "您{day}在吗？ | 我只有{day}有空，营业吗？ | {day}能去吗？ | {day}有没有营业？ | 我想{day}来，可以吗？ | {kind}{day}营业不？ | {day}开不开？ | "
        "{day}能进店吗？ | 那{day}呢，开门吗？ | {day}去会不会白跑？ | 计划{day}过去一趟，行吗？ | {day}照常营业吗？ | 你们{day}也开吗？"
    ),
}
OPEN_ANSWERS = {"en": ("Yes, we are only closed on {v}.", "No, we are closed on {v}."), "zh": ("开门的，我们只有{v}休息。", "不开门，我们{v}休息。")}
OPEN_CHECKS = {"en": ("Yes,", "No,"), "zh": ("开门的", "不开门")}
PRICE_AGAIN = {
    "en": split(
        "And the {item}? | What about the {item}? | and the {item} | And how much for the {item}? | How about the {item}? | "
        "Then the {item}? | And for the {item}? | Okay, and the {item}? | The {item} too? | And what does the {item} cost?"
    ),
    "zh": split("那{item}呢？ | {item}呢？ | 还有{item}呢？ | 那么{item}多少？ | 再问一下{item} | 另外{item}呢？ | 那{item}多少钱？ | 好的，{item}呢？"),
}

# ---- small talk: what customers say, what the assistant answers; {me} and {business}

TALK = {
    "who": {
        "en": (
            split(
                "Who are you? | What is your name? | Whom am I talking to? | Who is this? | Are you a person? | What are you? | "
                "Introduce yourself please | Am I chatting with a robot? | Which business is this? | Where did I land here? | "
                "Who am I writing with? | Tell me who you are | What should I call you? | Are you a machine? | "
                "What is this chat? | "
                "For whom do you work? | Is this a bot? | May I ask your name? | Which company do you work for? | "
                "I don't know you. Who are you? | Which assistant are you? | Who is answering me here? | Your name?"
            ),
            split("I am {me}, the assistant of {business}. | My name is {me}. I am the assistant of {business}."),
        ),
        "zh": (
            split(
                "你是谁？ | 你叫什么名字？ | 我在跟谁说话？ | 您是哪位？ | 你是机器人吗？ | 介绍一下你自己 | 这里是哪家店？ | 您怎么称呼？ | 你是真人吗？ | 你是干什么的？ | "
                "请自我介绍一下 | 你是哪里的客服？ | 我该怎么叫你？ | 你是什么？ | 这是哪里的客服？ | 你为谁工作？ | 请问你的名字 | 你是哪家的助手？ | 是人工还是机器？ | "
                "在和我聊天的是谁？ | 说说你是谁 | 你属于哪家公司？"
            ),
            split("我是{business}的助手{me}。 | 我叫{me}，是{business}的助手。"),
        ),
    },
    "greet": {
        "en": (
            split(
                "Hello | Hi | Hey | Good morning | Good afternoon | Good evening | Hello there | Hi there! | "
                "Hey, anyone there? | "
                "Greetings | Hello! | Is somebody here? | Good day | Hi, can you help me? | Hello, I have a question. | "
                "Hey there | "
                "Hallo | I need some help | Are you there? | Morning! | Hi, I have a few questions | Hello, nice to meet you"
            ),
            split("Hello! This is {business}. How can I help you? | Welcome to {business}! What can I do for you?"),
        ),
        "zh": (
            split(
                "你好 | 您好 | 嗨 | 早上好 | 下午好 | 晚上好 | 在吗？ | 有人吗？ | 你好呀 | 哈喽 | 你好，我有问题 | 您好，请帮个忙 | 在不在 | 你们好 | 我想咨询一下 | "
                "你好，能帮我吗？ | 客服在吗？ | 早 | 嗨，你好 | 需要帮助 | 您好，打扰一下 | 有客服吗？"
            ),
            split("您好！这里是{business}，请问有什么可以帮您？ | 欢迎来到{business}！我能为您做什么？"),
        ),
    },
    "thanks": {
        "en": (
            split(
                "Thanks | Thank you | Thank you very much | Thanks a lot! | Great, thank you | Perfect, thanks | "
                "That helps, thanks | "
                "Many thanks | Thanks for the help | You are very kind | Thank you so much! | Nice, thanks | Cheers | "
                "Okay, thank you | I appreciate it | That was helpful | Wonderful, thank you | Good to know, thanks | thx | "
                "Super, thanks a lot | Thanks for your quick answer"
            ),
            split("You are welcome! {business} is happy to help. | My pleasure! {business} is always happy to help."),
        ),
        "zh": (
            split(
                "谢谢 | 谢谢你 | 非常感谢 | 多谢 | 好的，谢谢 | 太好了，谢谢 | 感谢您的帮助 | 谢谢您 | 谢啦 | 明白了，谢谢 | 十分感谢 | 多谢帮忙 | 太感谢了 | "
                "你真好，谢谢 | 知道了，谢谢 | 辛苦了 | 有帮助，谢谢 | 感谢 | 谢谢解答 | 麻烦你了，谢谢"
            ),
            split("不客气！{business}很高兴为您服务。 | 不用谢！{business}随时为您服务。"),
        ),
    },
    "bye": {
        "en": (
            split(
                "Goodbye | Bye | See you | Bye bye | See you later | Have a nice day | That is all, bye | Good night | "
                "I have to go | "
                "See you soon | Talk to you later | That was everything, goodbye | I'm leaving now, bye | Take care | "
                "Until next time | "
                "Nothing else, bye | So long | Have a good evening | I have no more questions, bye | Farewell | Okay, see you"
            ),
            split("Goodbye! {business} wishes you a nice day. | Goodbye, and see you soon at {business}!"),
        ),
        "zh": (
            split(
                "再见 | 拜拜 | 下次见 | 晚安 | 我走了 | 没有别的问题了，再见 | 先这样，拜拜 | 回头见 | 回见 | 没事了，再见 | 我先下了 | 就这些，再见 | 有空再聊 | "
                "祝你愉快，再见 | 那我撤了，拜拜 | 改天再来 | 再会 | 我要走了，拜 | 好的，再见 | 那就先到这里吧"
            ),
            split("再见！{business}祝您愉快。 | 再见，{business}欢迎您再来！"),
        ),
    },
}
# Never in a briefing.
UNKNOWN = {
    "en": split(
        "Do you have parking? | Are dogs allowed? | Can I pay by card? | Do you have a playground for children? | "
        "Do you sell lamps? | "
        "Is there a toilet? | Do you have jobs? | Can I bring my own food? | How many people work there? | Is there a lift? | "
        "Do you speak French? | Can I get a gift card? | Which bus goes to you? | Do you sell umbrellas? | "
        "Who designed your logo? | What is your bank account? | Do you take cash? | Can I use a wheelchair there? | "
        "Is there a newsletter? | How big is your team? | Do you have another branch? | Is smoking allowed? | "
        "Can I rent a car from you? | Do you have a fax number? | What music do you play? | Is there air conditioning? | "
        "Do you offer a warranty? | Can I book a table for ten? | How many customers do you have? | What color is the door? | "
        "Do you have an app? | Is the {kind} good for children? | How many rooms does the {kind} have?"
    ),
    "zh": split(
        "有停车位吗？ | 可以带狗吗？ | 能刷卡吗？ | 有儿童游乐区吗？ | 你们卖灯吗？ | 有洗手间吗？ | 招人吗？ | 可以自带食物吗？ | 你们有多少员工？ | 有电梯吗？ | "
        "会说法语吗？ | 有礼品卡吗？ | 坐几路公交车能到？ | 卖雨伞吗？ | 店标是谁设计的？ | 银行账号是多少？ | 收现金吗？ | 轮椅能进吗？ | 有会员杂志吗？ | 团队有多大？ | "
        "还有别的分店吗？ | 可以抽烟吗？ | 能租车吗？ | 有传真号码吗？ | 店里放什么音乐？ | 有空调吗？ | 有质保吗？ | 能订十个人的位子吗？ | 你们有多少客户？ | "
        "门是什么颜色的？ | 有手机应用吗？ | {kind}适合小孩吗？ | {kind}有几层楼？"
    ),
}
NOT_KNOWN = {"en": "I am sorry, I do not have that information.", "zh": "抱歉，我没有这方面的信息。"}
NOT_KNOWN_CHECK = {"en": "do not have that information", "zh": "没有这方面的信息"}

# ---- the system message

INTRO = {
    "en": split(
        "You are {me}, the assistant of {business}. | You are {me}, assistant of {business}. | "
        "Your name is {me} and you work for {business}. | You are {me}. You answer the customers of {business}. | "
        "You are the assistant of {business} and your name is {me}. | This is {business}. You are its assistant {me}. | "
        "You are {me}, the friendly assistant at {business}. | Act as {me}, the assistant of {business}. | "
        "You are {me} and help the customers of {business}, a {kind}. | You are {me}, the chat assistant of {business}."
    ),
    "zh": split(
        "你是{business}的助手{me}。 | 你叫{me}，是{business}的助手。 | 你是{me}，为{business}的顾客服务。 | 你的名字是{me}，你在{business}工作。 | "
        "这里是{business}，你是助手{me}。 | 你是{me}，{business}的在线客服。 | 请扮演{business}的助手{me}。 | 你是{business}的客服助手，名叫{me}。 | "
        "你是{me}，负责回答{business}顾客的问题。"
    ),
}
INTRO_NO_NAME = {
    "en": split(
        "You are the assistant of {business}. | You work as the assistant of {business}. | "
        "You answer questions for {business}. | "
        "You help the customers of {business}. | Act as the assistant of {business}. | You are the chat assistant at {business}."
    ),
    "zh": split(
        "你是{business}的助手。 | 你是{business}的客服。 | 你为{business}回答顾客的问题。 | 请担任{business}的助手。 | 你在{business}做在线客服。"
    ),
}
NO_NAME_WHO = {"en": "I am the assistant of {business}.", "zh": "我是{business}的助手。"}
HEADER = {
    "en": split(
        "Facts: | Here is what you know: | Information: | What you know about us: | Important facts: | About the {kind}: | "
        "Use these facts: | Our data: | Info:"
    ),
    "zh": split("信息： | 以下是你知道的内容： | 基本信息： | 店铺资料： | 已知信息： | {kind}资料： | 请使用以下信息： | 资料如下："),
}
RULES_HEADER = {"en": split("Rules: | Please note: | Instructions: | Follow these rules:"), "zh": split("规则： | 要求： | 请注意： | "
"回答要求：")}
# {x} comes with its quotation marks.
RULES = {
    "language": {
        "en": split(
            "Always answer in {x}. | Answer in {x} only. | Reply in {x}, whatever the customer writes. | "
            "Your answers are always in {x}. | Use {x} in every answer. | Speak {x} with the customers. | "
            "Write all answers in {x}. | Please respond only in {x}. | Whatever the language of the question, answer in {x}. | "
            "Every answer must be in {x}."
        ),
        "zh": split(
            "请始终用{x}回答。 | 只用{x}回答。 | 无论顾客用什么语言，都用{x}回复。 | 所有回答都用{x}。 | 请一律使用{x}作答。 | 和顾客交流时用{x}。 | "
            "你的回答必须是{x}。 | 总是用{x}回答顾客。"
        ),
    },
    "begin": {
        "en": split(
            "Begin every answer with {x}. | Start every answer with {x}. | Every answer starts with {x}. | "
            "Always begin with {x}. | "
            "The first words of each answer are {x}. | Open each reply with {x}. | Put {x} at the start of every answer. | "
            "Before each answer, say {x}."
        ),
        "zh": split(
            "每次回答都以{x}开头。 | 请用{x}作为每个回答的开头。 | 回答前先说{x}。 | 所有回答以{x}开始。 | 每句回复的开头写上{x}。 | 总是先说{x}再回答。 | "
            "回答的第一句话是{x}。"
        ),
    },
    "end": {
        "en": split(
            "End every answer with {x}. | Finish every answer with {x}. | Every answer ends with {x}. | Always close with {x}. | "
            "The last words of each answer are {x}. | Put {x} at the end of every answer. | After each answer, say {x}. | "
            "Close each reply with {x}."
        ),
        "zh": split(
            "每次回答都以{x}结尾。 | 请用{x}作为每个回答的结尾。 | 回答后再说{x}。 | 所有回答以{x}结束。 | 每句回复的末尾写上{x}。 | 最后总是说{x}。 | "
            "回答的最后一句话是{x}。"
        ),
    },
    "title": {
        "en": split(
            "Address the customer as {x}. | Call the customer {x}. | Always call the customer {x}. | "
            "The customer wants to be called {x}. | "
            "In every answer, address the customer as {x}. | Say {x} to the customer. | Customers are addressed as {x}. | "
            "Use {x} when you talk to the customer."
        ),
        "zh": split(
            "请称呼顾客为{x}。 | 每次回答都称呼顾客{x}。 | 把顾客叫作{x}。 | 对顾客的称呼是{x}。 | 顾客希望被称为{x}。 | 回答时请叫顾客{x}。 | 与顾客说话时用{x}称呼。"
        ),
    },
    "unknown": {
        "en": split(
            "If you do not know, say {x}. | If you don't know the answer, say {x}. | "
            "When something is not listed here, say {x}. | "
            "For all other questions, answer {x}. | If the information is missing, write {x}. | "
            "When you are not sure, say {x}. | "
            "Questions that you cannot answer get the reply {x}. | If you have no answer, reply with {x}."
        ),
        "zh": split(
            "如果你不知道，就说{x}。 | 不知道答案时，请说{x}。 | 遇到这里没写的问题，回答{x}。 | 其他问题一律回答{x}。 | 没有相关信息时，请回复{x}。 | 如果不确定，就说{x}。 | "
            "无法回答的问题，请说{x}。"
        ),
    },
}
LANGUAGE_NAMES = {"en": {"en": "English", "zh": "Chinese"}, "zh": {"en": "英文", "zh": "中文"}}
QUOTES = {"en": ("'{}'", '"{}"', "'{}'"), "zh": ("“{}”", "“{}”", "「{}」")}
# {w} is a word and {name} a name that differ each time, {n} a number
BEGINNINGS = {
    "en": split(
        "Ahoy! | Of course! | Good question! | Hello friend! | Sure thing! | Happy to help! | Well well! | Dear guest: | "
        "Here we go! | "
        "Greetings from {w}! | Beep! | Hooray! | {w} says: | Dear {name}: | Answer: | Message from {w}: | Yes, {name} here! | "
        "{w} team: | Howdy! | Good day! | Service {n}: | Number {n}! | [{w}] | >> | Thank you for asking! | {name} answers: | "
        "Certainly! | By the light of {w}! | Welcome, {name}! | Listen:"
    ),
    "zh": split(
        "好的！ | 没问题！ | 亲爱的朋友： | 当然！ | 您问得好！ | 很高兴为您服务！ | 嘿！ | 回复： | 来自{w}的问候！ | {name}回答： | 【{w}】 | 尊敬的客人： | "
        "叮咚！ | 收到！ | {n}号客服： | 欢迎光临！ | {name}为您服务！ | 哈喽！ | {w}小组： | 谢谢您的提问！ | 亲！ | 报告！ | 是这样的： | 请听好："
    ),
}
ENDINGS = {
    "en": split(
        "Have a sunny day! | Yours, {name} | Best wishes from {w}. | See you soon! | Anything else? | Kind regards, {name} | "
        "Stay curious! | #{w} | Over and out. | Greetings, {name}. | That is all. | May {w} be with you! | Number {n}. | "
        "Cheers! | "
        "Love, {w} | Call {n} for more. | Thank you for choosing us! | Ho ho ho! | -- {name} | Take it easy! | (Answer {n}) | "
        "Is that okay? | Good luck, {name}! | Long live {w}! | We love our customers. | Visit {w} soon! | End of message."
    ),
    "zh": split(
        "祝您愉快！ | {name}敬上。 | 来自{w}的祝福。 | 期待您的光临！ | 还有别的问题吗？ | 祝好，{name}。 | 加油！ | 完毕。 | #{w} | 谢谢您选择我们！ | 回答完毕。 | "
        "记得{w}哦！ | 编号{n}。 | 么么哒！ | 更多请打{n}。 | （{name}） | 天天开心！ | 爱您的{w}。 | 一切顺利！ | 满意吗？ | {w}万岁！"
    ),
}
TITLES = {
    "en": split(
        "Captain | Madam | my friend | Sir | dear guest | Professor | Doctor {name} | Mister {name} | Your Majesty | {name} | "
        "boss | "
        "Commander | neighbor | Miss {name} | dear reader | Chief | Professor {name} | Captain {name} | traveler | champion | "
        "dear customer | partner | Lord {name} | Lady {name} | comrade | star"
    ),
    "zh": split(
        "船长 | 尊敬的会员 | 老板 | 先生 | 女士 | 亲爱的朋友 | 教授 | {name}老师 | 陛下 | {name}先生 | {name}女士 | 贵宾 | 队长 | 邻居 | 大侠 | 亲 | {name} | "
        "同学 | 首长 | {name}医生 | 老朋友 | 冠军 | {name}小姐 | 旅行家"
    ),
}
SENTENCES = {
    "en": split(
        "Please ask {name} at the front desk. | I have to check that with a colleague. | No idea, sorry! | Please call {n}. | "
        "I do not know that yet. | That is a secret of {w}. | Our {w} team will call you back. | {name} knows more about this. | "
        "Please write to {name}. | I will find out and tell you tomorrow. | That is not in my notes. | Nobody knows. | "
        "Please come to counter {n}. | I am only a small assistant. | Hm, I cannot say. | You have to ask {w}. | "
        "I would have to guess. | My list does not say that. | {name} will answer you soon. | Please look at our website. | "
        "Sorry, ask me something else. | That question goes to {name}. | I was not told. | Please ask again in {n} days."
    ),
    "zh": split(
        "请到前台找{name}。 | 我要问一下同事。 | 这个我不清楚。 | 请致电{n}。 | 我还不知道呢。 | 这是{w}的秘密。 | {name}会回复您。 | 请联系{name}。 | 明天给您答复。 | "
        "我的资料里没有。 | 请到{n}号柜台。 | 我只是个小助手。 | 不好说。 | 您得问{w}。 | 我只能猜了。 | 清单上没写。 | 请查看我们的网站。 | 换个问题吧。 | "
        "这个问题请问{name}。 | 没人告诉过我。 | 请{n}天后再来问。 | 对不起，答不上来。"
    ),
}

# ---- customer records

RECORD_HEADER = {
    "en": split(
        "Customer record: | The customer: | Data of the customer: | About this customer: | Customer file: | Customer: | "
        "You are talking to this customer: | Record of the customer:"
    ),
    "zh": split("客户资料： | 顾客信息： | 客户档案： | 当前顾客： | 顾客资料如下： | 客户记录： | 正在咨询的顾客："),
}
RECORD = {
    "name": {
        "en": talk(
            "Name | Customer name | Full name | Called | Customer",
            "The customer is called {v}. | The name of the customer is {v}. | You are talking to {v}. | "
            "The customer's name is {v}. | "
            "Name: {v}. | This is the account of {v}.",
            "What is my name? | Do you know my name? | Who am I? | What am I called? | Can you tell me my name? | "
            "Under which name am I in your system? | Which name is on my account? | Do you know who I am? | Say my name | "
            "Which name do you have for me? | Please check the name on my account. | What name did I give you? | My name? | "
            "How do you call me? | Whose account is this? | Do you remember my name? | What's the name in my record? | "
            "I want to see if my name is right. What is it? | Tell me my name please | Is my name in your records? | "
            "With what name am I registered?",
            "Your name is {v}. | You are {v}.",
        ),
        "zh": talk(
            "姓名 | 名字 | 顾客姓名 | 称呼 | 客户",
            "顾客叫{v}。 | 客户的名字是{v}。 | 正在和你说话的是{v}。 | 姓名：{v}。 | 这是{v}的账户。 | 顾客姓名为{v}。",
            "我叫什么名字？ | 你知道我的名字吗？ | 我是谁？ | 你知道我是谁吗？ | 我的名字是什么？ | 我的账户名是谁？ | 我登记的姓名是？ | 你记得我叫什么吗？ | "
            "说出我的名字 | 系统里我叫什么？ | 帮我看看我的姓名对不对 | 您那边登记的名字是？ | 我的姓名？ | 这是谁的账户？ | 我注册时用的什么名字？ | "
            "能叫出我的名字吗？ | 资料里我的名字写的什么？ | 我留的是哪个名字？ | 请核对一下我的名字 | 告诉我我叫什么",
            "您的名字是{v}。 | 您叫{v}。",
        ),
    },
    "order": {
        "en": talk(
            "Last order | Order number | Latest order | Last order number | Most recent order",
            "The last order has the number {v}. | The last order was {v}. | The latest order number is {v}. | Last order: {v}. | "
            "Order {v} was the last one. | The customer's last order is {v}.",
            "What is the number of my last order? | What was my last order? | Which order did I make last? | "
            "My last order number? | "
            "I forgot my order number. | Can you look up my order number? | What is my order number? | Tell me my last order | "
            "Which number does my latest order have? | Do you see my last order? | What's the number of my newest order? | "
            "I need the number of the order I made. | Could you find my most recent order? | I can't find my order number. | "
            "Under which number is my last order? | Please give me my order number. | What number did my last order get? | "
            "Do you know my order number? | Which order of mine is the latest? | number of my order? | "
            "I lost the number of my order.",
            "Your last order is {v}. | The number of your last order is {v}.",
        ),
        "zh": talk(
            "最近订单 | 订单号 | 上次订单 | 最新订单 | 最后一单",
            "最近的订单号是{v}。 | 上次订单是{v}。 | 最新订单：{v}。 | 顾客最后一单的编号为{v}。 | 最近下的订单是{v}。 | 上一个订单号为{v}。",
            "我的订单号是多少？ | 我上次的订单是哪个？ | 最近一单的编号是什么？ | 我忘了订单号 | 帮我查一下订单号 | 我最新的订单是多少？ | 上一单的号码？ | "
            "能查到我的订单号吗？ | 我的最近订单是？ | 我找不到订单号了 | 您能看到我上次的订单吗？ | 告诉我最后一单的号码 | 我上次下的单是几号？ | 我的单号多少？ | "
            "订单号弄丢了，能告诉我吗？ | 我最后一次下单的编号 | 查查我最近的订单 | 我的订单编号是什么？ | 请给我最近的单号 | 我上个订单的号码是多少？",
            "您最近的订单是{v}。 | 您的订单号是{v}。",
        ),
    },
    "points": {
        "en": talk(
            "Points | Bonus points | Loyalty points | Collected points | Points on the account",
            "The customer has {v} points. | There are {v} points on the account. | The account holds {v} points. | "
            "Points: {v}. | "
            "So far {v} points were collected. | The customer has collected {v} points.",
            "How many points do I have? | What is my points balance? | My points? | Can you tell me my points? | "
            "How many bonus points have I collected? | Do I have any points? | How many points are on my account? | "
            "I want to use my points. How many are there? | Check my points please | Number of my points? | "
            "I collect points. How many is it now? | What about my points? | How many loyalty points do I have? | "
            "Could you look up my points? | Are there points on my account? | Tell me how many points I have | "
            "How many points did I get so far? | Do I have enough points for a gift? | points? | Let me know my points. | "
            "I'd like to know the points on my card.",
            "You have {v} points. | There are {v} points on your account.",
        ),
        "zh": talk(
            "积分 | 会员积分 | 可用积分 | 累计积分 | 账户积分",
            "顾客有{v}积分。 | 账户里有{v}积分。 | 积分：{v}。 | 目前累计{v}积分。 | 客户的会员积分为{v}。 | 可用积分是{v}。",
            "我有多少积分？ | 我的积分是多少？ | 查一下我的积分 | 积分还剩多少？ | 我的账户有积分吗？ | 能告诉我积分数吗？ | 我想用积分，有多少？ | 我的会员积分？ | "
            "目前积了多少分？ | 积分够换礼物吗？ | 我卡里有多少积分？ | 您帮我看看积分 | 我攒了多少积分？ | 积分余额是多少？ | 可用积分有多少？ | 积分？ | "
            "告诉我我的积分 | 我到现在有几分了？ | 账户上多少积分？ | 想知道自己的积分",
            "您有{v}积分。 | 您的账户里有{v}积分。",
        ),
    },
    "city": {
        "en": talk(
            "City | Lives in | Town | Place of residence | Home town",
            "The customer lives in {v}. | The city is {v}. | The customer is from {v}. | City: {v}. | "
            "The home of the customer is {v}. | "
            "The parcels go to {v}.",
            "Which city do you have for me? | Where do I live? | In which city am I registered? | What city is in my record? | "
            "Do you know where I live? | My city? | Which town is on my account? | To which city do you send my things? | "
            "Where am I from? | Is my city right in your system? | Tell me the city in my account | "
            "I moved. Which city do you have? | "
            "What is my home town? | Please check my city. | Where is my home? | Do you have my city? | "
            "Which city did I give you? | What place do you have noted for me? | city of my account? | "
            "In what city is my home? | "
            "Can you see the town where I live?",
            "You live in {v}. | Your city is {v}.",
        ),
        "zh": talk(
            "城市 | 所在城市 | 居住地 | 住址城市 | 常住地",
            "顾客住在{v}。 | 所在城市是{v}。 | 城市：{v}。 | 客户来自{v}。 | 顾客的居住地为{v}。 | 常住城市是{v}。",
            "我住在哪里？ | 我登记的城市是哪里？ | 你知道我在哪个城市吗？ | 我的城市是？ | 我资料里的城市是什么？ | 我在哪座城市？ | 系统里我的居住地是哪儿？ | "
            "我搬家了，你们登记的是哪个城市？ | 我的包裹寄到哪个城市？ | 帮我核对一下城市 | 我是哪里人？ | 我留的城市是哪个？ | 您那边显示我住哪儿？ | 我的所在地？ | "
            "告诉我我登记的城市 | 我的家在哪个城市？ | 我填的是哪座城市？ | 查查我的所在城市 | 我的常住地是什么地方？ | 账户上是哪个城市？",
            "您住在{v}。 | 您登记的城市是{v}。",
        ),
    },
    "since": {
        "en": talk(
            "Customer since | Member since | Registered in | Joined | With us since",
            "The customer has been with us since {v}. | The customer joined in {v}. | Customer since {v}. | "
            "The account was opened in {v}. | The first order was in {v}. | The membership began in {v}.",
            "Since when am I a customer? | How long have I been a customer? | When did I join? | In which year did I register? | "
            "Since when do I have this account? | How old is my account? | What year did I become a member? | Member since? | "
            "When did I first shop with you? | Do you know since when I am with you? | When was my account opened? | "
            "Tell me when I joined | I have been here for years. Since when? | In what year did I sign up? | "
            "Since which year am I a member? | When did I become a customer? | How long do you know me? | "
            "What does my record say, when did I start? | Year of my registration? | My account, since when is it? | "
            "Am I an old customer? Since when?",
            "You have been a customer since {v}. | You joined in {v}.",
        ),
        "zh": talk(
            "注册年份 | 入会年份 | 成为会员 | 加入年份 | 开户年份",
            "顾客{v}年加入。 | 客户从{v}年起就是会员。 | 注册年份：{v}年。 | 账户开通于{v}年。 | 顾客{v}年入会。 | {v}年成为我们的顾客。",
            "我是哪年注册的？ | 我什么时候成为会员的？ | 我的账户是哪一年开的？ | 我当你们的顾客多久了？ | 我哪年加入的？ | 我从什么时候开始是会员？ | 我的入会年份？ | "
            "我是老顾客吗？哪年开始的？ | 查一下我的注册时间 | 我第一次来是哪年？ | 您知道我哪年入会吗？ | 我的会员是几几年的？ | 我什么时候开户的？ | "
            "告诉我我的注册年份 | 我加入有多久了？ | 我哪一年成为你们的顾客？ | 账户开了多少年了？ | 资料上我是哪年注册的？ | 我的会员从哪年算起？ | 我认识你们多久了？",
            "您{v}年成为我们的顾客。 | 您是{v}年加入的。",
        ),
    },
    "balance": {
        "en": talk(
            "Balance | Credit | Account balance | Money on the account | Voucher balance",
            "The balance is {v}. | There is {v} on the account. | The customer has a credit of {v}. | Balance: {v}. | "
            "The account shows {v}. | The customer has {v} left to spend.",
            "What is my balance? | How much credit do I have? | How much money is on my account? | Do I have any credit? | "
            "Balance? | "
            "How much money do I have left? | Check my account balance please | Can you tell me my credit? | "
            "What's left on my account? | "
            "How much can I still spend? | My credit? | I'd like to know my balance. | Is there money on my account? | "
            "How high is my credit? | Tell me the balance of my account | How much did I save up? | "
            "Could you look up my balance? | "
            "What amount is on my account? | How many dollars do I have with you? | I want to use my credit. How much is it? | "
            "Please look how much money I have.",
            "Your balance is {v}. | You have {v} on your account.",
        ),
        "zh": talk(
            "余额 | 账户余额 | 可用余额 | 剩余金额 | 储值",
            "账户余额是{v}。 | 余额：{v}。 | 顾客账户里还有{v}。 | 可用余额为{v}。 | 储值卡剩{v}。 | 客户还有{v}可用。",
            "我的余额是多少？ | 账户里还有多少钱？ | 我还剩多少钱？ | 查一下我的余额 | 卡里有多少钱？ | 我的账户余额？ | 可用余额多少？ | 我还能花多少钱？ | "
            "您帮我看看余额 | 我储值还剩多少？ | 余额够吗？有多少？ | 告诉我账户余额 | 我账上有钱吗？ | 剩余金额是多少？ | 我存了多少钱在你们这儿？ | "
            "余额还有吗？ | 我卡上的金额是多少？ | 想知道账户里的钱 | 能查余额吗？我的是多少？ | 我的钱还剩几何？",
            "您的余额是{v}。 | 您的账户里有{v}。",
        ),
    },
}

# ---- little texts and questions about them


@dataclass(frozen=True)
class Event:
    """One kind of sentence, and questions about it: what is asked for (a slot), ways to ask, answers."""

    says: tuple[str, ...]
    questions: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


def event(says, *questions):
    return Event(split(says), tuple((slot, split(asks), split(answers)) for slot, asks, answers in questions))


THING_ADJECTIVES = {
    "en": split(
        "red | blue | green | yellow | black | white | gray | brown | purple | small | large | round | wooden | broken | new | "
        "heavy | "
        "light | silver | golden | striped | cheap | long | soft | shiny | folding | plastic | leather | wet | dusty | famous"
    ),
    "zh": split(
        "红色的 | 蓝色的 | 绿色的 | 黄色的 | 黑色的 | 白色的 | 灰色的 | 棕色的 | 紫色的 | 小 | 大 | 圆 | 木头 | 旧 | 新 | 银色的 | 金色的 | 条纹 | 便宜的 | "
        "漂亮的 | 皮 | 塑料 | 玻璃 | 二手"
    ),
}
THINGS = {
    "en": split(
        "bicycle | guitar | sofa | carpet | camera | watch | suitcase | tent | teapot | mirror | painting | radio | kayak | "
        "piano | "
        "jacket | backpack | table | chair | clock | boat | telescope | coat | hat | wallet | ring | scarf | drum | vase | "
        "ladder | "
        "printer | bag | book | box | chess set | blanket | kite | puzzle | bottle | basket | bench"
    ),
    "zh": split(
        "自行车 | 吉他 | 沙发 | 地毯 | 相机 | 手表 | 箱子 | 帐篷 | 茶壶 | 镜子 | 收音机 | 钢琴 | 夹克 | 背包 | 桌子 | 椅子 | 闹钟 | 望远镜 | 大衣 | 帽子 | 钱包 | "
        "戒指 | 围巾 | 花瓶 | 梯子 | 打印机 | 包 | 书架 | 盒子 | 象棋 | 毯子 | 风筝 | 水壶 | 篮子 | 板凳"
    ),
}
JOBS = {
    "en": split(
        "teacher | nurse | baker | pilot | gardener | plumber | farmer | cook | doctor | painter | driver | carpenter | "
        "lawyer | dancer | "
        "singer | tailor | judge | waiter | builder | librarian | dentist | fisherman | florist | guard | journalist | "
        "mechanic | "
        "barber | translator | photographer | scientist"
    ),
    "zh": split(
        "老师 | 护士 | 面包师 | 飞行员 | 园丁 | 水管工 | 农民 | 厨师 | 医生 | 画家 | 司机 | 木匠 | 律师 | 舞蹈演员 | 歌手 | 裁缝 | 法官 | 服务员 | 建筑师 | "
        "图书管理员 | 牙医 | 渔民 | 花艺师 | 保安 | 记者 | 修理工 | 理发师 | 翻译 | 摄影师 | 科学家"
    ),
}
HOBBIES = {
    "en": split(
        "chess | swimming | painting | hiking | dancing | fishing | cooking | tennis | football | sailing | singing | reading | "
        "cycling | "
        "skiing | gardening | baking | climbing | pottery | knitting | running | yoga | photography | poetry | surfing | riding"
    ),
    "zh": split(
        "下棋 | 游泳 | 画画 | 徒步 | 跳舞 | 钓鱼 | 做饭 | 打网球 | 踢足球 | 帆船 | 唱歌 | 读书 | 骑车 | 滑雪 | 种花 | 烘焙 | 攀岩 | 做陶艺 | 织毛衣 | 跑步 | "
        "瑜伽 | 摄影 | 写诗 | 冲浪 | 骑马 | 书法"
    ),
}
ANIMALS = {
    "en": split(
        "dog | cat | parrot | rabbit | horse | turtle | hamster | goat | pony | duck | goose | donkey | canary | hen | snake | "
        "goldfish | "
        "sheep | pig"
    ),
    "zh": split("狗 | 猫 | 鹦鹉 | 兔子 | 松鼠 | 乌龟 | 仓鼠 | 山羊 | 鸭子 | 鹅 | 刺猬 | 金丝雀 | 母鸡 | 猴子 | 鸽子 | 绵羊 | 小猪"),
}
SPOTS = {
    "en": split(
        "the old harbor | the market square | the station | the lighthouse | the library | the park | the school | the museum | "
        "the bridge | the beach | the town hall | the bus stop | the theater | the stadium | the castle | the hospital | "
        "the church | "
        "the post office | the airport | the zoo | the swimming pool | the forest | the fountain | the car park | the town gate"
    ),
    "zh": split(
        "老港口 | 集市广场 | 车站 | 灯塔 | 图书馆 | 公园 | 学校 | 博物馆 | 桥头 | 海滩 | 市政厅 | 公交站 | 剧院 | 体育场 | 城堡 | 医院 | 邮局 | 机场 | "
        "动物园 | 游泳馆 | 树林 | 喷泉 | 停车场 | 城门 | 茶馆"
    ),
}
MEETINGS = {
    "en": split(
        "concert | meeting | course | reading | party | film | match | exam | parade | auction | lecture | workshop | race | "
        "wedding | "
        "rehearsal | fair | lesson | picnic | exhibition | quiz"
    ),
    "zh": split(
        "音乐会 | 会议 | 课程 | 读书会 | 聚会 | 电影 | 比赛 | 考试 | 游行 | 拍卖会 | 讲座 | 工作坊 | 婚礼 | 排练 | 展览 | 野餐 | 晚会 | 赛跑 | 集市 | 培训"
    ),
}
BUILDINGS = {
    "en": split(
        "bridge | tower | castle | theater | library | station | museum | stadium | school | hospital | lighthouse | harbor | "
        "church | "
        "town hall | palace | factory | zoo | market hall"
    ),
    "zh": split("大桥 | 高塔 | 城堡 | 剧院 | 图书馆 | 火车站 | 博物馆 | 体育场 | 学校 | 医院 | 灯塔 | 港口 | 教堂 | 市政厅 | 歌剧院 | 工厂 | 动物园"),
}
COLLECTIBLES = {
    "en": split(
        "stamps | coins | shells | postcards | buttons | stones | records | spoons | cups | comics | keys | maps | dolls | "
        "hats | "
        "bottles | masks | toy cars | tickets | posters | marbles"
    ),
    "zh": split("邮票 | 硬币 | 贝壳 | 明信片 | 纽扣 | 石头 | 唱片 | 勺子 | 杯子 | 漫画 | 钥匙 | 地图 | 娃娃 | 帽子 | 瓶子 | 面具 | 玩具车 | 车票 | 海报 | 弹珠"),
}
EVENTS = {
    "en": (
        event(
            "{who} bought a {thing} for {price} in {city}. | In {city}, {who} paid {price} for a {thing}. | "
            "{who} found a {thing} in a shop in {city} and paid {price}. | For {price}, {who} bought a {thing} in {city}. | "
            "A {thing} in {city} cost {who} {price}.",
            ("price", "How much did {who} pay? | How much was the {thing}? | What did the {thing} cost? | "
             "How much did {who} spend? | "
             "What was the price of the {thing}?", "It cost {price}. | The price was {price}."),
            ("city", "Where did {who} buy the {thing}? | In which city was the {thing} bought? | "
             "In which city did {who} go shopping? | "
             "Where does the {thing} of {who} come from?", "It was in {city}. | That was in {city}."),
            ("thing", "What did {who} buy? | Which thing did {who} get in {city}? | What was bought in {city}? | "
             "What did {who} pay for?",
             "It was a {thing}. | {who} bought a {thing}."),
            ("who", "Who bought the {thing}? | Who went shopping in {city}? | Who paid {price}? | Who has the {thing} now?",
             "It was {who}. | {who} bought it."),
        ),
        event(
            "{who} travelled to {city} on {date}. | On {date}, {who} went to {city}. | {who} took a train to {city} on {date}. | "
            "The trip of {who} to {city} began on {date}. | {who} left for {city} on {date}.",
            ("city", "Where did {who} travel? | Where did {who} go? | Which city did {who} visit? | "
             "Where did {who} go on {date}?",
             "{who} went to {city}. | It was {city}."),
            ("date", "When did {who} travel? | On which day did {who} go to {city}? | When was the trip to {city}? | "
             "When did {who} leave?", "It was on {date}. | {who} left on {date}."),
            ("who", "Who went to {city}? | Who travelled on {date}? | Who visited {city}? | Who left on {date}?",
             "It was {who}. | {who} went there."),
        ),
        event(
            "{who} works as a {job} in {city}. | {who} is a {job} in {city}. | In {city}, {who} works as a {job}. | "
            "{who} found a job as a {job} in {city}. | {who} lives in {city} and is a {job}.",
            ("job", "What is the job of {who}? | What does {who} do for a living? | As what does {who} work? | "
             "Which profession does {who} have?", "{who} is a {job}. | {who} works as a {job}."),
            ("city", "Where does {who} work? | In which city is {who}? | Where does the {job} live? | "
             "In which city does {who} have a job?",
             "{who} is in {city}. | It is {city}."),
            ("who", "Who is a {job}? | Who works in {city}? | Who is the {job}? | Who has a job as a {job}?",
             "It is {who}. | {who} is the {job}."),
        ),
        event(
            "The {meeting} starts at {time} at {place}. | The {meeting} is at {place} and begins at {time}. | "
            "At {time} the {meeting} begins at {place}. | People meet for the {meeting} at {time} at {place}. | "
            "Come to {place} at {time} for the {meeting}.",
            ("time", "When does the {meeting} start? | At what time is the {meeting}? | When is the {meeting}? | "
             "What time do I have to be at the {meeting}?", "It starts at {time}. | The {meeting} starts at {time}."),
            ("place", "Where is the {meeting}? | Where does the {meeting} take place? | "
             "Where do people meet for the {meeting}? | "
             "Where do I have to go for the {meeting}?", "It is at {place}. | The {meeting} is at {place}."),
            ("meeting", "What happens at {place}? | What starts at {time}? | What begins at {place} at {time}? | "
             "What can I visit at {place}?", "It is the {meeting}. | That is the {meeting}."),
        ),
        event(
            "{who} is {n} years old and likes {hobby}. | {who}, {n} years old, loves {hobby}. | "
            "{who} likes {hobby} and is {n} years old. | "
            "At {n} years, {who} enjoys {hobby}. | The hobby of {who}, who is {n}, is {hobby}.",
            ("n", "How old is {who}? | What is the age of {who}? | Which age does {who} have? | Do you know how old {who} is?",
             "{who} is {n} years old. | The age is {n}."),
            ("hobby", "What does {who} like? | What is the hobby of {who}? | Which hobby does {who} have? | "
             "What does {who} do for fun?",
             "{who} likes {hobby}. | The hobby is {hobby}."),
            ("who", "Who likes {hobby}? | Who is {n} years old? | Whose hobby is {hobby}? | Who enjoys {hobby}?",
             "It is {who}. | {who} likes it."),
        ),
        event(
            "{who} has a {animal} called {pet}. | The {animal} of {who} is called {pet}. | {pet} is the {animal} of {who}. | "
            "{who} owns a {animal} with the name {pet}. | A {animal} named {pet} lives with {who}.",
            ("pet", "What is the name of the {animal}? | What is the {animal} of {who} called? | "
             "How does {who} call the {animal}? | "
             "What name does the pet of {who} have?", "It is called {pet}. | The {animal} is called {pet}."),
            ("animal", "Which animal does {who} have? | What is {pet}? | What kind of animal is {pet}? | "
             "Which pet does {who} own?",
             "It is a {animal}. | That is a {animal}."),
            ("who", "Who has a {animal}? | Whose animal is {pet}? | To whom does {pet} belong? | Who owns the {animal}?",
             "It is {who}. | {pet} belongs to {who}."),
        ),
        event(
            "The {building} in {city} was built in {year}. | In {year}, {city} got a {building}. | "
            "{city} has a {building} from {year}. | "
            "The {building} of {city} was opened in {year}. | Since {year} there is a {building} in {city}.",
            ("year", "When was the {building} built? | How old is the {building} in {city}? | "
             "From which year is the {building}? | "
             "In which year was the {building} opened?", "It is from {year}. | The {building} is from {year}."),
            ("city", "Where is the {building}? | In which city is the {building}? | Which city has a {building}? | "
             "Where was the {building} built?", "It is in {city}. | The {building} is in {city}."),
            ("building", "What was built in {city}? | What is there to see in {city}? | What was built in {year}? | "
             "What does {city} have since {year}?", "It is the {building}. | That is the {building}."),
        ),
        event(
            "{who} lost a {thing} near {place} on {day}. | On {day}, {who} lost a {thing} at {place}. | "
            "{who} forgot a {thing} at {place} on {day}. | A {thing} of {who} got lost at {place} on {day}. | "
            "Since {day}, {who} misses a {thing}, last seen at {place}.",
            ("thing", "What did {who} lose? | What is {who} looking for? | What does {who} miss? | What was lost at {place}?",
             "It was a {thing}. | {who} lost a {thing}."),
            ("place", "Where did {who} lose it? | Where was the {thing} lost? | Where is the {thing} probably? | "
             "Where should {who} look for the {thing}?", "It was at {place}. | That was at {place}."),
            ("day", "When did {who} lose the {thing}? | On which day was the {thing} lost? | "
             "On what day did {who} have bad luck? | "
             "Since when is the {thing} gone?", "It was on {day}. | That was on {day}."),
            ("who", "Who lost the {thing}? | Who was at {place}? | Whose {thing} was lost? | Who misses a {thing}?",
             "It was {who}. | {who} lost it."),
        ),
        event(
            "{who} collects {things} and has {n} of them. | {who} has {n} {things} at home. | "
            "There are {n} {things} in the house of {who}. | "
            "{n} {things} belong to {who}. | The collection of {who} has {n} {things}.",
            ("n", "How many {things} does {who} have? | How many {things} are there? | How large is the collection of {who}? | "
             "What is the number of {things}?", "There are {n}. | {who} has {n} {things}."),
            ("things", "What does {who} collect? | What is in the collection of {who}? | Of what does {who} have {n}? | "
             "Which things does {who} own?", "It is {things}. | {who} has {things}."),
            ("who", "Who collects {things}? | Who has {n} {things}? | To whom do the {things} belong? | "
             "Whose {things} are these?",
             "It is {who}. | {who} has them."),
        ),
        event(
            "{who} gave {other} a {thing}. | {other} got a {thing} from {who}. | {who} sent a {thing} to {other}. | "
            "A {thing} was the gift of {who} for {other}. | For {other}'s birthday, {who} chose a {thing}.",
            ("thing", "What did {other} get? | What did {who} give to {other}? | What was the gift for {other}? | "
             "What did {other} get from {who}?", "It was a {thing}. | {other} got a {thing}."),
            ("who", "Who gave the {thing} to {other}? | From whom is the {thing}? | Who had a gift for {other}? | "
             "From whom did {other} get something?", "It was {who}. | The {thing} is from {who}."),
            ("other", "Who got the {thing}? | To whom did {who} give something? | For whom was the {thing}? | "
             "Who got a gift from {who}?",
             "It was {other}. | {other} got it."),
        ),
        event(
            "The train to {city} leaves at {time} from platform {n}. | At {time} a train goes to {city} from platform {n}. | "
            "From platform {n}, a train leaves for {city} at {time}. | "
            "To get to {city}, take the train at {time} from platform {n}. | "
            "Platform {n}: train to {city}, {time}.",
            ("time", "When does the train to {city} leave? | At what time can I go to {city}? | "
             "What time is the train to {city}? | "
             "When does a train leave from platform {n}?", "It leaves at {time}. | The train leaves at {time}."),
            ("n", "From which platform does the train to {city} leave? | Which platform do I need for {city}? | "
             "Where does the {time} train leave? | What is the platform for {city}?", "It is platform {n}. | "
             "The train is on platform {n}."),
            ("city", "Where does the train at {time} go? | Where does the train from platform {n} go? | "
             "To which city can I go from platform {n}? | What is the city of the {time} train?", "It goes to {city}. | "
             "The train goes to {city}."),
        ),
        event(
            "The flat in {city} has {n} rooms and costs {price} a month. | "
            "For {price} a month there is a flat with {n} rooms in {city}. | "
            "In {city}, a flat with {n} rooms costs {price} a month. | A flat in {city}: {n} rooms, {price} a month. | "
            "{price} a month is the rent for the flat in {city} with {n} rooms.",
            ("price", "How much is the flat in {city}? | What is the rent in {city}? | What does the flat in {city} cost? | "
             "How much is the flat with {n} rooms?", "It costs {price} a month. | The rent is {price}."),
            ("n", "How many rooms does the flat in {city} have? | How big is the flat in {city}? | "
             "How many rooms do I get for {price}? | "
             "What is the number of rooms in {city}?", "It has {n} rooms. | The flat has {n} rooms."),
            ("city", "Where is the flat for {price}? | In which city is the flat with {n} rooms? | "
             "Where is the flat with {n} rooms? | "
             "In which city can I live for {price} a month?", "It is in {city}. | The flat is in {city}."),
        ),
        event(
            "{who} will meet {other} on {day} at {time}. | On {day} at {time}, {who} will see {other}. | "
            "{who} and {other} meet on {day} at {time}. | {who} has an appointment with {other} on {day} at {time}. | "
            "{who} expects {other} on {day} at {time}.",
            ("time", "At what time do {who} and {other} meet? | What time is the appointment with {other}? | "
             "At which hour will {who} see {other}? | What time did {who} agree on with {other}?", "It is at {time}. | "
             "They meet at {time}."),
            ("day", "On which day do {who} and {other} meet? | What day is the appointment with {other}? | "
             "On what day will {who} see {other}? | Which day of the week suits {who} and {other}?", "It is on {day}. | "
             "They meet on {day}."),
            ("other", "Whom will {who} meet? | With whom does {who} have an appointment? | Whom will {who} see on {day}? | "
             "Who is {who} going to meet?", "It is {other}. | {who} will meet {other}."),
        ),
    ),
    "zh": (
        event(
            "{who}在{city}花{price}买了{thing}。 | {who}去{city}买了{thing}，一共花了{price}。 | 在{city}，{who}用{price}买下了{thing}。 | "
            "{thing}是{who}在{city}买的，价格{price}。 | {who}去{city}逛街，{price}买到{thing}。",
            ("price", "{who}花了多少钱？ | {thing}多少钱？ | {who}买东西付了多少？ | {thing}的价格是多少？ | 买{thing}用了多少钱？",
             "花了{price}。 | 价格是{price}。"),
            ("city", "{who}在哪里买的{thing}？ | {thing}是在哪个城市买的？ | {who}在哪儿购物？ | {who}去哪个城市买东西了？", "在{city}。 | 是在{city}买的。"),
            ("thing", "{who}买了什么？ | {who}在{city}买到了什么？ | {price}买的是什么？ | {who}的钱花在什么上了？", "是{thing}。 | {who}买了{thing}。"),
            ("who", "谁买了{thing}？ | 谁在{city}买东西？ | 谁花了{price}？ | {thing}是谁买的？", "是{who}。 | {who}买的。"),
        ),
        event(
            "{who}{date}去了{city}。 | {date}，{who}到{city}旅行。 | {who}在{date}坐火车去{city}。 | {who}的{city}之行从{date}开始。 | "
            "{who}{date}出发前往{city}。",
            ("city", "{who}去了哪里？ | {who}到哪儿旅行？ | {who}去的是哪个城市？ | {date}{who}去了什么地方？", "去了{city}。 | {who}去了{city}。"),
            ("date", "{who}什么时候去的？ | {who}哪天去{city}？ | {who}几号出发？ | 去{city}是什么时候？", "是{date}。 | {who}{date}出发。"),
            ("who", "谁去了{city}？ | {date}谁去旅行了？ | 去{city}的是谁？ | 谁在{date}出发？", "是{who}。 | {who}去了。"),
        ),
        event(
            "{who}在{city}当{job}。 | {who}是{city}的一名{job}。 | 在{city}，{who}做{job}工作。 | {who}住在{city}，职业是{job}。 | "
            "{who}在{city}找到了{job}的工作。",
            ("job", "{who}是做什么的？ | {who}的职业是什么？ | {who}做什么工作？ | {who}靠什么谋生？", "{who}是{job}。 | 职业是{job}。"),
            ("city", "{who}在哪里工作？ | {who}在哪个城市？ | 那位{job}在哪儿？ | {who}在哪个城市上班？", "在{city}。 | {who}在{city}。"),
            ("who", "谁是{job}？ | 谁在{city}工作？ | 做{job}的是谁？ | 谁的职业是{job}？", "是{who}。 | {who}是{job}。"),
        ),
        event(
            "{meeting}{time}在{place}开始。 | {meeting}的地点是{place}，时间是{time}。 | {time}，{meeting}在{place}举行。 | "
            "参加{meeting}的人{time}到{place}集合。 | "
            "{place}{time}有{meeting}。",
            ("time", "{meeting}几点开始？ | {meeting}是什么时间？ | 参加{meeting}几点到？ | {meeting}什么时候？", "{time}开始。 | {meeting}{time}开始。"),
            ("place", "{meeting}在哪里？ | {meeting}在哪儿举行？ | 去哪里参加{meeting}？ | {meeting}的地点是哪里？", "在{place}。 | {meeting}在{place}。"),
            ("meeting", "{place}有什么活动？ | {time}开始的是什么？ | {place}要举行什么？ | {time}在{place}有什么？", "是{meeting}。 | 那里有{meeting}。"),
        ),
        event(
            "{who}今年{n}岁，喜欢{hobby}。 | {n}岁的{who}热爱{hobby}。 | {who}爱好{hobby}，今年{n}岁。 | {who}{n}岁，业余时间{hobby}。 | "
            "喜欢{hobby}的{who}已经{n}岁了。",
            ("n", "{who}多大了？ | {who}几岁？ | {who}的年龄是多少？ | {who}今年多少岁？", "{who}{n}岁。 | 今年{n}岁。"),
            ("hobby", "{who}喜欢什么？ | {who}的爱好是什么？ | {who}有什么爱好？ | {who}业余做什么？", "喜欢{hobby}。 | {who}喜欢{hobby}。"),
            ("who", "谁喜欢{hobby}？ | 谁今年{n}岁？ | 爱好{hobby}的是谁？ | 谁有{hobby}的爱好？", "是{who}。 | {who}喜欢{hobby}。"),
        ),
        event(
            "{who}有一只{animal}，名叫{pet}。 | {who}的{animal}叫{pet}。 | {pet}是{who}养的{animal}。 | {who}养了{animal}，取名{pet}。 | "
            "一只叫{pet}的{animal}和{who}住在一起。",
            ("pet", "{who}的{animal}叫什么？ | 那只{animal}的名字是什么？ | {who}的宠物叫什么名字？ | {who}给{animal}取了什么名字？", "叫{pet}。 | "
             "{animal}叫{pet}。"),
            ("animal", "{who}养了什么动物？ | {pet}是什么动物？ | {who}的宠物是什么？ | {pet}是只什么？", "是{animal}。 | {pet}是{animal}。"),
            ("who", "谁养了{animal}？ | {pet}是谁的？ | {pet}的主人是谁？ | {animal}是谁家的？", "是{who}。 | 主人是{who}。"),
        ),
        event(
            "{city}的{building}建于{year}年。 | {year}年，{city}建成了{building}。 | {city}有一座{year}年的{building}。 | "
            "{city}的{building}在{year}年启用。 | "
            "自{year}年起，{city}就有了{building}。",
            ("year", "{building}是哪年建的？ | {city}的{building}建于何时？ | {building}是哪一年的？ | {city}哪年有了{building}？", "是{year}年。 | "
             "{building}是{year}年的。"),
            ("city", "{building}在哪里？ | {building}在哪个城市？ | 哪个城市有{building}？ | {year}年的{building}在哪儿？", "在{city}。 | "
             "{building}在{city}。"),
            ("building", "{city}建了什么？ | {year}年建成的是什么？ | {city}有什么建筑？ | {city}从{year}年起有了什么？", "是{building}。 | 建的是{building}。"),
        ),
        event(
            "{who}{day}在{place}丢了{thing}。 | {day}，{who}把{thing}忘在了{place}。 | {who}的{thing}{day}在{place}不见了。 | "
            "{who}{day}去{place}时弄丢了{thing}。 | "
            "{place}附近，{who}在{day}丢失了{thing}。",
            ("thing", "{who}丢了什么？ | {who}在找什么？ | {who}什么东西不见了？ | 丢在{place}的是什么？", "是{thing}。 | {who}丢了{thing}。"),
            ("place", "{thing}丢在哪里？ | {who}在哪儿丢的东西？ | {who}该去哪里找{thing}？ | {thing}是在什么地方不见的？", "在{place}。 | 丢在{place}。"),
            ("day", "{thing}是哪天丢的？ | {who}什么时候丢了{thing}？ | {who}星期几丢的东西？ | {thing}不见是哪一天？", "是{day}。 | 是{day}丢的。"),
            ("who", "谁丢了{thing}？ | 谁去了{place}？ | {thing}是谁的？ | 丢东西的人是谁？丢的是{thing}。", "是{who}。 | {who}丢的。"),
        ),
        event(
            "{who}收藏{things}，一共有{n}件。 | {who}家里有{n}件{things}。 | {who}一共收集了{n}件{things}。 | 那{n}件{things}都是{who}的。 | "
            "{who}的收藏是{n}件{things}。",
            ("n", "{who}有多少{things}？ | {things}一共有多少？ | {who}收集了几件{things}？ | {who}的收藏有多少？", "有{n}件。 | {who}有{n}件{things}。"),
            ("things", "{who}收藏什么？ | {who}收集的是什么？ | {who}家里有{n}件什么？ | {who}的收藏品是什么？", "是{things}。 | {who}收藏{things}。"),
            ("who", "谁收藏{things}？ | 谁有{n}件{things}？ | {things}是谁的？ | {n}件{things}属于谁？", "是{who}。 | 它们是{who}的。"),
        ),
        event(
            "{who}送给{other}{thing}。 | {other}收到了{who}送的{thing}。 | {who}把{thing}寄给了{other}。 | {other}生日，{who}送了{thing}。 | "
            "{who}选了{thing}作为{other}的礼物。",
            ("thing", "{other}收到了什么？ | {who}送了{other}什么？ | {other}的礼物是什么？ | {who}送的礼物是什么？", "是{thing}。 | {other}收到了{thing}。"),
            ("who", "谁送了{other}礼物？ | {thing}是谁送的？ | 送{thing}的人是谁？ | {other}的礼物来自谁？", "是{who}。 | {who}送的。"),
            ("other", "谁收到了{thing}？ | {who}把礼物送给了谁？ | {thing}送给了谁？ | {who}给谁送了东西？", "是{other}。 | 送给了{other}。"),
        ),
        event(
            "去{city}的火车{time}从{n}号站台出发。 | {time}有一趟火车从{n}号站台开往{city}。 | {n}号站台{time}的火车开往{city}。 | "
            "要去{city}，请乘{time}的火车，{n}号站台。 | "
            "开往{city}的列车停在{n}号站台，{time}发车。",
            ("time", "去{city}的火车几点开？ | 几点有车去{city}？ | {n}号站台的火车什么时候走？ | 开往{city}的车几点发？", "{time}出发。 | 火车{time}出发。"),
            ("n", "去{city}的火车在几号站台？ | 去{city}要到哪个站台？ | {time}的火车从哪个站台走？ | 开往{city}的站台是几号？", "在{n}号站台。 | 是{n}号站台。"),
            ("city", "{time}的火车去哪里？ | {n}号站台的车开往哪里？ | {n}号站台可以去哪个城市？ | {time}发车的去哪儿？", "去{city}。 | 火车开往{city}。"),
        ),
        event(
            "{city}的公寓有{n}个房间，每月{price}。 | 在{city}，{n}个房间的公寓月租{price}。 | {city}有套公寓，{n}个房间，租金{price}。 | "
            "每月{price}可以租到{city}{n}个房间的公寓。 | "
            "月租{price}的公寓在{city}，一共{n}个房间。",
            ("price", "{city}的公寓多少钱？ | {city}的租金是多少？ | 租{city}的房子要多少钱？ | {n}个房间的公寓月租多少？", "每月{price}。 | 租金是{price}。"),
            ("n", "{city}的公寓有几个房间？ | {price}的公寓有多少房间？ | {city}的房子有多大，几个房间？ | {city}那套有几间？", "有{n}个房间。 | 公寓有{n}个房间。"),
            ("city", "{price}的公寓在哪里？ | {n}个房间的公寓在哪个城市？ | 月租{price}的房子在哪儿？ | 哪个城市的公寓有{n}个房间？", "在{city}。 | 公寓在{city}。"),
        ),
        event(
            "{who}{day}{time}和{other}见面。 | {day}{time}，{who}要见{other}。 | {who}约了{other}，{day}{time}。 | "
            "{who}与{other}定在{day}{time}碰面。 | {who}{day}{time}等{other}来。",
            ("time", "{who}和{other}几点见面？ | {who}约{other}几点？ | 见{other}是几点钟？ | {who}几点等{other}？", "{time}。 | {time}见面。"),
            ("day", "{who}和{other}哪天见面？ | {who}约{other}在星期几？ | {who}哪一天见{other}？ | 见{other}是哪天？", "是{day}。 | {day}见面。"),
            ("other", "{who}要和谁见面？ | {who}约了谁？ | {day}{who}见谁？ | {who}在等谁？", "是{other}。 | {who}要见{other}。"),
        ),
    ),
}
NOT_IN_TEXT = {"en": "The text does not say that.", "zh": "文中没有提到。"}
NOT_IN_TEXT_CHECK = {"en": "does not say", "zh": "没有提到"}
TEXT_FORMS = {
    "en": split(
        "Text: {text}\nQuestion: {q} | Text: {text} Question: {q} | {text}\n\n{q} | Read this: {text}\n{q} | "
        "Here is a text: {text}\nMy question: {q} | Question: {q}\nText: {text} | Please answer from the text.\n{text}\n{q} | "
        "I have this note: \"{text}\" {q} | {q}\n\n{text} | Passage: {text}\nQuestion: {q}\nAnswer: | Story: {text} {q} | "
        "Note: {text}\nQ: {q}"
    ),
    "zh": split(
        "文本：{text}\n问题：{q} | 文本：{text}问题：{q} | {text}\n\n{q} | 请阅读：{text}\n{q} | 下面是一段话：{text}\n我的问题：{q} | 问题：{q}\n文本：{text} | "
        "请根据内容回答。\n{text}\n{q} | 我有一条笔记：“{text}”{q} | {q}\n\n{text} | 短文：{text}\n问：{q}\n答： | 资料：{text}\n问：{q} | 内容：{text}请问{q}"
    ),
}
TEXT_SYSTEM = {
    "en": split(
        "Answer questions about the text. | You answer with one short sentence from the text. | "
        "You are a helpful reading assistant. | "
        "Read the text and answer the question. | Use only the text for your answer. | You are a helpful assistant. | "
        "Answer briefly and only from the text."
    ),
    "zh": split(
        "请回答关于文本的问题。 | 你用一句短话根据文本回答。 | 你是一个阅读助手。 | 阅读文本并回答问题。 | 只根据文本回答。 | 你是一个乐于助人的助手。 | 请简短作答。"
    ),
}
