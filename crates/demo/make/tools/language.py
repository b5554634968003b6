"""Tool families around texts and people: web search, translation, dictionary and user lookup."""

from . import values
from .kinds import Outcome, Param, Result, ToolFamily, Value, lines, words

FIELDS_EN = (
    "solar panels, electric cars, LED technology, the moon landing, green tea, the history of glass, bird migration, "
    "sourdough bread, "
    "jazz festivals, Roman lamps, smart homes, the northern lights, coffee prices, mountain bikes, rainforests, chess openings, "
    "copper mining, wind energy, home offices, sleep and light, origami, lighthouse museums, tomato plants, the Nobel prize, "
    "open source"
).split(", ")
HEADS_EN = ("", "", "", "news about ", "the latest on ", "the best books about ", "prices of ", "the future of ", "a guide to ",
            "facts about ", "videos of ")
FIELDS_ZH = (
    "太阳能板 电动车 LED技术 登月 绿茶 玻璃的历史 候鸟 酸面包 爵士音乐节 古代油灯 智能家居 极光 咖啡价格 山地车 雨林 国际象棋 铜矿 风能 居家办公 睡眠与光线 折纸 灯塔博物馆 "
    "番茄种植 诺贝尔奖 开源软件"
).split()
TAILS_ZH = ("", "", "", "的新闻", "的最新消息", "的书", "的价格", "的未来", "入门", "的资料")


def web_query(rng, lang, type="string"):
    if lang == "zh":
        return rng.choice(FIELDS_ZH) + rng.choice(TAILS_ZH)
    if rng.random() < 0.12:
        return f"{values.made_word(rng)} {rng.choice(('recipe', 'review', 'museum', 'meaning', 'song', 'festival'))}"
    return rng.choice(HEADS_EN) + rng.choice(FIELDS_EN)


WEB_QUERY = Param(
    "query",
    words("query q search_query keywords question search text"),
    web_query,
    ("The search query", "What to search for", "Search words", "The question"),
    ("搜索内容", "查询词", "要搜索的问题", "关键词"),
    need_en=("Gladly. What should I search for?", "Sure. What do you want to search for?"),
    need_zh=("好的，请问要搜索什么？", "没问题，您想搜什么？"),
    need_check=((("search",),), (("搜",),)),
    give_en=("{v}", "{v}, please", "about {v}", "{v}.", "I need {v}", "maybe {v}", "look for {v}"),
    give_zh=("{v}", "{v}。", "搜{v}", "关于{v}", "{v}，谢谢", "就搜{v}", "我要找{v}"),
)


def web_result(rng, given):
    query = given["query"]
    if rng.random() < 0.1:
        return Result("none", [(words("results items hits"), [])], {}, ("no results", "没有结果"))
    site = f"{values.made_word(rng, 1, 1)}{rng.choice(('', 'news', 'wiki', 'info'))}.example"
    if given.lang == "zh":
        title = query + rng.choice(("：完全指南", "一览", "怎么看", "：十个要点", "详解", "介绍", "最新动态"))
        snippet = query + rng.choice(("越来越受欢迎。", "今年有很大变化。", "的价格上涨了{k}%。", "有{k}种不同的看法。", "吸引了{k}万人。"))
    else:
        title = (query[0].upper() + query[1:]) + rng.choice((": a guide", " explained", ", ten facts", " today",
                                                             ": what is new", " for beginners", " in short"))
        snippet = (query[0].upper() + query[1:]) + rng.choice(
            (" rose by {k} percent.", ": {k} things to know.", " drew {k} visitors.", " became popular this year.",
             ": what changed in 20{k}.")
        )
    snippet = snippet.format(k=rng.randint(11, 99))
    row = {rng.choice(words("title name")): title, rng.choice(words("url link")): f"https://{site}/{rng.randint(1, 999)}"}
    if rng.random() < 0.45:
        row = {rng.choice(words("title name")): title, rng.choice(words("snippet text summary")): snippet}
        return Result("snippet", [(words("results items hits"), [row])], {"snippet": snippet}, (snippet, snippet))
    return Result("link", [(words("results items hits"), [row])], {"title": title, "url": list(row.values())[1]})


