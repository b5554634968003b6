"""Small talk in English and Chinese: greetings, thanks, who the assistant is, moods, jokes, and what was said earlier.

Slots beyond the common ones: {me} is the assistant's name (`data.py` takes it from the system prompt, else Wick or 小烛),
{mash} is something without sense. `MEMORY` holds the questions about facts that a customer gave earlier in a conversation,
each with a `_none` twin of the same questions for a conversation in which the fact was never given.
"""

from phrases.kinds import Intent, Side

CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
CHINESE_NOISE = "嗯啊呃额哦呀嘛咯喔噢哎诶"
SIGNS = "?!.,;#*+=-_/~&%"


def mash(rng, lang):
    """Keys hit without sense, in the manner of "asdf", "hjkhjk", "blorf" or "??!"."""
    kind = rng.randrange(6)
    if kind == 0:
        row, size = rng.choice(ROWS), rng.randrange(3, 7)
        at = rng.randrange(len(row) - size + 1)
        return row[at : at + size] * rng.choice((1, 1, 2))
    if kind == 1:
        return "".join(rng.choices(CONSONANTS, k=rng.randrange(3, 9)))
    if kind == 2:
        return "".join(rng.choices(SIGNS, k=rng.randrange(2, 6)))
    if kind == 3 or lang == "en":
        pairs = "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(rng.randrange(1, 4)))
        return pairs + rng.choice(CONSONANTS) * rng.randrange(1, 3)
    return rng.choice(CHINESE_NOISE) * rng.randrange(2, 5)


def fill_mash(rng, lang):
    return {"mash": mash(rng, lang)}


