"""Tool families around one order: its status, cancelling, returning, the address, and the warranty of what was in it."""

from . import values
from .kinds import Outcome, Param, Result, ToolFamily, lines, words

ORDER = Param(
    "order",
    words("order_id order_number order_no id order number order_code order_ref reference"),
    values.order,
    ("The order number", "ID of the order", "Number of the customer's order", "The order id, for example 48213",
     "Which order", "Order number as the customer gave it", "The order's id", "Identifier of the order"),
    ("订单号", "客户的订单编号", "订单的编号", "订单ID", "要查询的订单号", "订单号，例如48213"),
    types=("string", "string", "string", "integer"),
    need_en=("Sure. What is your order number?", "Gladly. Please tell me your order number."),
    need_zh=("好的，请问您的订单号是多少？", "没问题，请告诉我您的订单号。"),
    need_check=((("order number",),), (("订单号",),)),
    give_en=lines("""
        {v} | It's {v} | The number is {v} | Order {v} | My order number is {v}. | sure, {v} | {v}, I think | it says {v} here
        Here it is: {v} | order no. {v} | The confirmation says {v}. | That would be {v}
    """),
    give_zh=lines("""
        {v} | 是{v} | 订单号是{v} | 订单号{v} | 我的订单号是{v}。 | 好的，{v} | 应该是{v} | 号码是{v}，谢谢 | 单号{v} | 上面写的是{v}
        我找到了，是{v} | {v}这个
    """),
)  # fmt: skip

REASON = Param(
    "reason",
    words("reason cause why return_reason comment note explanation"),
    values.reason,
    ("Why the customer wants this", "The reason in a few words", "Reason given by the customer", "Short reason"),
    ("原因", "客户说明的原因", "简短的理由", "为什么"),
    required=False,
    drop=0.15,
    free=True,
    need_en=("I can do that. What is the reason?", "Of course. May I ask for the reason?"),
    need_zh=("可以的，请问原因是什么？", "好的，请问是什么原因呢？"),
    need_check=((("reason",),), (("原因",),)),
    give_en=("{v}", "Well, {v}", "Because {v}", "because {v}.", "{v}, sadly", "The reason: {v}", "{v}!", "It's simple: {v}"),
    give_zh=("{v}", "因为{v}", "{v}。", "原因是{v}", "主要是{v}", "{v}，没办法", "唉，{v}", "是因为{v}"),
)  # fmt: skip

# What an order may be: fits "Order 1 is ..." and "状态是：……".
STATES = (
    ("shipped", "已发货"), ("in transit", "运输中"), ("on its way", "在路上"), ("out for delivery", "派送中"), ("being packed", "打包中"),
    ("being prepared", "备货中"), ("confirmed", "已确认"), ("ready to ship", "待发货"), ("at the sorting center", "在分拣中心"),
    ("with the courier", "已交给快递"), ("packed", "已打包"), ("delayed", "已延误"), ("at customs", "清关中"), ("partly shipped", "部分发货"),
    ("backordered", "等待补货"), ("in production", "生产中"), ("in process", "处理中"), ("scheduled", "已排期"), ("dispatched", "已出库"),
)  # fmt: skip
STUCK = (
    ("on hold", "已暂停"), ("cancelled", "已取消"), ("returned", "已退回"), ("refunded", "已退款"), ("lost", "已丢失"), ("unpaid", "未付款"),
    ("waiting for payment", "待付款"), ("under review", "审核中"), ("held at customs", "被海关扣留"), ("ready for pickup", "待自提"),
    ("pending", "待处理"), ("being checked", "检查中"),
)  # fmt: skip
CARRIERS = "DHL UPS FedEx GLS DPD SF-Express YTO PostNord Hermes ZTO TNT BluePost QuickShip NorthMail".split()
STATUS_KEYS = words("status state order_status delivery_status current_status")
ETA_KEYS = words("eta expected_delivery delivery_date arrives_on estimated_delivery expected")
ORDER_KEYS = words("order_id order id order_number")
NOT_FOUND = Outcome(
    ("I can not find order {order}. Please check the number, or a colleague can help you.",
     "There is no order {order}. Could you check the number? A colleague can help, too."),
    ("没有找到订单{order}，请核对一下订单号，也可以请同事帮您。", "查不到订单{order}。请您再核对一下号码，需要的话可以转给同事。"),
    (("{order}",), ("not find", "no order")),
    (("{order}",), ("没有找到", "查不到")),
)  # fmt: skip


