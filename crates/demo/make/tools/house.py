"""Tool families of a personal assistant: reminders, messages, lights, music, timers, the heating and the calendar."""

from . import values
from .kinds import Outcome, Param, Result, ToolFamily, Value, lines, words

DONE = words("success ok done")
STATUS = words("status state result")

CHORES_EN = (
    "call Anna, buy milk, water the plants, pay the rent, feed the cat, take out the trash, send the invoice, change the bulb, "
    "call the doctor, pick up the kids, clean the lamp, buy new bulbs, write to Peter, charge the phone, turn off the oven, "
    "order a desk lamp, go to the dentist, book the train, wash the car, bring the umbrella, check the mail, walk the dog, "
    "return the parcel, bake a cake, lock the door, drink some water, read the contract, renew the passport"
).split(", ")
CHORES_ZH = (
    "给妈妈打电话 买牛奶 浇花 交房租 喂猫 倒垃圾 寄发票 换灯泡 看医生 接孩子 擦灯 买新灯泡 给小王写信 给手机充电 关烤箱 订台灯 看牙医 订火车票 洗车 带雨伞 查邮件 遛狗 "
    "退包裹 烤蛋糕 锁门 喝水 看合同 换护照 开会 交作业"
).split()


def chore(rng, lang, type="string"):
    if rng.random() < 0.25:
        name = values.person(rng, lang)
        return f"给{name}打电话" if lang == "zh" else f"{rng.choice(('call', 'write to', 'visit', 'meet'))} {name}"
    return rng.choice(CHORES_ZH if lang == "zh" else CHORES_EN)


def moment(rng, lang, type="string"):
    """When: a clock time, or a day with one."""
    if rng.random() < 0.6:
        return values.clock(rng, lang)
    if lang == "zh":
        time = values.clock(rng, lang)
        return rng.choice(("明天", "后天", "周五", "周一", "周六", "今天")) + ("的" if time[0].isdigit() and rng.random() < 0.2 else "") + time
    day = rng.choice(("tomorrow", "Monday", "Friday", "Saturday", "tonight", "today", "Sunday"))
    return f"{day} at {values.clock(rng, lang)}"


TASK = Param(
    "text",
    words("text task message title note what reminder_text content"),
    chore,
    ("What to remember", "Text of the reminder", "The task", "What to be reminded of"),
    ("提醒内容", "要记住的事", "任务", "提醒做什么"),
    free=True,
    need_en=("Gladly. What should I remind you of?", "Sure. What is the reminder about?"),
    need_zh=("好的，请问要提醒您什么？", "没问题，提醒的内容是什么？"),
    need_check=((("remind",),), (("提醒",),)),
    give_en=("{v}", "to {v}", "{v}, please", "{v}.", "I have to {v}", "that I {v}", "I must {v}"),
    give_zh=("{v}", "{v}。", "提醒我{v}", "我要{v}", "{v}，谢谢", "记得{v}", "就是{v}"),
)
WHEN = Param(
    "time",
    words("time when at due datetime remind_at due_time"),
    moment,
    ("When to remind", "Time of the reminder", "At what time", "When it is due"),
    ("提醒时间", "什么时候提醒", "几点", "到期时间"),
    need_en=("Gladly. At what time?", "Sure. When should I remind you? Please give me a time."),
    need_zh=("好的，请问什么时间？", "没问题，请问几点，什么时间提醒您？"),
    need_check=((("time",),), (("时间",),)),
    give_en=("{v}", "At {v}", "{v}, please", "{v}.", "make it {v}", "let's say {v}", "around {v}"),
    give_zh=("{v}", "{v}。", "{v}吧", "就{v}", "{v}，谢谢", "在{v}", "定在{v}"),
)


def reminder_result(rng, given):
    if rng.random() < 0.25:
        number = values.whole(rng, 1, 9999)
        return Result("done", [(words("id reminder_id"), int(number)), (STATUS, ("created", "已创建"))])
    fields = [(DONE, True)] if rng.random() < 0.5 else [(STATUS, ("created", "已创建")), (words("time due"), given["time"])]
    return Result("done", fields, {}, ("Reminder set.", "提醒已设置。"))


