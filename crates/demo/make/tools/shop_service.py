"""Tool families of the customer service: handing over, appointments, store hours, e-mails and tickets."""

from . import values
from .kinds import Outcome, Param, Result, ToolFamily, lines, words

SUMMARY = Param(
    "summary",
    words("summary reason topic issue subject message problem"),
    values.topic,
    ("What it is about", "Short summary of the problem", "The customer's issue in a few words", "Topic of the conversation"),
    ("问题概述", "简短说明客户的问题", "事由", "客户想谈什么"),
    required=False,
    spare=0.0,
    free=True,
    need_en=("I can get a colleague. What is it about?", "Of course. What is it about?"),
    need_zh=("可以为您转接，请问是关于什么问题？", "好的，请问是什么问题呢？"),
    need_check=((("about",),), (("问题",),)),
    give_en=("{v}", "It's about {v}", "{v}.", "about {v}", "It is {v}", "just {v}", "well, {v}"),
    give_zh=("{v}", "关于{v}", "{v}。", "是{v}", "主要是{v}", "就是{v}", "{v}的事"),
)  # fmt: skip

LEVELS = (
    {"low": "low", "medium": "medium", "high": "high"},
    {"low": "low", "medium": "medium", "high": "high"},
    {"low": "low", "medium": "normal", "high": "urgent"},
    {"low": "LOW", "medium": "MEDIUM", "high": "HIGH"},
    {"low": "P3", "medium": "P2", "high": "P1"},
)
PRIORITY = Param(
    "priority",
    words("priority urgency level severity importance"),
    values.priority,
    ("How urgent it is", "Priority", "Urgency of the case", "How important it is"),
    ("优先级", "紧急程度", "有多紧急", "重要程度"),
    enums=LEVELS,
    required=False,
    need_en=("Which priority does it have: low, medium or high?", "What is the priority: low, medium or high?"),
    need_zh=("请问优先级是低、中还是高？", "优先级是什么：低、中还是高？"),
    need_check=((("priority",),), (("优先级",),)),
    give_en=("{v}", "{v}, please", "It's {v}", "{v} priority", "{v}.", "I'd say {v}", "make it {v}"),
    give_zh=("{v}", "{v}优先级", "{v}吧", "是{v}", "{v}。", "我觉得是{v}", "就{v}"),
)  # fmt: skip


def handoff_result(rng, given):
    form = rng.random()
    if form < 0.15:
        fields = [(words("connected transferred success available"), False),
                  (words("reason message"), ("no agent available", "没有空闲客服"))]
        return Result("nobody", fields)
    status = (words("status state result"), rng.choice((("queued", "排队中"), ("transferred", "已转接"), ("waiting", "等待中"))))
    if form < 0.6:
        minutes = rng.randint(1, 45)
        return Result("minutes", [status, (words("wait_minutes minutes estimated_wait eta_minutes"), minutes)],
                      {"minutes": minutes})
    if form < 0.8:
        name = values.person(rng, given.lang)
        return Result("agent", [status, (words("agent agent_name colleague assigned_to"), name)], {"agent": name})
    return Result("done", [status], {}, ("OK", "OK"))


