"""Chinese customers' messages for extraction, and how programs ask for JSON about them; as letters_en.py."""

from .kinds import lines

CORES = {
    "order_status": lines("""
        我的订单{order}到哪里了？ | 想问一下订单{order}什么时候送到。 | 我的{product}发货了吗？ | 上周买的{product}，不知道什么时候能到。
        订单{order}现在是什么状态？ | 能告诉我包裹到哪了吗？ | 我的订单号是{order}，什么时候配送？ | 订单{order}里的{product}在路上了吗？
        我在等订单{order}，有消息吗？ | 请把订单{order}的运单号发给我。 | {product}预计哪天送达？ | 订单{order}从仓库发出了吗？
        还没收到{order}的发货邮件，东西在哪？ | 麻烦查一下{product}的配送情况。 | 我的订单还要多久才到？ | 请问{order}哪一天能送？
        物流页面查不到订单{order}，包裹在哪里？ | 想了解一下我的订单进度。 | {product}说好这周到，订单{order}还准时吗？
        请告诉我订单{order}走到哪一步了。 | 给{other}买的{product}有配送消息吗？ | 订单{order}周末前能到吗？
        我周一下的单，号码{order}，寄出来了没有？ | 快递{order}停在哪儿了？ | 想知道订单{order}的最新动态，是一个{product}。 | 我的灯已经在路上了吗？
    """),
    "return": lines("""
        我想退掉{product}。 | 请给我订单{order}的退货标签。 | 我要把订单{order}退回去。 | {product}和我的房间不搭，想退货。
        订单{order}里的{product}怎么退？ | 订单{order}太大了，我们想退回。 | 我买了两盏灯，想退一盏。 | {product}还能退吗？
        我想在30天内退掉订单{order}。 | 我要退货，订单{order}。 | {product}的颜色不是我想要的，要退回。 | 请登记{order}的退货。
        我想把{product}换成别的颜色。 | 退{product}要寄到什么地址？ | 我不需要{product}了，想退货。 | 请上门取走订单{order}，我要退回。
        用过一次的灯可以退吗？ | 我需要一张标签来退订单{order}。 | {product}是别人送的，我们想退掉。 | 订单{order}要退给你们，我该怎么做？
        我改主意了，请告诉我{product}怎么退。 | 订单{order}退货是免费的吧？ | 我想把{product}退到你们店里。 | 退货申请：订单{order}，{product}。
        {order}的盒子打开过了，但我想退。 | 太太喜欢另一盏灯，所以{product}要退。
    """),
    "refund": lines("""
        订单{order}的钱什么时候退给我？ | {product}已经退回，我在等退款。 | 请给订单{order}退款。 | 我要{product}的退款。 | {order}的退款打了吗？
        退回的{product}的钱还没到账。 | 订单{order}的钱请退还给我。 | 退款要多久？ | 订单{order}我付了两次，请退一笔。
        {product}的钱我要拿回来。 | 灯十天前就退了，退款在哪里？ | {product}的退款能退到我的卡上吗？ | 订单{order}多收了钱，请退差价。
        请确认订单{order}的退款。 | 订单{order}会退到哪个账户？ | 上周一我把{product}寄回了，请退钱。 | 我要求{order}全额退款。
        {product}可以退款到支付宝吗？ | 银行账单上没有订单{order}的退款。 | 请退还订单{order}的运费。 | 你们答应退{product}的钱，什么时候到？
        麻烦查一下订单{order}的退款。 | {order}只退了一半的钱，请补上其余的。 | {product}的退款，订单{order}，会退多少钱？ | 请把订单{order}的货款退回。
    """),
    "complaint": lines("""
        - 订单{order}的{product}送来就是坏的。 | - 我对{product}非常不满意。 | - 你们的服务太差了。 | - 关于订单{order}的邮件没有人回！
        - {product}用了两天就不亮了。 | - 订单{order}的箱子破了，玻璃全碎了。 | - 快递员把我的包裹从围墙扔了进来。 | - 从没见过这么差的服务。
        - {product}整夜都有很大的噪音。 | - 订单{order}发错灯了，真气人。 | - {product}的质量真的很糟糕。 | - 我要投诉订单{order}。
        - {product}少了零件，太乱了。 | - 客服电话让我等了一个小时！ | - 你们店员对我很没礼貌。 | - {product}一直闪，眼睛都疼了。
        - 这已经是第三次发错货了。 | - {product}的线太短了，我很生气。 | - 订单{order}从头到尾都是灾难。 | - 太失望了，{product}看着很廉价，还有划痕。
        - 你们网站把我的订单{order}弄丢了，难以置信！ | - {product}烫得让人害怕。 | - {order}寄来的东西简直是垃圾。 | - 我写了四次信，没有人管。
        - 订单{order}的灯一碰就坏，做工太差！ | - 我要投诉{product}，它从来没亮过。
    """),
    "product_question": lines("""
        {product}多少钱？ | {product}有哪些颜色？ | {product}有现货吗？ | {product}带灯泡吗？ | {product}的尺寸是多少？ | {product}可以调光吗？
        {product}适合看书用吗？ | 想知道{product}是多少瓦的。 | 有适合小阳台的灯吗？ | 儿童房用哪盏灯好？ | {product}的电线有多长？
        {product}下雨天能放在室外吗？ | 我对{product}感兴趣，有黑色的吗？ | {product}用什么灯泡？ | {product}有USB接口吗？ | {product}是什么材料做的？
        {product}有大一号的吗？ | 有没有和{product}差不多但便宜一点的灯？ | 我在{other}家看到{product}，现在还卖吗？ | {product}重吗？
        {product}能装在木墙上吗？ | {product}什么时候再有货？ | 买{product}之前想问问，亮度怎么样？ | 有E27的暖光灯泡吗？ | {product}好清洁吗？
        五个{product}什么价格？
    """),
    "cancel": lines("""
        请取消订单{order}。 | 我想取消买{product}的订单。 | 订单{order}不需要了，请取消。 | {product}下错单了，帮我取消。 | 订单{order}发货前能取消吗？
        昨天下的单我想取消。 | 请停止订单{order}。 | 我的订单{order}要取消。 | {product}买重了，请取消一个。 | {product}别发了，我要取消。
        我们要搬家，{order}只好取消。 | {product}现在取消还来得及吗？来得及就取消。 | 请在系统里撤销订单{order}。 | {product}在别处买到了，取消我的订单吧。
        取消订单：{order}。 | 订单{order}的{product}我们想取消。 | 我改主意了，取消订单{order}。 | 不小心点了购买，请取消。 | 麻烦撤销编号{order}的购买。
        {product}我不想要了，取消就行。 | 请不要发订单{order}，我这边取消了。 | 我要撤回订单{order}。 | 孩子没问我就下单了{product}，请取消。
        您能帮我取消订单{order}吗？ | 请确认订单{order}已取消，我不需要了。
    """),
    "other": lines("""
        + 谢谢你们的{product}，太棒了！ | + 店好，人也好！ | + 感谢这么快就送到了{order}！ | + {product}是我用过最好的灯。 | + 店里的同事对我们特别热情。
        + 我太喜欢新买的{product}了！ | 你们门店几点开门？ | 你们招学生兼职吗？ | 到店里哪里可以停车？ | 我想改一下邮箱地址。 | 可以用支付宝吗？
        有礼品卡吗？ | 请把订单{order}的发票发给我。 | 怎么订阅你们的新闻邮件？ | 我想和经理谈谈。 | 订单{order}可以到店自提吗？
        请修改订单{order}的收货地址。 | 旧灯你们回收吗？ | 我忘记密码了。 | 我们公司想跟你们采购，联系谁？ | 能寄到挪威吗？ | 我们想在博客上介绍你们的店。
        学生有优惠吗？ | {other}可以替我去店里取包裹吗？ | 你们办讲座吗？ | + 订单{order}我们非常满意，做得好！ | {product}可以包成礼物吗？
        我换了电话号码，请登记一下。
    """),
}