REMINDER = ToolFamily(
    "reminder",
    words("set create add make save schedule"),
    words("reminder reminder_at todo memo notification_at alert task_reminder"),
    (TASK, WHEN),
    lines("""
        Set a reminder. | Creates a reminder for a time. | Reminds the user of something. | Saves what to remember and when
        Adds a reminder.
    """),
    lines("设置提醒。 | 创建定时提醒 | 到时提醒用户某事 | 添加一个提醒"),
    lines("""
        Remind me to {text} at {time}. | Set a reminder for {time}: {text} | Please remind me at {time} to {text}.
        reminder: {text}, {time}
        I have to {text} at {time}. Please remind me. | Can you remind me to {text}? At {time}.
        Don't let me forget to {text} at {time}.
        Create a reminder, {time}, {text} | At {time} I must {text}; set a reminder. | I need a reminder to {text} at {time}
        Could you set a reminder so that I {text} at {time}? | Make a note for {time}: {text}. Remind me.
        Let me know at {time} that I should {text}.
        Tell me to {text} when it is {time} | I always forget things. Remind me to {text}, {time}.
    """),
    lines("""
        {time}提醒我{text} | 设一个提醒：{time}{text} | 请在{time}提醒我{text} | 提醒我{text}，{time} | 帮我设个{time}的提醒，{text} | {time}我要{text}，到时提醒我
        别让我忘了{time}{text} | 我{time}得{text}，提醒一下 | 能在{time}提醒我{text}吗？ | 创建提醒，内容{text}，时间{time} | 到{time}叫我{text}
        记得{time}提醒我去{text} | 我总忘事，{time}提醒我{text} | 添加提醒：{text}，{time} | 麻烦{time}的时候提醒我{text}
    """),
    reminder_result,
    {
        "done": Outcome(
            ("I will remind you to {text} at {time}.", "Done, the reminder is set: {text}, {time}."),
            ("我会在{time}提醒您{text}。", "好的，提醒已设好：{time}，{text}。"),
            (("{text}",), ("{time}",)),
        )
    },
    "text",
    others=words("reminder remind_me remind set_reminder reminders"),
    more_en=lines("And remind me to {text} at {time}. | Also at {time}: {text} | One more reminder: {text} at {time}"),
    more_zh=lines("还有{time}提醒我{text} | 再设一个，{time}{text} | 另外{time}提醒我{text}"),
    bare={
        "text": (
            lines("Set a reminder for {time}. | Remind me at {time}, please. | I need a reminder at {time}"),
            lines("设一个{time}的提醒 | {time}提醒我一下 | 我要一个{time}的提醒"),
        ),
        "time": (
            lines("Remind me to {text}. | I need a reminder to {text} | Please don't let me forget to {text}."),
            lines("提醒我{text} | 设个提醒，{text} | 别让我忘了{text}"),
        ),
    },
    thing=("calendar", "日历"),
    words=words("remind reminder forget remember 提醒 忘 记得"),
    weight=2.5,
)  # fmt: skip


MESSAGES_EN = (
    "I will be late, dinner is ready, see you at noon, the lamp is great, happy birthday, I am at the station, please call me, "
    "the meeting is cancelled, I bought the lamp, good luck, thank you, I miss you, we are waiting outside, the train is "
    "delayed, "
    "bring some bread, I am home now, the door is open, are you coming, the package is here, sleep well"
).split(", ")
MESSAGES_ZH = "我会晚到 饭好了 中午见 灯很好看 生日快乐 我在车站 请给我回电话 会议取消了 灯买好了 祝你好运 谢谢你 想你了 我们在外面等 火车晚点了 带点面包 我到家了 门开着 你来吗 包裹到了 晚安".split()


def chat(rng, lang, type="string"):
    return rng.choice(MESSAGES_ZH if lang == "zh" else MESSAGES_EN)


WHO = Param(
    "recipient",
    words("recipient to contact name receiver person"),
    lambda rng, lang, type="string": values.person(rng, lang),
    ("Who gets the message", "Name of the recipient", "The contact", "To whom"),
    ("收信人", "联系人姓名", "发给谁", "接收者"),
    need_en=("Gladly. Who should get the message?", "Sure. To whom should I send the message?"),
    need_zh=("好的，请问发给谁？", "没问题，消息要发给谁？"),
    need_check=((("message",),), (("发给谁",),)),
    give_en=("{v}", "To {v}", "{v}, please", "{v}.", "for {v}", "it's for {v}", "to {v}"),
    give_zh=("{v}", "{v}。", "给{v}", "发给{v}", "{v}，谢谢", "是{v}", "就{v}"),
)
MESSAGE = Param(
    "text",
    words("text message body content msg message_text"),
    chat,
    ("Text of the message", "What to say", "The message", "Message content"),
    ("消息内容", "要说的话", "正文", "文本"),
    free=True,
    need_en=("Gladly. What should the message say?", "Sure. What is the message?"),
    need_zh=("好的，请问消息内容是什么？", "没问题，您想发什么内容？"),
    need_check=((("message",),), (("内容",),)),
)


def sent_result(rng, given):
    fields = [(STATUS, rng.choice((("sent", "已发送"), ("delivered", "已送达"))))]
    if rng.random() < 0.5:
        fields.append((words("to recipient"), given["recipient"]))
    return Result("done", fields if rng.random() < 0.7 else [(DONE, True)], {}, ("Message sent.", "消息已发送。"))