HANDOFF = ToolFamily(
    "handoff",
    words("handoff transfer escalate connect forward call request"),
    words("to_human human_agent to_agent human support_agent to_support conversation to_person live_agent"),
    (SUMMARY, PRIORITY),
    lines("""
        Hand the conversation over to a human. | Transfers the customer to a colleague.
        Escalate to a person of the support team.
        Use this when a customer wants to talk to a human. | Connects with a live agent | Calls a human for help
    """),
    lines("转接人工客服。 | 把对话交给同事处理 | 客户要求人工时使用 | 升级给客服人员 | 联系真人客服"),
    lines("""
        I want to talk to a human. | Please connect me with a person. | Can I speak to a real person about {summary}?
        I'd like to talk to someone about {summary}. | Get me a human, it's about {summary}.
        This bot is useless, give me a person.
        Transfer me to an agent, please. | I need a colleague of yours because of {summary}. | Is there a human who can help me?
        Let me talk to your support team about {summary} | human please | Put me through to somebody, the topic is {summary}.
        I don't want to chat with a machine about {summary}, I want a person. | Could a real person call me about {summary}?
        Please escalate this: {summary}. It is {priority} priority. | I would rather discuss {summary} with a human agent.
        Connect me to customer support | I demand to speak to the manager about {summary}! | agent
        Can somebody take over, please?
        Forward me to a human with {priority} priority, it's about {summary}
        You don't understand me. Let me speak with a person.
        A human should look at {summary}, priority {priority}. | Who can I talk to about {summary}? A person, please.
        I have asked twice about {summary}. Now I want to speak to a human. | Talk to a real person | live agent, {summary}
        Please hand me over to your colleague for {summary}. | Would you get me an employee? | I insist on a human for {summary}.
        Is anyone of your staff there to talk about {summary}?
    """),
    lines("""
        转人工 | 我要找人工客服 | 请帮我转接真人，关于{summary} | 我想和真人谈谈{summary} | 别机器人了，叫人来 | 人工服务，{summary}
        能找个真人客服吗？ | 我要跟你们同事说{summary} | 请转接客服人员 | 我有{summary}，请让人工处理 | 有真人吗？我要谈{summary}
        给我接人工，问题是{summary} | 你听不懂，我要人工 | 麻烦找位客服来处理{summary} | {summary}，请转人工，优先级{priority} | 我要找经理谈{summary}
        帮我接通客服 | 想跟人聊一下{summary}的事 | 请升级处理：{summary}，优先级{priority} | 关于{summary}，我要求人工客服
        人工客服在吗？请转接 | 我问了两次{summary}了，找个真人来 | 可以让您的同事联系我吗？是{summary} | 转接人工，事由：{summary} | 人工
        请让专人处理{summary} | 我不想和机器人说了，请接人工 | {summary}的事我只想跟真人说 | 叫个人来帮我看看{summary}
        请接人工客服，{summary}，{priority}优先级 | 您能帮我转给客服吗？
    """),
    handoff_result,
    {
        "minutes": Outcome(
            ("A colleague will take over in about {minutes} minutes.",
             "I have asked a colleague. It takes about {minutes} minutes."),
            ("同事大约{minutes}分钟后为您服务。", "已为您转接同事，大约需要等{minutes}分钟。"),
            (("{minutes}",), ("colleague",)),
            (("{minutes}",), ("同事",)),
        ),
        "agent": Outcome(
            ("My colleague {agent} will help you now.", "I have asked my colleague {agent} to take over."),
            ("我的同事{agent}将为您服务。", "已为您转接同事{agent}。"),
            (("{agent}",),),
        ),
        "done": Outcome(
            ("I have asked a colleague to take over. Please wait a moment.",
             "A colleague will take over soon. Please stay here."),
            ("已为您转接同事，请稍等。", "同事马上为您服务，请稍候。"),
            (("colleague",),),
            (("同事",),),
        ),
        "nobody": Outcome(
            ("I am sorry, no colleague is free right now. You can also write to help@wickhaven.example.",
             "Sorry, all colleagues are busy. Please write to help@wickhaven.example and you get an answer within one day."),
            ("很抱歉，现在没有空闲的同事。您也可以写信到help@wickhaven.example。", "抱歉，同事都在忙，请写信到help@wickhaven.example，一天内会回复。"),
            (("sorry",), ("help@wickhaven.example",)),
            (("抱歉",), ("help@wickhaven.example",)),
        ),
    },
    None,
    others=words("handoff escalate human_handoff get_human transfer talk_to_human"),
    bare={
        "summary": (
            lines("I want to talk to a human. | Please connect me with someone | Can I speak to a person? | Get me an agent"),
            lines("我要人工 | 请转人工客服 | 能找真人吗？ | 帮我接客服"),
        )
    },
    rivals=("create_ticket",),
    words=words("human person agent colleague someone somebody complain manager 人工 同事 真人 客服 投诉 经理"),
    shop=True,
    weight=2,
)  # fmt: skip


DATE = Param(
    "date",
    words("date day appointment_date on_date preferred_date when"),
    values.date,
    ("The day", "Date of the appointment", "On which day", "The date as the customer said it"),
    ("日期", "预约的日期", "哪一天", "客户说的日期"),
    need_en=("Gladly. On which day?", "Sure. Which day suits you?"),
    need_zh=("好的，请问哪一天？", "没问题，您希望约在哪天？"),
    need_check=((("day",),), (("哪一天", "哪天"),)),
    give_en=("{v}", "{v}, please", "{v} would be good", "{v}.", "How about {v}?", "{v} is fine", "let's say {v}"),
    give_zh=("{v}", "{v}吧", "{v}可以吗？", "{v}。", "就{v}", "{v}比较好", "定在{v}"),
)  # fmt: skip
TIME = Param(
    "time",
    words("time at start_time hour appointment_time slot"),
    values.clock,
    ("The time", "Time of day", "At what time", "Start of the appointment"),
    ("时间", "几点", "开始时间", "预约的时间"),
    need_en=("Gladly. At what time?", "Sure. What time suits you?"),
    need_zh=("好的，请问几点？", "没问题，您希望几点？"),
    need_check=((("time",),), (("几点",),)),
    give_en=("{v}", "At {v}", "{v}, please", "{v}.", "How about {v}?", "at {v}", "{v} is good"),
    give_zh=("{v}", "{v}吧", "{v}可以吗？", "{v}。", "就{v}", "{v}比较好", "定在{v}"),
)  # fmt: skip