POSITIVE = lines("""
    我很喜欢你们的店。 | 到目前为止一切都很好。 | 你们的灯真漂亮！ | 我对你们的服务很满意。 | 你们总是很热心。 | 我是你们的忠实粉丝。 | 上次买的灯好极了。 | 真是一家好店！
    在你们这里购物很愉快。 | 你们做得非常好。 | 全家都喜欢你们的灯。 | 网站做得真棒！
""")
NEGATIVE = lines("""
    我真的很失望。 | 太烦人了。 | 我很生气。 | 没想到你们会这样。 | 这让人无法接受。 | 我快没有耐心了。 | 体验太差了。 | 我受够了。 | 气死我了。 | 我非常不高兴。
    说实话，太丢人了。 | 真后悔在你们这里买东西。
""")
URGENT = lines("""
    很急。 | 请今天就回复！ | 我明天就要用。 | 请尽快处理。 | 这事不能等。 | 麻烦快一点！ | 非常紧急！ | 我现在就需要答复。 | 请加急处理。 | 时间很紧，我今晚就走。
    越快越好。 | 请马上帮我。
""")
INTROS = lines("""
    我是{name}。 | 我叫{name}。 | 这里是{name}。 | 我的名字是{name}。 | 我是你们的顾客{name}。 | 您好，我是{name}。 | 你好，我叫{name}。 | 又是我，{name}。
    本人{name}。 | 早上好，我是{name}。
""")
SIGN_OFFS = lines("""
    {name} | 谢谢，{name} | ——{name} | {name}敬上 | 此致，{name} | 祝好，{name} | 顾客{name} | 您的顾客{name} | 感谢，{name} | 麻烦了，{name} | {name}留言
    盼复，{name}
""")
GREETINGS = ("你好，", "您好，", "你们好，", "客服您好，", "早上好，", "嗨，", "烛湾灯铺你好，", "尊敬的客服，")