SEND_MESSAGE = ToolFamily(
    "send_message",
    words("send write text post deliver"),
    words("message text_message sms chat_message note_to whatsapp message_to_contact dm"),
    (WHO, MESSAGE),
    lines("""
        Send a message. | Sends a text message to a contact. | Texts someone. | Delivers a short message to a person
        Chat message to a contact.
    """),
    lines("发送消息。 | 给联系人发短信 | 向某人发一条文字消息 | 发聊天消息"),
    lines("""
        Send a message to {recipient}: {text} | Text {recipient} that {text}. | Tell {recipient} "{text}"
        Write {recipient} a message: {text}
        Please message {recipient} saying "{text}". | Can you text {recipient}? Say: {text} | Let {recipient} know: {text}
        message {recipient}: {text}
        Send "{text}" to {recipient}. | I want to tell {recipient} something: {text}. Send it please. | SMS to {recipient}: {text}
        Shoot {recipient} a text, {text} | Could you send {recipient} the message "{text}"?
        My phone is off, please text {recipient}: {text}
        Give {recipient} this message: {text}
    """),
    lines("""
        给{recipient}发消息：{text} | 发短信给{recipient}，说{text} | 告诉{recipient}：{text} | 给{recipient}发条消息，内容是“{text}”
        帮我跟{recipient}说{text}
        请把“{text}”发给{recipient} | 发信息给{recipient}：{text} | 短信通知{recipient}：{text} | 能给{recipient}发个消息吗？就说{text}
        给{recipient}留言：{text}
        消息发给{recipient}，{text} | 我想告诉{recipient}“{text}” | 替我给{recipient}发“{text}” | 手机没电了，帮我给{recipient}发消息：{text}
        转告{recipient}，{text}
    """),
    sent_result,
    {
        "done": Outcome(
            ("The message to {recipient} is sent.", 'Done, I have sent "{text}" to {recipient}.'),
            ("消息已发给{recipient}。", "好的，已把“{text}”发给{recipient}。"),
            (("{recipient}",), ("sent",)),
            (("{recipient}",), ("发给",)),
        )
    },
    "recipient",
    others=words("message sms text send_sms messenger"),
    many_en=lines("Text {recipient} that {text}. | Send {recipient} the message: {text} | Tell {recipient} separately: {text}"),
    many_zh=lines("给{recipient}分别发消息：{text} | 发短信给{recipient}，说{text} | 告诉{recipient}：{text}"),
    more_en=lines("And tell {recipient}: {text} | Also text {recipient} that {text} | Now a message to {recipient}: {text}"),
    more_zh=lines("再给{recipient}发：{text} | 也告诉{recipient}：{text} | 还有{recipient}，说{text}"),
    bare={
        "recipient": (
            lines('Send a message saying "{text}". | Please text someone: {text} | I want to send the message "{text}"'),
            lines("发条消息说“{text}” | 帮我发个短信：{text} | 我想发消息“{text}”"),
        ),
        "text": (
            lines("Send a message to {recipient}. | Please text {recipient} | I want to write to {recipient}"),
            lines("给{recipient}发条消息 | 帮我发短信给{recipient} | 我要给{recipient}发信息"),
        ),
    },
    thing=("contact", "联系人"),
    lost=Outcome(
        ("I can not find the contact {recipient}. Please check the name.",
         "There is no contact called {recipient}. Could you check the name?"),
        ("没有找到联系人{recipient}，请核对姓名。", "通讯录里查不到{recipient}，您能再确认一下吗？"),
        (("{recipient}",), ("not find", "no contact")),
        (("{recipient}",), ("没有找到", "查不到")),
    ),
    rivals=("send_email",),
    words=words("message text tell send write 消息 短信 告诉 发"),
    weight=2,
)  # fmt: skip


ROOM = Param(
    "room",
    words("room location area zone light room_name"),
    values.room,
    ("Which room", "Name of the room", "Where the light is", "The room"),
    ("房间", "房间名称", "哪个房间", "灯的位置"),
    need_en=("Gladly. In which room?", "Sure. Which room is it?"),
    need_zh=("好的，请问是哪个房间？", "没问题，您指的是哪个房间？"),
    need_check=((("room",),), (("房间",),)),
    give_en=("{v}", "In the {v}", "the {v}, please", "{v}.", "the {v}", "I mean the {v}", "{v} please"),
    give_zh=("{v}", "{v}。", "{v}的", "是{v}", "{v}，谢谢", "就是{v}", "在{v}"),
)
STATE = Param(
    "state",
    words("state power status action mode switch"),
    lambda rng, lang, type="string": Value("开" if lang == "zh" else "on", "on"),
    ("Whether the light is on or off", "on or off", "The wanted state", "Switch on or off"),
    ("开或关", "灯的状态", "开关", "目标状态"),
    enums=({"on": "on", "off": "off"}, {"on": "on", "off": "off"}, {"on": "ON", "off": "OFF"},
           {"on": "turn_on", "off": "turn_off"}),
    required=True,
)
LEVEL = Param(
    "brightness",
    words("brightness level percent dim intensity brightness_percent"),
    lambda rng, lang, type="integer": str(rng.choice((10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, rng.randint(1, 99)))),
    ("Brightness in percent", "How bright, 0 to 100", "Brightness level", "Level from 1 to 100"),
    ("亮度百分比", "亮度，0到100", "多亮", "亮度等级"),
    types=("integer",),
    required=False,
)