WEB = ToolFamily(
    "web_search",
    words("search query browse lookup find get"),
    words("web internet online google the_web web_results websites news"),
    (WEB_QUERY,),
    lines("""
        Search the web. | Searches the internet and returns results. | Looks something up online. | Web search for any question
        Use this to find current information.
    """),
    lines("搜索网络。 | 在互联网上查找信息 | 网页搜索 | 需要最新信息时使用"),
    lines("""
        Search the web for {query}. | Look up {query} online. | Google {query} | Find something about {query} on the internet
        Can you search for {query} on the web? | What does the internet say about {query}? | web search: {query}
        Please search {query} online
        I'd like you to look on the web for {query}. | Browse the internet for {query} | Do a web search on {query}.
        I need information about {query}, please search the web. | Could you find websites about {query}? | Check online: {query}
        I'm writing an essay. Search the internet for {query}. | Run a search for {query}
        See what you can find online about {query}.
    """),
    lines("""
        上网搜一下{query} | 在网上查{query} | 帮我搜索网页：{query} | 网上有关于{query}的信息吗？请搜索 | 用网络搜索{query} | 百度一下{query}
        请在互联网上查找{query} | 搜索网络：{query} | 你能上网查{query}吗？ | 我想了解{query}，请上网搜 | 查查网上怎么说{query} | 联网搜索{query}
        写文章要用，请上网找{query} | 给我在网上搜{query} | 网页搜索 {query} | 麻烦上网查一下{query} | 到网上看看{query}
    """),
    web_result,
    {
        "link": Outcome(
            ("I found this: {title} ({url})", "The first result is: {title} ({url})"),
            ("我找到：{title}（{url}）", "第一条结果：{title}（{url}）"),
            (("{title}",), ("{url}",)),
        ),
        "snippet": Outcome(("I found this: {snippet}", "The web says: {snippet}"), ("我找到：{snippet}", "网上说：{snippet}"),
                           (("{snippet}",),)),
        "none": Outcome(
            ("I am sorry, I found nothing about {query}.", "Sorry, the search for {query} gave nothing."),
            ("很抱歉，没有找到{query}的结果。", "抱歉，搜索{query}没有结果。"),
            (("{query}",), ("nothing",)),
            (("{query}",), ("没有",)),
        ),
    },
    "query",
    others=words("search web_search google internet_search bing_search search_tool"),
    more_en=lines("And search for {query} | Now {query} | Then look up {query}, too."),
    more_zh=lines("再搜{query} | 还有{query} | 那再查一下{query}"),
    bare={
        "query": (
            lines("""
                Search the web for me. | Can you look something up online? | I need an internet search
                Please google something for me.
            """),
            lines("帮我上网搜一下 | 能在网上查东西吗？ | 我想网络搜索 | 上网帮我查点东西"),
        )
    },
    thing=("result", "结果"),
    rivals=("search_products", "dictionary"),
    words=words("search web internet online google look find news 搜 网 查"),
    weight=3,
    translatable=False,
)  # fmt: skip


TONGUES = (
    ("French", "法语", "fr"), ("German", "德语", "de"), ("Spanish", "西班牙语", "es"), ("Italian", "意大利语", "it"),
    ("Japanese", "日语", "ja"),
    ("Chinese", "中文", "zh"), ("English", "英语", "en"),
)  # fmt: skip
# English, Chinese, then as in TONGUES.
SAYINGS = (
    ("good morning", "早上好", "bonjour", "guten Morgen", "buenos días", "buongiorno", "おはよう", "早上好", "good morning"),
    ("thank you", "谢谢", "merci", "danke", "gracias", "grazie", "ありがとう", "谢谢", "thank you"),
    ("good night", "晚安", "bonne nuit", "gute Nacht", "buenas noches", "buonanotte", "おやすみ", "晚安", "good night"),
    ("the lamp", "灯", "la lampe", "die Lampe", "la lámpara", "la lampada", "ランプ", "灯", "the lamp"),
    ("light", "光", "lumière", "Licht", "luz", "luce", "光", "光", "light"),
    ("goodbye", "再见", "au revoir", "auf Wiedersehen", "adiós", "arrivederci", "さようなら", "再见", "goodbye"),
    ("please", "请", "s'il vous plaît", "bitte", "por favor", "per favore", "お願いします", "请", "please"),
    ("the house", "房子", "la maison", "das Haus", "la casa", "la casa", "家", "房子", "the house"),
    ("water", "水", "eau", "Wasser", "agua", "acqua", "水", "水", "water"),
    ("how are you", "你好吗", "comment ça va", "wie geht es dir", "cómo estás", "come stai", "元気ですか", "你好吗", "how are you"),
    ("friend", "朋友", "ami", "Freund", "amigo", "amico", "友達", "朋友", "friend"),
    ("I am hungry", "我饿了", "j'ai faim", "ich habe Hunger", "tengo hambre", "ho fame", "お腹が空いた", "我饿了", "I am hungry"),
    ("where is the station", "车站在哪里", "où est la gare", "wo ist der Bahnhof", "dónde está la estación", "dov'è la stazione",
     "駅はどこですか", "车站在哪里", "where is the station"),
    ("happy birthday", "生日快乐", "joyeux anniversaire", "alles Gute zum Geburtstag", "feliz cumpleaños", "buon compleanno",
     "お誕生日おめでとう", "生日快乐", "happy birthday"),
    ("the table", "桌子", "la table", "der Tisch", "la mesa", "il tavolo", "テーブル", "桌子", "the table"),
    ("tomorrow", "明天", "demain", "morgen", "mañana", "domani", "明日", "明天", "tomorrow"),
)  # fmt: skip