def status_result(rng, given):
    number = (ORDER_KEYS, given.argument("order"))
    form = rng.random()
    if form < 0.14:
        day = given.day(rng)
        fields = [(STATUS_KEYS, ("delivered", "已送达")), (words("delivered_on delivery_date delivered_at date"), day), number]
        text = (f"Order {given['order']} was delivered on {day}.", f"订单{given['order']}已于{day}送达。")
        return Result("delivered", fields, {"day": day}, text)
    if form < 0.34:
        state = rng.choice(STUCK + STATES)
        return Result("status", [(STATUS_KEYS, state), number][: rng.randint(1, 2)], {"status": state})
    state = rng.choice(STATES)
    if form < 0.5:
        carrier, track = rng.choice(CARRIERS), values.code(rng) if rng.random() < 0.3 else values.whole(rng, 10**7, 10**9)
        fields = [(STATUS_KEYS, state), (words("carrier shipped_by courier"), carrier), number]
        fields.append((words("tracking_number tracking tracking_code"), track))
        return Result("carrier", fields, {"status": state, "carrier": carrier, "track": track})
    day = given.day(rng)
    text = (f"{given['order']}: {state[0]}, expected {day}", f"{given['order']}：{state[1]}，预计{day}送达")
    return Result("eta", [(STATUS_KEYS, state), (ETA_KEYS, day), number], {"status": state, "day": day}, text)


STATUS = ToolFamily(
    "order_status",
    words("get check lookup find fetch look_up query read show retrieve"),
    words("order_status order order_info shipment delivery_status order_state order_details parcel tracking order_progress"),
    (ORDER,),
    lines("""
        Look up the status of an order. | Get the current state of a customer's order. | Returns where an order is.
        Finds an order by its number and tells its status. | Tracks a parcel. | Check the delivery status of an order
        Use this to answer where an order is and when it arrives. | Order tracking: status and expected delivery
        Shows the progress of an order. | Retrieve status, carrier and delivery date of an order by its id.
    """),
    lines("""
        查询订单状态。 | 根据订单号查询物流和状态 | 查看订单到哪里了 | 获取客户订单的当前状态。 | 跟踪包裹，返回预计送达时间 | 返回订单的进度
    """),
    lines("""
        Where is my order {order}? | What's the status of order {order}? | Has order {order} been shipped yet?
        When will order {order} arrive? | Can you track order {order} for me? | order {order} status
        I ordered two weeks ago and still have nothing. The number is {order}. | Is {order} on its way?
        Could you look up order {order}? | I'd like to know where my parcel is, order number {order}.
        Any news about {order}? | My order number is {order}. When does it get here? | Track {order}
        Please check on order {order}. | How far along is my order {order}? | Did my package {order} leave the warehouse?
        I am still waiting for order {order}. | What is happening with order {order}?
        Tell me the delivery date of order {order}.
        I was wondering when order {order} will be delivered. | {order} - where is it? | Give me an update on order {order}
        My lamp was supposed to be here by now, order {order}. | Order {order} has not arrived. Where is it?
        Do you know when {order} comes? | Let me know the state of my order {order}. | I need the tracking info for {order}.
        Has the courier picked up order {order}? | Find out what happened to my order {order} | status {order}
        Is there an update for order no. {order}? | Will order {order} arrive this week?
        I'm leaving for holidays on Friday. Will {order} be here before? | look up {order} | When was order {order} sent?
    """),
    lines("""
        我的订单{order}到哪里了？ | 帮我查一下订单{order} | 订单{order}发货了吗？ | 订单{order}什么时候能到？ | {order}现在什么状态？
        请查询订单{order}的物流 | 我想知道{order}的进度 | 订单号{order}，怎么还没到？ | 查订单{order} | {order}到哪儿了
        麻烦看一下订单{order}送到哪了 | 我两周前下的单，号码是{order}，还没收到 | 订单{order}的快递有消息吗？ | 您能查一下{order}吗？
        订单{order}什么情况？ | 我的包裹怎么还在路上，单号{order} | {order}这单发出了没有？ | 订单{order}预计哪天送达？
        请告诉我订单{order}的配送状态 | 跟踪一下{order} | 我买的灯还没送来，订单{order} | {order}今天能送到吗？
        想问问订单{order}走到哪一步了 | 订单{order}的最新动态 | 我周末要出门，{order}之前能到吗？ | 物流信息，订单{order}
        你帮我看看{order}发货没 | 订单{order}是不是丢了，查一下 | {order}的送货时间是什么时候？ | 等了好几天了，订单{order}在哪？
        订单{order}快递到哪一站了？ | 状态查询：{order}
    """),
    status_result,
    {
        "status": Outcome(
            ("Order {order} is {status}.", "Your order {order} is {status} at the moment."),
            ("订单{order}的状态是：{status}。", "您的订单{order}目前的状态是：{status}。"),
            (("{order}",), ("{status}",)),
        ),
        "eta": Outcome(
            ("Order {order} is {status} and should arrive on {day}.",
             "Your order {order} is {status}. It should arrive on {day}."),
            ("订单{order}的状态是：{status}，预计{day}送达。", "您的订单{order}：{status}，预计{day}送到。"),
            (("{order}",), ("{status}",), ("{day}",)),
        ),
        "carrier": Outcome(
            ("Order {order} is {status} with {carrier}. The tracking number is {track}.",
             "Your order {order} is {status}. Carrier: {carrier}, tracking number: {track}."),
            ("订单{order}的状态是：{status}，快递公司是{carrier}，运单号{track}。", "您的订单{order}：{status}，由{carrier}配送，运单号是{track}。"),
            (("{status}",), ("{carrier}",), ("{track}",)),
        ),
        "delivered": Outcome(
            ("Order {order} was delivered on {day}.", "Your order {order} was delivered on {day}. I hope you like it!"),
            ("订单{order}已于{day}送达。", "您的订单{order}在{day}已经送达，希望您喜欢！"),
            (("{order}",), ("delivered",), ("{day}",)),
            (("{order}",), ("送达",), ("{day}",)),
        ),
    },
    "order",
    others=words("track order_lookup where_is_order order_tracker track_order track_package"),
    many_en=lines("""
        Where are my orders {order}? | Check the orders {order}, please. | What is the status of {order}?
        I have several orders: {order}. Where are they? | Can you track {order}? | When do {order} arrive?
        Please look up {order} for me | status of orders {order}
    """),
    many_zh=lines("""
        我的订单{order}到哪里了？ | 帮我查一下订单{order} | 我有几个订单：{order}，都发货了吗？ | {order}什么时候到？ | 请同时查询{order}的状态
        看看{order}这几单的物流
    """),
    more_en=lines("And {order}? | What about order {order}? | and order {order}? | Now check {order} | I also have {order}."),
    more_zh=lines("那{order}呢？ | 还有{order} | 订单{order}呢 | 再查一下{order} | 另外一个{order}呢？"),
    bare={
        "order": (
            lines("""
                Where is my order? | Has my order been shipped? | Can you track my parcel? | When does my package arrive?
                I want to know the status of my order. | My order is late. | Check my order, please | Any news about my delivery?
                I am still waiting for my lamp to arrive. | Could you look up an order for me?
            """),
            lines("""
                我的订单到哪里了？ | 帮我查一下订单 | 我的包裹什么时候到？ | 发货了吗？ | 我想查物流 | 订单怎么还没到？ | 查一下我的快递
                能看看我的订单状态吗？ | 我买的灯送到哪了？
            """),
        )
    },
    thing=("order", "订单"),
    lost=NOT_FOUND,
    words=words("order parcel package deliver arrive ship track 订单 包裹 快递 物流 发货 送达 到货 配送 送货"),
    shop=True,
    weight=5,
)  # fmt: skip