def light_result(rng, given):
    state = given.meaning("state")
    room = (words("room location"), given["room"])
    level = given.get("brightness")
    if level:
        fields = [(words("brightness level"), int(level)), room] if rng.random() < 0.6 else [(DONE, True)]
        return Result("level", fields, {}, ("ok", "成功"))
    pair = ("on", "开") if state == "on" else ("off", "关")
    fields = [(STATUS, pair), room][: rng.randint(1, 2)] if rng.random() < 0.6 else [(DONE, True)]
    return Result("on" if state == "on" else "off", fields, {}, ("ok", "成功"))


LIGHT = ToolFamily(
    "light",
    words("set control switch turn change adjust"),
    words("light lights lamp light_state lighting room_light smart_light light_power"),
    (ROOM, STATE, LEVEL),
    lines("""
        Control a light. | Switches the light of a room on or off. | Sets state and brightness of a lamp. | Smart home lights
        Turn lights on, off or dim them.
    """),
    lines("控制灯光。 | 打开或关闭房间的灯 | 设置灯的状态和亮度 | 智能家居灯光"),
    lines("""
        Turn on the light in the {room}. => state=on | Turn off the {room} light => state=off
        Switch the {room} lights off, please. => state=off
        Lights on in the {room} => state=on | It's too dark in the {room}. Turn on the light. => state=on
        Dim the {room} light to {brightness} percent. => state=on
        Set the {room} lamp to {brightness}% => state=on | Please turn the light in the {room} off. => state=off
        Could you switch on the lamp in the {room}? => state=on
        I'm leaving the {room}, lights off please => state=off | Make the {room} light {brightness} percent bright. => state=on
        Turn the {room} light on at {brightness}% => state=on | Nobody is in the {room}. Switch the light off. => state=off
        {room} light on => state=on
        {room} light off => state=off | I want it bright in the {room}: light on! => state=on
        Put out the lights in the {room} => state=off
    """),
    lines("""
        打开{room}的灯 => state=on | 把{room}的灯关掉 => state=off | 请关{room}的灯 => state=off | {room}开灯 => state=on
        {room}太暗了，开灯 => state=on
        把{room}的灯调到{brightness}% => state=on | {room}的灯亮度设为百分之{brightness} => state=on | 关灯，{room} => state=off
        能把{room}的灯打开吗？ => state=on
        我离开{room}了，关灯 => state=off | {room}没人，把灯关了吧 => state=off | 打开{room}的灯，亮度{brightness} => state=on
        帮我开一下{room}的灯 => state=on
        {room}的灯熄掉 => state=off | 我要在{room}看书，开灯 => state=on | 让{room}亮起来 => state=on
    """),
    light_result,
    {
        "on": Outcome(
            ("The light in the {room} is on.", "Done, the {room} light is on now."),
            ("{room}的灯已打开。", "好的，{room}的灯打开了。"),
            (("{room}",), (" on",)),
            (("{room}",), ("打开",)),
        ),
        "off": Outcome(
            ("The light in the {room} is off.", "Done, the {room} light is off now."),
            ("{room}的灯已关闭。", "好的，{room}的灯关闭了。"),
            (("{room}",), (" off",)),
            (("{room}",), ("关闭",)),
        ),
        "level": Outcome(
            ("The light in the {room} is at {brightness} percent.", "Done, the {room} light is set to {brightness} percent."),
            ("{room}的灯亮度已设为{brightness}%。", "好的，{room}的灯调到{brightness}%了。"),
            (("{room}",), ("{brightness}",)),
        ),
    },
    "room",
    others=words("light_switch light_control lights toggle_light set_light"),
    many_en=lines("""
        Turn on the lights in the {room}. => state=on | Switch off the lights in the {room}. => state=off
        Lights off in the {room} please => state=off
    """),
    many_zh=lines("打开{room}的灯 => state=on | 把{room}的灯都关掉 => state=off | {room}都关灯 => state=off"),
    more_en=lines("""
        And turn on the {room} light. => state=on | Now the {room} off, please. => state=off
        And the light in the {room}: off => state=off
    """),
    more_zh=lines("再打开{room}的灯 => state=on | {room}的也关掉 => state=off | 还有{room}，关灯 => state=off"),
    bare={
        "room": (
            lines("""
                Turn on the light. => state=on | Lights off, please. => state=off | Switch the light on => state=on
                Please turn the lamp off => state=off
            """),
            lines("开灯 => state=on | 把灯关掉 => state=off | 请打开灯 => state=on | 关一下灯 => state=off"),
        )
    },
    thing=("room", "房间"),
    lost=Outcome(
        ("I can not find a light in the {room}. Please check the room.",
         "There is no light called {room}. Could you check the room?"),
        ("没有找到{room}的灯，请核对房间。", "查不到{room}的灯，您能再确认一下房间吗？"),
        (("{room}",), ("not find", "no light")),
        (("{room}",), ("没有找到", "查不到")),
    ),
    words=words("light lamp turn switch bright dark 灯 开 关 亮"),
    weight=2.5,
)  # fmt: skip