def tongue(rng, lang, type="string"):
    # Not into the language that the text is in already.
    english, chinese, code = rng.choice(TONGUES[:5] + (TONGUES[6:] if lang == "zh" else TONGUES[5:6]))
    return Value(chinese if lang == "zh" else english, english if lang == "en" else chinese)


def saying(rng, lang, type="string"):
    return rng.choice(SAYINGS)[1 if lang == "zh" else 0]


SAYING = Param(
    "text",
    words("text phrase sentence source_text input content"),
    saying,
    ("The text to translate", "What to translate", "Text in any language", "The phrase"),
    ("要翻译的文本", "原文", "需要翻译的内容", "句子"),
    need_en=("Gladly. What should I translate?", "Sure. Which text should I translate?"),
    need_zh=("好的，请问要翻译什么？", "没问题，请告诉我要翻译的内容。"),
    need_check=((("translate",),), (("翻译",),)),
    give_en=("{v}", '"{v}"', "{v}.", 'the words "{v}"', "{v}, please", "It is: {v}", '"{v}", thanks'),
    give_zh=("{v}", "“{v}”", "{v}。", "翻译“{v}”", "{v}，谢谢", "就是“{v}”", "这句：{v}"),
)
CODE_OF = {"en": {english: code for english, _, code in TONGUES}, "zh": {chinese: code for _, chinese, code in TONGUES}}
LANGUAGE = Param(
    "language",
    words("target_language language to target lang target_lang"),
    tongue,
    ("The target language", "Language to translate into", "Into which language", "Target language"),
    ("目标语言", "翻译成哪种语言", "译文语言", "语言"),
    enums=({}, {}, {name: code for table in CODE_OF.values() for name, code in table.items()}),
    need_en=("Gladly. Into which language?", "Sure. Which language should it be?"),
    need_zh=("好的，请问翻译成哪种语言？", "没问题，您要翻成什么语言？"),
    need_check=((("language",),), (("语言",),)),
    give_en=("{v}", "Into {v}", "{v}, please", "{v}.", "to {v}", "in {v}", "I need {v}"),
    give_zh=("{v}", "{v}。", "翻成{v}", "{v}，谢谢", "是{v}", "要{v}", "{v}吧"),
)


def translate_result(rng, given):
    row = next(row for row in SAYINGS if given["text"] in row[:2])
    at = next(i for i, (english, chinese, _) in enumerate(TONGUES) if given["language"] in (english, chinese))
    key = words("translation translated_text result text output")
    return Result("done", [(key, row[2 + at])], {"translation": row[2 + at]}, (row[2 + at], row[2 + at]))