def cancel_result(rng, given):
    number = (ORDER_KEYS, given.argument("order"))
    form = rng.random()
    if form < 0.25:
        state = rng.choice((("shipped", "已发货"), ("packed", "已打包"), ("delivered", "已送达"), ("with the courier", "已交给快递")))
        fields = [(words("cancelled canceled success ok"), False), (words("reason status state"), state), number]
        text = (f"Order {given['order']} can not be cancelled: already {state[0]}.", f"订单{given['order']}无法取消：{state[1]}。")
        return Result("late", fields, {"status": state}, text)
    done = (words("status result state"), ("cancelled", "已取消"))
    if form < 0.6:
        amount = values.price(rng)
        fields = [done, number, (words("refund refund_amount amount"), amount)]
        return Result("refund", fields, {"amount": amount})
    text = (f"Order {given['order']} cancelled.", f"订单{given['order']}已取消。")
    return Result("done", [done if rng.random() < 0.7 else (words("cancelled success ok"), True), number], {}, text)


CANCEL = ToolFamily(
    "cancel_order",
    words("cancel stop revoke abort void call_off undo"),
    words("order purchase order_by_id customer_order shop_order booking open_order"),
    (ORDER, REASON),
    lines("""
        Cancel an order. | Cancels an order that has not been shipped. | Stops an order before it leaves the warehouse.
        Use this when a customer no longer wants an order. | Revoke a purchase by its number
        Cancels the given order and refunds it.
    """),
    lines("取消订单。 | 取消尚未发货的订单 | 客户不想要订单时使用 | 撤销一个订单 | 根据订单号取消购买"),
    lines("""
        Please cancel order {order}. | I want to cancel my order {order} | Cancel {order} | Can you cancel order {order} for me?
        I no longer need order {order}, please cancel it. | Stop order {order} before it goes out!
        I'd like to call off order {order}.
        Could you please cancel the order with the number {order}? | I ordered by mistake, cancel {order} please
        Please cancel my purchase {order}, because {reason}. | Cancel order {order}: {reason}.
        Don't send order {order}, I don't want it.
        My order {order} should be cancelled. | I changed my plans. Please cancel {order}.
        Is it possible to cancel {order}? Then do it.
        I would like my order {order} cancelled because {reason} | Kill order {order} please
        Cancellation of order {order}, please
        We do not want order {order} any more. | I have to cancel order number {order}, {reason}. | Withdraw order {order}
        Please take order {order} back out of the system, I don't want it. | {order} - cancel this one | Undo my order {order}
        I bought it twice by accident, so please cancel order {order}. | My husband already bought a lamp. Cancel order {order}.
        Before you pack it: cancel order {order}! | I need to cancel an order, it's {order}
        Make sure order {order} is cancelled.
        Would you cancel {order}? The reason: {reason} | order {order} cancel | Get rid of order {order}, I made a mistake.
    """),
    lines("""
        请取消订单{order} | 我要取消订单{order} | 帮我把{order}取消掉 | 订单{order}不要了 | 取消{order} | 订单{order}能取消吗？能的话请取消
        我下错单了，请取消{order} | 因为{reason}，我想取消订单{order} | 麻烦您取消一下订单{order} | {order}这单我不想要了，取消吧
        订单{order}别发了，我要取消 | 请撤销订单{order} | 我买重复了，取消订单{order} | 能不能把订单{order}撤掉？ | 申请取消订单{order}
        订单{order}取消，原因：{reason} | 我家人已经买了灯，取消{order}吧 | 趁还没发货，取消订单{order} | 我不需要{order}了，帮忙取消
        取消一下我的订单，号码{order} | 订单号{order}，请帮我取消 | 我改变计划了，{order}不要发货，取消 | {order}取消
        想取消订单{order}，{reason} | 请您把{order}作废 | 我刚才下的单{order}想取消 | 退掉还没发的订单{order}，取消即可 | 这单{order}取消，谢谢
        订单{order}我想撤回 | 不好意思，{order}得取消了
    """),
    cancel_result,
    {
        "done": Outcome(
            ("Order {order} is cancelled.", "Done, your order {order} is cancelled."),
            ("订单{order}已取消。", "好的，您的订单{order}已经取消。"),
            (("{order}",), ("cancelled",)),
            (("{order}",), ("取消",)),
        ),
        "refund": Outcome(
            ("Order {order} is cancelled. You get ${amount} back.",
             "Done, order {order} is cancelled and ${amount} will be refunded."),
            ("订单{order}已取消，将退还{amount}美元。", "好的，订单{order}已经取消，{amount}美元会退给您。"),
            (("{order}",), ("cancelled",), ("${amount}",)),
            (("{order}",), ("取消",), ("{amount}美元",)),
        ),
        "late": Outcome(
            ("I am sorry, order {order} can not be cancelled: it is already {status}. You can return it within 30 days.",
             "Sorry, it is too late to cancel order {order}, it is already {status}. You can return it within 30 days."),
            ("很抱歉，订单{order}{status}，不能取消了。您可以在30天内退货。", "抱歉，订单{order}{status}，来不及取消，但30天内可以退货。"),
            (("{order}",), ("can not be cancelled", "too late"), ("{status}",)),
            (("{order}",), ("不能取消", "来不及取消"), ("{status}",)),
        ),
    },
    "order",
    others=words("cancel cancellation cancel_order_tool drop_order"),
    many_en=lines("""
        Please cancel orders {order}. | I want to cancel {order} | Cancel {order}, I don't need them.
        Can you cancel both {order}?
    """),
    many_zh=lines("请取消订单{order} | {order}我都不要了，取消吧 | 帮我把{order}取消掉 | 我要取消{order}"),
    more_en=lines("And cancel {order}, too. | Also cancel order {order} | {order} should be cancelled as well"),
    more_zh=lines("{order}也取消 | 还有{order}也不要了，取消吧 | 再取消一个{order}"),
    bare={
        "order": (
            lines("""
                I want to cancel my order. | Please cancel my order | Can I cancel what I ordered? | I need to cancel a purchase.
                Cancel it, I don't want the lamp any more | How can I cancel? Please do it for me. | I'd like to call off my order
            """),
            lines("我要取消订单 | 请帮我取消订单 | 我不想要了，取消吧 | 刚下的单想取消 | 能帮我取消一个订单吗？ | 订单能取消吗，帮我取消一下"),
        )
    },
    thing=("order", "订单"),
    lost=NOT_FOUND,
    words=words("cancel order 取消 订单"),
    shop=True,
    weight=3,
)  # fmt: skip