SONG_A = (
    "Blue Silver Golden Midnight Summer Winter Broken Little Lonely Dancing Burning Silent Wild Sweet Paper Electric Distant "
    "Velvet"
).split()
SONG_B = "River Moon Heart Light Road Train Sky Rain Garden Dream Fire Ocean City Morning Shadow Star Lantern Window".split()
SONGS_ZH_A = "蓝色 夏夜 午夜 秋天 小小 孤单 远方 温柔 寂静 金色 旧时 白色 雨中 梦里".split()
SONGS_ZH_B = "河 月亮 心事 灯火 小路 列车 天空 花园 海洋 城市 清晨 影子 星星 窗".split()


def song(rng, lang, type="string"):
    if lang == "zh":
        return rng.choice(SONGS_ZH_A) + rng.choice(("的", "")) + rng.choice(SONGS_ZH_B)
    return f"{rng.choice(SONG_A)} {rng.choice(SONG_B)}" + rng.choice(("", "", "", "s", " Blues", " Waltz"))


SONG = Param(
    "song",
    words("song title track song_name query name"),
    song,
    ("Title of the song", "Which song", "The track to play", "Song to play"),
    ("歌名", "要播放的歌曲", "哪首歌", "曲目"),
    need_en=("Gladly. Which song should I play?", "Sure. What is the song?"),
    need_zh=("好的，请问播放哪首歌？", "没问题，您想听哪首歌？"),
    need_check=((("song",),), (("歌",),)),
)
ARTIST = Param(
    "artist",
    words("artist band singer by performer musician"),
    lambda rng, lang, type="string": values.person(rng, lang),
    ("The artist", "Who plays it", "Name of the band or singer", "Singer"),
    ("歌手", "谁唱的", "乐队或歌手名称", "演唱者"),
    required=False,
)


def music_result(rng, given):
    fields = [(STATUS, ("playing", "播放中")), (words("song track title now_playing"), given["song"])]
    if rng.random() < 0.2:
        length = f"{rng.randint(2, 6)}:{rng.randint(0, 59):02}"
        fields.append((words("length duration"), length))
    return Result("done", fields if rng.random() < 0.75 else [(DONE, True)], {}, ("Playing.", "正在播放。"))


MUSIC = ToolFamily(
    "music",
    words("play start stream put_on queue"),
    words("music song track tune audio playlist_song media"),
    (SONG, ARTIST),
    lines("Play a song. | Plays music. | Starts a track on the speaker. | Music player | Streams a song by its title."),
    lines("播放歌曲。 | 播放音乐 | 在音箱上放一首歌 | 按歌名播放"),
    lines("""
        Play {song}. | Play "{song}" by {artist}. | Put on {song} please | Can you play the song {song}?
        I want to hear {song}. | play {song} by {artist}
        Start the song "{song}" | Let's listen to {song} by {artist}. | Please put {song} on the speaker.
        I'd love to hear "{song}" now.
        Some music please: {song} | Could you stream {song}? | We are dancing, play {song}! | Turn on the track {song}
        My favorite is {song}. Play it.
    """),
    lines("""
        播放《{song}》 | 放一首{song} | 我想听{song} | 播放{artist}的《{song}》 | 请放《{song}》 | 来一首{artist}的{song} | 能放{song}这首歌吗？
        打开音乐，《{song}》 | 听歌：{song} | 给我放《{song}》吧 | 想听{artist}唱的《{song}》 | 播一下{song} | 音箱放{song} | 我最喜欢《{song}》，放一下
        点一首《{song}》
    """),
    music_result,
    {"done": Outcome(("Now playing {song}.", "Here it is: {song}."), ("正在播放《{song}》。", "好的，为您播放《{song}》。"), (("{song}",),))},
    "song",
    others=words("play music player play_music music_player spotify_play"),
    more_en=lines("And then {song} | Next play {song} | Now {song}, please."),
    more_zh=lines("接着放《{song}》 | 下一首{song} | 再放《{song}》"),
    bare={
        "song": (
            lines("Play some music. | I want to listen to a song. | Put on music, please | Play something"),
            lines("放点音乐 | 我想听歌 | 播放音乐 | 来首歌"),
        )
    },
    thing=("song", "歌曲"),
    lost=Outcome(
        ("I can not find the song {song}. Please check the title.", "There is no song called {song}. Could you check the title?"),
        ("没有找到《{song}》，请核对歌名。", "查不到《{song}》这首歌，您能再确认一下吗？"),
        (("{song}",), ("not find", "no song")),
        (("{song}",), ("没有找到", "查不到")),
    ),
    words=words("play music song hear listen sing band concert piano 播放 歌 音乐 听 唱 曲 乐"),
    weight=2,
)  # fmt: skip