def booking_result(rng, given):
    day, hour = (words("date day"), given["date"]), (words("time slot start"), given["time"])
    if rng.random() < 0.22:
        other = values.clock(rng, given.lang)
        while other == given["time"]:
            other = values.clock(rng, given.lang)
        fields = [(words("booked confirmed success ok"), False),
                  (words("next_free alternative free_slot suggested_time"), other), day]
        return Result("taken", fields, {"other": other})
    fields = [(words("booked confirmed success ok"), True), day, hour]
    if rng.random() < 0.35:
        number = rng.choice(("A", "T-", "BK", "")) + values.whole(rng, 100, 99999)
        fields.append((words("booking_id appointment_id id reference"), number))
        return Result("number", fields, {"number": number})
    return Result("done", fields[: rng.randint(1, 3)], {}, ("confirmed", "已确认"))


BOOKING = ToolFamily(
    "book_appointment",
    words("book schedule make create reserve arrange set_up"),
    words("appointment installation visit slot electrician_visit consultation installation_date service_visit meeting"),
    (DATE, TIME),
    lines("""
        Book an appointment. | Schedules an installation by an electrician. | Reserve a time with our team.
        Use this when a customer wants an appointment on a day at a time. | Arranges a visit at the customer's home
    """),
    lines("预约时间。 | 预约电工上门安装 | 客户想约时间时使用 | 安排一次上门服务 | 预定某天某时的到访"),
    lines("""
        I'd like an appointment {date} at {time}. | Please book the installation for {date}, {time}.
        Can the electrician come {date} at {time}?
        Book a visit {date} at {time} | I want my lamp installed {date} at {time}.
        Schedule an appointment for {date} at {time} please
        Is {date} at {time} free for an installation? Then book it. | Make me an appointment, {date}, {time}
        I have time {date} at {time}, please book it.
        We need someone to hang the chandelier, {date} at {time} if possible. | Reserve {date}, {time} for me
        appointment {date} {time}
        Could you arrange an installation {date} at {time}? | Please put me down for {date} at {time}.
        I would come by {date} at {time}, book that please.
        Set up a consultation {date} at {time} | Can I get a slot {date} at {time}? | The electrician should come {date}, {time}.
        I'm only at home {date} after work, so please book {time}. | Arrange a visit to my house {date} at {time}, please.
        I was hoping for an installation date: {date} at {time}. | Sign me up for {date} at {time}
        {date} at {time} works for me, book it
        Please send an electrician {date} at {time}. | My appointment should be {date} at {time}.
        Plan the lamp installation for {time}, {date}.
        I'd like to have advice in the store {date} at {time}, please make an appointment.
        Let's do the installation {date} at {time}
        New appointment: {date}, {time} | How about {date} at {time} for my installation? Please reserve it.
    """),
    lines("""
        我想预约{date}{time} | 请帮我约{date}{time}安装 | {date}{time}电工能来吗？请预约 | 预约上门，{date}，{time} | 帮我定{date}{time}的安装
        我{date}{time}有空，请安排上门 | 想约{date}{time}到店咨询 | 给我预约{date}的{time} | 能不能{date}{time}来装灯？ | {date}{time}可以预约吗？帮我约上
        请安排{date}{time}安装吊灯 | 我要约时间：{date}{time} | 麻烦约一下{date}{time} | 预定{date}{time} | {date}下班后在家，约{time}吧
        请电工{date}{time}上门 | 把安装时间定在{date}{time} | 我{date}过来，{time}，请登记预约 | 预约安装服务{date}{time} | 您看{date}{time}行吗？行就约
        想请人来装灯，{date}{time} | 约个时间，{date}{time} | 家里要装灯，{date}{time}方便，帮我预约 | 安排一个{date}{time}的预约
        帮我登记{date}{time}的上门服务 | 我想要{date}{time}这个时段 | 请预留{date}{time} | {date}{time}预约 | 就约{date}{time}装灯吧 | 申请{date}{time}上门安装
    """),
    booking_result,
    {
        "done": Outcome(
            ("Your appointment is booked: {date}, {time}.", "Done, your appointment is {date} at {time}."),
            ("预约成功：{date}{time}。", "好的，已为您预约{date}{time}。"),
            (("{date}",), ("{time}",)),
        ),
        "number": Outcome(
            ("Your appointment is booked: {date}, {time}. The booking number is {number}.",
             "Done, your appointment is {date} at {time}. The number is {number}."),
            ("预约成功：{date}{time}，预约号是{number}。", "好的，已为您预约{date}{time}，编号{number}。"),
            (("{date}",), ("{time}",), ("{number}",)),
        ),
        "taken": Outcome(
            ("I am sorry, {time} is taken. {other} is still free. Shall I book it?",
             "Sorry, {time} is not free. Would {other} be possible?"),
            ("很抱歉，{time}已被约满，{other}还有空，要预约吗？", "抱歉，{time}没有空位了，改成{other}可以吗？"),
            (("{time}",), ("{other}",)),
        ),
    },
    "date",
    others=words("appointment booking book schedule installation_booking"),
    bare={
        "date": (
            lines("""
                I'd like an appointment at {time}. | Can the electrician come at {time}? | Please book an installation at {time}
                A visit at {time} please
            """),
            lines("我想约{time}上门 | {time}能来装灯吗？请预约 | 帮我约{time}的时间 | 预约{time}安装"),
        ),
        "time": (
            lines("""
                I'd like an appointment {date}. | Can the electrician come {date}? | Please book an installation for {date}
                Book me a visit {date}
            """),
            lines("我想预约{date} | {date}能来装灯吗？请预约 | 帮我约{date}上门 | 预约{date}安装"),
        ),
    },
    thing=("slot", "时段"),
    fits=values.apart,
    words=words("appointment install electrician book visit 预约 安装 上门 电工 约"),
    shop=True,
    weight=2,
)  # fmt: skip