def return_result(rng, given):
    number = (ORDER_KEYS, given.argument("order"))
    form = rng.random()
    if form < 0.18:
        days = rng.randint(31, 400)
        fields = [(words("accepted allowed success ok"), False), (words("days days_since_delivery age_days"), days), number]
        fields.append((words("reason message"), rng.choice((("return window closed", "已超过退货期"), ("too late", "超过期限")))))
        return Result("late", fields, {"days": days})
    rma = rng.choice(("R", "RMA-", "RET", "RT-", "")) + values.whole(rng, 1000, 999999)
    fields = [(words("return_id return_number rma id"), rma), number, (words("status state"), ("created", "已登记"))]
    if form < 0.45:
        day = given.day(rng)
        fields.append((words("send_back_by deadline valid_until"), day))
        return Result("deadline", fields, {"rma": rma, "day": day})
    text = (f"Return {rma} created for order {given['order']}.", f"订单{given['order']}的退货已登记，编号{rma}。")
    return Result("done", fields[: rng.randint(1, 3)], {"rma": rma}, text)


RETURN = ToolFamily(
    "create_return",
    words("create start open register request make begin initiate"),
    words("return order_return return_request rma return_case refund_request return_label item_return send_back"),
    (ORDER, REASON),
    lines("""
        Register a return for an order. | Starts the return of an order. | Creates a return and gives back its number.
        Use this when a customer wants to send something back. | Opens a return request | Make a return label for an order.
    """),
    lines("登记退货。 | 为订单创建退货申请 | 客户想退货时使用 | 办理订单的退货，返回退货编号 | 发起退货流程"),
    lines("""
        I want to return order {order} because {reason}. | Please register a return for order {order}.
        I'd like to send order {order} back.
        Return order {order}, {reason} | Can I return {order}? Please start it. | I need a return label for {order}
        Order {order} must go back: {reason}. | Start a return for {order} please | I am returning order {order}, since {reason}.
        How do I send back order {order}? Please set it up. | We want to give order {order} back.
        I don't like the lamp. Return for {order}.
        The lamp from order {order} goes back to you, because {reason}. | Please take back order {order}
        Return request: {order}, {reason}
        I am not happy with order {order} and want to return it. | Open a return for my order {order}. Reason: {reason}.
        Could you create a return for order {order}? | I'd like my money back for order {order}, because {reason}
        {order} - I want to send it back, {reason} | Set up the return of order {order}.
        I would like to return what I got in order {order}
        Please arrange a return, order number {order}, {reason}. | My order {order} arrived but {reason}. I want to return it.
        Order {order}: {reason}. Please send me a return label. | I have to return a lamp, the order is {order}.
        Sending back order {order}, please register it | Would you take order {order} back? {reason}. | return {order}
        I got order {order} yesterday and want to return it because {reason}. | Refund and return for {order}, please
    """),
    lines("""
        我要退货，订单{order}，{reason} | 请帮我登记订单{order}的退货 | 订单{order}想退货，因为{reason} | 我想把{order}退回去
        {order}申请退货 | 订单{order}收到了，但是{reason}，要退货 | 麻烦给订单{order}办退货 | 我要退掉订单{order}里的灯
        订单{order}需要退货标签 | 退货：{order}，{reason} | 因为{reason}，我想退订单{order} | 请给{order}开个退货单 | 我对{order}不满意，想退
        怎么退{order}？请帮我办 | 订单号{order}，我要退货，{reason} | 能给订单{order}办理退货吗？ | {order}的灯不合适，我要退货
        我想退货，单号是{order} | 请发起{order}的退货，原因是{reason} | 昨天收到{order}，{reason}，我要寄回去 | 订单{order}退货退款
        把{order}退了吧，{reason} | 订单{order}我要寄回给你们 | 您好像发错了，{order}我要退货 | {order}退货 | 想退{order}，理由：{reason}
        给我登记一下退货，订单{order} | 我买的灯要退，订单{order}，{reason} | 订单{order}请安排退货 | {order}这单我打算退回
    """),
    return_result,
    {
        "done": Outcome(
            ("Your return for order {order} is registered. The return number is {rma}.",
             "Done! The return number for order {order} is {rma}. The label comes by e-mail."),
            ("订单{order}的退货已登记，退货编号是{rma}。", "好的，订单{order}的退货编号是{rma}，标签会发到您的邮箱。"),
            (("{order}",), ("{rma}",)),
        ),
        "deadline": Outcome(
            ("Your return for order {order} is registered. The number is {rma}. Please send it back by {day}.",
             "Done! The return number for order {order} is {rma}. Please send it by {day}."),
            ("订单{order}的退货已登记，编号{rma}，请在{day}前寄回。", "好的，订单{order}的退货编号是{rma}，请于{day}前寄出。"),
            (("{order}",), ("{rma}",), ("{day}",)),
        ),
        "late": Outcome(
            ("I am sorry, order {order} can not be returned: {days} days have passed, and 30 is the limit. A colleague can help.",
             "Sorry, order {order} is {days} days old and returns end after 30 days. Shall I ask a colleague?"),
            ("很抱歉，订单{order}已经过了{days}天，超过30天不能退货。需要的话可以请同事帮您。", "抱歉，订单{order}已有{days}天，退货期是30天。要我转给同事吗？"),
            (("{order}",), ("{days}",)),
        ),
    },
    "order",
    others=words("return returns start_return_process return_order send_back_order"),
    many_en=lines("I want to return orders {order}. | Please register returns for {order} | {order} all go back to you."),
    many_zh=lines("我要退{order}这几单 | 请给{order}都登记退货 | {order}都要退货"),
    bare={
        "order": (
            lines("""
                I want to return my lamp. | I'd like to send something back | Please start a return for me.
                Can I return my order?
                My lamp is the wrong one and I want to return it | I need a return label.
                How do I send this back? Please set it up
            """),
            lines("我要退货 | 我想把灯退了 | 请帮我办理退货 | 买的灯不合适，想退 | 我需要退货标签 | 东西不喜欢，能退吗？请帮我登记"),
        ),
        "reason": (
            lines("""
                I want to return order {order}. | Please start a return for {order} | order {order} goes back
                Can you register a return for order {order}? | I'd like to send back {order}
            """),
            lines("我要退订单{order} | 请给{order}办理退货 | 订单{order}我想退货 | {order}要退回去"),
        ),
    },
    thing=("order", "订单"),
    lost=NOT_FOUND,
    words=words("return back refund order 退货 退款 退 订单"),
    shop=True,
    weight=3,
)  # fmt: skip