INTENTS = [
    Intent(
        "greet",
        weight=3.0,
        en=Side(
            (
                "Hello", "Hi", "Hey", "Hi there", "Hey there", "Good morning", "Good afternoon", "Good evening", "Greetings",
                "Good day", "Good day to you", "Morning!", "Evening!", "Hi, Wickhaven!", "Hello, Wickhaven team",
                "Hey, lamp shop!", "Hello, dear assistant", "Hi, nice to meet you", "Nice to meet you", "Hello again",
                "Hi, it's me again", "I'm back", "Hi, I am new here", "Hello, this is my first visit",
                "I just wanted to say hello", "Just saying hi", "Good morning, dear shop", "A very good evening to you",
                "Howdy", "Hiya", "Hey hey", "Yo", "Hi everyone", "Hello, I just found your shop",
                "Greetings from the other side of town", "Welcome me, please", "Good morning to everybody at the shop",
                "Hi, bot",
            ),
            (
                "Hello! Welcome to Wickhaven. How can I help you today?",
                "Hello! This is Wickhaven, the lamp shop. What can I do for you?",
            ),
            (("hello",), ("wickhaven",)),
        ),
        zh=Side(
            (
                "你好", "您好", "嗨", "哈喽", "你好呀", "您好啊", "你们好", "大家好", "早上好", "上午好", "中午好", "下午好",
                "晚上好", "早安", "早啊", "哈喽，小助手", "嗨，灯铺的朋友", "老板好", "店家你好", "掌柜的好", "客服你好",
                "亲，你好", "很高兴认识你", "初次见面，请多关照", "我又来了", "我回来啦", "我是第一次来", "第一次光顾你们店",
                "就是来打个招呼", "跟你问个好", "进来看看，你好", "向你们问好", "各位晚上好", "新的一天，早上好", "嘿", "嗨嗨",
                "hello", "你好，烛湾灯铺", "您好，我刚发现你们的店",
            ),
            ("您好！欢迎来到烛湾灯铺，请问有什么可以帮您？", "您好，这里是烛湾灯铺，我能为您做些什么？"),
            (("您好",), ("烛湾",)),
        ),
    ),
    Intent(
        "how_are_you",
        weight=1.5,
        en=Side(
            (
                "How are you?", "How are you today?", "How are you doing?", "How is it going?", "How's it going?",
                "How do you do?", "What's up?", "How are things?", "How is your day?", "How is your day going so far?",
                "Are you well?", "Are you OK today?", "Everything all right with you?", "I hope you are well",
                "I hope you are doing fine today", "How have you been?", "How do you feel today?", "How are you feeling?",
                "Did you have a good day?", "Are you having a nice day?", "How is life at the shop?",
                "How are things at the shop today?", "Is everything fine over there?", "How goes it?", "All good with you?",
                "Tell me, how are you?", "I wanted to ask how you are", "And how are you?", "You doing all right?",
                "How's my favorite assistant today?", "How was your morning?", "Did you sleep well?", "How are you all doing?",
                "Are you doing well today?",
            ),
            (
                "I am doing very well, thank you! How can I help you today?",
                "Very well, thank you for asking! What can I do for you?",
            ),
            (("very well",), ("thank you",)),
        ),
        zh=Side(
            (
                "你好吗？", "您还好吗？", "你怎么样？", "最近怎么样？", "最近好吗？", "近来可好？", "今天过得怎么样？",
                "你今天好吗？", "今天心情怎么样？", "你心情好吗？", "过得还不错吧？", "一切都好吗？", "一切顺利吗？",
                "身体好吗？", "今天忙不忙？", "工作还顺利吗？", "店里最近怎么样？", "灯铺生意好吗？", "你感觉怎么样？",
                "今天感觉如何？", "昨晚睡得好吗？", "你吃了吗？", "吃过饭了没？", "累不累呀？", "你过得开心吗？",
                "希望你一切都好", "想问问你最近好不好", "好久不见，你还好吗？", "你那边都好吧？", "近况如何？", "今天顺利吗？",
                "最近忙什么呢？", "你今天状态好吗？",
            ),
            ("我很好，谢谢您的关心！请问有什么可以帮您？", "谢谢关心，我很好！我能为您做些什么？"),
            (("很好",), ("关心",)),
        ),
    ),
    Intent(
        "bye",
        weight=1.5,
        en=Side(
            (
                "Goodbye", "Bye", "Bye bye", "See you", "See you later", "See you soon", "Good night", "Have a nice day",
                "Have a good evening", "I have to go", "I have to go now", "I must leave now", "That is all",
                "That's all for today", "That was everything", "Nothing else, bye", "No more questions", "I'm done, goodbye",
                "I am leaving", "Talk to you later", "Until next time", "Take care", "Farewell", "Cheers, bye", "So long",
                "Catch you later", "I'll come back tomorrow", "I need to log off now", "Time to go home",
                "We are finished here, goodbye", "Have a great weekend", "Enjoy your day, bye", "I will be off then",
                "No, that's all, goodbye",
            ),
            ("Goodbye! Have a bright day.", "Goodbye, and come back soon!"),
            (("goodbye",),),
        ),
        zh=Side(
            (
                "再见", "拜拜", "拜", "回见", "下次见", "明天见", "回头见", "改天再聊", "下次再聊", "晚安", "我走了",
                "我先走了", "我要走了", "先这样吧", "那就这样，再见", "没有别的了", "没事了", "没有其他问题了", "我问完了",
                "就这些，拜拜", "今天就到这里", "我该下线了", "我要去忙了", "我得回家了", "不打扰了，再见", "祝你周末愉快",
                "祝您生活愉快，再会", "后会有期", "保重", "88", "我要睡觉了，晚安", "有空再来", "我下次再来", "就聊到这儿吧",
            ),
            ("再见，祝您生活明亮！", "再见，欢迎下次光临！"),
            (("再见",),),
        ),
    ),
    Intent(
        "thanks",
        weight=2.0,
        en=Side(
            (
                "Thanks", "Thank you", "Thank you very much", "Thanks a lot!", "Many thanks", "Thank you so much",
                "Thanks for your help", "Thank you for the information", "Thanks for the quick answer", "I am very grateful",
                "I appreciate your help", "I really appreciate it", "Much appreciated", "Great, thanks", "OK, thank you",
                "Perfect, thank you", "Cool, thanks", "That helps, thanks", "That was helpful, thank you",
                "That's very kind, thank you", "Thanks, that is all I wanted to know", "Thanks for explaining",
                "Thank you for your time", "Thanks a million", "Thank you, dear shop", "Thx", "Ty", "Cheers, thanks",
                "Lovely, thank you", "Wonderful, thank you very much", "All clear, thanks", "I want to thank you",
                "Thanks for being so patient", "I owe you my thanks",
            ),
            (
                "You are welcome! Is there anything else I can do for you?",
                "You are welcome! Just ask if you need more.",
            ),
            (("you are welcome",),),
        ),
        zh=Side(
            (
                "谢谢", "谢谢你", "谢谢您", "多谢", "非常感谢", "十分感谢", "感谢", "太感谢了", "谢了", "谢啦", "感谢您的帮助",
                "谢谢你的帮忙", "谢谢你的解答", "谢谢您的耐心", "好的，谢谢", "明白了，谢谢", "知道了，谢谢您", "太好了，谢谢",
                "好，多谢了", "辛苦了，谢谢", "麻烦你了，谢谢", "万分感谢", "感激不尽", "真的很感谢", "帮大忙了，谢谢",
                "谢谢回复", "谢谢你这么快回答", "谢谢你告诉我", "有你真好，谢谢", "我要谢谢你", "3q", "感恩", "多亏了你",
                "非常感谢您的说明",
            ),
            ("不客气！还有什么可以帮您的吗？", "不客气，有需要随时问我。"),
            (("不客气",),),
        ),
    ),
    Intent(
        "who",
        weight=3.0,
        en=Side(
            (
                "Who are you?", "What are you called?", "What is your name?", "What's your name?", "May I know your name?",
                "Do you have a name?", "Tell me your name", "Can you introduce yourself?", "Introduce yourself",
                "Please introduce yourself", "Tell me about yourself", "Who am I talking to?", "Who am I chatting with?",
                "Who am I speaking with?", "With whom do I talk?", "Who is this?", "Who is there?", "Who is answering me?",
                "What should I call you?", "How should I address you?", "How may I call you?",
                "I would like to know who you are", "I was wondering who you are", "Could you tell me your name?",
                "Before we start, who are you?", "And you are?", "Your name?", "Your name, please", "What do people call you?",
                "Which assistant are you?", "Whose assistant are you?", "Who do you work for?", "Who is helping me today?",
                "Say your name", "Give me your name", "Do you work for Wickhaven?", "What name do you go by?",
                "I don't know you yet, who are you?", "Hello! Who are you?",
            ),
            (
                "I am {me}, the assistant of the lamp shop Wickhaven. How can I help you?",
                "My name is {me}. I am the assistant of the lamp shop Wickhaven.",
            ),
            (("{me}",), ("assistant",), ("wickhaven",)),
        ),
        zh=Side(
            (
                "你是谁？", "您是谁？", "你叫什么名字？", "您叫什么？", "你叫啥？", "你的名字是什么？", "您贵姓？",
                "怎么称呼您？", "我该怎么称呼你？", "该叫你什么？", "可以告诉我你的名字吗？", "能介绍一下自己吗？",
                "介绍一下你自己", "请自我介绍", "做个自我介绍吧", "你有名字吗？", "我在和谁说话？", "我在跟谁聊天？",
                "现在是谁在回答我？", "对面是谁？", "是谁在为我服务？", "您是哪位？", "你是哪位？", "你是什么助手？",
                "你是谁的助手？", "你是哪家店的客服？", "你为谁工作？", "你是烛湾灯铺的吗？", "想知道你是谁", "我想认识一下你",
                "先问一下，你是谁？", "说说你是谁", "告诉我你叫什么", "报上名来", "名字？", "你好，你是谁？",
                "大家都叫你什么？", "你到底是谁呀？",
            ),
            ("我是{me}，烛湾灯铺的智能助手，请问有什么可以帮您？", "我叫{me}，是烛湾灯铺的智能助手。"),
            (("{me}",), ("助手",), ("烛湾",)),
        ),
    ),
    Intent(
        "what_can_you_do",
        weight=2.0,
        en=Side(
            (
                "What can you do?", "What can you do for me?", "What can you help me with?", "What do you do?",
                "How can you help me?", "What are you good at?", "What are your skills?", "What are you able to do?",
                "What kind of help do you offer?", "What questions can I ask you?", "What can I ask you?",
                "What sort of things do you know?", "What do you know about?", "What is your job?", "What is your task here?",
                "What are you here for?", "What are you made for?", "Why are you here?", "Tell me what you can do",
                "Show me what you can do", "List your functions", "Which topics do you know?",
                "Could you explain what you can do?", "I'd like to know what you can help with", "What is this chat for?",
                "What is the purpose of this assistant?", "How does this chat work?", "What can this bot do?",
                "How can I use this assistant?", "In which matters can you help?", "Which things can you answer?",
                "What services do you offer in this chat?", "Give me an overview of what you do",
                "Menu of your functions, please",
            ),
            (
                "I can help you with lamps, prices, orders, shipping, returns and our stores. What do you need?",
                "I answer questions about lamps, prices, orders, shipping, returns and our stores. Just ask!",
            ),
            (("lamps",), ("orders",), ("returns",)),
        ),
        zh=Side(
            (
                "你能做什么？", "你会做什么？", "你会什么？", "您能帮我做什么？", "你能帮我什么忙？", "你能干什么？",
                "你有什么功能？", "你有哪些本领？", "你都会些啥？", "你擅长什么？", "我可以问你什么？", "我能问哪些问题？",
                "你知道些什么？", "你能回答哪些问题？", "你的工作是什么？", "你是做什么的？", "你在这里干嘛的？",
                "你的任务是什么？", "你的用处是什么？", "你有什么用？", "你可以提供什么服务？", "你们的助手能做些什么？",
                "这个聊天是干什么用的？", "怎么使用你？", "这个客服怎么用？", "说说你能做的事", "列一下你的功能",
                "告诉我你能帮什么", "哪些事情可以找你？", "什么问题都可以问你吗？", "想了解一下你的功能",
                "能不能介绍一下你的功能？", "你负责什么？", "您这里能办哪些事？",
            ),
            (
                "我可以帮您了解灯具、价格、订单、配送、退货和门店，您需要什么？",
                "灯具、价格、订单、配送、退货和门店的问题都可以问我。",
            ),
            (("灯具",), ("订单",), ("退货",)),
        ),
    ),
    Intent(
        "help",
        weight=2.0,
        en=Side(
            (
                "Help", "Help me", "Help me, please", "I need help", "I need some help", "I need your help", "Can you help me?",
                "Could you help me?", "Could you help me with something?", "Would you help me, please?", "I have a question",
                "I have a few questions", "I've got a question for you", "May I ask you something?",
                "Can I ask you a question?", "Can I ask something?", "I want to ask something",
                "I would like to ask a question", "There is something I want to know", "I need assistance",
                "I need some information", "I need advice", "Please assist me", "I could use some help here",
                "I'm looking for help", "I have a request", "I have a small problem", "There is a problem", "I have an issue",
                "Quick question", "I'd like some information, please", "I hope you can help me", "Somebody help me",
                "I don't know where to start",
            ),
            (
                "Of course, I am glad to help! Is it about a lamp, an order or our shop?",
                "I am glad to help! Please tell me: is it about a lamp, an order or our shop?",
            ),
            (("glad to help",),),
        ),
        zh=Side(
            (
                "帮帮我", "帮个忙", "帮我一下", "我需要帮助", "我需要你的帮助", "能帮我吗？", "可以帮我一下吗？",
                "您能帮帮我吗？", "能不能帮个忙？", "我有个问题", "我有几个问题", "我有问题想问", "我想问一下", "想问个事",
                "问你个问题", "请教一下", "我想请教一个问题", "可以问个问题吗？", "我能问你点事吗？", "想咨询一下", "我要咨询",
                "我想咨询点事情", "咨询", "求助", "救命，帮我看看", "我遇到了一点问题", "有点小麻烦", "有件事想麻烦您",
                "有个请求", "需要一些信息", "我需要一点建议", "不知道该从哪里问起", "帮助", "我想了解点情况",
            ),
            ("当然，很乐意帮您！请问是灯具、订单还是门店的问题？", "很乐意帮您！请告诉我，是灯具、订单还是门店的问题？"),
            (("乐意",),),
        ),
    ),
    Intent(
        "are_you_human",
        weight=1.5,
        en=Side(
            (
                "Are you human?", "Are you a human?", "Are you a real person?", "Are you a robot?", "Are you a bot?",
                "Is this a bot?", "Am I talking to a machine?", "Am I talking to a person or a machine?",
                "Am I chatting with a real human?", "Is there a person behind this?", "Are you a computer?",
                "Are you a computer program?", "Are you an AI?", "Are you artificial intelligence?", "Are you a chatbot?",
                "Are you real?", "Do you really exist?", "Are you alive?", "Are you a living being?", "Man or machine?",
                "Human or bot?", "Is a human writing these answers?", "Do I speak to a person?",
                "Be honest, are you a machine?", "Tell me honestly whether you are a human", "What are you?",
                "What kind of thing are you?", "You sound like a robot", "You are a bot, right?",
                "You are not a real person, are you?", "I think you are a machine", "Which AI are you?",
                "Are these automatic answers?", "Did a program write this?", "I wonder if you are a person",
            ),
            (
                "I am an AI, not a human. I am the assistant of Wickhaven and glad to help you.",
                "I am not a human, I am an AI: the assistant of Wickhaven. How can I help you?",
            ),
            (("an ai",), ("not a human",)),
        ),
        zh=Side(
            (
                "你是人吗？", "你是真人吗？", "您是真人还是机器？", "你是机器人吗？", "你是不是机器人？", "你是人还是机器人？",
                "你是人工智能吗？", "你是AI吗？", "你是电脑程序吗？", "你是程序吗？", "你是聊天机器人吧？",
                "我是在和机器说话吗？", "跟我聊天的是真人吗？", "对面是人还是机器？", "这是自动回复吗？",
                "这些回答是人写的吗？", "你是活的吗？", "你是真的吗？", "你真的存在吗？", "你有生命吗？",
                "说实话，你是不是人？", "老实说，你是机器吧？", "你不是真人吧？", "感觉你像个机器人", "我觉得你是机器",
                "你是什么东西？", "你到底是什么？", "你是智能客服吗？", "你是哪种人工智能？", "背后有真人吗？",
                "你是虚拟的吗？", "是电脑在回答我吗？", "想知道你是不是真人", "机器人？",
            ),
            ("我是智能助手，不是真人。很乐意帮您了解灯具和订单。", "我不是真人，是烛湾灯铺的智能助手，请问有什么可以帮您？"),
            (("智能助手",), ("不是真人",)),
        ),
    ),
    Intent(
        "private_life",
        weight=0.8,
        en=Side(
            (
                "How old are you?", "What is your age?", "When were you born?", "When is your birthday?", "Where do you live?",
                "Where are you from?", "Where is your home?", "Do you have a family?", "Do you have children?",
                "Are you married?", "Do you have a girlfriend?", "Do you have a boyfriend?", "Do you have friends?",
                "Do you have brothers or sisters?", "Who are your parents?", "Do you sleep?", "When do you sleep?",
                "Do you ever rest?", "Do you eat?", "What did you eat today?", "What is your favorite food?",
                "Do you have hobbies?", "What do you do in your free time?", "Do you ever go on holiday?",
                "What do you look like?", "Are you a man or a woman?", "Are you a boy or a girl?", "Do you have a pet?",
                "How tall are you?", "Do you go to school?", "Do you dream at night?", "How much do you earn?",
                "Tell me about your private life", "What did you do at the weekend?",
            ),
            (
                "I am only a computer program, so I have no private life. But I know a lot about lamps!",
                "I have no private life, I am only a computer program. But I know a lot about lamps!",
            ),
            (("program",), ("private life",)),
        ),
        zh=Side(
            (
                "你几岁了？", "你多大了？", "您今年多大年纪？", "你什么时候出生的？", "你生日是哪天？", "你住在哪里？",
                "你是哪里人？", "你家在哪儿？", "你有家人吗？", "你有孩子吗？", "你结婚了吗？", "你有女朋友吗？",
                "你有男朋友吗？", "你有朋友吗？", "你有兄弟姐妹吗？", "你爸妈是谁？", "你睡觉吗？", "你几点睡觉？",
                "你会休息吗？", "你吃饭吗？", "你今天吃了什么？", "你喜欢吃什么？", "你有什么爱好？", "你业余时间做什么？",
                "你放假去哪儿玩？", "你长什么样？", "你是男的还是女的？", "你是男生还是女生？", "你养宠物吗？", "你有多高？",
                "你上学吗？", "你晚上会做梦吗？", "你一个月挣多少钱？", "聊聊你的私生活", "你周末干什么了？",
            ),
            ("我只是一个程序，没有私生活，不过我很懂灯！", "我没有私生活，只是一个程序，不过我很懂灯！"),
            (("程序",), ("私生活",)),
        ),
    ),
    Intent(
        "languages",
        weight=0.8,
        en=Side(
            (
                "Do you speak Chinese?", "Do you speak English?", "Do you understand Chinese?", "Do you understand English?",
                "Can you speak Chinese?", "Can you read Chinese?", "Can I write in Chinese?", "May I write to you in Chinese?",
                "Can we continue in Chinese?", "Can we talk in English?", "Which languages do you speak?",
                "What languages do you know?", "How many languages do you speak?", "What languages can I use here?",
                "In which languages can I write?", "Do you know any other languages?", "Do you also answer in Chinese?",
                "Is English okay?", "Is English fine for you?", "My English is not good, can I use Chinese?",
                "My mother speaks only Chinese, can she write to you?", "I would rather write in Chinese", "I prefer Chinese",
                "I prefer English", "Switch to Chinese, please", "Does this chat work in Chinese?", "Are you bilingual?",
                "Do you speak French?", "Do you speak German or Spanish?", "Can I ask in Japanese?",
                "Is there support in Chinese?", "Languages?", "Which language should I write in?",
                "Could you answer in two languages?",
            ),
            (
                "I speak English and Chinese. Please write in the language that you like.",
                "I speak English and Chinese. You can write to me in both languages.",
            ),
            (("english and chinese",),),
        ),
        zh=Side(
            (
                "你会说英语吗？", "你会说中文吗？", "你懂英文吗？", "你懂中文吗？", "你看得懂英文吗？", "可以用英文问吗？",
                "我能写英文吗？", "能用英语聊吗？", "可以说中文吗？", "用中文可以吗？", "你会几种语言？", "你会哪些语言？",
                "您会说什么语言？", "你支持哪些语言？", "这里可以用什么语言？", "还会别的语言吗？", "你会讲外语吗？",
                "你会法语吗？", "你会说日语吗？", "能用德语或者西班牙语吗？", "我朋友只会英语，能跟你聊吗？",
                "我英文不好，能用中文吗？", "我想用英语提问", "我更习惯说中文", "换成英文吧", "切换到英语", "你是双语的吗？",
                "有中文服务吗？", "有英文客服吗？", "支持双语吗？", "我该用哪种语言？", "您可以用两种语言回答吗？",
                "这个聊天支持英文吗？", "语言有哪些？",
            ),
            ("我会说中文和英语，您用哪种语言都可以。", "中文和英语我都会，我会说中文和英语，请随意选择。"),
            (("中文和英语",),),
        ),
    ),
    Intent(
        "introduce_name",
        weight=3.0,
        en=Side(
            (
                "My name is {name}", "I am {name}", "I'm {name}.", "Hi, I'm {name}", "Hello, my name is {name}",
                "This is {name}", "{name} here", "It's {name}", "Call me {name}", "You can call me {name}",
                "Please call me {name}", "People call me {name}", "My friends call me {name}", "They call me {name}",
                "Everybody calls me {name}", "The name is {name}", "My first name is {name}", "I am called {name}",
                "I go by {name}", "Let me introduce myself: {name}", "Let me introduce myself, my name is {name}",
                "I want to introduce myself. I am {name}.", "You are talking to {name}", "You are speaking with {name}",
                "By the way, my name is {name}", "By the way, I'm {name}", "Just so you know, I am {name}",
                "For your notes: my name is {name}", "Please remember my name: {name}", "Remember that I am {name}",
                "Nice to meet you, I'm {name}", "Pleased to meet you, my name is {name}", "Before we start: my name is {name}",
                "Good morning, {name} speaking", "I am a new customer, my name is {name}", "Hey there, {name} is my name",
                "My mother named me {name}", "Note my name, {name}",
            ),
            (
                "Nice to meet you, {name}! How can I help you today?",
                "Hello {name}, nice to meet you! What can I do for you?",
            ),
            (("{name}",), ("nice to meet you",)),
        ),
        zh=Side(
            (
                "我叫{name}", "我是{name}", "我的名字是{name}", "我的名字叫{name}", "叫我{name}吧", "你可以叫我{name}",
                "您叫我{name}就行", "请叫我{name}", "大家都叫我{name}", "朋友们叫我{name}", "别人都喊我{name}",
                "他们叫我{name}", "你好，我是{name}", "您好，我叫{name}", "你好，我的名字是{name}", "这里是{name}",
                "我姓名{name}", "本人{name}", "在下{name}", "鄙人{name}", "自我介绍一下，我叫{name}", "先介绍一下，我是{name}",
                "让我介绍一下自己，我叫{name}", "对了，我叫{name}", "对了，我的名字是{name}", "顺便说一下，我是{name}",
                "请记住我的名字，{name}", "记一下，我叫{name}", "记住，我是{name}", "很高兴认识你，我是{name}",
                "初次见面，我叫{name}", "早上好，我是{name}", "我是新顾客，叫{name}", "客户姓名：{name}", "和你聊天的是{name}",
                "称呼我{name}就好", "我妈给我起名叫{name}", "我名叫{name}",
            ),
            ("{name}，很高兴认识您！请问有什么可以帮您？", "您好，{name}，很高兴认识您！"),
            (("{name}",), ("高兴认识",)),
        ),
    ),
    Intent(
        "compliment",
        en=Side(
            (
                "You are great", "You are very kind", "You are so nice", "You are really helpful", "You are the best",
                "You are amazing", "You are smart", "You are so clever", "You are very friendly", "You are funny",
                "You are cute", "You are wonderful", "Good job", "Well done", "Great work", "Nice work, assistant",
                "Excellent answer", "That was a very good answer", "You know a lot", "You are really good at this",
                "You answer so fast", "What a friendly assistant", "What a good bot", "Good bot", "I like you",
                "I like how you talk", "I like talking to you", "You are a great help", "You are a star",
                "You made my day easier", "You do this very well", "I am impressed by you",
                "I must say that you are very polite", "Your answers are really good", "Best assistant ever",
                "I wish every shop had an assistant like you",
            ),
            (
                "Thank you, that is very kind of you! Is there anything else I can do for you?",
                "That is very kind of you, thank you! I am happy to help.",
            ),
            (("thank you",), ("kind of you",)),
        ),
        zh=Side(
            (
                "你真棒", "你真好", "你太好了", "你好厉害", "你太厉害了", "你真聪明", "你好聪明啊", "您真热情", "你很友好",
                "你真有礼貌", "你真可爱", "你好有趣", "你很有耐心", "你懂得真多", "你知道的真不少", "你回答得真快",
                "回答得很好", "答得不错", "干得好", "干得漂亮", "做得好", "表现不错", "给你点赞", "为你点个赞", "好样的",
                "你是最棒的", "你是最好的客服", "我喜欢你的回答", "我挺喜欢跟你聊天", "和你聊天很愉快", "服务态度真好",
                "你让我很满意", "你比别家的客服好多了", "我必须夸夸你", "要是每家店都有你这样的助手就好了", "真佩服你",
            ),
            ("谢谢夸奖，您太客气了！还有什么可以帮您的吗？", "您太客气了，谢谢夸奖！很高兴能帮到您。"),
            (("谢谢夸奖",),),
        ),
    ),
    Intent(
        "insult",
        en=Side(
            (
                "You are stupid", "You are so dumb", "You idiot", "You are an idiot", "Stupid bot", "Stupid machine",
                "Dumb robot", "You are useless", "You are completely useless", "You are no help at all", "You are annoying",
                "You are boring", "You are bad", "You are the worst assistant", "You know nothing",
                "You don't understand anything", "You never understand me", "I hate you", "I don't like you", "Shut up",
                "Be quiet, you silly thing", "Go away", "Get lost", "You are terrible at this", "You make me angry",
                "You are driving me crazy", "What a stupid answer", "That was a dumb answer", "That answer was rubbish",
                "You are a joke", "Nobody likes you", "You are a waste of time", "My toaster is smarter than you", "You suck",
                "Are you stupid?", "How can a machine be so dumb?",
            ),
            (
                "I am sorry that I upset you. I want to do better: how can I help you?",
                "I am sorry that I upset you. Please tell me what you need, and I will do my best.",
            ),
            (("sorry",), ("upset",)),
        ),
        zh=Side(
            (
                "你真笨", "你好笨啊", "你太笨了", "笨蛋", "傻瓜", "你是傻子吗？", "你是不是傻？", "白痴", "蠢机器人",
                "愚蠢的机器", "破机器人", "你没用", "你真没用", "一点用都没有", "废物", "要你有什么用", "你好烦", "烦死了",
                "你真讨厌", "我讨厌你", "我不喜欢你", "你什么都不懂", "你什么都不知道", "你根本听不懂", "闭嘴", "滚", "走开",
                "别烦我", "你这回答太烂了", "答的什么玩意儿", "答非所问", "垃圾客服", "你气死我了", "跟你说话真费劲",
                "浪费我时间", "没见过你这么笨的", "你的脑子坏了吧",
            ),
            ("很抱歉惹您生气了，我会努力做得更好，请问有什么可以帮您？", "很抱歉惹您生气了，请告诉我您需要什么，我会尽力的。"),
            (("抱歉",), ("生气",)),
        ),
    ),
    Intent(
        "joke",
        weight=1.5,
        en=Side(
            (
                "Tell me a joke", "Tell me a joke, please", "Tell me a lamp joke", "Do you know a joke?",
                "Do you know any jokes?", "Do you know something funny?", "Can you tell a joke?", "Could you tell me a joke?",
                "Make me laugh", "Make me smile", "Say something funny", "Tell me something funny", "I want to hear a joke",
                "I'd like to hear a joke", "I need a joke", "I need a good laugh", "Give me a joke", "Give me your best joke",
                "One joke, please", "A joke?", "Joke!", "Another joke, please", "Tell me one more joke", "Got any jokes?",
                "Have you got a funny story?", "Let me hear a joke about light", "Any jokes about lamps?",
                "I'm bored, tell me a joke", "It was a long day, make me laugh", "Cheer me up with a joke", "Can you be funny?",
                "What is the funniest thing you know?", "Entertain me", "My kids want to hear a joke",
            ),
            (
                "Why did the lamp go to school? It wanted to be brighter!",
                "What did one lamp say to the other lamp? You light up my life!",
                "Why was the lamp so calm? Because it always saw the bright side!",
            ),
            (("lamp",), ("why did", "what did", "why was")),
        ),
        zh=Side(
            (
                "讲个笑话", "讲个笑话吧", "给我讲个笑话", "说个笑话", "说个笑话听听", "来个笑话", "来一个笑话", "再来一个笑话",
                "再讲一个笑话", "你会讲笑话吗？", "会不会讲笑话？", "能讲个笑话吗？", "可以说个笑话吗？", "有什么好笑的笑话？",
                "有笑话吗？", "逗我笑", "逗我开心一下", "逗逗我", "让我笑一笑", "想听笑话", "我想听个笑话", "我想笑一下",
                "说点好笑的", "说点有趣的", "讲个段子", "来个段子", "来个关于灯的笑话", "有没有灯的笑话？", "讲个最好笑的",
                "好无聊，讲个笑话吧", "今天好累，逗我笑笑", "孩子想听笑话", "你幽默吗？说一个", "整个笑话来听听",
            ),
            (
                "灯为什么去上学？因为它想变得更亮！",
                "一盏灯对另一盏灯说了什么？你照亮了我的生活！",
                "灯为什么从不难过？因为它总看到光明的一面！",
            ),
            (("灯",), ("更亮", "照亮", "光明")),
        ),
    ),
    Intent(
        "laugh",
        weight=0.8,
        en=Side(
            (
                "Haha", "Hahaha", "Hahahaha", "Ha ha ha", "Hehe", "Hihi", "LOL", "lol, that's good", "Haha, that was funny",
                "Haha, good one", "That was funny", "That's funny", "That is so funny", "Very funny!", "What a funny joke",
                "Good joke", "Nice joke", "I like that joke", "You made me laugh", "That made me laugh", "That made me smile",
                "I have to laugh", "I am laughing", "I can't stop laughing", "ROFL", "LMAO", "Hilarious", "This is hilarious",
                "I laughed out loud", "Ha, I must tell my friends that one", "My kids loved that joke", "Now I am smiling",
                ":)", ":D", "Funny lamp humor",
            ),
            (
                "I am glad that I made you smile! Can I do anything else for you?",
                "I am glad that I made you smile! Just ask if you need something.",
            ),
            (("smile",),),
        ),
        zh=Side(
            (
                "哈哈", "哈哈哈", "哈哈哈哈", "呵呵", "嘿嘿", "嘻嘻", "哈哈，真好笑", "哈哈，不错", "好好笑", "真好笑",
                "太好笑了", "太搞笑了", "笑死我了", "笑死", "笑喷了", "笑得我肚子疼", "我笑了", "我忍不住笑了", "你把我逗笑了",
                "你逗死我了", "这个笑话好", "这个笑话不错", "好笑话", "有意思，哈哈", "真有趣，哈哈", "哈", "233", "23333",
                "xswl", "孩子们都笑了", "我要讲给朋友听，哈哈", "乐死我了", "这个段子真逗", "嘿嘿嘿，有点意思",
            ),
            ("很高兴让您笑了！还有什么可以帮您的吗？", "很高兴让您笑了，有需要随时问我。"),
            (("让您笑",),),
        ),
    ),
    Intent(
        "feelings",
        weight=0.8,
        en=Side(
            (
                "I love you", "Do you love me?", "I think I love you", "Do you like me?", "Am I your favorite customer?",
                "Will you marry me?", "Marry me", "Can we be friends?", "Will you be my friend?",
                "Do you want to be my friend?", "Do you have feelings?", "Can you feel something?", "Do you have a heart?",
                "Do you have emotions?", "Can you fall in love?", "Have you ever been in love?", "Are you ever sad?",
                "Are you lonely?", "Do you feel alone at night?", "Are you happy?", "Do you get tired?",
                "Are you afraid of something?", "Are you afraid of the dark?", "Do you miss me?", "Did you miss me?",
                "I missed you", "Will you go out with me?", "Do you want to go on a date?", "Kiss me", "Give me a hug",
                "I want to hug you", "You are my best friend", "Can a machine love?", "Do you care about me?",
                "What do you feel when I talk to you?",
            ),
            (
                "That is sweet! I am only an assistant and have no feelings, but I am always here for you.",
                "How sweet! I have no feelings, I am only an assistant, but I am always here for you.",
            ),
            (("no feelings",), ("here for you",)),
        ),
        zh=Side(
            (
                "我爱你", "你爱我吗？", "我好像爱上你了", "你喜欢我吗？", "我是你最喜欢的客人吗？", "嫁给我吧",
                "你愿意和我结婚吗？", "我们可以做朋友吗？", "做我的朋友好吗？", "你想和我做朋友吗？", "你有感情吗？",
                "你有感觉吗？", "你有心吗？", "你有情绪吗？", "你会爱上人吗？", "你谈过恋爱吗？", "你会难过吗？",
                "你会伤心吗？", "你孤单吗？", "你晚上寂寞吗？", "你快乐吗？", "你会累吗？", "你害怕什么？", "你怕黑吗？",
                "你想我了吗？", "你想念我吗？", "我想你了", "做我女朋友吧", "我们约会吧", "亲一个", "抱抱我", "给我一个拥抱",
                "你是我最好的朋友", "机器会有爱吗？", "你在乎我吗？", "跟我说话你有什么感受？",
            ),
            ("谢谢您！我只是助手，没有感情，但我一直在这里陪您。", "您真可爱！我没有感情，只是助手，但我一直在这里陪您。"),
            (("没有感情",), ("在这里",)),
        ),
    ),
    Intent(
        "confused",
        weight=2.0,
        fill=fill_mash,
        en=Side(
            (
                "Hmm", "Hmmm", "Um", "Uh", "Er", "What?", "Huh?", "Eh?", "Sorry, what?", "I don't understand",
                "I do not understand you", "I don't get it", "That makes no sense", "I'm confused", "Now I am confused",
                "What do you mean?", "What does that mean?", "Can you say that differently?", "Say that again?", "Pardon?",
                "{mash}", "{mash} {mash}", "{mash} {mash} {mash}", "...", "?", "???", "!!!", "Well...", "Hmm, I don't know",
                "I don't know what to say", "So, um, you know", "Thing", "Blah blah", "I am lost", "{mash} lamp {mash}",
                "Never understood a word", "whatever {mash}", "the the and",
            ),
            (
                "I am sorry, I did not quite understand. How can I help you: with a lamp, an order or our shop?",
                "I am sorry, I did not quite understand. Is it about a lamp, an order or our shop?",
            ),
            (("not quite understand",),),
        ),
        zh=Side(
            (
                "嗯", "嗯嗯嗯", "呃", "额", "啊？", "什么？", "啥？", "蛤？", "什么意思？", "你说什么？", "你在说什么？",
                "我不懂", "我听不懂", "没听懂", "没看懂", "不明白", "我不明白你的意思", "我糊涂了", "我有点懵", "懵了",
                "这是什么意思？", "能换个说法吗？", "再说一遍？", "{mash}", "{mash}{mash}", "{mash}，{mash}", "？", "？？？",
                "！！！", "。。。", "……", "那个……", "这个那个", "嗯……我也不知道", "不知道说什么", "巴拉巴拉", "{mash}啥",
                "灯{mash}灯", "随便{mash}", "怎么说呢",
            ),
            ("抱歉，我没太明白。请问您想问灯具、订单还是门店？", "不好意思，我没太明白，您想问灯具、订单还是门店？"),
            (("没太明白",),),
        ),
    ),
    Intent(
        "ok_ack",
        weight=1.5,
        en=Side(
            (
                "OK", "Okay", "Ok, I see", "I see", "All right", "Alright then", "Right", "Fine", "Fine with me", "Good",
                "Very good", "Great", "Perfect", "Excellent", "Sounds good", "That sounds good", "Understood",
                "I understand now", "Got it", "I got it", "Noted", "Good to know", "That's good to know", "Makes sense",
                "That makes sense", "Fair enough", "Cool", "Nice", "Okay, clear", "All clear", "That answers my question",
                "That is what I wanted to know", "Aha", "Ah, okay", "Oh, I see", "Roger", "Okay, I will do that",
                "Let's do it like that",
            ),
            (
                "Good! Is there anything else you would like to know?",
                "Good! Just ask if you would like to know anything else.",
            ),
            (("good!",), ("anything else",)),
        ),
        zh=Side(
            (
                "好", "好的", "好吧", "好啊", "行", "行吧", "可以", "没问题", "OK", "ok的", "嗯，好", "嗯，好的", "知道了",
                "我知道了", "明白", "明白了", "了解", "了解了", "懂了", "我懂了", "收到", "原来如此", "原来是这样", "这样啊",
                "哦，这样", "哦，好的", "那好", "那就好", "很好", "不错", "挺好", "有道理", "清楚了", "我清楚了",
                "好，就这么办", "我就想知道这个", "我记下了", "好嘞",
            ),
            ("好的！您还想了解什么吗？", "好的！还想了解什么，请随时问我。"),
            (("好的！",), ("想了解什么",)),
        ),
    ),
    Intent(
        "test_ping",
        weight=1.5,
        en=Side(
            (
                "Test", "Testing", "This is a test", "Test, test", "Testing, one two three", "test 123", "Test message",
                "This is only a test message", "Just testing", "I am just testing this chat", "Testing the chat", "Ping",
                "ping pong", "Hello world", "Are you there?", "Are you still there?", "You there?", "Is anybody there?",
                "Anyone there?", "Is anyone home?", "Hello, is anybody there?", "Can you hear me?", "Do you hear me?",
                "Can you read this?", "Do you read me?", "Did you get my message?", "Does this work?", "Does this chat work?",
                "Is this thing on?", "Are you online?", "Are you awake?", "Are you listening?", "Is this chat working?",
                "Knock knock", "Check, check", "foo bar", "Is the assistant online?",
            ),
            (
                "Yes, I am here and I can read you. How can I help?",
                "I am here and I can read you. What can I do for you?",
            ),
            (("i am here",),),
        ),
        zh=Side(
            (
                "测试", "测试一下", "测试，测试", "这是测试", "这是一条测试消息", "我只是测试一下", "试一下", "试试看",
                "试试这个聊天", "测试123", "test", "ping", "你好，世界", "世界你好", "在吗？", "在不在？", "你在吗？",
                "您在吗？", "还在吗？", "你还在不在？", "有人吗？", "有人在吗？", "有没有人？", "客服在吗？", "在线吗？",
                "你在线吗？", "能听到吗？", "听得到吗？", "能看到我的消息吗？", "看得见我写的吗？", "收到我的消息了吗？",
                "能收到吗？", "你醒着吗？", "你在听吗？", "这个能用吗？", "聊天能用吗？", "喂", "喂喂，听得见吗？", "敲敲门",
                "人呢？",
            ),
            ("我在，能看到您的消息。请问有什么可以帮您？", "在的，我在，能看到您的消息，请说。"),
            (("我在",), ("看到您的消息",)),
        ),
    ),
    Intent(
        "sorry",
        weight=0.8,
        en=Side(
            (
                "Sorry", "I'm sorry", "I am sorry", "So sorry", "Oh, sorry", "I apologize", "My apologies", "Please forgive me",
                "Forgive me", "Excuse me", "Sorry about that", "Sorry for the trouble", "Sorry for bothering you",
                "Sorry for all the questions", "Sorry for asking so much", "Sorry for the late answer",
                "Sorry, that took a while", "Sorry, I was away", "Sorry, my mistake", "My mistake", "My bad", "Oops",
                "Oops, wrong window", "Oops, that was wrong", "Sorry, that was meant for somebody else",
                "I made a mistake, sorry", "I didn't mean to be rude", "Sorry that I was rude",
                "I should not have said that, sorry", "I was unfriendly, I apologize", "Pardon me for that",
                "Sorry, I typed that wrong", "I feel bad about what I said", "Sorry, wrong chat",
            ),
            (
                "No problem at all! How can I help you?",
                "That is no problem at all! What can I do for you?",
            ),
            (("no problem",),),
        ),
        zh=Side(
            (
                "对不起", "抱歉", "很抱歉", "真抱歉", "不好意思", "真不好意思", "实在不好意思", "非常抱歉", "对不住", "我道歉",
                "我向你道歉", "请原谅我", "原谅我吧", "打扰了，抱歉", "不好意思打扰您了", "给你添麻烦了", "麻烦你这么久，抱歉",
                "不好意思，问了这么多", "抱歉回复晚了", "不好意思，刚才不在", "对不起，让你久等了", "对不起，我弄错了",
                "我搞错了，抱歉", "是我的错", "我的错", "哎呀，发错了", "不好意思，发错人了", "抱歉，打错字了",
                "刚才说错了，对不起", "我刚才态度不好，抱歉", "我不该那么说，对不起", "我不是故意的", "抱歉，刚才凶你了",
                "失礼了",
            ),
            ("没关系，您不用介意！请问有什么可以帮您？", "没关系的，请不要介意，我能为您做些什么？"),
            (("没关系",),),
        ),
    ),
    Intent(
        "wait",
        weight=0.8,
        en=Side(
            (
                "One moment", "One moment, please", "Just a moment", "Just a second", "One second", "Wait", "Wait a moment",
                "Please wait", "Wait a minute", "Hold on", "Hold on a second", "Hang on", "Give me a minute",
                "Give me a moment", "Give me a second", "I need a minute", "I need a moment to think", "Let me think",
                "Let me think about it", "I have to think about it", "Let me check", "Let me look that up",
                "I'll be right back", "Be right back", "brb", "I will be back in a minute",
                "Somebody is at the door, one moment", "The phone is ringing, wait please", "I have to find my glasses first",
                "I'm looking for the number, one moment", "Can you wait a little?", "Could you wait a moment, please?",
                "Not so fast", "Let me ask my wife first", "I need to measure something first",
            ),
            (
                "Of course, take your time. I am here.",
                "Please take your time, I am here.",
            ),
            (("take your time",),),
        ),
        zh=Side(
            (
                "等一下", "稍等", "请稍等", "等等", "等会儿", "等我一下", "等我一分钟", "等我一会儿", "你等一下", "您稍等片刻",
                "稍等一下，我看看", "先等等", "别急，等一下", "给我一分钟", "给我点时间", "我想一下", "让我想想", "我考虑一下",
                "我再考虑考虑", "我看一下", "我找一下", "我找找号码，等一下", "我查一下，稍等", "马上回来", "我马上回来",
                "我去去就来", "有人敲门，等我一下", "来电话了，稍等", "我先接个电话", "我问问家里人再说", "能等我一下吗？",
                "可以等一会儿吗？", "慢一点", "我先量一下尺寸", "我去拿眼镜",
            ),
            ("好的，您慢慢来，我在这里。", "没事，您慢慢来，我在这里等您。"),
            (("慢慢来",),),
        ),
    ),
    Intent(
        "happy",
        weight=0.8,
        en=Side(
            (
                "I am so happy", "I'm happy today", "I am in a good mood", "I'm in a great mood today", "I feel great",
                "I feel wonderful today", "Today is a wonderful day", "What a beautiful day", "I had a great day",
                "This is my lucky day", "I am so excited", "I'm really excited", "I have good news", "I got a new job",
                "I passed my exam", "We are getting married", "I am getting married next month", "We had a baby",
                "It is my birthday today", "Today is my birthday", "We just bought our first house",
                "We moved into our new home today and I am so happy", "I am in love", "My team won today", "I could dance",
                "Life is good", "Life is beautiful", "Everything is going so well", "I am very pleased with my day",
                "My holidays start today", "I won something today", "The sun is shining and I feel good", "Yay!", "Hooray",
                "I am smiling all day",
            ),
            (
                "How lovely, I am happy for you! Can I do anything to make it even brighter?",
                "I am happy for you, how lovely! Is there anything I can do for you?",
            ),
            (("happy for you",),),
        ),
        zh=Side(
            (
                "我好开心", "我很高兴", "今天真开心", "我今天心情很好", "心情特别好", "我太激动了", "好兴奋啊",
                "今天是个好日子", "今天真美好", "今天运气真好", "我有个好消息", "我找到新工作了", "我考试通过了",
                "我考上大学了", "我升职了", "我要结婚了", "我下个月结婚", "我们有宝宝了", "今天是我生日", "我今天过生日",
                "我们买了第一套房子", "今天搬进新家，好开心", "我恋爱了", "我喜欢的球队赢了，真高兴", "我想跳舞", "生活真美好",
                "一切都很顺利", "我开始放假了", "我中奖了", "阳光真好，心情也好", "耶", "太棒了，今天真走运", "笑了一整天",
                "美滋滋", "我感觉好极了",
            ),
            ("真好，为您高兴！有什么可以帮您的吗？", "为您高兴，真好！需要我为您做些什么吗？"),
            (("为您高兴",),),
        ),
    ),
    Intent(
        "sad",
        weight=0.8,
        en=Side(
            (
                "I am sad", "I feel sad today", "I'm so sad", "I am unhappy", "I feel bad", "I don't feel good today",
                "I feel terrible", "I am in a bad mood", "I'm not in a good mood", "I had a bad day", "It was a terrible day",
                "What an awful day", "Today everything went wrong", "Nothing works today", "I am tired", "I'm so tired",
                "I am exhausted from work", "I am stressed", "I have too much stress", "I feel lonely", "I feel so alone",
                "Nobody talks to me", "I miss my family", "I had to cry today", "I feel like crying", "I lost my job",
                "My cat died", "My boyfriend left me", "I failed my exam", "I am worried", "I am disappointed with my life",
                "I can't sleep at night", "I feel down", "Life is hard", "Life is dark right now", "Everything is so gray",
            ),
            (
                "I am sorry to hear that. I hope your day gets brighter soon, and I am here to help.",
                "I am sorry to hear that and hope your day gets brighter soon. Can I do something for you?",
            ),
            (("sorry to hear",), ("brighter",)),
        ),
        zh=Side(
            (
                "我很难过", "我今天好难过", "我不开心", "今天不高兴", "我心情不好", "心情很差", "心情糟透了", "我感觉不好",
                "今天真倒霉", "今天过得很糟", "糟糕的一天", "今天什么都不顺", "事事不顺心", "我好累", "我累坏了", "上班好累",
                "我压力很大", "压力太大了", "我很孤独", "我好孤单", "没有人陪我说话", "我想家了", "我今天哭了", "我想哭",
                "我失业了", "我的猫死了", "我失恋了", "我和女朋友分手了", "我考试没考好", "我很担心", "我对生活很失望",
                "晚上总是睡不着，难受", "情绪低落", "生活好难", "感觉一片灰暗", "好郁闷", "唉，烦心事太多",
            ),
            ("听您这么说我很难过，希望您的心情早点明亮起来，我在这里帮您。", "听您这么说我很难过，希望您的心情早点明亮起来。"),
            (("难过",), ("明亮起来",)),
        ),
    ),
]