STORES_EN = (
    "Old Harbor, Riverside, Station, Airport, Hilltop, Main Street, North, Central, Mill Road, Lakeside, Market Square, "
    "University, "
    "West End, Green Park, Old Town, Clock Square, Sunset, Garden City, East Gate, Bridge Street"
).split(", ")
STORES_ZH = "老港店 河畔店 车站店 机场店 山顶店 中心店 北区店 磨坊路店 湖边店 集市店 大学店 西街店 绿园店 老城店 钟楼店 东门店 南桥店 新城店 海滨店 花园店".split()


def store(rng, lang, type="string"):
    if lang == "zh":
        return rng.choice(STORES_ZH) if rng.random() < 0.7 else values.city(rng, "zh") + "店"
    return rng.choice(STORES_EN) if rng.random() < 0.7 else values.city(rng, "en").title()


STORE = Param(
    "store",
    words("store store_name branch shop location store_id"),
    store,
    ("The store", "Name of the store", "Which branch", "Store as the customer named it"),
    ("门店", "门店名称", "哪家店", "客户说的店名"),
    need_en=("Gladly. Which store do you mean?", "Sure. Which store is it?"),
    need_zh=("好的，请问是哪家店？", "没问题，您问的是哪家店？"),
    need_check=((("which store",),), (("哪家店",),)),
    give_en=("{v}", "The {v} store", "{v}, please", "the one called {v}", "{v}.", "I mean {v}", "{v} store"),
    give_zh=("{v}", "{v}。", "是{v}", "我说的是{v}", "{v}，谢谢", "就是{v}", "{v}那家"),
)  # fmt: skip


def hours_result(rng, given):
    name = (words("store branch name"), given["store"])
    if rng.random() < 0.14:
        why = rng.choice((("closed today", "今日休息"), ("closed", "休息")))
        return Result("closed", [(words("status open today"), why), name], {}, why)
    start = f"{rng.choice((7, 8, 9, 10, 11))}:{rng.choice(('00', '30'))}"
    end = f"{rng.randint(16, 22)}:{rng.choice(('00', '30'))}"
    if rng.random() < 0.3:
        fields = [(words("hours opening_hours open today"), f"{start}-{end}"), name]
    else:
        opens, closes = rng.choice((("opens", "closes"), ("open", "close"), ("from", "to"), ("opening", "closing")))
        fields = [((opens,), start), ((closes,), end), name]
    return Result("open", fields, {"start": start, "end": end}, (f"{start} to {end}", f"{start}到{end}"))