ADDRESS = Param(
    "address",
    words("address new_address delivery_address shipping_address street destination"),
    values.address,
    ("The new address", "Where to deliver", "Full delivery address", "Street and number", "New shipping address"),
    ("新地址", "新的收货地址", "送到哪里", "完整的配送地址"),
    need_en=("Sure. What is the new address?", "Gladly. Please tell me the new address."),
    need_zh=("好的，请问新地址是什么？", "没问题，请告诉我新的地址。"),
    need_check=((("address",),), (("地址",),)),
    give_en=("{v}", "It's {v}", "The new address is {v}", "Send it to {v}", "{v}, thanks", "To {v}, please", "new address: {v}"),
    give_zh=("{v}", "新地址是{v}", "寄到{v}", "送到{v}吧", "{v}，谢谢", "改成{v}", "是{v}"),
)  # fmt: skip


def address_result(rng, given):
    number = (ORDER_KEYS, given.argument("order"))
    if rng.random() < 0.22:
        state = rng.choice((("shipped", "已发货"), ("with the courier", "已交给快递"), ("delivered", "已送达")))
        fields = [(words("updated changed success ok"), False), (words("reason status state"), state), number]
        return Result("late", fields, {"status": state})
    fields = [(words("updated changed success ok"), True), number,
              (words("address new_address delivery_address"), given["address"])]
    text = (f"Address of order {given['order']} updated.", f"订单{given['order']}的地址已更新。")
    return Result("done", fields[: rng.randint(1, 3)], {}, text)