TRANSLATE = ToolFamily(
    "translate",
    words("translate convert render get make"),
    words("text translation phrase sentence language words message string"),
    (SAYING, LANGUAGE),
    lines("""
        Translate a text. | Translates text into another language. | Renders a phrase in the wanted language.
        Translation service | Use this to translate something.
    """),
    lines("翻译文本。 | 把文本翻译成另一种语言 | 翻译服务 | 用户需要翻译时使用"),
    lines("""
        Translate "{text}" into {language}. | How do you say "{text}" in {language}? | What is "{text}" in {language}?
        "{text}" in {language}, please
        Please translate {text} to {language} | I need "{text}" in {language}.
        Can you translate the phrase "{text}" into {language}?
        Give me the {language} word for "{text}". | Say "{text}" in {language} | What does one say for "{text}" in {language}?
        I'm learning {language}. How is "{text}" translated? | translate to {language}: {text}
        Tell me how to write "{text}" in {language}.
        Could you put "{text}" into {language}? | What's the {language} for "{text}"? | Turn "{text}" into {language}
    """),
    lines("""
        把“{text}”翻译成{language} | “{text}”用{language}怎么说？ | 翻译成{language}：{text} | 请将“{text}”译成{language} | {language}的“{text}”怎么讲？
        我想知道“{text}”的{language}说法 | “{text}”的{language}是什么？ | 帮我翻译“{text}”，要{language} | 用{language}说“{text}”
        能把“{text}”翻成{language}吗？
        我在学{language}，“{text}”怎么翻？ | “{text}”，{language}翻译 | {language}里“{text}”怎么写？ | 麻烦翻译一下“{text}”，{language}
        给我“{text}”的{language}翻译
    """),
    translate_result,
    {
        "done": Outcome(
            ('"{text}" in {language} is: {translation}', 'In {language}, "{text}" is: {translation}'),
            ("“{text}”的{language}是：{translation}", "“{text}”用{language}说是：{translation}"),
            (("{translation}",),),
        )
    },
    "text",
    others=words("translate translator translate_text deepl_translate translation"),
    more_en=lines('And "{text}" in {language}? | Now translate "{text}" into {language} | And in {language}: "{text}"?'),
    more_zh=lines("那“{text}”用{language}呢？ | 再把“{text}”翻译成{language} | “{text}”的{language}呢？"),
    bare={
        "text": (
            lines("""
                Please translate something into {language}. | I need a translation into {language}
                Can you translate to {language}?
            """),
            lines("请翻译成{language} | 我需要{language}翻译 | 能翻译{language}吗？帮我翻一句"),
        ),
        "language": (
            lines('Translate "{text}". | Can you translate "{text}" for me? | I need "{text}" in another language'),
            lines("翻译“{text}” | 请帮我翻译“{text}” | “{text}”用外语怎么说？"),
        ),
    },
    thing=("language", "语言"),
    words=words("translate language french german spanish say chinese english 翻译 语 怎么说"),
    weight=2,
    translatable=False,
)  # fmt: skip


MEANINGS = (
    ("lantern", "灯笼", "a lamp that can be carried", "可以提着走的灯"), ("dimmer", "调光器", "a switch that makes light weaker", "调节亮度的开关"),
    ("harbor", "港湾", "a safe place for ships", "船只停靠的安全之处"), ("brass", "黄铜", "a metal of copper and zinc", "铜和锌的合金"),
    ("ember", "余烬", "a glowing piece of coal", "还在发光的炭火"), ("dusk", "黄昏", "the time when it gets dark", "天快黑的时候"),
    ("glow", "微光", "a soft and steady light", "柔和稳定的光"), ("candle", "蜡烛", "a stick of wax that burns", "能燃烧的蜡棒"),
    ("meadow", "草地", "a field of grass and flowers", "长满花草的田野"), ("anchor", "锚", "a weight that holds a ship", "固定船只的重物"),
    ("socket", "插座", "a place to plug something in", "插电器的地方"), ("shade", "灯罩", "the cover of a lamp", "罩在灯上的东西"),
    ("wick", "灯芯", "the thread in a candle", "蜡烛里的线"), ("compass", "罗盘", "a tool that shows the north", "指示方向的工具"),
    ("echo", "回声", "a sound that comes back", "反射回来的声音"), ("frost", "霜", "ice on a cold morning", "寒冷早晨的冰晶"),
    ("harvest", "收获", "the time to gather crops", "收割庄稼的时节"), ("island", "岛屿", "land with water all around", "四面环水的陆地"),
    ("journey", "旅程", "a long way from here to there", "从一地到另一地的路"), ("ladder", "梯子", "steps to climb up", "用来爬高的工具"),
    ("mirror", "镜子", "a glass in which you see yourself", "能照出自己的玻璃"), ("nectar", "花蜜", "the sweet juice of flowers", "花里的甜汁"),
    ("pebble", "鹅卵石", "a small round stone", "又小又圆的石头"), ("quilt", "被子", "a warm cover for a bed", "床上保暖的盖物"),
    ("ripple", "涟漪", "a small wave on water", "水面的小波纹"), ("velvet", "天鹅绒", "a soft and thick cloth", "柔软厚实的布料"),
)  # fmt: skip


def word(rng, lang, type="string"):
    if rng.random() < 0.3 and lang == "en":
        return values.made_word(rng)
    return rng.choice(MEANINGS)[1 if lang == "zh" else 0]