HOURS = ToolFamily(
    "store_hours",
    words("get check lookup fetch show find query"),
    words("store_hours opening_hours hours business_hours store_times shop_hours open_times branch_hours"),
    (STORE,),
    lines("""
        Get the opening hours of a store. | Returns when a store opens and closes. | Looks up a branch and its hours.
        Use this when someone asks when a certain store is open. | Business hours by store name
    """),
    lines("查询门店营业时间。 | 返回某家店几点开门和关门 | 客户询问门店时间时使用 | 查看分店的营业时间"),
    lines("""
        When is the {store} store open? | What are the opening hours of the {store} store? | Is the {store} store open today?
        When does your {store} store close? | hours of {store} | How late is the {store} branch open?
        Check the hours of the {store} store.
        I want to visit the {store} store. Until when is it open? | At what time does {store} open? | {store} store opening times
        Can you look up when the {store} shop opens? | I'd like to know the business hours at {store}.
        Does the {store} store still have open?
        Until what time can I come to the {store} store? | We are near the {store} store, is it open?
        Tell me the hours for {store} please
        What time do you close at {store}? | Is somebody at the {store} branch now? When does it open?
        opening hours {store} store
        I'd come by the {store} store after work, how late do you close there? | Find out the opening hours of {store}.
        Could you tell me whether the {store} store is open? | From when to when is the {store} location open?
        My train arrives late, is {store} still open then? What are the hours? | Show the store hours for {store}
        I need the times of your {store} shop. | When can I shop at {store}? | Please give me the hours of the {store} branch
        Before I drive to the {store} store: when is it open? | Which hours does the {store} store keep?
    """),
    lines("""
        {store}几点开门？ | {store}的营业时间是什么？ | {store}今天开门吗？ | {store}几点关门 | 查一下{store}的营业时间 | 我想去{store}，开到几点？
        {store}开到多晚？ | 请问{store}什么时候营业？ | {store}现在开着吗？ | {store}营业时间 | 能查查{store}几点营业吗？ | 下班后去{store}还来得及吗，几点关？
        我想知道{store}的开门时间 | {store}从几点到几点营业？ | 麻烦看一下{store}的时间 | 我在{store}附近，开着吗？ | {store}最晚几点可以去？
        你们{store}什么时候开门 | 去{store}之前想确认一下营业时间 | {store}的上班时间是几点到几点？ | {store}今天营业到几点 | 告诉我{store}的营业时间
        请查询{store}开门关门的时间 | {store}早上几点开始营业？ | {store}晚上几点打烊？ | 您帮我看看{store}今天开不开 | {store}的门店时间
        什么时候可以去{store}买灯？ | {store}打烊了吗？ | {store}周边我不熟，先问下几点开门
    """),
    hours_result,
    {
        "open": Outcome(
            ("The {store} store is open from {start} to {end}.", "{store} is open from {start} to {end} today."),
            ("{store}的营业时间是{start}到{end}。", "{store}今天{start}到{end}营业。"),
            (("{store}",), ("{start}",), ("{end}",)),
        ),
        "closed": Outcome(
            ("The {store} store is closed today.", "I am sorry, {store} is closed today."),
            ("{store}今天休息。", "很抱歉，{store}今天不营业。"),
            (("{store}",), ("closed",)),
            (("{store}",), ("休息", "不营业")),
        ),
    },
    "store",
    others=words("hours opening_times store_info when_open"),
    many_en=lines("When are the stores {store} open? | Opening hours of {store}, please | How late are {store} open?"),
    many_zh=lines("{store}分别几点开门？ | 查一下{store}的营业时间 | {store}都开到几点？"),
    more_en=lines("And the {store} store? | What about {store}? | And {store}?"),
    more_zh=lines("那{store}呢？ | {store}呢，几点关？ | 还有{store}？"),
    bare={
        "store": (
            lines("""
                When is your other store open? | Can you check the hours of a store? | Is the store near me open?
                Look up a branch for me
            """),
            lines("查一下门店的营业时间 | 有家店几点关门？ | 附近的店开着吗？ | 帮我查个门店"),
        )
    },
    thing=("store", "门店"),
    lost=Outcome(
        ("I can not find a store called {store}. Please check the name.", "There is no {store} store. Could you check the name?"),
        ("没有找到{store}，请核对店名。", "查不到{store}这家店，您能再确认一下吗？"),
        (("{store}",), ("not find", "no {store}")),
        (("{store}",), ("没有找到", "查不到")),
    ),
    words=words("open close hour store shop 营业 开门 关门 几点 门店 店"),
    shop=True,
    weight=2,
)  # fmt: skip