CHANGE_ADDRESS = ToolFamily(
    "change_address",
    words("change update set edit modify correct replace"),
    words("address delivery_address shipping_address order_address destination ship_to recipient_address"),
    (ORDER, ADDRESS),
    lines("""
        Change the delivery address of an order. | Updates where an order is sent. | Set a new shipping address for an order.
        Use this when a customer moved or gave a wrong address. | Corrects the address of an order
    """),
    lines("修改订单的收货地址。 | 更新配送地址 | 客户搬家或地址写错时使用 | 给订单设置新的地址"),
    lines("""
        Please send order {order} to {address} instead. | Change the address of order {order} to {address}.
        I moved. Order {order} should go to {address}. | The address of order {order} is wrong, it must be {address}
        Can you deliver {order} to {address}? | New address for order {order}: {address}
        Update the delivery address of {order} to {address}
        I gave the wrong address for order {order}. The right one is {address}.
        Please ship order {order} to {address}, not to my old flat.
        I'd like order {order} delivered to {address} | Set the address of {order} to {address}
        Could order {order} be sent to {address}?
        We are moving next week, so order {order} has to go to {address}. | order {order}, different address: {address}
        My new address is {address}. Please use it for order {order}. | Correct the shipping address, order {order}: {address}
        Would you bring order {order} to {address}? | For order {order}, please deliver to my office, {address}.
        I won't be at home, send order {order} to {address} | Please redirect order {order} to {address}
        Deliver {order} to my neighbour at {address} please | Order {order} goes to {address} now.
        change address {order} {address}
        I made a typo in the address of {order}, it should say {address}
        Can I have order {order} sent to {address} instead of my home?
        The delivery of order {order} should go to {address}, thanks. | Let order {order} go to {address}
        Please note the new address {address} for my order {order}. | Switch the destination of order {order} to {address}
        Instead of my old place, use {address} for order {order}.
    """),
    lines("""
        请把订单{order}的地址改成{address} | 订单{order}送到{address} | 我搬家了，{order}请寄到{address} | 订单{order}地址写错了，应该是{address}
        修改订单{order}的收货地址：{address} | 能把{order}送到{address}吗？ | {order}的新地址是{address} | 麻烦把{order}改寄到{address}
        我的订单{order}要换地址，{address} | 订单{order}请不要送旧地址，改到{address} | 帮我更新{order}的地址为{address} | 新地址{address}，订单{order}
        下周我们搬家，订单{order}请送{address} | 我不在家，{order}送到{address}可以吗 | 订单{order}收货地址有误，正确的是{address}
        请将{order}转寄到{address} | 把{order}送到我公司，{address} | 订单{order}的地址想改一下，改成{address} | {order}改地址：{address}
        您好像写的是旧地址，{order}应寄{address} | 我要改订单{order}的配送地址，{address} | {order}请送给邻居，{address}
        订单号{order}，地址换成{address} | 地址变更：{order}，{address} | 我想让{order}寄到{address} | 请用{address}作为订单{order}的地址
        {order}这单寄{address}就好 | 收货地址改为{address}，订单是{order} | 把订单{order}的目的地改到{address} | 订单{order}现在要送去{address}
    """),
    address_result,
    {
        "done": Outcome(
            ("Done. Order {order} will be sent to {address}.", "The address of order {order} is now {address}."),
            ("好的，订单{order}将送到{address}。", "订单{order}的地址已改为{address}。"),
            (("{order}",), ("{address}",)),
        ),
        "late": Outcome(
            ("I am sorry, the address of order {order} can not be changed: it is already {status}. A colleague can help you.",
             "Sorry, it is too late to change the address: order {order} is already {status}. Shall I ask a colleague?"),
            ("很抱歉，订单{order}{status}，地址不能改了。需要的话可以请同事帮您。", "抱歉，订单{order}{status}，来不及改地址。要我转给同事吗？"),
            (("{order}",), ("{status}",), ("can not be changed", "too late")),
            (("{order}",), ("{status}",), ("不能改", "来不及")),
        ),
    },
    "order",
    others=words("redirect_order move_delivery new_address reroute_order"),
    bare={
        "order": (
            lines("""
                Please send my order to {address} instead. | I moved, my order should go to {address}
                The new address is {address}.
            """),
            lines("请把我的订单送到{address} | 我搬家了，订单请寄到{address} | 收货地址要改成{address}"),
        ),
        "address": (
            lines("""
                I need to change the address of order {order}. | The address of {order} is wrong
                Please send order {order} somewhere else.
                I moved, can you update order {order}?
            """),
            lines("我要改订单{order}的地址 | 订单{order}的地址写错了 | {order}想换个收货地址 | 我搬家了，订单{order}要改一下"),
        ),
    },
    thing=("order", "订单"),
    lost=NOT_FOUND,
    words=words("address order deliver 地址 订单 寄到 送到 送货 配送"),
    shop=True,
    weight=2,
)  # fmt: skip