WORD = Param(
    "word",
    words("word term text entry lookup_word query"),
    word,
    ("The word", "Word to define", "Which word to look up", "The term"),
    ("词语", "要查的词", "查询的单词", "词条"),
    need_en=("Gladly. Which word should I look up?", "Sure. Which word do you mean?"),
    need_zh=("好的，请问要查哪个词？", "没问题，您想查什么词？"),
    need_check=((("word",),), (("词",),)),
)


def word_result(rng, given):
    chinese = given.lang == "zh"
    known = next((row for row in MEANINGS if given["word"] in row[:2]), None)
    if known is None or rng.random() < 0.5:
        known = rng.choice(MEANINGS)
    meaning = known[3 if chinese else 2]
    fields = [(words("definition meaning description explanation"), meaning), (words("word term"), given["word"])]
    fields += [(words("part_of_speech type"), "noun")] if rng.random() < 0.2 else []
    return Result("done", fields, {"meaning": meaning}, (meaning, meaning))


DICTIONARY = ToolFamily(
    "dictionary",
    words("define lookup get explain find fetch"),
    words("word definition dictionary meaning dictionary_entry term word_meaning vocabulary"),
    (WORD,),
    lines("""
        Look up a word in the dictionary. | Returns the definition of a word. | Explains what a word means. | Dictionary lookup
        Defines a term.
    """),
    lines("查词典。 | 返回词语的释义 | 解释一个词的意思 | 查询单词的定义"),
    lines("""
        What does "{word}" mean? | Define {word}. | Look up "{word}" in the dictionary. | What is the meaning of {word}?
        definition of {word}
        Can you explain the word "{word}"? | I don't know the word "{word}". | Tell me what {word} means | dictionary: {word}
        I came across "{word}" in a book. What does it mean? | Give me the definition for "{word}".
        Please look up the word {word}
        How would you define "{word}"? | What's a "{word}"? Use the dictionary. | I need the meaning of the word "{word}".
    """),
    lines("""
        “{word}”是什么意思？ | 查一下“{word}”的意思 | 解释一下“{word}”这个词 | {word}的定义是什么？ | 词典里“{word}”怎么解释？ | 请查词：{word}
        我不懂“{word}”这个词 | “{word}”怎么理解？ | 帮我查词典，{word} | 书里看到“{word}”，什么意思？ | 给我“{word}”的释义 | 词语“{word}”的含义
        “{word}”在字典里是什么意思 | 想知道“{word}”的词义 | 请解释词语“{word}”
    """),
    word_result,
    {
        "done": Outcome(
            ('"{word}" means: {meaning}.', 'The word "{word}" means: {meaning}.'),
            ("“{word}”的意思是：{meaning}。", "“{word}”这个词的意思是：{meaning}。"),
            (("{word}",), ("{meaning}",)),
        )
    },
    "word",
    others=words("define dictionary dict definition word_lookup"),
    many_en=lines('What do {word} mean? | Define the words {word}. | Look up {word} in the dictionary'),
    many_zh=lines("{word}分别是什么意思？ | 查一下{word}这几个词 | 解释词语{word}"),
    more_en=lines('And "{word}"? | What about "{word}"? | And what does {word} mean?'),
    more_zh=lines("那“{word}”呢？ | “{word}”呢？ | 还有“{word}”是什么意思？"),
    bare={
        "word": (
            lines("Look up a word for me. | What does this word mean? | I need a definition | Can you use the dictionary?"),
            lines("帮我查个词 | 这个词是什么意思？ | 我想查词典 | 请解释一个词"),
        )
    },
    thing=("word", "词语"),
    lost=Outcome(
        ('I can not find the word "{word}". Please check how it is written.',
         'There is no entry for "{word}". Is it written correctly?'),
        ("没有找到“{word}”这个词，请核对写法。", "词典里查不到“{word}”，您确定写对了吗？"),
        (("{word}",), ("not find", "no entry")),
        (("{word}",), ("没有找到", "查不到")),
    ),
    rivals=("web_search",),
    words=words("mean define word dictionary what 意思 词 解释 什么"),
    weight=2,
    translatable=False,
)  # fmt: skip


def user(rng, lang, type):
    if type == "integer":
        return values.whole(rng, 1, rng.choice((99, 999, 99999)))
    return values.person(rng, lang)


USER = Param(
    "user",
    words("user_id id user user_name name username account"),
    user,
    ("The user", "Which user", "Id or name of the user", "The user to look up"),
    ("用户", "用户的编号或姓名", "要查询的用户", "哪个用户"),
    types=("integer", "string"),
    need_en=("Gladly. Which user do you mean?", "Sure. What is the name or id of the user?"),
    need_zh=("好的，请问是哪个用户？", "没问题，请告诉我用户的姓名或编号。"),
    need_check=((("user",),), (("用户",),)),
)