MINUTES = Param(
    "minutes",
    words("minutes duration duration_minutes mins length time_minutes"),
    lambda rng, lang, type="integer": str(rng.choice((1, 2, 3, 5, 10, 12, 15, 20, 25, 30, 45, 60, 90, rng.randint(1, 120)))),
    ("How many minutes", "Duration in minutes", "Length of the timer", "Minutes to wait"),
    ("分钟数", "时长（分钟）", "计时长度", "几分钟"),
    types=("integer", "integer", "number"),
    need_en=("Gladly. For how many minutes?", "Sure. How many minutes should it be?"),
    need_zh=("好的，请问几分钟？", "没问题，要计时几分钟？"),
    need_check=((("minutes",),), (("几分钟",),)),
    give_en=("{v}", "{v} minutes", "{v} min", "{v}, please", "{v} minutes please", "make it {v}", "for {v} minutes"),
    give_zh=("{v}", "{v}分钟", "{v}分钟吧", "{v}。", "就{v}分钟", "{v}分钟，谢谢", "定{v}分钟"),
)


def timer_result(rng, given):
    fields = [(STATUS, rng.choice((("started", "已开始"), ("running", "计时中")))), (words("minutes duration"), int(given["minutes"]))]
    return Result("done", fields if rng.random() < 0.7 else [(DONE, True)], {}, ("Timer started.", "计时开始。"))


TIMER = ToolFamily(
    "timer",
    words("set start create begin run"),
    words("timer countdown kitchen_timer alarm_timer stopwatch egg_timer"),
    (MINUTES,),
    lines("Set a timer. | Starts a countdown of some minutes. | Kitchen timer | Timer that rings after the given minutes"),
    lines("设置计时器。 | 开始几分钟的倒计时 | 厨房定时器 | 到时间响铃"),
    lines("""
        Set a timer for {minutes} minutes. | Start a {minutes} minute timer | Timer, {minutes} minutes please
        Wake me in {minutes} minutes with a timer.
        The cake needs {minutes} minutes. Set the timer! | Can you count down {minutes} minutes? | {minutes} minutes timer
        I need a timer of {minutes} minutes.
        Ring in {minutes} minutes | Begin a countdown, {minutes} minutes. | Please time {minutes} minutes for me
        Let me know when {minutes} minutes are over.
        Run a timer: {minutes} min | My tea takes {minutes} minutes, start a timer. | Give me {minutes} minutes on the clock
    """),
    lines("""
        定时{minutes}分钟 | 设一个{minutes}分钟的计时器 | 倒计时{minutes}分钟 | {minutes}分钟后叫我 | 蛋糕要烤{minutes}分钟，开始计时 | 请计时{minutes}分钟
        帮我定个{minutes}分钟的闹铃 | 开始{minutes}分钟倒计时 | 过{minutes}分钟提示我 | 计时器，{minutes}分钟 | 泡茶要{minutes}分钟，定一下时 | 给我倒数{minutes}分钟
        能设{minutes}分钟的定时器吗？ | {minutes}分钟计时 | 定时器设成{minutes}分钟
    """),
    timer_result,
    {
        "done": Outcome(
            ("The timer is set to {minutes} minutes.", "Done, the timer runs for {minutes} minutes."),
            ("计时器已设为{minutes}分钟。", "好的，开始计时{minutes}分钟。"),
            (("{minutes}",),),
        )
    },
    "minutes",
    others=words("timer set_timer countdown timer_start"),
    bare={
        "minutes": (
            lines("Set a timer. | Start a timer for me, please. | I need a countdown | Can you time something?"),
            lines("设个计时器 | 帮我定时 | 开始倒计时 | 我要一个定时器"),
        )
    },
    thing=("timer", "计时器"),
    words=words("timer countdown minutes 计时 定时 倒计时 分钟"),
    weight=1.5,
)  # fmt: skip