NOTES_EN = (
    "the lamp has arrived, I will be late, the meeting is at noon, please call me back, thank you for the help, the invoice "
    "is missing, "
    "the delivery is tomorrow, the price has changed, we need two more lamps, the parcel is ready, I am on my way, dinner is "
    "at seven, "
    "the store is closed on Sunday, your order is ready, happy birthday, the order is complete, see you tomorrow, the light "
    "is off"
).split(", ")
NOTES_ZH = (
    "灯已经到了 我会晚到 会议在中午 请回电话 谢谢帮忙 缺少发票 明天送货 价格变了 还要两盏灯 包裹准备好了 我在路上 七点吃饭 周日不开门 订单已备好 生日快乐 订单完成了 明天见 灯已关"
).split()
SUBJECTS_EN = (
    "Invoice, Order ready, New lamps, Meeting, Question, Delivery, Thank you, Refund, Your order, Price list, Appointment, "
    "Reminder, "
    "Spring sale, Feedback, Missing parts, Returned lamp, Contract, Payment, Welcome, Holiday hours"
).split(", ")
SUBJECTS_ZH = "发票 订单已备好 新品灯具 会议 咨询 送货 感谢 退款 您的订单 价格表 预约 提醒 春季促销 反馈 缺少零件 退回的灯 合同 付款 欢迎 假期时间".split()


def note(rng, lang, type="string"):
    return rng.choice(NOTES_ZH if lang == "zh" else NOTES_EN)


def subject(rng, lang, type="string"):
    if rng.random() < 0.2:
        return f"{'订单' if lang == 'zh' else 'Order '}{values.whole(rng, 1000, 99999)}"
    return rng.choice(SUBJECTS_ZH if lang == "zh" else SUBJECTS_EN)


TO = Param(
    "to",
    words("to recipient email address to_address email_address receiver"),
    values.email,
    ("The recipient", "E-mail address of the recipient", "Who gets it", "Address to write to"),
    ("收件人", "收件人的邮箱", "发给谁", "邮箱地址"),
    need_en=("Gladly. To which e-mail address?", "Sure. What is the e-mail address?"),
    need_zh=("好的，请问发到哪个邮箱？", "没问题，收件人的邮箱是什么？"),
    need_check=((("address",),), (("邮箱",),)),
    give_en=("{v}", "To {v}", "{v}, please", "It's {v}", "the address is {v}", "send it to {v}", "ok, {v}"),
    give_zh=("{v}", "发到{v}", "邮箱是{v}", "是{v}", "{v}，谢谢", "地址{v}", "给{v}"),
)  # fmt: skip
SUBJECT = Param(
    "subject",
    words("subject title headline topic subject_line"),
    subject,
    ("The subject", "Subject line", "Title of the e-mail", "What the mail is about"),
    ("主题", "邮件标题", "邮件的主题", "标题"),
    free=True,
)
BODY = Param(
    "body",
    words("body text message content message_text"),
    note,
    ("The text", "Content of the message", "Body of the e-mail", "What to write"),
    ("正文", "邮件内容", "要写的内容", "消息文本"),
    free=True,
)


def mail_result(rng, given):
    status = (words("status state result"), rng.choice((("sent", "已发送"), ("queued", "已排队"), ("ok", "成功"))))
    fields = [status, (words("to recipient"), given["to"])]
    if rng.random() < 0.2:
        fields.append((words("message_id id"), values.code(rng).lower()))
    return Result("done", fields if rng.random() < 0.6 else [(words("sent success ok"), True)], {}, ("sent", "已发送"))