def user_result(rng, given):
    name = values.person(rng, given.lang) if str(given.argument("user")).isdigit() else given["user"]
    mail = values.email(rng)
    fields = [(words("name full_name user_name"), name), (words("email mail email_address"), mail)]
    facts = {"name": name, "mail": mail}
    if name == given["user"]:
        return Result("named", fields if rng.random() < 0.7 else fields[1:], facts)
    if rng.random() < 0.35:
        town = values.city(rng, given.lang).title()
        return Result("city", [fields[0], (words("city location town"), town)], facts | {"city": town})
    if rng.random() < 0.3:
        fields.append((words("active enabled"), True))
    return Result("mail", fields, facts)


USERS = ToolFamily(
    "user_lookup",
    words("get fetch lookup find load read query"),
    words("user user_info user_profile profile user_by_id account user_details person"),
    (USER,),
    lines("""
        Get a user. | Looks up a user by id or name. | Returns the profile of a user. | Fetch user details
        Finds a person in the user database.
    """),
    lines("查询用户。 | 按编号或姓名查找用户 | 返回用户的资料 | 在用户数据库中查找某人"),
    lines("""
        Who is user {user}? | Look up user {user}. | Get the profile of user {user} | Show me the details of user {user}.
        find user {user}
        I need the data of user {user}. | Can you fetch the user {user} for me? | What do we know about the user {user}?
        user {user}
        Please load the account of user {user}. | Tell me the email of user {user} | I'd like the info on user {user}.
        Which person is the user {user}? | Search the user database for {user}. | Give me the user record of {user}
    """),
    lines("""
        用户{user}是谁？ | 查询用户{user} | 给我看用户{user}的资料 | 查找用户{user} | 用户{user}的信息 | 我需要用户{user}的详细信息
        帮我查一下用户{user} | 请调出用户{user}的账户 | 用户{user}的邮箱是什么？ | 用户库里找{user} | 看看用户{user} | 获取用户{user}的档案
        想了解用户{user}的资料 | 能查用户{user}吗？ | 用户 {user}
    """),
    user_result,
    {
        "mail": Outcome(
            ("User {user}: {name}, {mail}.", "The user {user} is {name}, e-mail {mail}."),
            ("用户{user}：{name}，{mail}。", "用户{user}是{name}，邮箱{mail}。"),
            (("{name}",), ("{mail}",)),
        ),
        "named": Outcome(
            ("The e-mail of {user} is {mail}.", "I found {user}. The e-mail is {mail}."),
            ("{user}的邮箱是{mail}。", "找到{user}，邮箱是{mail}。"),
            (("{user}",), ("{mail}",)),
        ),
        "city": Outcome(
            ("User {user}: {name} from {city}.", "The user {user} is {name} from {city}."),
            ("用户{user}：{name}，来自{city}。", "用户{user}是{name}，在{city}。"),
            (("{name}",), ("{city}",)),
        ),
    },
    "user",
    others=words("user getUserById user_service lookup users get_user"),
    many_en=lines("Look up the users {user}. | Who are the users {user}? | Get users {user}"),
    many_zh=lines("查询用户{user} | 用户{user}分别是谁？ | 查找用户{user}的资料"),
    more_en=lines("And user {user}? | What about user {user}? | And {user}?"),
    more_zh=lines("那用户{user}呢？ | 用户{user}呢？ | 还有{user}？"),
    bare={
        "user": (
            lines("Look up a user for me. | I need a user profile. | Can you find a user? | Get me the details of a user"),
            lines("帮我查一个用户 | 我要用户资料 | 能查用户信息吗？ | 查找用户"),
        )
    },
    thing=("user", "用户"),
    lost=Outcome(
        ("I can not find the user {user}. Please check it.", "There is no user {user}. Could you check it?"),
        ("没有找到用户{user}，请核对一下。", "查不到用户{user}，您能再确认一下吗？"),
        (("{user}",), ("not find", "no user")),
        (("{user}",), ("没有找到", "查不到")),
    ),
    rivals=("loyalty_points",),
    words=words("user account profile 用户 账户 资料"),
    weight=2,
    translatable=False,
)  # fmt: skip

FAMILIES = (WEB, TRANSLATE, DICTIONARY, USERS)