DEGREES = Param(
    "degrees",
    words("temperature degrees target target_temperature value temp"),
    lambda rng, lang, type="integer": str(rng.randint(15, 28)),
    ("Wanted temperature", "Temperature in degrees", "Target temperature", "How warm it should be"),
    ("目标温度", "温度", "几度", "想要的温度"),
    types=("integer", "number"),
    need_en=("Gladly. How many degrees should it be?", "Sure. To how many degrees?"),
    need_zh=("好的，请问要设到几度？", "没问题，您想要几度？"),
    need_check=((("degrees",),), (("几度",),)),
    give_en=("{v}", "{v} degrees", "{v}, please", "{v} degrees please", "make it {v}", "about {v}", "to {v}"),
    give_zh=("{v}", "{v}度", "{v}度吧", "{v}。", "就{v}度", "{v}度，谢谢", "设到{v}度"),
)
HEATED = Param(
    "room",
    words("room zone location area room_name"),
    values.room,
    ("Which room", "The room", "Name of the room", "Where"),
    ("房间", "房间名称", "哪个房间", "位置"),
    required=False,
)


def heat_result(rng, given):
    fields = [(words("target temperature set_to"), int(given["degrees"])),
              (STATUS, rng.choice((("heating", "加热中"), ("ok", "成功"))))]
    return Result("room" if given.get("room") else "done", fields if rng.random() < 0.7 else [(DONE, True)], {}, ("ok", "成功"))


THERMOSTAT = ToolFamily(
    "thermostat",
    words("set change adjust control turn_up"),
    words("thermostat heating room_temperature heater climate target_temperature"),
    (DEGREES, HEATED),
    lines("Set the thermostat. | Changes the room temperature. | Adjusts the heating. | Sets how warm it should be at home"),
    lines("设置恒温器。 | 调节室内温度 | 控制暖气 | 设定家里的温度"),
    lines("""
        Set the heating to {degrees} degrees. | Make it {degrees} degrees in the {room}. | Turn the thermostat to {degrees}
        Heat the {room} to {degrees} degrees please
        I'm freezing, set the heating to {degrees}. | Could you change the thermostat to {degrees} degrees? | thermostat {degrees}
        The {room} should have {degrees} degrees. | Please heat up to {degrees} degrees. | Lower the heating to {degrees} degrees
        Put the {room} at {degrees} degrees. | I want {degrees} degrees at home | Adjust the heating: {degrees} degrees
        Thermostat of the {room} to {degrees}, please.
        It is too warm here. Set the thermostat to {degrees} degrees.
    """),
    lines("""
        把暖气调到{degrees}度 | {room}设成{degrees}度 | 恒温器调到{degrees} | 太冷了，暖气开到{degrees}度 | 请把{room}的温度设为{degrees}度 | 家里要{degrees}度
        温度设定{degrees}度 | 能把温度调成{degrees}度吗？ | {room}的暖气调{degrees}度 | 太热了，暖气降到{degrees}度 | 帮我设置恒温器，{degrees}度 | 室温调到{degrees}度
        我想让{room}保持{degrees}度 | 暖气{degrees}度 | 把{room}加热到{degrees}度
    """),
    heat_result,
    {
        "done": Outcome(
            ("The heating is set to {degrees} degrees.", "Done, the thermostat is at {degrees} degrees."),
            ("暖气已设为{degrees}度。", "好的，温度设为{degrees}度了。"),
            (("{degrees}",),),
        ),
        "room": Outcome(
            ("The heating in the {room} is set to {degrees} degrees.", "Done, the {room} thermostat is at {degrees} degrees."),
            ("{room}的温度已设为{degrees}度。", "好的，{room}设为{degrees}度了。"),
            (("{room}",), ("{degrees}",)),
        ),
    },
    "degrees",
    others=words("thermostat set_temperature heating climate_control"),
    bare={
        "degrees": (
            lines("""
                Turn up the heating. | Change the thermostat, please. | Set the temperature at home
                I want it warmer, adjust the heating
            """),
            lines("把暖气调一下 | 设置恒温器 | 调一下室温 | 家里想暖和点，调暖气"),
        )
    },
    thing=("room", "房间"),
    rivals=("weather",),
    words=words("heat thermostat temperature warm cold degrees 暖气 温度 热 冷 度"),
    weight=1,
)  # fmt: skip


EVENTS_EN = (
    "Team meeting, Dentist, Lunch with Anna, Yoga, Birthday party, Piano lesson, Project review, Doctor, Lamp delivery, Haircut, "
    "Parent evening, Board meeting, Football, Concert, Interview, Wine tasting, Book club, Call with Peter, Training, Dinner"
).split(", ")
EVENTS_ZH = "团队会议 看牙医 和小王吃饭 瑜伽课 生日聚会 钢琴课 项目评审 看医生 收灯 理发 家长会 董事会 足球赛 音乐会 面试 品酒会 读书会 电话会议 培训 晚餐".split()


def event(rng, lang, type="string"):
    return rng.choice(EVENTS_ZH if lang == "zh" else EVENTS_EN)