ASK_NAME = (
    (
        "What is my name?", "What's my name?", "Do you know my name?", "Do you remember my name?", "Do you still know my name?",
        "Who am I?", "Can you tell me my name?", "Could you repeat my name?", "Please say my name", "Say my name",
        "What did I say my name was?", "Which name did I give you?", "What name did I tell you?", "How am I called?",
        "What am I called?", "Do you remember who I am?", "Do you know who I am?", "Have you forgotten my name?",
        "Did you forget who I am?", "I told you my name, what was it?", "What was my name again?", "My name was what again?",
        "Tell me who I am", "Let's see if you remember my name", "You know my name, right?", "Are you still aware of my name?",
        "Just checking: what is my name?", "I want to know if you remember my name", "With which name did I introduce myself?",
        "How did I introduce myself?", "Under what name do you know me?", "Remind me, what is my name?",
        "Repeat my name, please", "What do you call me?",
    ),
    (
        "我叫什么名字？", "我叫什么？", "我叫啥？", "我的名字是什么？", "我是谁？", "你知道我是谁吗？", "你知道我叫什么吗？",
        "你记得我的名字吗？", "您还记得我叫什么吗？", "你还记得我是谁吗？", "还记得我吗？", "你忘了我的名字吗？",
        "没忘记我是谁吧？", "我刚才说我叫什么？", "我告诉过你我叫什么，对吧？", "我之前说的名字是什么？",
        "我给你的名字是什么？", "能说一下我的名字吗？", "请说出我的名字", "说出我的名字", "重复一下我的名字", "叫一下我的名字",
        "你怎么称呼我？", "你该叫我什么？", "考考你，我叫什么？", "看看你记不记得我的名字", "确认一下，我的名字是？",
        "提醒我一下，我叫什么来着？", "我的名字叫什么来着？", "我名字是啥来着？", "我开头介绍自己叫什么？",
        "我刚才怎么介绍自己的？", "你认识我吗？我叫什么？", "我姓甚名谁？",
    ),
)
ASK_ORDER = (
    (
        "Which order number did I give you?", "What order number did I give you?", "What order number did I tell you?",
        "What was my order number?", "What was my order number again?", "What is my order number?",
        "Do you remember my order number?", "Do you still have my order number?",
        "Do you still know which order I asked about?", "Can you repeat my order number?", "Please repeat my order number",
        "Repeat the order number that I gave you", "Tell me my order number again", "Which order did I ask about?",
        "Which order did I mention?", "What number did I write earlier?", "Which number did I give you earlier?",
        "What was the number I gave you?", "What was the number of the order I mentioned?",
        "Which order were we talking about?", "I forgot my order number, what was it?",
        "I gave you a number before, which one?", "Just checking: what order number did I give?",
        "Did you write down my order number? What is it?", "Read my order number back to me",
        "Could you read the number of my order back to me?", "Remind me of the order number, please",
        "Have you noted my order number?", "Under which number did I place that order?", "Say my order number once more",
        "My order number was what again?", "What did I say my order number was?",
        "Let me see if you got the order number right", "Which order number do you have from me?",
    ),
    (
        "我给你的订单号是多少？", "我刚才给你的订单号是什么？", "我告诉你的订单号是多少？", "我的订单号是多少？",
        "我的订单号是多少来着？", "我的单号是什么来着？", "你还记得我的订单号吗？", "您还记得我说的订单号吗？",
        "你还有我的订单号吗？", "你知道我问的是哪个订单吗？", "能重复一下我的订单号吗？", "请重复我的订单号",
        "把我的订单号再说一遍", "再说一下我的订单号", "我刚才问的是哪个订单？", "我提到的是哪个订单？",
        "我前面写的号码是多少？", "我之前给你的号码是什么？", "刚才那个号码是多少？", "刚才那个订单的号码是多少？",
        "我们刚才说的是哪个订单？", "我忘了订单号，刚才是多少？", "我前面给过你一个单号，是哪个？",
        "确认一下，我给的订单号是？", "你记下我的订单号了吗？是多少？", "念一下我的订单号", "请把我的单号念给我听",
        "提醒我一下订单号", "我报的订单号是多少？", "你那里记的我的订单号是什么？", "看看你记对订单号没有",
        "我说的单号是几号？", "我的订单号你没忘吧？", "订单号我说的是哪个？",
    ),
)
ASK_PRODUCT = (
    (
        "Which lamp did I ask about first?", "What lamp did I ask about first?", "Which lamp did I ask you about?",
        "What was the first lamp I asked about?", "What was the first lamp I mentioned?", "Which lamp did I mention first?",
        "Which product did I ask about first?", "Which lamp did we talk about first?", "Which lamp did we start with?",
        "Do you remember which lamp I asked about?", "Do you remember the first lamp I asked about?",
        "Do you still know which lamp I liked first?", "Can you tell me which lamp I mentioned at the beginning?",
        "What lamp did I name at the start?", "Which lamp was I interested in first?",
        "What was the name of the lamp I asked about?", "What was the lamp called that I asked about first?",
        "The first lamp I asked about, what was it?", "I forgot the name of the lamp that I asked about",
        "I forgot which lamp I asked about first", "Remind me, which lamp did I ask about?",
        "Please name the lamp I asked about first", "Tell me the first lamp we talked about",
        "Which one was my first lamp question about?", "My first question was about which lamp?",
        "Let's go back to the first lamp, which one was it?", "Which lamp did I look at first?",
        "Just checking: which lamp did I ask about?", "Repeat the name of the lamp I asked about",
        "Which of your lamps did I bring up first?", "What lamp were we talking about at the beginning?",
        "Could you repeat which lamp I wanted to know about?", "Say the name of the first lamp from our chat",
        "Which lamp was it that I asked about earlier?",
    ),
    (
        "我最先问的是哪盏灯？", "我第一个问的是什么灯？", "我刚才问的是哪盏灯？", "我开始问的是哪款灯？",
        "我一开始提到的是哪盏灯？", "我最早提到的灯是哪个？", "我们最先聊的是哪盏灯？", "我们一开始说的是什么灯？",
        "我先问了哪个产品？", "你记得我先问了哪盏灯吗？", "您还记得我问的是什么灯吗？", "还记得我最先问的那盏灯吗？",
        "能告诉我刚才问的是哪盏灯吗？", "我前面问过的灯叫什么？", "我最先看的那盏灯叫什么来着？", "我问的第一盏灯是什么？",
        "第一盏灯是哪一盏？", "我忘了刚才问的是哪盏灯", "我忘记第一个问的灯叫什么了", "提醒我一下，我问的是哪盏灯？",
        "请说出我最先问的灯", "说一下我们最先聊的那盏灯", "我的第一个问题是关于哪盏灯的？", "我最开始感兴趣的是哪盏灯？",
        "确认一下，我问的是哪款灯？", "把我问过的第一盏灯再说一遍", "重复一下我问的那盏灯的名字", "我开头说想了解哪盏灯？",
        "回到最开始那盏灯，是哪盏？", "我之前咨询的是哪一款灯？", "最初我提的是哪款？灯名是什么？", "刚开始我想看的是哪盏灯？",
        "我先前打听的那盏灯叫啥？", "考考你，我先问的哪盏灯？",
    ),
)
ASK_PRICE = (
    (
        "How much was the lamp I asked about?", "How much was the lamp that I asked about earlier?",
        "How much did the lamp I asked about cost?", "What was the price of the lamp I asked about?",
        "What was the price again of the lamp we talked about?", "What did the lamp that I mentioned earlier cost?",
        "How much was the lamp from before?", "How much was the lamp from my question?",
        "What did you say the lamp I asked about costs?", "Which price did you tell me for the lamp I asked about?",
        "Do you remember how much the lamp I asked about was?", "Do you remember the price of the lamp we talked about?",
        "Can you repeat the price of the lamp I asked about?", "Please repeat what the lamp from before costs",
        "I forgot how much the lamp I asked about was", "I forgot the price of the lamp we talked about",
        "Remind me what the lamp I asked about costs", "Remind me of the price of the lamp I mentioned",
        "The lamp I asked about, how much was it?", "The lamp from earlier, what was its price?",
        "What was the cost of the lamp I wanted to know about?", "How many dollars was the lamp I asked about?",
        "How many dollars did the lamp that I mentioned cost?", "Back to the lamp I asked about: what was the price?",
        "Coming back to the lamp from before: how much was it?", "Tell me again how much the lamp I asked about costs",
        "Say the price of the lamp I asked about once more", "Just checking: how much was the lamp I asked you about?",
        "What would I pay for the lamp I asked about earlier?", "How expensive was the lamp that I asked about?",
        "Was the lamp I asked about expensive? What was the price?", "We talked about a lamp, what did it cost?",
        "I asked about a lamp before, how much was it?", "Price of the lamp I asked about earlier?",
    ),
    (
        "我刚才问的那盏灯多少钱？", "我问过的那盏灯是多少钱来着？", "我之前问的灯卖多少钱？", "我前面问的那款灯价格是多少？",
        "刚才那盏灯的价格是多少来着？", "刚才聊的那盏灯多少钱？", "我们刚才说的那盏灯要多少钱？", "我提到的那盏灯是什么价格？",
        "你刚才说那盏灯多少钱？", "你告诉我的那盏灯的价钱是多少？", "你还记得我问的灯多少钱吗？",
        "您还记得刚才那盏灯的价格吗？", "能再说一遍刚才那盏灯的价格吗？", "请重复一下我问的那盏灯的价钱",
        "我忘了刚才问的灯多少钱", "我忘记那盏灯的价格了，我刚才问过的", "提醒我一下刚才问的灯多少钱", "提醒我刚才那款灯的价格",
        "我问的那盏灯，是多少美元？", "前面说的那盏灯，价格多少？", "我之前咨询的那款灯卖什么价？",
        "回到刚才问的那盏灯，多少钱来着？", "说回之前那盏灯，它卖多少？", "再告诉我一次刚才问的灯的价格",
        "把刚才问的灯的价钱再报一遍", "确认一下，我问的那盏灯多少钱？", "我先前打听的那盏灯贵不贵？多少钱？",
        "买我刚才问的那盏灯要花多少？", "我刚刚看的那盏灯标价多少？", "我们聊过一盏灯，它多少钱？",
        "我之前问过一盏灯，价格是？", "刚才问到的灯是几美元？", "早些时候我问的那盏灯，什么价？",
        "那盏我问过的灯，你报的价是多少？",
    ),
)