EMAIL = ToolFamily(
    "send_email",
    words("send write deliver compose post"),
    words("email mail email_notification e_mail notification email_message customer_email"),
    (TO, SUBJECT, BODY),
    lines("""
        Send an e-mail. | Sends a mail to an address. | Writes an e-mail with a subject and a text. | Notify someone by e-mail
        Use this to mail something to a person.
    """),
    lines("发送邮件。 | 给某个邮箱发邮件 | 写一封带主题和正文的邮件 | 用邮件通知某人"),
    lines("""
        Send an email to {to} with the subject "{subject}" and the text "{body}". | Email {to}: {body}
        Please write to {to} that {body}.
        Mail {to}, subject {subject}, text: {body} | Can you send a mail to {to} saying "{body}"?
        Notify {to} by e-mail that {body}.
        Write an e-mail to {to}. Subject: {subject}. Text: {body}. | Drop {to} a mail: {body}
        Let {to} know by e-mail that {body}
        Send "{body}" to {to} | Please send a mail titled "{subject}" to {to}: {body}.
        I need an e-mail to {to}, it should say {body}
        Could you mail {to} the message "{body}"? | email to {to}, subject "{subject}", body "{body}"
        Tell {to} in a mail that {body}.
        Compose an e-mail for {to} with subject "{subject}": {body} | My colleague should get a mail at {to}: {body}
        I'd like to email {to}. The subject is "{subject}", the text is "{body}". | Inform {to} by mail: {body}
        Shoot a mail to {to}: {body}
        Send the following mail to {to}: {body} | Would you write a short mail to {to}? Just say {body}. | mail {to} {body}
        Send a message to {to} by e-mail, headline "{subject}", and write {body}. | An email to {to} please, text "{body}".
        Please forward this to {to} as a mail with the subject "{subject}": "{body}" | Get a mail out to {to} that says {body}
        Write {to} an email about "{subject}": {body} | To {to}, subject "{subject}": {body} - please send that mail.
        Please e-mail {to} with the text {body}
    """),
    lines("""
        给{to}发邮件，主题是“{subject}”，内容是“{body}” | 发邮件给{to}：{body} | 请写信给{to}，说{body} | 邮件通知{to}，{body} | 帮我给{to}发一封邮件，内容：{body}
        发一封主题为“{subject}”的邮件到{to}，正文“{body}” | 请用邮件告诉{to}：{body} | 能给{to}发个邮件吗？就写{body} | 发到{to}：主题{subject}，正文{body}
        我想给{to}发邮件，标题“{subject}”，写“{body}” | 邮件到{to}，说{body} | 写封邮件给{to}，标题是“{subject}”，内容是{body}
        麻烦给{to}发邮件“{body}” | 把“{body}”发到{to} | 给{to}写信：{body} | 请发邮件到{to}，主题“{subject}”，告诉对方{body} | 邮件给{to}，{body}
        用邮件通知一下{to}：{body} | 收件人{to}，主题“{subject}”，内容“{body}”，请发送邮件 | 您帮我发封邮件给{to}，内容是{body}
        发送邮件，{to}，{body} | 给同事{to}发邮件说{body} | 请寄电子邮件到{to}，写明{body} | 给{to}去封邮件，题目“{subject}”，说{body}
        我要发邮件给{to}，正文是{body} | 发个邮件，收件人{to}，正文“{body}” | 请向{to}发送邮件：{body} | 邮件主题“{subject}”，发给{to}，内容{body}
        发邮件提醒{to}，{body} | 给{to}这个邮箱发一句话：{body}
    """),
    mail_result,
    {
        "done": Outcome(
            ("The e-mail to {to} is sent.", "Done, I have sent the e-mail to {to}."),
            ("邮件已发送到{to}。", "好的，已给{to}发送邮件。"),
            (("{to}",), ("sent",)),
            (("{to}",), ("发送",)),
        )
    },
    "to",
    others=words("email mail notify gmail_send notify_by_email"),
    bare={
        "to": (
            lines("""
                Send an e-mail saying "{body}". | Please write a mail: {body} | I want to send an e-mail with the text "{body}"
            """),
            lines("发一封邮件，内容是“{body}” | 请写封邮件：{body} | 我想发邮件，正文“{body}”"),
        )
    },
    thing=("address", "邮箱"),
    words=words("mail write send notify 邮件 邮箱 发 写"),
    shop=True,
    weight=2,
)  # fmt: skip


def title(rng, lang, type="string"):
    form = rng.random()
    if form < 0.5:
        return values.fault(rng, lang)
    return values.topic(rng, lang)


TITLE = Param(
    "title",
    words("title subject summary name headline issue description"),
    title,
    ("Title of the ticket", "What is wrong, in a few words", "Short description", "The problem"),
    ("工单标题", "问题的简短描述", "出了什么问题", "标题"),
    free=True,
    need_en=("Gladly. What is the problem?", "Sure. What should the ticket be about?"),
    need_zh=("好的，请问是什么问题？", "没问题，工单是关于什么问题的？"),
    need_check=((("problem", "about"),), (("问题",),)),
    give_en=("{v}", "{v}.", "It's about this: {v}", "well, {v}", "The problem: {v}", "just that {v}", "Title: {v}"),
    give_zh=("{v}", "{v}。", "是{v}", "问题是{v}", "就是{v}", "标题：{v}", "主要是{v}"),
)  # fmt: skip


def ticket_result(rng, given):
    number = rng.choice(("T", "T-", "TCK-", "#", "", "CASE-")) + values.whole(rng, 10, 99999)
    fields = [(words("ticket_id id ticket number ticket_number"),
               number if rng.random() < 0.8 or not number.isdigit() else int(number))]
    fields += [(words("status state"), ("open", "已创建")), (words("title subject"), given["title"])]
    return Result("done", fields[: rng.randint(1, 3)], {"number": number}, (f"Ticket {number} created", f"工单{number}已创建"))