INLINE = lines("""
    返回JSON，键为{keys}。 | 提取{keys}，用JSON表示。 | 请以JSON对象提取以下内容：{keys}。 | 阅读消息，用JSON回答。键：{keys}。
    把这条消息的{keys}用JSON给我。 | 对下面的消息分类，用含{keys}的JSON对象回答。 | 把客户消息解析成JSON（{keys}）。 | 只回答一个含有字段{keys}的JSON对象。
    把消息转换成JSON，字段如下：{keys}。 | 在文本中找出{keys}，以JSON返回。 | 这条消息的{keys}是什么？用JSON回答。
    你负责提取数据。只输出一个JSON对象，键是{keys}。 | 填写{keys}，只要JSON。 | 分析下面的消息，以JSON格式输出{keys}。 | 把这段话变成JSON：{keys}。
    请给出JSON，包含{keys}。 | 请读客户写的内容，把{keys}作为JSON对象返回。 | 为这条消息生成JSON记录（{keys}）。
    你的任务是提取{keys}，用合法的JSON回复，没有的填null。 | 输出JSON。字段：{keys}。缺失的值为null。 | 我需要这条消息的结构化数据：{keys}，用JSON。
    用JSON概括客户的请求，包括{keys}。 | 给这条消息打标签，返回JSON对象：{keys}。 | 找出{keys}并写成JSON，不知道的写null。
    你是解析器：输入文本，输出JSON。键是{keys}。 | 识别{keys}。格式：JSON对象，不要解释。 | 工单系统需要{keys}，请给JSON。 | 用一行JSON写出客户消息的{keys}。
""")
BLOCK = lines(r"""
    提取以下字段，用JSON：\n{block} | 返回一个JSON对象，包含：\n{block} | 阅读消息，用JSON填写下面的列表。\n{block} | 只用JSON回答，字段为：\n{block}
    请提取下面的数据，以JSON回复。\n{block} | 要找的字段：\n{block}\n输出一个JSON对象，没有提到的填null。 | 你是信息提取器，给出JSON：\n{block}
    对消息分类，JSON对象包含\n{block} | 需要的信息（JSON）：\n{block}
""")
SCHEMA = lines(r"""
    按照这个schema用JSON回答：{schema} | 以JSON提取数据。Schema：{schema} | 填写这个对象：{schema} | 用这种格式的JSON回复：{schema}
    使用这个JSON schema：\n{schema}\n并从消息中提取数据。 | 为这条消息返回类似{schema}的对象。 | 回答格式：{schema} | 把消息映射到{schema}，只要JSON。
    输出必须是合法的JSON，并符合{schema}
""")
ABOUT = {
    "name": "客户姓名", "intent": "客户的意图", "order_id": "订单号", "sentiment": "情绪", "product": "产品", "language": "消息的语言",
    "urgent": "是否紧急",
}  # fmt: skip
ONE_OF = ("（取值：{values}）", "（{values}）", "：{values}", "（{values}之一）")
JOINTS = (
    "{instruction}\n\n{message}", "{instruction}\n\n消息：{message}", "{instruction}\n\n“{message}”", "{instruction}\n文本：{message}",
    "{instruction}\n\n<message>{message}</message>", "{message}\n\n{instruction}", "{instruction}\n客户：{message}",
    "消息：\n{message}\n\n{instruction}", "{instruction}{message}",
)  # fmt: skip