PRODUCT_OWNED = Param(
    "product",
    words("product product_name item lamp model article"),
    values.product,
    ("The product", "Name of the lamp", "Which product it is", "Product name", "The item that was bought"),
    ("产品名称", "灯的名称", "购买的商品", "哪款产品"),
    need_en=("Sure. Which product is it?", "Gladly. Please tell me the product."),
    need_zh=("好的，请问是哪款产品？", "没问题，请告诉我产品名称。"),
    need_check=((("product",),), (("产品",),)),
    give_en=("{v}", "It's the {v}", "The {v}", "the {v}, please", "{v}.", "I bought the {v}", "my lamp is the {v}"),
    give_zh=("{v}", "是{v}", "{v}。", "我买的是{v}", "就是{v}", "产品是{v}", "{v}，谢谢"),
)  # fmt: skip


def warranty_result(rng, given):
    until = given.day(rng)
    fields = [(words("valid_until warranty_until until expires"), until), (ORDER_KEYS, given.argument("order"))]
    fields.append((words("product item"), given["product"]))
    if rng.random() < 0.3:
        number = rng.choice(("W", "WR-", "G")) + values.whole(rng, 1000, 999999)
        fields.append((words("warranty_id registration_id certificate"), number))
        return Result("number", fields, {"until": until, "number": number})
    return Result("done", fields[: rng.randint(1, 3)], {"until": until})