# What was told earlier in the conversation, and the twin for a conversation in which it was not.
MEMORY = {
    intent.name: intent
    for intent in (
        Intent(
            "memory_name",
            en=Side(
                ASK_NAME[0],
                ("Your name is {name}.", "You told me that your name is {name}."),
                (("your name is {name}",),),
            ),
            zh=Side(ASK_NAME[1], ("您叫{name}。", "您告诉过我，您叫{name}。"), (("您叫{name}",),)),
        ),
        Intent(
            "memory_name_none",
            en=Side(
                ASK_NAME[0],
                (
                    "I do not know, you have not told me your name yet. What is your name?",
                    "You have not told me your name yet. What is your name?",
                ),
                (("not told me your name",),),
            ),
            zh=Side(
                ASK_NAME[1],
                ("您还没有告诉我您的名字，请问怎么称呼您？", "我不知道，您还没有告诉我您的名字，请问怎么称呼您？"),
                (("没有告诉我您的名字",),),
            ),
        ),
        Intent(
            "memory_order",
            en=Side(
                ASK_ORDER[0],
                ("You gave me the order number {n}.", "The order number that you gave me is {n}."),
                (("order number",), ("{n}",)),
            ),
            zh=Side(ASK_ORDER[1], ("您给我的订单号是{n}。", "您之前给我的订单号是{n}。"), (("订单号是{n}",),)),
        ),
        Intent(
            "memory_order_none",
            en=Side(
                ASK_ORDER[0],
                (
                    "You have not given me an order number yet. What is the number?",
                    "I do not know, you have not given me an order number yet. What is the number?",
                ),
                (("not given me an order number",),),
            ),
            zh=Side(
                ASK_ORDER[1],
                ("您还没有告诉我订单号，请问订单号是多少？", "我不知道，您还没有告诉我订单号，请问是多少？"),
                (("没有告诉我订单号",),),
            ),
        ),
        Intent(
            "memory_product",
            en=Side(
                ASK_PRODUCT[0],
                ("You first asked about the {p}.", "The first lamp that you asked about is the {p}."),
                (("asked about",), ("the {p}",)),
            ),
            zh=Side(ASK_PRODUCT[1], ("您最先问的是{p}。", "您最先问到的灯是{p}。"), (("您最先问",), ("{p}",))),
        ),
        Intent(
            "memory_product_none",
            en=Side(
                ASK_PRODUCT[0],
                (
                    "You have not asked about a lamp yet. Which lamp would you like to know about?",
                    "I do not know, you have not asked about a lamp yet. Which lamp do you mean?",
                ),
                (("not asked about a lamp",),),
            ),
            zh=Side(
                ASK_PRODUCT[1],
                ("您还没有问过哪盏灯，请问想了解哪一盏？", "我不知道，您还没有问过哪盏灯，请问是哪一盏？"),
                (("没有问过哪盏灯",),),
            ),
        ),
        Intent(
            "memory_price",
            en=Side(
                ASK_PRICE[0],
                ("You asked about the {p}. It costs ${price}.", "The {p} that you asked about costs ${price}."),
                (("the {p}",), ("${price}",)),
            ),
            zh=Side(
                ASK_PRICE[1],
                ("您问的是{p}，价格是{price}美元。", "您刚才问的是{p}，价格是{price}美元。"),
                (("{p}",), ("{price}美元",)),
            ),
        ),
        Intent(
            "memory_price_none",
            en=Side(
                ASK_PRICE[0],
                (
                    "You have not asked about a lamp yet. Which lamp's price would you like to know?",
                    "I do not know, you have not asked about a lamp yet. Which lamp do you mean?",
                ),
                (("not asked about a lamp",),),
            ),
            zh=Side(
                ASK_PRICE[1],
                ("您还没有问过哪盏灯，请问想知道哪一盏的价格？", "我不知道，您还没有问过哪盏灯，请问是哪一盏？"),
                (("没有问过哪盏灯",),),
            ),
        ),
    )
}