EVENT = Param(
    "title", words("title event summary name event_title what"), event,
    ("Title of the event", "What it is", "Name of the event", "The event"), ("日程标题", "什么活动", "事件名称", "日程内容"), free=True,
)  # fmt: skip
EVENT_DAY = Param(
    "date", words("date day on start_date event_date"), values.date,
    ("The day", "Date of the event", "On which day", "Day of the event"), ("日期", "哪天", "活动日期", "日程的日期"),
    need_en=("Gladly. On which day?", "Sure. Which day is it?"), need_zh=("好的，请问哪一天？", "没问题，是哪天？"),
    need_check=((("day",),), (("哪一天", "哪天"),)),
)  # fmt: skip
EVENT_TIME = Param(
    "time", words("time start start_time at hour"), values.clock,
    ("The time", "When it starts", "Start time", "Time of day"), ("时间", "几点开始", "开始时间", "时刻"),
    need_en=("Gladly. At what time?", "Sure. What time does it start?"), need_zh=("好的，请问几点？", "没问题，几点开始？"),
    need_check=((("time",),), (("几点",),)),
)  # fmt: skip


def event_result(rng, given):
    fields = [(STATUS, rng.choice((("created", "已创建"), ("confirmed", "已确认")))), (words("event title"), given["title"])]
    return Result("done", fields if rng.random() < 0.75 else [(DONE, True)], {}, ("Event created.", "日程已创建。"))


CALENDAR = ToolFamily(
    "calendar_event",
    words("create add schedule make put save"),
    words("calendar_event event calendar_entry event_in_calendar appointment_entry calendar_item"),
    (EVENT, EVENT_DAY, EVENT_TIME),
    lines("""
        Create a calendar event. | Adds an entry to the calendar. | Puts an event on a day at a time.
        Schedules an event in the calendar.
    """),
    lines("创建日程。 | 在日历中添加活动 | 把活动安排到某天某时 | 新建日历事件"),
    lines("""
        Add "{title}" to my calendar: {date}, {time}. | Create a calendar event "{title}" {date} at {time}.
        Put {title} in my calendar for {date} at {time}
        I have {title} {date} at {time}. Please add it to the calendar. | Calendar: {title}, {date}, {time}
        Schedule {title} in my calendar, {date} at {time}
        New event: {title}, {date} at {time} | Can you enter {title} into the calendar? It is {date} at {time}.
        Note {title} in the calendar, {date}, {time}
        Please make an entry for {title} {date} at {time} | My calendar should show {title} {date} at {time}.
        Save the event {title} for {date}, {time}
        Could you plan "{title}" for {date} at {time} in my calendar? | event {title} {date} {time}
        Block {date} at {time} in my calendar for {title}.
    """),
    lines("""
        把“{title}”加到日历，{date}{time} | 在日历里添加{title}，{date}{time} | 新建日程：{title}，{date}{time} | {date}{time}有{title}，请记到日历
        日历：{date}{time}{title}
        帮我安排日程，{date}{time}，{title} | 创建日历事件“{title}”，时间{date}{time} | 请把{date}{time}的{title}写进日历 | 日程里加上{title}，{date}{time}
        能在日历上记一下{title}吗？{date}{time} | {title}，{date}{time}，加入日程 | 给我的日历加个活动：{title}，{date}{time} | 日历上留出{date}{time}，{title}
        我{date}{time}要{title}，存进日历 | 添加活动{title}到{date}{time}
    """),
    event_result,
    {
        "done": Outcome(
            ("{title} is in your calendar: {date}, {time}.", "Done, {title} is planned for {date}, {time}."),
            ("“{title}”已加入日历：{date}{time}。", "好的，{date}{time}的“{title}”已记入日历。"),
            (("{date}",), ("{time}",)),
        )
    },
    "title",
    others=words("calendar add_event new_event calendar_add event"),
    bare={
        "time": (
            lines("""
                Add "{title}" to my calendar {date}. | Put {title} in the calendar for {date}
                New calendar event {date}: {title}
            """),
            lines("把“{title}”加到{date}的日历 | 日历{date}添加{title} | 新建{date}的日程：{title}"),
        ),
        "date": (
            lines("""
                Add "{title}" to my calendar at {time}. | Put {title} in the calendar, {time}
                New calendar event at {time}: {title}
            """),
            lines("把“{title}”加到日历，{time} | 日历添加{title}，{time}开始 | 新建日程{title}，时间{time}"),
        ),
    },
    thing=("calendar", "日历"),
    fits=values.apart,
    rivals=("book_appointment", "reminder"),
    words=words("calendar event meeting schedule 日历 日程 活动"),
    weight=1.5,
)  # fmt: skip

FAMILIES = (REMINDER, SEND_MESSAGE, LIGHT, MUSIC, TIMER, THERMOSTAT, CALENDAR)