WARRANTY = ToolFamily(
    "register_warranty",
    words("register activate create save add start enroll"),
    words("warranty product_warranty guarantee warranty_registration coverage warranty_card"),
    (ORDER, PRODUCT_OWNED),
    lines("""
        Register the warranty of a product. | Registers a bought lamp for its warranty.
        Activates the guarantee of an ordered product.
        Use this when a customer wants to register a product. | Save a product and its order for the two-year warranty
    """),
    lines("登记产品保修。 | 为购买的灯注册保修 | 激活订单中产品的保修 | 客户要登记保修时使用"),
    lines("""
        Please register the warranty of my {product}, order {order}. | I want to register my {product} from order {order}.
        Register {product} for warranty, order number {order}
        Can you activate the guarantee for the {product}? The order is {order}.
        I bought the {product} in order {order} and want to register the warranty.
        Warranty registration: {product}, order {order}
        My {product} arrived with order {order}. Please note it for the warranty.
        Sign my {product} up for the warranty, order {order}.
        I'd like warranty for the {product} (order {order}) | Order {order}, {product}: register the guarantee please
        Add the {product} of order {order} to your warranty list.
        Could you register my new {product}? It came with order {order}.
        How do I register the {product} from order {order} for the warranty? Please do it. | activate warranty {product} {order}
        For my {product} I need the warranty registered, order no. {order}.
        Please start the warranty for order {order}, the {product}.
        The {product} from order {order} should be under warranty, please register it.
        Guarantee for {product}, order {order}, please
        I have a new {product} and the order number {order}; please register it.
        Put my {product} into the warranty system, order {order}
        Enter the {product} for warranty. Order: {order}. | I was told to register my {product}, order {order}, for the warranty.
        Record the warranty for a {product}, bought in order {order}.
        Would you register the guarantee of the {product}, order {order}?
        Turn on the warranty for my {product} from {order} | I'd like to have my {product} registered, the order is {order}.
        Warranty card for the {product} from order {order}, please | Please fill in the warranty for me: {product}, order {order}.
        We need the guarantee of our {product} registered under order {order}. | register product {product} order {order}
    """),
    lines("""
        请给我的{product}登记保修，订单{order} | 我想注册{product}的保修，订单号{order} | 订单{order}里的{product}要登记保修
        帮我激活{product}的保修，订单是{order} | 保修登记：{product}，订单{order} | 我买了{product}，订单{order}，请办保修登记
        {product}保修注册，单号{order} | 麻烦登记一下{product}的质保，订单{order} | 我的{product}到了，订单{order}，想登记保修
        订单{order}，{product}，请开通保修 | 能帮我注册{product}的保修吗？订单{order} | {order}这单的{product}请登记质保
        怎么给{product}登记保修？订单是{order}，请帮我办 | 请把订单{order}的{product}加入保修 | 我要给新买的{product}上保修，订单{order}
        {product}的保修卡请登记，订单{order} | 登记保修，产品{product}，订单{order} | 想为{product}办理保修，订单编号{order}
        您帮我录入{product}的保修吧，订单{order} | 订单{order}的{product}质保怎么开通？请帮我开通 | 注册产品：{product}，订单{order}
        请启用{product}的保修，订单号是{order} | {product}是在订单{order}里买的，登记一下保修 | 质保登记，{product}，{order}
        听说要登记保修，我的是{product}，订单{order} | 给{product}做个保修登记，订单{order} | 我想让{product}享受保修，订单{order}
        请记录{product}的保修信息，订单{order} | 保修激活 {product} {order} | 把{product}登记到保修系统，订单{order}
    """),
    warranty_result,
    {
        "done": Outcome(
            ("The warranty of your {product} is registered. It is valid until {until}.",
             "Done! Your {product} has a warranty until {until}."),
            ("您的{product}已登记保修，有效期到{until}。", "好的，{product}的保修已登记，保修到{until}。"),
            (("{product}",), ("{until}",)),
        ),
        "number": Outcome(
            ("The warranty of your {product} is registered as {number}. It is valid until {until}.",
             "Done! Your {product} has a warranty until {until}. The number is {number}."),
            ("您的{product}已登记保修，编号{number}，有效期到{until}。", "好的，{product}的保修编号是{number}，保修到{until}。"),
            (("{product}",), ("{number}",), ("{until}",)),
        ),
    },
    "order",
    others=words("warranty register_product register_lamp guarantee_signup"),
    bare={
        "order": (
            lines("""
                Please register the warranty of my {product}. | I want to register my {product}
                Activate the guarantee of my {product}
            """),
            lines("请给我的{product}登记保修 | 我想注册{product}的保修 | 帮我激活{product}的质保"),
        ),
        "product": (
            lines("""
                Register the warranty for order {order}. | I want to register a lamp from order {order}
                Warranty for order {order} please
            """),
            lines("订单{order}要登记保修 | 我想登记保修，订单{order} | 请给订单{order}办保修登记"),
        ),
    },
    thing=("order", "订单"),
    lost=NOT_FOUND,
    words=words("warranty guarantee register 保修 质保 登记"),
    shop=True,
    weight=1.5,
)  # fmt: skip

FAMILIES = (STATUS, CANCEL, RETURN, CHANGE_ADDRESS, WARRANTY)