TICKET = ToolFamily(
    "create_ticket",
    words("create open file submit make add raise"),
    words("ticket support_ticket case issue service_request bug_report incident support_case"),
    (TITLE, PRIORITY),
    lines("""
        Create a support ticket. | Opens a ticket with a title and a priority. | Files a new case for the support team.
        Use this when a problem should be written down for the team. | Adds an issue to the ticket system
    """),
    lines("创建工单。 | 按标题和优先级新建支持工单 | 问题需要记录时使用 | 提交一个新的问题单"),
    lines("""
        Open a ticket: {title}. | Please create a ticket with the title "{title}" and {priority} priority.
        File a {priority} priority ticket: {title}
        Create a support ticket, {title} | Can you open a case for me? {title}. | I want to report a problem: {title}
        New ticket: {title}, priority {priority} | Please note this for your technicians as a ticket: {title}.
        Raise a ticket, priority {priority}: {title}
        Make a ticket saying "{title}" | I need a ticket about this: {title}. | Log an issue for me: {title} | ticket: {title}
        Could you file a case titled "{title}" with priority {priority}? | Submit a {priority} priority issue: {title}.
        Write a ticket for the support team: {title} | I'd like a ticket with {priority} priority. Title: {title}.
        Please put this into your ticket system: {title} | There is a problem, {title}. Open a ticket please.
        Add a ticket "{title}"
        My ticket should say "{title}". Priority: {priority}. | Start a support case: {title}
        Have a ticket opened with title "{title}".
        Register an issue, {priority} priority: {title} | We have trouble here: {title}. Make it a {priority} priority ticket.
        Would you create a ticket for "{title}"? | Report this as a {priority} priority ticket: {title}
        Open an incident: {title}
        I was told to ask for a ticket. {title}. | Please document it in a ticket, "{title}".
    """),
    lines("""
        开个工单：{title} | 请创建工单，标题“{title}”，优先级{priority} | 帮我建一个工单：{title} | 提交工单，{title}，{priority}优先级 | 新建工单：{title}
        我要报个问题：{title}，请建工单 | 工单：{title}，优先级{priority} | 请把这个问题记成工单：{title} | 麻烦建一个{priority}优先级的工单，{title}
        给技术人员开工单，{title} | 能开个工单吗？{title} | 请登记问题单：{title} | 建工单，标题是“{title}” | {title}，帮我提个工单
        请为“{title}”创建一个工单 | 我想提交一个问题，{title}，优先级{priority} | 开一张{priority}优先级的单子：{title} | 工单标题“{title}”，优先级{priority}，请创建
        您帮我提一个工单吧：{title} | 报修工单：{title} | 出问题了，{title}，开工单 | 把“{title}”录入工单系统 | 提个{priority}优先级工单：{title}
        请生成工单：{title} | 创建支持工单 {title} | 我需要一个工单，内容是{title} | 新的问题：{title}，请记录成工单 | 请开单处理：{title}，{priority}优先级
        记录一个问题：{title} | 请建立工单“{title}”
    """),
    ticket_result,
    {
        "done": Outcome(
            ("Your ticket is open. The number is {number}.", "Done, I have opened ticket {number}."),
            ("工单已创建，编号是{number}。", "好的，已为您创建工单{number}。"),
            (("{number}",),),
        )
    },
    "title",
    others=words("ticket new_ticket ticket_create issue_tracker report_problem"),
    more_en=lines("And another ticket: {title} | One more ticket: {title}. | Open a second one: {title}"),
    more_zh=lines("再开一个工单：{title} | 还有一个工单：{title} | 再建一个：{title}"),
    bare={
        "title": (
            lines("Open a ticket for me. | I need a support ticket | Can you create a ticket? | Please file a case"),
            lines("帮我开个工单 | 我要提交工单 | 能建一个工单吗？ | 请创建工单"),
        ),
        "priority": (
            lines('Open a ticket: {title} | Please create a ticket titled "{title}" | I need a ticket, {title}'),
            lines("开个工单：{title} | 请创建工单“{title}” | 我要提工单，{title}"),
        ),
    },
    thing=("project", "项目"),
    rivals=("handoff",),
    words=words("ticket problem case issue broken report 工单 问题 坏 故障"),
    shop=True,
    weight=2,
)  # fmt: skip

FAMILIES = (HANDOFF, BOOKING, HOURS, EMAIL, TICKET)
