"""Simple tasks of language that are not about one fact of the shop: counting, days, colors, opposites, copying, sums, polite
or shorter sentences, summaries, small translations, lists, dates; and `running_text` for plain completions.

`TASKS` holds (weight, function). A function takes (rng, lang, held_out) and gives (question, answer, check): the check is like
that of a phrase book with its values filled in. With `held_out` it asks in phrasings that it otherwise never uses.
A question may end in a text that the answer repeats to the letter, so nothing may be changed in it afterwards.
"""

from functools import lru_cache

import more
import split
from catalog import PLACES_EN, PLACES_ZH, PRODUCTS, facts, lamp_name, order_number, some_name

# Names of the lists below that hold phrasings.
PHRASINGS = (
    "COUNT_UP COUNT_DOWN COUNT_BETWEEN DAY MONTH HOW_MANY DATE COLOR MIX OPPOSITE SPELL REPEAT SINGLE SUM MINUS COMPARE SORT NUMBER_WORD "
    "POLITE SHORTER SUMMARY READ TRANSLATE YES_NO_SHORT YES_NO DESCRIBE SLOGAN THREE"
)
BEFORE = {"en": ("Hi, ", "Hello, ", "Hey, ", "Hello! ", "One more thing: ", "OK, "), "zh": ("你好，", "您好，", "请问，", "还有，", "对了，")}


def phrase(rng, texts, lang, held_out, **values):
    """One of the phrasings, filled; at times with a greeting, without its capital or its closing mark."""
    text = rng.choice(split.asks(texts[lang], held_out, keys().get(texts[lang])))
    if rng.random() < 0.3:
        text = text.rstrip(".?!。？！")
    if lang == "en" and rng.random() < 0.2:
        text = text.lower()
    if rng.random() < 0.1:
        small = text[:1].isupper() and text[:2] not in ("I ", "I'")
        text = rng.choice(BEFORE[lang]) + (text[0].lower() + text[1:] if small else text)
    return text.format(**values)


@lru_cache(maxsize=None)
def lists():
    """The phrasings of every task, by the keys under which `more` has further ones."""
    return {f"task {name.lower()} {lang}": globals()[name][lang] for name in PHRASINGS.split() for lang in ("en", "zh")}


@lru_cache(maxsize=None)
def keys():
    return {texts: key for key, texts in lists().items()}


def quoted(rng, text, lang):
    """The text as it is or, as often, in some kind of quotation marks."""
    if rng.random() < 0.5:
        return text
    left, right = rng.choice(("“”", "「」", '""', "‘’") if lang == "zh" else ('""', "''", "“”"))
    return left + text + right


def capital(text):
    return text[:1].upper() + text[1:]


def end(lang):
    return "。" if lang == "zh" else "."


NUMBERS = {
    "en": (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen "
        "nineteen twenty"
    ).split(),
    "zh": "零 一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十".split(),
}


def number(rng, value, lang):
    """A small number in digits or, at times, in words."""
    return NUMBERS[lang][value] if rng.random() < 0.3 else str(value)


def listed(values, lang):
    return ("，" if lang == "zh" else ", ").join(str(value) for value in values)


# Counting.

COUNT_UP = {
    "en": (
        "Count to {k}", "Please count to {k}", "Can you count to {k}?", "Could you count to {k} for me?", "Count from 1 to {k}",
        "Count from one to {k}, please", "Count up to {k}", "Start at 1 and count to {k}", "I want you to count to {k}",
        "Say the numbers from 1 to {k}", "List the numbers from 1 to {k}", "Write the numbers 1 to {k}",
        "Give me the numbers from 1 to {k}", "Numbers 1 to {k}, please", "Let me hear you count to {k}",
        "Show me that you can count to {k}", "Print 1 to {k}", "Name all numbers from 1 to {k}", "Count as far as {k}",
        "Write down all the numbers up to {k}", "Would you count up to {k}?", "My little son wants you to count to {k}",
    ),
    "zh": (
        "数到{k}", "请数到{k}", "从1数到{k}", "从一数到{k}", "请从1数到{k}", "你能数到{k}吗？", "可以数到{k}吗？",
        "帮我数到{k}", "给我从1数到{k}", "数数，数到{k}", "数数给我听，到{k}", "写出1到{k}", "列出1到{k}的数字",
        "把1到{k}写出来", "说出1到{k}的数", "从1开始数，数到{k}为止", "我想听你数到{k}", "依次写出1到{k}", "按顺序说1到{k}",
        "打印1到{k}", "您会从1数到{k}吗？", "孩子想听你数到{k}",
    ),
}
COUNT_DOWN = {
    "en": (
        "Count down from {k}", "Count backwards from {k}", "Count backwards from {k} to 1", "Please count down from {k} to 1",
        "Can you count backwards from {k}?", "Could you count down from {k}?", "Start a countdown at {k}", "Countdown from {k}",
        "Do a countdown from {k}, please", "Give me a countdown from {k} to 1", "Count from {k} down to 1",
        "Count in reverse from {k}", "Say the numbers from {k} down to 1", "List the numbers from {k} back to 1",
        "Write {k} to 1 in reverse order", "Write a countdown that starts at {k}", "The rocket starts in {k}, count down",
        "Begin at {k} and count down to one", "Numbers from {k} backwards, please", "I want to hear a countdown from {k}",
        "Can you do a countdown from {k} to one?", "Name the numbers backwards, starting at {k}",
    ),
    "zh": (
        "从{k}倒数", "从{k}倒数到1", "请从{k}开始倒数", "倒数，从{k}开始", "倒着数，从{k}到1", "从{k}往回数",
        "你能从{k}倒着数吗？", "能从{k}倒数到一吗？", "来个{k}的倒计时", "给我从{k}倒计时", "倒计时{k}", "从{k}倒计时到1",
        "把{k}到1倒着写出来", "倒序列出{k}到1", "写出从{k}倒数的数字", "火箭要发射了，从{k}倒数",
        "从{k}开始，一个一个往下数到1", "请倒着说出{k}到1", "我想听你从{k}倒数", "帮我从{k}倒着数", "您会从{k}倒数吗？",
        "逆序数数，从{k}到一",
    ),
}
COUNT_BETWEEN = {
    "en": (
        "Count from {a} to {b}", "Please count from {a} to {b}", "Can you count from {a} to {b}?",
        "Could you count from {a} to {b}, please?", "Start at {a} and count to {b}",
        "Start with {a} and stop at {b}, counting in ones", "List the numbers from {a} to {b}",
        "Write the numbers from {a} to {b}", "Write all numbers between {a} and {b}, both included",
        "Say the numbers from {a} to {b}", "Give me the numbers {a} to {b}", "Numbers from {a} to {b}",
        "Begin counting at {a} and end at {b}", "Count on from {a} until {b}", "Print {a} to {b}",
        "Name the numbers from {a} through {b}", "Go from {a} to {b} in steps of one", "Which numbers lead from {a} to {b}?",
        "I need the numbers from {a} to {b}", "Write down {a} to {b} one by one", "Enumerate {a} to {b}",
    ),
    "zh": (
        "从{a}数到{b}", "请从{a}数到{b}", "你能从{a}数到{b}吗？", "可以从{a}数到{b}吗？", "从{a}开始数，到{b}结束",
        "列出{a}到{b}的数字", "写出{a}到{b}", "把{a}到{b}的数都写出来", "说出从{a}到{b}的数", "给我{a}到{b}的数字",
        "依次写{a}到{b}", "按顺序从{a}说到{b}", "打印{a}到{b}", "一个一个从{a}数到{b}", "我要{a}到{b}之间的数，包括两头",
        "帮我从{a}数到{b}", "数数，从{a}到{b}", "逐个写出{a}到{b}", "从{a}起数到{b}为止", "{a}到{b}有哪些整数？",
        "数字{a}到{b}列一下",
    ),
}


def count_up(rng, lang, held_out):
    k = rng.randrange(3, 13)
    answer = listed(range(1, k + 1), lang)
    return phrase(rng, COUNT_UP, lang, held_out, k=number(rng, k, lang)), answer + end(lang), ((answer,),)


def count_down(rng, lang, held_out):
    k = rng.randrange(3, 13)
    answer = listed(range(k, 0, -1), lang)
    return phrase(rng, COUNT_DOWN, lang, held_out, k=number(rng, k, lang)), answer + end(lang), ((answer,),)


def count_between(rng, lang, held_out):
    a, k = rng.randrange(2, 30), rng.randrange(2, 9)
    values = range(a, a + k + 1) if rng.random() < 0.7 else range(a + k, a - 1, -1)
    answer = listed(values, lang)
    return phrase(rng, COUNT_BETWEEN, lang, held_out, a=values[0], b=values[-1]), answer + end(lang), ((answer,),)


# Days, months and dates.

DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日".split(),
}
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "zh": "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月".split(),
}
DAY = {
    "en": (
        "Which day comes {rel} {day}?", "What day comes {rel} {day}?", "What day is {rel} {day}?",
        "Which weekday is {rel} {day}?", "What is the day {rel} {day}?", "Name the day {rel} {day}",
        "Tell me the day {rel} {day}", "The day {rel} {day} is?", "Which day of the week comes {rel} {day}?",
        "If today is {day}, what day {tom}?", "Today is {day}. What day {tom}?", "If it is {day} today, which day {tom}?",
        "Suppose today is {day}, what day {tom}?", "What comes {rel} {day}?", "What comes {rel} {day} in the week?",
        "Do you know which day comes {rel} {day}?", "Can you name the weekday {rel} {day}?",
        "Which day of the week is directly {rel} {day}?", "Day {rel} {day}?", "I forgot which day comes {rel} {day}",
        "Say the name of the day {rel} {day}", "My calendar shows {day}, which day {tom}?",
    ),
    "zh": (
        "{day}的{rel}一天是星期几？", "{day}{rel}一天是周几？", "{day}的{rel}一天是哪天？", "今天是{day}，{tom}是星期几？",
        "如果今天是{day}，{tom}是周几？", "假如今天{day}，{tom}是哪天？", "今天{day}，那{tom}呢？",
        "要是今天是{day}，{tom}星期几？", "说出{day}{rel}面的一天", "告诉我{day}的{rel}一天", "你知道{day}{rel}面是星期几吗？",
        "{day}{rel}面是星期几？", "{day}{rel}面那天叫什么？", "一周里{day}的{rel}一天是哪天？",
        "紧挨着{day}的{rel}一天是星期几？", "{day}往{rel}数一天是星期几？", "请说出{day}的{rel}一天",
        "日历上是{day}，{tom}是星期几？", "我忘了{day}{rel}面是星期几", "{day}的{rel}一天？",
        "能说说{day}的{rel}一天是周几吗？",
    ),
}
MONTH = {
    "en": (
        "Which month comes {rel} {month}?", "What month comes {rel} {month}?", "What month is {rel} {month}?",
        "What is the month {rel} {month}?", "Name the month {rel} {month}", "Tell me the month {rel} {month}",
        "The month {rel} {month} is?", "Which month of the year comes {rel} {month}?", "If it is {month} now, what {nextm}?",
        "It is {month}. What {nextm}?", "We have {month} now, so what {nextm}?", "Suppose it is {month}, what {nextm}?",
        "What comes {rel} {month} in the calendar?", "What comes {rel} {month} in the year?",
        "Do you know which month comes {rel} {month}?", "Can you name the month {rel} {month}?",
        "Which month is directly {rel} {month}?", "Month {rel} {month}?", "I forgot which month comes {rel} {month}",
        "Say the name of the month {rel} {month}", "My calendar shows {month}, what {nextm}?",
    ),
    "zh": (
        "{month}的{rel}一个月是几月？", "{month}{rel}一个月是哪个月？", "{month}{rel}面是几月？", "{month}{rel}面是哪个月？",
        "现在是{month}，{nextm}是几月？", "如果现在是{month}，{nextm}是哪个月？", "假如这个月是{month}，{nextm}呢？",
        "要是本月是{month}，{nextm}是几月？", "说出{month}{rel}面的月份", "告诉我{month}的{rel}一个月",
        "你知道{month}{rel}面是几月吗？", "一年里{month}的{rel}一个月是哪个月？", "紧挨着{month}的{rel}一个月是几月？",
        "{month}往{rel}数一个月是几月？", "请说出{month}的{rel}一个月", "日历翻到{month}，{nextm}是几月？",
        "我忘了{month}{rel}面是几月", "{month}的{rel}一个月？", "能说说{month}{rel}一个月是几月吗？",
        "{month}{rel}面那个月叫什么？", "这个月{month}，请问{nextm}几月？",
    ),
}


def neighbor(rng, lang, names, kind):
    """A name, the word for its neighbor before or after it, and that neighbor."""
    at, step = rng.randrange(len(names)), rng.choice((1, 1, -1))
    rel = {"en": {1: "after", -1: "before"}, "zh": {1: "后", -1: "前"}}[lang][step]
    now = {
        "en": {"day": {1: "is tomorrow", -1: "was yesterday"}, "month": {1: "is next month", -1: "was last month"}},
        "zh": {"day": {1: "明天", -1: "昨天"}, "month": {1: "下个月", -1: "上个月"}},
    }[lang][kind][step]
    return names[at], rel, now, names[(at + step) % len(names)]


def weekday(rng, lang, held_out):
    day, rel, now, right = neighbor(rng, lang, DAYS[lang], "day")
    answer = f"{day}的{rel}一天是{right}。" if lang == "zh" else f"The day {rel} {day} is {right}."
    return phrase(rng, DAY, lang, held_out, day=day, rel=rel, tom=now), answer, ((right,),)


def month(rng, lang, held_out):
    name, rel, now, right = neighbor(rng, lang, MONTHS[lang], "month")
    answer = f"{name}的{rel}一个月是{right}。" if lang == "zh" else f"The month {rel} {name} is {right}."
    question = phrase(rng, MONTH, lang, held_out, month=name, rel=rel, nextm=now)
    return question, answer, ((f"是{right}" if lang == "zh" else right,),)


HOW_MANY = {
    "en": (
        "How many {unit} are there in {span}?", "How many {unit} does {span} have?", "How many {unit} has {span}?",
        "How many {unit} are in {span}?", "What is the number of {unit} in {span}?", "Number of {unit} in {span}?",
        "Tell me how many {unit} {span} has", "Do you know how many {unit} {span} has?",
        "Can you tell me how many {unit} there are in {span}?", "How many {unit} make up {span}?",
        "How many {unit} fit into {span}?", "Count the {unit} of {span}", "{span}, how many {unit} is that?",
        "I forgot how many {unit} {span} has", "I want to know how many {unit} {span} has", "Say how many {unit} are in {span}",
        "My child asks how many {unit} {span} has", "Quick question: how many {unit} are in {span}?",
        "How many {unit} do we count in {span}?", "Please tell me the number of {unit} in {span}", "{unit} in {span}?",
    ),
    "zh": (
        "{span}有多少{unit}？", "{span}有几{unit}？", "{span}到底有几{unit}？", "{span}一共有多少{unit}？",
        "{span}总共几{unit}？", "请问{span}有几{unit}？", "你知道{span}有多少{unit}吗？", "告诉我{span}有多少{unit}",
        "请说出{span}有几{unit}", "{span}里有多少{unit}？", "{span}包含多少{unit}？", "{span}共有几{unit}？",
        "能告诉我{span}有几{unit}吗？", "我忘了{span}有多少{unit}", "我想知道{span}有几{unit}", "孩子问{span}有多少{unit}",
        "{span}，几{unit}？", "{span}多少{unit}？", "小问题：{span}有多少{unit}？", "问一下{span}有几{unit}",
        "说说{span}有几{unit}",
    ),
}
# English unit and span, Chinese span and unit, number
SPANS = [
    ("days", "a week", "一个星期", "天", 7), ("days", "a year", "一年", "天", 365), ("days", "a leap year", "一个闰年", "天", 366),
    ("months", "a year", "一年", "个月", 12), ("weeks", "a year", "一年", "个星期", 52), ("seasons", "a year", "一年", "个季节", 4),
    ("hours", "a day", "一天", "个小时", 24), ("hours", "two days", "两天", "个小时", 48), ("minutes", "an hour", "一小时", "分钟", 60),
    ("minutes", "half an hour", "半小时", "分钟", 30), ("seconds", "a minute", "一分钟", "秒", 60),
    ("days", "two weeks", "两个星期", "天", 14),
    ("days", "three weeks", "三个星期", "天", 21), ("months", "half a year", "半年", "个月", 6), ("months", "two years", "两年", "个月", 24),
    ("years", "a century", "一个世纪", "年", 100), ("years", "two centuries", "两个世纪", "年", 200),
    ("minutes", "a quarter of an hour", "一刻钟", "分钟", 15),
    ("days", "January", "一月", "天", 31), ("days", "February", "二月", "天", 28), ("days", "March", "三月", "天", 31),
    ("days", "April", "四月", "天", 30), ("days", "May", "五月", "天", 31), ("days", "June", "六月", "天", 30),
    ("days", "July", "七月", "天", 31), ("days", "August", "八月", "天", 31), ("days", "September", "九月", "天", 30),
    ("days", "October", "十月", "天", 31), ("days", "November", "十一月", "天", 30), ("days", "December", "十二月", "天", 31),
    ("letters", "the English alphabet", "英语字母表", "个字母", 26), ("wheels", "a bicycle", "一辆自行车", "个轮子", 2),
    ("wheels", "a car", "一辆汽车", "个轮子", 4), ("legs", "a cat", "一只猫", "条腿", 4), ("legs", "a spider", "一只蜘蛛", "条腿", 8),
    ("fingers", "a hand", "一只手", "根手指", 5), ("colors", "a rainbow", "彩虹", "种颜色", 7), ("sides", "a triangle", "三角形", "条边", 3),
]  # fmt: skip


def how_many(rng, lang, held_out):
    unit, span, span_zh, unit_zh, count = rng.choice(SPANS)
    if lang == "zh":
        answer, check = f"{span_zh}有{count}{unit_zh}。", f"有{count}{unit_zh}"
        return phrase(rng, HOW_MANY, lang, held_out, unit=unit_zh, span=span_zh), answer, ((check,),)
    answer = f"There are {count} {unit} in {span}."
    return phrase(rng, HOW_MANY, lang, held_out, unit=unit, span=span), answer, ((f"{count} {unit}",),)


DATE = {
    "en": (
        "Write the date {date} {form}", "Write {date} {form}", "Rewrite the date {date} {form}",
        "Convert the date {date} {into}", "Convert {date} {into}", "Format the date {date} {form}",
        "Can you write {date} {form}?", "Could you write the date {date} {form}?", "How do I write {date} {form}?",
        "How is the date {date} written {form}?", "What is {date} {form}?", "Please write {date} {form}",
        "Please convert {date} {into}", "Change the date {date} {into}", "Turn {date} {into}", "Give me the date {date} {form}",
        "I need the date {date} {form}", "My form needs {date} {form}", "Express {date} {form}", "Put the date {date} {into}",
        "Show {date} {form}",
    ),
    "zh": (
        "把日期{date}写成{form}", "把{date}写成{form}", "请把{date}改成{form}", "将{date}转换成{form}",
        "把日期{date}换成{form}", "{date}写成{form}是什么？", "{date}用{form}怎么写？", "日期{date}用{form}怎么写？",
        "能把{date}写成{form}吗？", "可以把{date}转成{form}吗？", "帮我把{date}写成{form}", "帮我转换日期{date}，要{form}",
        "日期格式转换：{date}，{form}", "请用{form}写出{date}", "用{form}表示{date}", "我需要{form}的{date}",
        "表格里{date}要写成{form}", "{date}的{form}是什么？", "将日期{date}表示为{form}", "把{date}变成{form}",
        "请给出{date}的{form}",
    ),
}


def date(rng, lang, held_out):
    """From 2026-03-05 to words and back."""
    year, at, day = rng.randrange(2020, 2031), rng.randrange(12), rng.randrange(1, 29)
    iso = f"{year}-{at + 1:02}-{day:02}"
    words = f"{year}年{at + 1}月{day}日" if lang == "zh" else f"{MONTHS['en'][at]} {day}, {year}"
    if rng.random() < 0.5:
        form = "中文日期" if lang == "zh" else rng.choice(("in words", "with the name of the month"))
        question = phrase(rng, DATE, lang, held_out, date=iso, form=form, into="into words")
        return question, words + end(lang), ((words,),)
    form = "数字格式" if lang == "zh" else rng.choice(("in numbers", "in the form YYYY-MM-DD"))
    question = phrase(rng, DATE, lang, held_out, date=words, form=form, into="into numbers")
    return question, iso + end(lang), ((iso,),)


# Colors.

COLOR = {
    "en": (
        "What color is {thing}?", "Which color is {thing}?", "What is the color of {thing}?", "Which color does {thing} have?",
        "What color does {thing} have?", "Color of {thing}?", "Tell me the color of {thing}", "Name the color of {thing}",
        "Do you know the color of {thing}?", "Do you know what color {thing} is?", "Can you tell me what color {thing} is?",
        "In what color would you paint {thing}?", "My child asks what color {thing} is",
        "I want to paint {thing}, in which color?", "What color is {thing} usually?", "Say what color {thing} is",
        "Usually {thing} has which color?", "What is the usual color of {thing}?", "Give me the color of {thing}",
        "One color for {thing}?", "If I draw {thing}, which color do I take?",
    ),
    "zh": (
        "{thing}是什么颜色？", "{thing}是什么颜色的？", "{thing}的颜色是什么？", "{thing}是哪种颜色？",
        "{thing}通常是什么颜色？", "{thing}一般是什么颜色的？", "你知道{thing}是什么颜色吗？", "告诉我{thing}的颜色",
        "说出{thing}的颜色", "{thing}什么颜色？", "能说说{thing}是什么颜色吗？", "画{thing}用什么颜色？",
        "我要画{thing}，用哪种颜色？", "孩子问{thing}是什么颜色", "请问{thing}是啥颜色？", "给{thing}涂什么颜色？",
        "{thing}应该涂成什么颜色？", "一般来说{thing}是哪种颜色？", "请回答{thing}的颜色", "{thing}，颜色是？",
        "猜猜{thing}是什么颜色",
    ),
}
# English, Chinese, color, color in Chinese
THINGS = [
    ("the sky", "天空", "blue", "蓝色"), ("grass", "草", "green", "绿色"), ("snow", "雪", "white", "白色"), ("blood", "血", "red", "红色"),
    ("a lemon", "柠檬", "yellow", "黄色"), ("a banana", "香蕉", "yellow", "黄色"), ("a tomato", "西红柿", "red", "红色"),
    ("a strawberry", "草莓", "red", "红色"), ("a carrot", "胡萝卜", "orange", "橙色"), ("an orange", "橙子", "orange", "橙色"),
    ("a pumpkin", "南瓜", "orange", "橙色"), ("coal", "煤", "black", "黑色"), ("the night", "夜晚", "black", "黑色"),
    ("milk", "牛奶", "white", "白色"), ("sugar", "糖", "white", "白色"), ("salt", "盐", "white", "白色"),
    ("chocolate", "巧克力", "brown", "棕色"),
    ("wood", "木头", "brown", "棕色"), ("soil", "泥土", "brown", "棕色"), ("coffee", "咖啡", "brown", "棕色"),
    ("the sea", "大海", "blue", "蓝色"),
    ("a frog", "青蛙", "green", "绿色"), ("a leaf", "树叶", "green", "绿色"), ("a cucumber", "黄瓜", "green", "绿色"),
    ("broccoli", "西兰花", "green", "绿色"),
    ("the sun", "太阳", "yellow", "黄色"), ("a sunflower", "向日葵", "yellow", "黄色"), ("an elephant", "大象", "gray", "灰色"),
    ("a mouse", "老鼠", "gray", "灰色"), ("a rain cloud", "乌云", "gray", "灰色"), ("a flamingo", "火烈鸟", "pink", "粉色"),
    ("a pig", "小猪", "pink", "粉色"),
    ("lavender", "薰衣草", "purple", "紫色"), ("an eggplant", "茄子", "purple", "紫色"), ("a raven", "乌鸦", "black", "黑色"),
    ("a swan", "天鹅", "white", "白色"),
    ("fire", "火", "red", "红色"), ("a fire engine", "消防车", "red", "红色"), ("a cherry", "樱桃", "red", "红色"),
    ("a wedding dress", "婚纱", "white", "白色"),
    ("a chick", "小鸡", "yellow", "黄色"), ("a bear", "熊", "brown", "棕色"),
]  # fmt: skip
MIX = {
    "en": (
        "What do you get when you mix {a} and {b} light?", "Which color comes out when I mix {a} and {b} light?",
        "What color is {a} light plus {b} light?", "Mix {a} light and {b} light", "{a} light and {b} light together give?",
        "What does {a} light with {b} light make?", "If I turn on a {a} lamp and a {b} lamp together, what color is the light?",
        "What color do a {a} lamp and a {b} lamp give together?",
        "I have a {a} lamp and a {b} lamp, which light do they make together?",
        "Which light do I see when {a} and {b} lamps shine together?", "Combine {a} and {b} light, what color results?",
        "Adding {b} light to {a} light gives which color?", "{a} plus {b} light?", "Tell me the mix of {a} and {b} light",
        "Do you know what {a} and {b} light make?", "What color appears if {a} light meets {b} light?",
        "Two lamps, one {a} and one {b}: what is the color of the mixed light?",
        "The mix of {a} light and {b} light is what color?", "What happens when {a} light and {b} light overlap?",
        "Name the color that {a} and {b} light make", "Light colors: {a} and {b} mixed?",
    ),
    "zh": (
        "{a}光和{b}光混合是什么颜色？", "{a}光加{b}光是什么颜色？", "{a}光与{b}光混在一起是什么光？",
        "把{a}光和{b}光混合会怎样？", "{a}光和{b}光合起来是什么颜色？", "{a}灯和{b}灯一起开，是什么颜色的光？",
        "同时打开{a}灯和{b}灯，光是什么颜色？", "{a}灯加{b}灯会变成什么光？", "我有一盏{a}灯和一盏{b}灯，混出来是什么光？",
        "{a}和{b}的灯光混合得到什么颜色？", "混合{a}光和{b}光", "{a}光配{b}光得到什么光？", "告诉我{a}光和{b}光混合的颜色",
        "你知道{a}光加{b}光是什么光吗？", "{a}光遇到{b}光变成什么颜色？", "两盏灯，一盏{a}一盏{b}，混合光是什么颜色？",
        "{a}光与{b}光重叠的地方是什么颜色？", "说出{a}光加{b}光的结果", "光的颜色：{a}加{b}？", "{a}光和{b}光叠加是什么光？",
        "请问{a}加{b}的光是啥颜色？",
    ),
}
LIGHTS = [
    ("red", "红", "green", "绿", "yellow", "黄"), ("red", "红", "blue", "蓝", "magenta", "品红"),
    ("green", "绿", "blue", "蓝", "cyan", "青"),
    ("yellow", "黄", "blue", "蓝", "white", "白"), ("warm", "暖", "cold", "冷", "neutral white", "自然白"),
]  # fmt: skip


def color(rng, lang, held_out):
    thing, thing_zh, right, right_zh = rng.choice(THINGS)
    if lang == "zh":
        return phrase(rng, COLOR, lang, held_out, thing=thing_zh), f"{thing_zh}是{right_zh}的。", ((right_zh,),)
    return phrase(rng, COLOR, lang, held_out, thing=thing), f"{capital(thing)} is {right}.", ((f"is {right}",),)


def mix(rng, lang, held_out):
    a, a_zh, b, b_zh, right, right_zh = rng.choice(LIGHTS)
    pair = [(a, a_zh), (b, b_zh)]
    rng.shuffle(pair)
    (a, a_zh), (b, b_zh) = pair
    if lang == "zh":
        answer = f"{a_zh}光加{b_zh}光是{right_zh}光。"
        return phrase(rng, MIX, lang, held_out, a=a_zh, b=b_zh), answer, ((f"是{right_zh}光",),)
    answer = f"{capital(a)} light and {b} light give {right} light."
    return capital(phrase(rng, MIX, lang, held_out, a=a, b=b)), answer, ((f"give {right} light",),)


# Words.

OPPOSITE = {
    "en": (
        "What is the opposite of {word}?", "Opposite of {word}?", "Which word is the opposite of {word}?",
        "Tell me the opposite of {word}", "Give me the opposite of {word}", "Name the opposite of {word}",
        "What's the contrary of {word}?", "Do you know the opposite of {word}?", "Can you tell me the opposite of {word}?",
        "I need the opposite of {word}", "Find the opposite of {word}", "Say the opposite of {word}",
        "The opposite of {word} is?", "What is the reverse of {word}?", "Which word means the opposite of {word}?",
        "Write the opposite of {word}", "If something is not {word}, what is it then?",
        "What do you call the opposite of {word}?", "Please give the opposite word for {word}", "An antonym of {word}?",
        "What is an antonym of {word}?",
    ),
    "zh": (
        "{word}的反义词是什么？", "{word}的反义词？", "{word}的反义词是哪个？", "{word}的相反是什么？",
        "和{word}相反的词是什么？", "跟{word}意思相反的词是？", "告诉我{word}的反义词", "说出{word}的反义词",
        "写出{word}的反义词", "给出{word}的反义词", "你知道{word}的反义词吗？", "请问{word}的反义词是啥？",
        "能说出{word}的反义词吗？", "{word}反过来是什么？", "与{word}对立的词是什么？", "找出{word}的反义词",
        "我需要{word}的反义词", "孩子作业问{word}的反义词", "{word}对什么？求反义词", "不{word}的话叫什么？反义词是？",
        "什么词和{word}意思正好相反？",
    ),
}
OPPOSITES = {
    "en": (
        "big small|long short|hot cold|dark bright|old new|fast slow|high low|open closed|full empty|happy sad|hard soft|"
        "heavy light|"
        "rich poor|clean dirty|dry wet|early late|easy difficult|good bad|loud quiet|near far|strong weak|thick thin|"
        "wide narrow|"
        "correct wrong|warm cool|cheap expensive|safe dangerous|sweet sour|true false|deep shallow|inside outside|up "
        "down|left right|"
        "day night|on off|first last|same different|smooth rough|brave afraid|polite rude|alive dead|modern ancient"
    ),
    "zh": (
        "大 小|长 短|热 冷|亮 暗|旧 新|快 慢|高 低|开 关|满 空|高兴 难过|硬 软|重 轻|富 穷|干净 脏|干 湿|早 晚|容易 困难|好 坏|吵闹 安静|近 远|强 弱|厚 薄|"
        "宽 窄|对 错|温暖 寒冷|便宜 昂贵|安全 危险|甜 苦|真 假|深 浅|里面 外面|上 下|左 右|白天 黑夜|多 少|前 后|相同 不同|光滑 粗糙|明亮 昏暗|勇敢 胆小|"
        "礼貌 粗鲁|生 死|现代 古代|简单 复杂|开始 结束|买 卖"
    ),
}


def opposite(rng, lang, held_out):
    pairs = [pair.split() for pair in OPPOSITES[lang].split("|")]
    at = rng.randrange(len(pairs))
    word, right = pairs[at]
    # "light" has two opposites, so nobody asks for it.
    if rng.random() < 0.5 and right != "light":
        word, right = right, word
    question = phrase(rng, OPPOSITE, lang, held_out, word=quoted(rng, word, lang))
    if lang == "zh":
        return question, f"“{word}”的反义词是“{right}”。", ((f"“{right}”",),)
    return question, f"The opposite of {word} is {right}.", ((f"is {right}",),)


PLURAL = (
    "What is the plural of {word}?", "Plural of {word}?", "Tell me the plural of {word}", "Give me the plural of {word}",
    "Write the plural of {word}", "Write {word} in the plural", "Put {word} into the plural",
    "How do you write the plural of {word}?", "What's the plural form of {word}?", "The plural of {word} is?",
    "Do you know the plural of {word}?", "Can you form the plural of {word}?", "Form the plural of {word}",
    "One {word}, two what?", "I have one {word}, my neighbor has two what?", "How do you say more than one {word}?",
    "Name the plural form of {word}", "I need the plural of {word}", "What do you call several of a {word}?",
    "Which form of {word} do I use for two?", "Please make {word} plural",
)
MEASURE = (
    "{word}用什么量词？", "{word}的量词是什么？", "{word}的量词？", "一什么{word}？", "一（）{word}，填什么？",
    "量词填空：一__{word}", "数{word}用哪个量词？", "{word}应该用哪个量词？", "告诉我{word}的量词", "说出{word}的量词",
    "请写出{word}的量词", "你知道{word}的量词吗？", "{word}前面用什么量词？", "该说一个什么{word}？量词是哪个？",
    "{word}论什么数？", "{word}的量词怎么用？", "给{word}加一个量词", "{word}配哪个量词？", "孩子问{word}的量词",
    "形容{word}数量用哪个字？", "我不知道{word}的量词",
)
PLURALS = (
    "lamp lamps|bulb bulbs|box boxes|switch switches|city cities|battery batteries|glass glasses|child children|mouse "
    "mice|foot feet|"
    "tooth teeth|man men|woman women|goose geese|knife knives|leaf leaves|shelf shelves|shade shades|table tables|chair chairs|"
    "room rooms|house houses|order orders|store stores|street streets|window windows|door doors|garden gardens|color colors|"
    "price prices|card cards|day days|week weeks|key keys|toy toys|baby babies|country countries|party parties|story stories|"
    "dish dishes|brush brushes|bus buses|match matches|wolf wolves|life lives|wife wives|half halves|person people|sheep sheep|"
    "fish fish|tomato tomatoes|potato potatoes|photo photos|cat cats|dog dogs|book books|star stars|cable cables"
)
MEASURES = (
    "灯 盏|台灯 盏|书 本|猫 只|狗 条|鱼 条|马 匹|牛 头|桌子 张|椅子 把|床 张|纸 张|伞 把|刀 把|车 辆|自行车 辆|飞机 架|船 艘|树 棵|草 棵|花 朵|衣服 件|裤子 条|"
    "鞋 双|筷子 双|房子 座|山 座|桥 座|河 条|路 条|门 扇|窗户 扇|电视 台|电脑 台|手机 部|电影 部|信 封|邮件 封|画 幅|地图 幅|苹果 个|人 个|老师 位|客人 位|"
    "歌 首|诗 首|药 片|面包 片|水 杯|茶 杯|饭 碗|汤 碗|笔 支|蜡烛 支|帽子 顶|镜子 面|鸟 只|鸡 只|星星 颗|珍珠 颗"
)


def word_form(rng, lang, held_out):
    """English plurals; in Chinese, which has none, measure words."""
    if lang == "zh":
        word, right = rng.choice(MEASURES.split("|")).split()
        question = phrase(rng, {"zh": MEASURE}, lang, held_out, word=word)
        return question, f"“{word}”的量词是“{right}”：一{right}{word}。", ((f"一{right}{word}",),)
    word, right = rng.choice(PLURALS.split("|")).split()
    question = phrase(rng, {"en": PLURAL}, lang, held_out, word=quoted(rng, word, lang))
    return question, f"The plural of {word} is {right}.", ((f"is {right}.",),)


SPELL = {
    "en": (
        "Spell {word}", "Spell the word {word}", "Please spell {word}", "Can you spell {word}?",
        "Could you spell the word {word} for me?", "How do you spell {word}?", "How is {word} spelled?", "Spell out {word}",
        "Spell {word} letter by letter", "Write {word} letter by letter", "Write the letters of {word} one by one",
        "Give me the letters of {word}", "Which letters are in {word}, in order?", "Say {word} letter by letter",
        "Separate the letters of {word} with dashes", "Break {word} into letters", "Split {word} into its letters",
        "List the letters of {word}", "I need the spelling of {word}", "What is the spelling of {word}?",
        "Spelling of {word}, please", "Take the word {word} apart, letter by letter",
    ),
    "zh": (
        "拼写{word}", "{word}怎么拼写？", "{word}怎么拼？", "请拼写{word}", "请拼出{word}", "把{word}拼出来",
        "帮我拼一下{word}", "你能拼写{word}吗？", "能把{word}一个字母一个字母拼出来吗？", "一个字母一个字母地写{word}",
        "逐个字母拼写{word}", "{word}由哪些字母组成？", "列出{word}的字母", "写出{word}的每个字母", "说出{word}的字母",
        "单词{word}怎么拼？", "英语单词{word}的拼写", "{word}的拼写是什么？", "把{word}拆成字母", "把{word}的字母用横线隔开",
        "我要{word}的拼法",
    ),
}
SPLIT_ZH = {
    "zh": (
        "把{word}一个字一个字写出来", "把{word}拆成单个字", "一个字一个字地写{word}", "逐字写出{word}", "请逐字写{word}",
        "{word}有哪几个字？", "{word}由哪些字组成？", "列出{word}的每个字", "把{word}的字用顿号隔开", "把{word}分开写",
        "能把{word}逐字分开吗？", "请把{word}一字一字隔开", "帮我把{word}拆开", "说出{word}里的每个字", "拆字：{word}",
        "把{word}按字分开", "写出{word}中的每个字", "{word}拆成字是什么样？", "我要{word}一个一个字的写法", "将{word}逐字列出",
        "一字一顿地写{word}",
    ),
}
SPELLED = (
    "lamp shade bulb light order price table chair room house garden window door street store shop color white black "
    "green blue red "
    "yellow brown pink gold silver orange gray cat dog book star moon sun sky sea river tree leaf flower bird fish horse "
    "bear apple "
    "bread milk water coffee tea sugar cake hello thanks please yes no good bad big small long short hot cold new old "
    "fast slow day "
    "night week month year time clock hour minute card cash bank money box paper glass wood metal cable switch plug wall "
    "floor desk "
    "bed lantern harbor candle Anna Paul Emma Tom Wick spell word name number seven eight three twenty school teacher "
    "friend family "
    "mother father sister brother city country bridge boat train station market island winter summer spring autumn "
    "monday friday"
).split()
COMPOUNDS = (
    "台灯 落地灯 床头灯 小夜灯 庭院灯 阅读灯 枝形吊灯 灯笼街 老港店 河畔店 车站店 烛湾灯铺 订单号 退货单 优惠券 礼品卡 支付宝 微信支付 银行转账 遥控器 太阳能板 "
    "客厅 卧室 厨房 书房 走廊 阳台 花园 星期一 图书馆 博物馆 面包店 火车站 生日快乐 早上好 欢迎光临 谢谢您 节能灯泡 玻璃灯罩 调光功能 一路平安 新年快乐 光明 温暖 家人 朋友 老师 学生"
).split()


def spell(rng, lang, held_out):
    """Letter by letter; in Chinese, as often, character by character."""
    if lang == "zh" and rng.random() < 0.5:
        word = rng.choice(COMPOUNDS) if rng.random() < 0.6 else lamp_name(rng.choice(PRODUCTS), "zh")
        return phrase(rng, SPLIT_ZH, lang, held_out, word=quoted(rng, word, lang)), "、".join(word) + "。", (("、".join(word),),)
    word = rng.choice(SPELLED)
    question = phrase(rng, SPELL, lang, held_out, word=quoted(rng, word, lang))
    return question, "-".join(word), (("-".join(word),),)


# Copying.

PEOPLE = {
    "en": (
        "my sister|my brother|the teacher|our neighbor|the old man|the young woman|the baker|my aunt|the doctor|the captain|"
        "the children|a friend"
    ),
    "zh": "我姐姐|我弟弟|老师|邻居|老爷爷|年轻人|面包师|阿姨|医生|船长|孩子们|一个朋友",
}
MOODS = {
    "en": "warm bright small quiet golden old new lovely simple soft pretty big".split(),
    "zh": "温暖 明亮 小小 安静 金色 旧 新 可爱 简单 柔和 漂亮 大".split(),
}
OBJECTS = {
    "en": "lamp|lantern|candle|window|garden|boat|clock|chair|table|book|picture|door|bridge|cat|dog|tree|house|letter|box|key",
    "zh": "灯|灯笼|蜡烛|窗户|花园|小船|时钟|椅子|桌子|书|画|门|小桥|小猫|小狗|大树|房子|信|盒子|钥匙",
}
WEATHER = {
    "en": "sunny|rainy|windy|cloudy|cold|warm|foggy|snowy|clear|stormy",
    "zh": "晴|下雨|刮风|多云|很冷|很暖和|有雾|下雪|晴朗|有暴风雨",
}
TIMES = {
    "en": (
        "in the morning|in the evening|at noon|at night|every day|after work|on the weekend|before breakfast|late at night|"
        "all day"
    ),
    "zh": "早上|傍晚|中午|夜里|每天|下班后|周末|早饭前|深夜|整天",
}
PLACES = {"en": PLACES_EN, "zh": PLACES_ZH}
SENTENCES = {
    "en": (
        "The {mood} {thing} is for {name}.", "{name} lives near {place}.", "{name} reads a book {time}.",
        "It is {weather} today.", "On {day} it was {weather} at {place}.", "{who} bought a {thing} on {day}.",
        "There is a {mood} {thing} near {place}.", "{name} likes the {p}.", "The {p} costs ${price}.",
        "{name} and {name2} meet at {place} {time}.", "My order number is {n}.", "I have {k} lamps and one {thing}.",
        "The shop opens at nine.", "{who} sees a {mood} {thing} {time}.", "Light makes a room {mood}.", "We close at six.",
        "{name} gave {name2} the {p}.", "The {thing} is {mood} and {mood2}.", "I turn on the lamp {time}.",
        "Please bring the {thing} to {place}.", "The train to {place} leaves on {day}.",
        "{name} paid ${k} for a {mood} {thing}.", "A {mood} {thing} stands at {place}.", "{who} walks to {place} {time}.",
        "Where is my {mood} {thing}?", "What a {mood} day!", "The {color} {thing} belongs to {name}.",
        "{name} has {k} {color} boxes.",
    ),
    "zh": (
        "这{mood}的{thing}是给{name}的。", "{name}住在{place}附近。", "{name}{time}看书。", "今天天气{weather}。",
        "{day}{place}{weather}。", "{who}{day}买了{thing}。", "{place}旁边有一个{mood}的{thing}。", "{name}喜欢{p}。",
        "{p}的价格是{price}美元。", "{name}和{name2}{time}在{place}见面。", "我的订单号是{n}。", "我有{k}盏灯和一个{thing}。",
        "店里九点开门。", "{who}{time}看到了{mood}的{thing}。", "灯光让房间变得{mood}。", "我们六点关门。",
        "{name}送给{name2}一盏{p}。", "那个{thing}又{mood}又{mood2}。", "我{time}开灯。", "请把{thing}带到{place}。",
        "去{place}的火车{day}出发。", "{name}花了{k}美元买{mood}的{thing}。", "{place}有{mood}的{thing}。",
        "{who}{time}走到{place}。", "我那{mood}的{thing}在哪里？", "多么{mood}的一天！", "那个{color}的{thing}是{name}的。",
        "{name}有{k}个{color}的盒子。",
    ),
}


def values(rng, lang):
    """Slots of a sentence: people, places, lamps, weather, days."""
    mood, mood2 = rng.sample(MOODS[lang], 2)
    return facts(rng.choice(PRODUCTS), lang, rng) | {
        "name": some_name(rng, lang), "name2": some_name(rng, lang), "who": rng.choice(PEOPLE[lang].split("|")),
        "mood": mood, "mood2": mood2, "thing": rng.choice(OBJECTS[lang].split("|")), "place": rng.choice(PLACES[lang]),
        "weather": rng.choice(WEATHER[lang].split("|")), "time": rng.choice(TIMES[lang].split("|")),
        "day": rng.choice(DAYS[lang]), "n": order_number(rng), "k": rng.randrange(2, 100),
    }  # fmt: skip


def sentence(rng, lang):
    return capital(rng.choice(SENTENCES[lang]).format(**values(rng, lang)))


REPEAT = {
    "en": (
        "Repeat: {text}", "Repeat after me: {text}", "Please repeat: {text}", "Repeat this sentence: {text}",
        "Repeat the following: {text}", "Repeat the following sentence word for word: {text}", "Say after me: {text}",
        "Say this: {text}", "Say exactly: {text}", "Say the following sentence: {text}", "Copy this sentence: {text}",
        "Copy this text: {text}", "Write exactly this: {text}", "Write the same sentence again: {text}", "Echo: {text}",
        "Echo this text: {text}", "Can you repeat this? {text}", "Could you repeat after me? {text}",
        "Read this back to me: {text}", "Give me this text back unchanged: {text}", "Output this text: {text}",
        "I say it and you say it too: {text}", "Reply with this sentence: {text}", "Type this again, please: {text}",
    ),
    "zh": (
        "重复：{text}", "跟我说：{text}", "请重复：{text}", "请跟我念：{text}", "重复这句话：{text}", "重复下面的话：{text}",
        "请原样重复：{text}", "照着说：{text}", "请说：{text}", "把这句话再说一遍：{text}", "把下面的句子重复一遍：{text}",
        "照抄这句话：{text}", "抄写：{text}", "一字不差地说：{text}", "复述这句：{text}", "复读：{text}",
        "你能重复这句话吗？{text}", "可以跟我说一遍吗？{text}", "念一下这句：{text}", "原样输出：{text}",
        "输出这段文字：{text}", "我说一句你说一句：{text}", "用这句话回答：{text}", "请再打一遍：{text}",
    ),
}
SINGLE = {
    "en": (
        "Answer with the single word {word}", "Answer only {word}", "Answer with {word} and nothing else",
        "Reply with only: {word}", "Reply with just the word {word}", "Reply {word}", "Reply with exactly one word: {word}",
        "Respond with {word}", "Respond only with the word {word}", "Say {word}", "Just say {word}", "Say only {word}",
        "Say the word {word}", "Please say {word}", "Can you say {word}?", "Write {word}", "Only write {word}",
        "Write the word {word} and stop", "Your answer must be {word} and nothing else", "Output {word} only", "Output: {word}",
        "Print {word}", "Return the word {word}", "Give me one word: {word}", "I want you to answer {word}",
        "No explanation, only the word {word}", "Type {word}",
    ),
    "zh": (
        "只回答{word}", "请只回答{word}", "只说{word}", "说{word}", "请说{word}", "就说{word}", "只回复{word}", "回复{word}",
        "请回复{word}", "用{word}回答", "只用{word}回答我", "回答一个词：{word}", "只输出{word}", "输出{word}", "输出：{word}",
        "请写{word}", "只写{word}", "写出{word}这个词", "你的回答只能是{word}", "不要解释，只说{word}", "除了{word}什么都别说",
        "我要你回答{word}", "打出{word}", "你能说{word}吗？", "只需要回答{word}，不要别的",
    ),
}
WORDS = {
    "en": (
        "yes no pong ping ok OK okay hello hi done ready banana lamp apple blue red green test true false maybe please "
        "thanks sun moon "
        "star cat dog tree house one two three seven ten light dark water fire stone bird fish book door go stop start "
        "end left right "
        "up down north south east west good fine great cool hey bye welcome sorry love peace music coffee tea cheese "
        "pizza bread "
        "orange lemon cherry pear tiger lion zebra monkey robot rocket river mountain ocean summer winter monday alpha "
        "beta gamma "
        "delta echo foxtrot zulu success error accepted confirmed received understood roger copy check Wickhaven Paris "
        "London HELLO YES"
    ).split(),
    "zh": (
        "是 否 好 好的 可以 不行 对 错 行 不 你好 再见 谢谢 收到 明白 完成 准备好了 苹果 香蕉 灯 太阳 月亮 星星 猫 狗 树 房子 一 二 三 七 十 光 水 火 石头 鸟 鱼 书 "
        "门 开始 停止 结束 左 右 上 下 东 西 南 北 早安 晚安 欢迎 抱歉 爱 和平 音乐 咖啡 茶 面包 橙子 柠檬 老虎 狮子 机器人 火箭 河 山 大海 夏天 冬天 星期一 "
        "成功 失败 通过 确认 测试 pong ok yes no hello 北京 上海 烛湾 没问题 加油"
    ).split(),
}


def repeat(rng, lang, held_out):
    text = sentence(rng, lang)
    if rng.random() < 0.15:
        text += ("" if lang == "zh" else " ") + sentence(rng, lang)
    marked = quoted(rng, text, lang) if rng.random() < 0.5 else text
    return phrase(rng, REPEAT, lang, held_out, text=marked), text, ((text,),)


def single_word(rng, lang, held_out):
    draw = rng.random()
    if draw < 0.7:
        word = rng.choice(WORDS[lang])
    elif draw < 0.8:
        word = str(rng.randrange(10 ** rng.randrange(1, 6)))
    elif draw < 0.9:
        word = some_name(rng, lang)
    else:
        word = (" " if lang == "en" else "").join(rng.sample(WORDS[lang], 2))
    return phrase(rng, SINGLE, lang, held_out, word=quoted(rng, word, lang)), word, ((word,),)


# Numbers.

SUM = {
    "en": (
        "What is {a} plus {b}?", "{a} plus {b}?", "{a} + {b}?", "{a} + {b} = ?", "How much is {a} plus {b}?",
        "How much is {a} + {b}?", "What is {a} and {b} together?", "What's {a} + {b}?", "Add {a} and {b}",
        "Please add {b} to {a}", "Can you add {a} and {b}?", "The sum of {a} and {b}?", "What is the sum of {a} and {b}?",
        "I have {a} lamps and get {b} more, how many lamps do I have?",
        "There are {a} apples and {b} more apples, how many are there?", "{a} bulbs plus {b} bulbs, how many bulbs?",
        "Calculate {a} + {b}", "Compute {a} plus {b}", "Tell me what {a} plus {b} is", "Do you know how much {a} plus {b} is?",
        "If I add {b} to {a}, what do I get?", "Small sum: {a} and {b}?",
    ),
    "zh": (
        "{a}加{b}等于几？", "{a}加{b}等于多少？", "{a}加{b}是多少？", "{a}+{b}=？", "{a}+{b}等于几？", "{a}加{b}？",
        "{a}和{b}加起来是多少？", "{a}与{b}的和是多少？", "{a}和{b}一共是多少？", "算一下{a}加{b}", "请计算{a}+{b}",
        "计算{a}加{b}", "把{a}和{b}加起来", "你知道{a}加{b}是几吗？", "能算{a}+{b}吗？", "我有{a}盏灯，又买了{b}盏，一共几盏？",
        "有{a}个苹果，再来{b}个，一共几个？", "{a}只灯泡加{b}只灯泡是几只？", "告诉我{a}加{b}的结果", "{a}再加{b}得几？",
        "{a}加上{b}等于？", "求{a}与{b}之和",
    ),
}
MINUS = {
    "en": (
        "What is {a} minus {b}?", "{a} minus {b}?", "{a} - {b}?", "{a} - {b} = ?", "How much is {a} minus {b}?",
        "How much is {a} - {b}?", "What's {a} - {b}?", "Subtract {b} from {a}", "Please take {b} away from {a}",
        "Can you subtract {b} from {a}?", "The difference of {a} and {b}?", "What is the difference between {a} and {b}?",
        "I have {a} lamps and give away {b}, how many are left?", "There are {a} apples, I eat {b} of them, how many remain?",
        "{a} bulbs, {b} are broken, how many still work?", "Calculate {a} - {b}", "Compute {a} minus {b}",
        "Tell me what {a} minus {b} is", "Do you know how much {a} minus {b} is?", "If I take {b} from {a}, what is left?",
        "{a} less {b} is how much?", "What remains of {a} without {b}?",
    ),
    "zh": (
        "{a}减{b}等于几？", "{a}减{b}等于多少？", "{a}减{b}是多少？", "{a}-{b}=？", "{a}-{b}等于几？", "{a}减{b}？",
        "{a}减去{b}是多少？", "{a}与{b}的差是多少？", "{a}比{b}多几？", "算一下{a}减{b}", "请计算{a}-{b}", "计算{a}减{b}",
        "从{a}里减去{b}", "你知道{a}减{b}是几吗？", "能算{a}-{b}吗？", "我有{a}盏灯，送了{b}盏，还剩几盏？",
        "有{a}个苹果，吃了{b}个，还剩几个？", "{a}只灯泡坏了{b}只，还有几只好的？", "告诉我{a}减{b}的结果", "{a}去掉{b}剩几？",
        "{a}减去{b}等于？", "求{a}与{b}之差",
    ),
}
COMPARE = {
    "en": (
        "Which is {rel}, {a} or {b}?", "Which number is {rel}, {a} or {b}?", "What is {rel}, {a} or {b}?",
        "Which one is {rel}: {a} or {b}?", "Is {a} or {b} {rel}?", "{a} or {b}, which is {rel}?", "{a} or {b}: what is {rel}?",
        "Tell me which number is {rel}: {a} or {b}", "Compare {a} and {b}, which is {rel}?",
        "Which of the numbers {a} and {b} is {rel}?", "Find the {rel} number: {a}, {b}",
        "Give me the {rel} number of {a} and {b}", "The {rel} one of {a} and {b}?", "Say which is {rel}, {a} or {b}",
        "Do you know which is {rel}, {a} or {b}?", "Can you tell me if {a} or {b} is {rel}?",
        "Between {a} and {b}, which is {rel}?", "Of {a} and {b}, which is the {rel} number?",
        "Pick the {rel} number: {a} or {b}", "I have {a} and {b}, which of them is {rel}?", "{a} and {b}, name the {rel} one",
    ),
    "zh": (
        "{a}和{b}哪个{rel}？", "{a}和{b}哪个更{rel}？", "{a}与{b}谁{rel}？", "{a}{rel}还是{b}{rel}？",
        "是{a}{rel}还是{b}{rel}？", "哪个数{rel}，{a}还是{b}？", "哪个更{rel}：{a}，{b}？", "比较{a}和{b}，哪个{rel}？",
        "比一比{a}和{b}，谁更{rel}？", "{a}和{b}中{rel}的是哪个？", "{a}、{b}两个数哪个比较{rel}？", "告诉我{a}和{b}哪个{rel}",
        "找出{rel}的数：{a}，{b}", "说出{a}和{b}里更{rel}的数", "你知道{a}和{b}哪个{rel}吗？", "能说说{a}和{b}谁{rel}吗？",
        "{a}跟{b}比，哪个{rel}？", "数字{a}和{b}，哪一个更{rel}？", "请选{rel}的数：{a}或{b}", "{a}、{b}，哪个{rel}一些？",
        "在{a}和{b}里选{rel}的那个",
    ),
}
SORT = {
    "en": (
        "Sort {a}, {b}, {c} {rel}", "Sort the numbers {a}, {b} and {c} {rel}", "Please sort {a}, {b}, {c} {rel}",
        "Can you sort {a}, {b} and {c} {rel}?", "Could you put {a}, {b} and {c} in order, {rel}?",
        "Put {a}, {b}, {c} in order {rel}", "Order these numbers {rel}: {a}, {b}, {c}", "Order {a}, {b} and {c} {rel}",
        "Arrange {a}, {b}, {c} {rel}", "Arrange these numbers {rel}: {a}, {b}, {c}", "Write {a}, {b} and {c} {rel}",
        "List {a}, {b}, {c} {rel}", "Sort {rel}: {a}, {b}, {c}", "Sort these three numbers {rel}: {a}, {b}, {c}",
        "What are {a}, {b} and {c} sorted {rel}?", "I have {a}, {b} and {c}, sort them {rel}",
        "My numbers are {a}, {b} and {c}, please sort them {rel}", "Bring {a}, {b} and {c} into order {rel}",
        "Three numbers: {a}, {b}, {c}. Sort them {rel}", "The numbers {a}, {b}, {c} {rel}, please",
        "Line up {a}, {b}, {c} {rel}",
    ),
    "zh": (
        "把{a}、{b}、{c}{rel}排列", "把{a}，{b}，{c}{rel}排序", "请将{a}、{b}、{c}{rel}排序", "{a}、{b}、{c}{rel}怎么排？",
        "能把{a}、{b}、{c}{rel}排好吗？", "{rel}排列：{a}，{b}，{c}", "{rel}排序：{a}、{b}、{c}", "请{rel}写出{a}、{b}、{c}",
        "将数字{a}、{b}、{c}{rel}排列", "帮我把{a}、{b}、{c}{rel}排一下", "三个数{a}、{b}、{c}，{rel}排列",
        "我有{a}、{b}、{c}三个数，请{rel}排", "给{a}、{b}、{c}排个序，{rel}", "排序，{rel}：{a}，{b}，{c}",
        "{a}，{b}，{c}，请{rel}列出", "把这几个数{rel}排好：{a}、{b}、{c}", "{rel}列出{a}、{b}、{c}",
        "数字排序：{a}、{b}、{c}，{rel}", "可以{rel}排列{a}、{b}、{c}吗？", "{a}、{b}、{c}{rel}的顺序是什么？",
        "请问{a}、{b}、{c}{rel}应该怎么排列？",
    ),
}
NUMBER_WORD = {
    "en": (
        "Write {k} as a word", "Write the number {k} as a word", "Write {k} in letters", "Write the number {k} in letters",
        "How do you write {k} in words?", "How do you write the number {k} as a word?", "What is {k} in words?",
        "{k} in words?", "Spell the number {k} as a word", "Please write {k} in words", "Can you write {k} as a word?",
        "Could you write the number {k} in words?", "Give me the word for {k}", "Which word stands for the number {k}?",
        "Turn the number {k} into a word", "Convert {k} into a word", "Say the number {k} in words",
        "I need the number {k} in words", "Express {k} in words", "The number {k} written out?", "Write out the number {k}",
    ),
    "zh": (
        "把{k}写成汉字", "把数字{k}写成汉字", "{k}用汉字怎么写？", "数字{k}用中文怎么写？", "请用汉字写{k}",
        "用汉字写出数字{k}", "{k}的汉字是什么？", "{k}写成汉字数字", "能把{k}写成中文数字吗？", "可以用汉字写{k}吗？",
        "请把数字{k}转成汉字", "将{k}转换成中文数字", "数字{k}的中文写法", "帮我把{k}写成汉字", "{k}怎么用汉字表示？",
        "告诉我{k}的汉字写法", "我需要{k}的汉字写法", "写出{k}的中文数字", "阿拉伯数字{k}改成汉字", "{k}变成汉字是？",
        "请问{k}的中文数字怎么写？",
    ),
}
UP = {
    "en": ("from small to large", "from smallest to largest", "in ascending order", "with the smallest first"),
    "zh": ("从小到大", "由小到大", "按升序"),
}
DOWN = {
    "en": ("from large to small", "from largest to smallest", "in descending order", "with the largest first"),
    "zh": ("从大到小", "由大到小", "按降序"),
}


def sum_of(rng, lang, held_out):
    a = rng.randrange(0, 19)
    b = rng.randrange(0, 20 - a)
    question = phrase(rng, SUM, lang, held_out, a=number(rng, a, lang), b=number(rng, b, lang))
    answer = f"{a} + {b} = {a + b}{end(lang)}"
    return capital(question), answer, ((f"= {a + b}{end(lang)}",),)


def difference(rng, lang, held_out):
    a = rng.randrange(1, 20)
    b = rng.randrange(0, a + 1)
    question = phrase(rng, MINUS, lang, held_out, a=number(rng, a, lang), b=number(rng, b, lang))
    answer = f"{a} - {b} = {a - b}{end(lang)}"
    return capital(question), answer, ((f"= {a - b}{end(lang)}",),)


def compare(rng, lang, held_out):
    top = rng.choice((20, 100, 100, 1000))
    a, b = rng.sample(range(1, top), 2)
    bigger = rng.random() < 0.6
    right, other = (max(a, b), min(a, b)) if bigger else (min(a, b), max(a, b))
    if lang == "zh":
        rel = "大" if bigger else "小"
        return phrase(rng, COMPARE, lang, held_out, a=a, b=b, rel=rel), f"{right}比{other}{rel}。", ((f"{right}比{other}{rel}",),)
    rel = rng.choice(("bigger", "larger", "greater", "higher") if bigger else ("smaller", "lower"))
    said = "bigger" if bigger else "smaller"
    question = phrase(rng, COMPARE, lang, held_out, a=a, b=b, rel=rel)
    return question, f"{right} is {said} than {other}.", ((f"{right} is {said}",),)


def sort_three(rng, lang, held_out):
    numbers = rng.sample(range(1, rng.choice((20, 100, 100))), 3)
    down = rng.random() < 0.35
    answer = listed(sorted(numbers, reverse=down), lang)
    a, b, c = numbers
    question = phrase(rng, SORT, lang, held_out, a=a, b=b, c=c, rel=rng.choice((DOWN if down else UP)[lang]))
    return question, answer + end(lang), ((answer,),)


def number_word(rng, lang, held_out):
    k = rng.randrange(0, 21)
    question, right = phrase(rng, NUMBER_WORD, lang, held_out, k=k), NUMBERS[lang][k]
    if lang == "zh":
        return question, f"{k}的汉字是{right}。", ((f"是{right}。",),)
    return question, f"{k} in words is {right}.", ((f"is {right}.",),)


# Sentences.

POLITE = {
    "en": (
        "Make this polite: {text}", "Make this sentence polite: {text}", "Make this more polite: {text}",
        "Say this politely: {text}", "Say it more politely: {text}", "Rephrase politely: {text}",
        "Rephrase this sentence politely: {text}", "Please rephrase this in a polite way: {text}",
        "Write this politely: {text}", "Rewrite this as a polite request: {text}",
        "Rewrite in a friendly and polite tone: {text}", "Turn this into a polite request: {text}",
        "Turn this order into a polite question: {text}", "Can you make this sound polite? {text}",
        "Could you say this in a nicer way? {text}", "How do I say this politely? {text}",
        "How can I ask this more politely? {text}", "A polite version of this, please: {text}", "Polite version: {text}",
        "This sounds rude, make it polite: {text}", "My message is too direct, make it polite: {text}",
        "Express this as a kind request: {text}",
    ),
    "zh": (
        "礼貌地说：{text}", "把这句话说得礼貌一点：{text}", "把这句改得更礼貌：{text}", "请改得礼貌些：{text}",
        "礼貌地改写：{text}", "用礼貌的方式改写这句话：{text}", "请用礼貌的语气说：{text}",
        "请把下面这句改成礼貌的请求：{text}", "改成客气的说法：{text}", "这句话怎么说更礼貌？{text}",
        "怎么礼貌地说这句话？{text}", "怎样客气地问？{text}", "能说得礼貌点吗？{text}", "可以换成礼貌的说法吗？{text}",
        "帮我改得客气一点：{text}", "这句话太生硬了，改礼貌点：{text}", "这样说不礼貌，帮我改：{text}",
        "变成礼貌的请求：{text}", "礼貌版：{text}", "给我一个客气的版本：{text}", "用敬语改写：{text}",
    ),
}
ORDERS = {
    "en": (
        "send me {x}|give me {x}|show me {x}|bring me {x}|mail me {x}|check {x}|pack {x}|repair {x}|change {x}|look for "
        "{x}|print {x}|"
        "explain {x} to me|wait for {x}|keep {x} for me"
    ),
    "zh": "把{x}发给我|把{x}给我|把{x}拿来|把{x}寄给我|检查{x}|包好{x}|修好{x}|换掉{x}|找一下{x}|打印{x}|给我解释{x}|给我看{x}|留着{x}|带上{x}",
}
ORDERED = {
    "en": (
        "the invoice|the bill|the catalog|the lamp|the parcel|the address|the phone number|the price list|the receipt|"
        "the label|the key|"
        "the new bulb|the contract|my order|the box|the table lamp|the report|the photos|the tickets|the letter|the "
        "other color|the plan"
    ),
    "zh": "发票|账单|目录|那盏灯|包裹|地址|电话号码|价格表|收据|标签|钥匙|新灯泡|合同|我的订单|盒子|桌灯|报告|照片|票|信|另一个颜色|计划",
}
WHEN = {
    "en": ("", "", " now", " today", " tomorrow", " at once", " this week", " before noon", " again", " on Monday"),
    "zh": ("", "", "现在", "今天", "明天", "马上", "这周", "中午前", "再", "星期一"),
}


def polite(rng, lang, held_out):
    order = rng.choice(ORDERS[lang].split("|")).format(x=rng.choice(ORDERED[lang].split("|")))
    when = rng.choice(WHEN[lang])
    if lang == "zh":
        said, answer = when + order + rng.choice(("。", "！", "")), f"请您{when}{order}，好吗？"
    else:
        said, answer = capital(order + when) + rng.choice((".", "!", "")), f"Could you please {order}{when}?"
    check = (("请您",), (order,)) if lang == "zh" else (("could you please",), (order,))
    return phrase(rng, POLITE, lang, held_out, text=quoted(rng, said, lang)), answer, check


SHORTER = {
    "en": (
        "Make this shorter: {text}", "Make this sentence shorter: {text}", "Shorten this: {text}",
        "Shorten this sentence: {text}", "Please shorten: {text}", "Please make this text shorter: {text}",
        "Say this in fewer words: {text}", "Write this in fewer words: {text}", "Can you shorten this? {text}",
        "Could you make this sentence shorter? {text}", "How can I say this shorter? {text}", "Cut this sentence down: {text}",
        "Keep only the important part: {text}", "What is the core of this sentence? {text}",
        "Reduce this sentence to its core: {text}", "A shorter version, please: {text}", "Short version: {text}",
        "This is too long, shorten it: {text}", "My sentence is too long, please cut it: {text}",
        "Simplify this sentence: {text}", "Remove everything that is not needed: {text}", "Rewrite this briefly: {text}",
    ),
    "zh": (
        "把这句话缩短：{text}", "缩短这句：{text}", "请缩短：{text}", "简短地说：{text}", "把这句话改短一点：{text}",
        "说得短一点：{text}", "用更少的字说：{text}", "请把下面的句子缩短：{text}", "能缩短这句话吗？{text}",
        "可以简短一点吗？{text}", "怎么说更短？{text}", "精简这句话：{text}", "精简：{text}", "只留重点：{text}",
        "这句话的核心是什么？{text}", "把句子缩到最短：{text}", "给我一个短的版本：{text}", "简短版：{text}",
        "太长了，帮我缩短：{text}", "这句太啰嗦了，改短：{text}", "删掉多余的话：{text}", "长话短说：{text}",
    ),
}
FLUFF = {
    "en": (
        (
            "To be completely honest with you,", "As I already said a few days ago,",
            "After thinking about it for a long time,",
            "I just wanted to let you know that", "I am writing to you today because", "As you may or may not know,",
            "It seems to me, if I am not mistaken, that", "I have to say that", "Well, the thing is that",
            "I would like to mention that",
            "In my very personal opinion,", "Please allow me to say that", "If you ask me and my whole family,",
        ),
        (
            ", and that is really all I wanted to say", ", as far as I can see", ", if you know what I mean",
            " and that is how it is, I am afraid",
            ", to put it in simple words", ", at least from my point of view", ", as everybody in our house agrees", "", "",
            ", just so that you know it",
        ),
    ),
    "zh": (
        (
            "说实话，", "正如我前几天说过的，", "我想了很久以后觉得，", "我只是想告诉您，", "我今天写信是因为", "您可能知道也可能不知道，", "如果我没弄错的话，",
            "我不得不说，", "嗯，事情是这样的，", "我想提一下，", "就我个人的看法来说，", "请允许我说一句，", "要是问我和我全家的意见，",
        ),
        (
            "，我想说的就是这些了", "，至少在我看来是这样", "，您明白我的意思吧", "，情况就是这样", "，简单来说就是如此", "，从我的角度看是这样的", "，我们全家都这么觉得", "", "",
            "，就是跟您说一声",
        ),
    ),
}  # fmt: skip
CORES = {
    "en": (
        "the {p} is too bright|the {p} is too small for our room|the {p} arrived on {day}|the {p} is very pretty|the {p} "
        "stands in the wrong place|"
        "{name} wants to buy the {p}|{name} needs a new lamp|{name} cannot find the receipt|order {n} is still missing|"
        "order {n} came too late|"
        "the box was open|the cable is too short|the {color} one fits better|the store was closed on {day}|{name} will "
        "come on {day}|"
        "{name} likes the light of the {p}|the meeting is on {day}|the price of the {p} is fine"
    ),
    "zh": (
        "{p}太亮了|{p}对我们的房间来说太小|{p}{day}到了|{p}很漂亮|{p}放错了地方|{name}想买{p}|{name}需要一盏新灯|{name}找不到收据|订单{n}还没到|订单{n}来得太晚|"
        "盒子是开的|电线太短了|{color}的更合适|{day}店里没开门|{name}{day}会来|{name}喜欢{p}的光|会议在{day}|{p}的价格可以接受"
    ),
}


def shorter(rng, lang, held_out):
    core = rng.choice(CORES[lang].split("|")).format(**values(rng, lang))
    before, after = (rng.choice(part) for part in FLUFF[lang])
    long = before + ("" if lang == "zh" else " ") + core + after + end(lang)
    question = phrase(rng, SHORTER, lang, held_out, text=quoted(rng, long, lang))
    return question, capital(core) + end(lang), ((core,),)


SUMMARY = {
    "en": (
        "Summarize this message in one sentence: {text}", "Summarize: {text}", "Summarize this: {text}",
        "Summarize the customer's message: {text}", "Please summarize this message: {text}", "Give me a summary: {text}",
        "Give me a short summary of this message: {text}", "Write a one-sentence summary: {text}",
        "Write a short summary of this text: {text}", "Sum up this message: {text}", "Sum this up in one sentence: {text}",
        "Can you summarize this? {text}", "Could you summarize this message in one sentence? {text}",
        "What does this customer want? In one sentence: {text}", "What is this message about? One sentence, please: {text}",
        "Tell me in one sentence what this says: {text}", "Put this message into one sentence: {text}",
        "Condense this message into one sentence: {text}", "One-sentence summary, please: {text}",
        "Summary of this message: {text}", "I have no time to read this, sum it up: {text}",
        "A customer wrote this, summarize it for me: {text}", "tl;dr: {text}",
    ),
    "zh": (
        "用一句话总结这条消息：{text}", "总结：{text}", "总结一下：{text}", "总结这位顾客的留言：{text}",
        "请总结这段话：{text}", "给我一个总结：{text}", "简短总结这条消息：{text}", "写一句话的总结：{text}",
        "用一句话概括：{text}", "概括一下这条消息：{text}", "请概括下面的内容：{text}", "能总结一下吗？{text}",
        "可以用一句话概括这段话吗？{text}", "这位顾客想要什么？用一句话说：{text}", "这条消息讲了什么？一句话：{text}",
        "用一句话告诉我这说的是什么：{text}", "把这段话缩成一句：{text}", "一句话总结：{text}", "这条消息的概要：{text}",
        "我没时间看，帮我总结：{text}", "顾客写了这些，帮我总结一下：{text}", "归纳一下：{text}",
    ),
}
TOLD = {
    "en": {
        "name": ("My name is {name}.", "I am {name}.", "This is {name} writing.", "{name} here."),
        "bought": ("I bought the {p} {ago}.", "I ordered the {p} {ago}.", "{ago2} I got the {p} from your shop.",
                   "I have had the {p} since {day}."),
        "more": ("I like your shop.", "The weather is {weather} here.", "My family likes lamps.", "The box looked fine.",
                 "I live near {place}.", "I have been a customer for {k} years.", "The color is nice."),
        "ago": ("last week", "two days ago", "last month", "yesterday", "on {day}", "in spring"),
    },
    "zh": {
        "name": ("我叫{name}。", "我是{name}。", "这里是{name}。", "您好，我是{name}。"),
        "bought": ("我{ago}买了{p}。", "我{ago}订了{p}。", "{ago}我在你们店买了{p}。", "我{ago}收到了{p}。"),
        "more": ("我喜欢你们的店。", "我们这里{weather}。", "我家人都喜欢灯。", "盒子看起来没问题。", "我住在{place}附近。", "我是{k}年的老顾客了。", "颜色很好看。"),
        "ago": ("上周", "两天前", "上个月", "昨天", "{day}", "春天的时候"),
    },
}  # fmt: skip
# What the customer says and what the summary says.
PROBLEMS = {
    "en": (
        ("It flickers.", "it flickers"), ("It does not turn on.", "it does not turn on"),
        ("The glass is broken.", "the glass is broken"),
        ("The cable is too short.", "the cable is too short"), ("It is too bright for me.", "it is too bright"),
        ("The switch is stuck.", "the switch is stuck"),
        ("The color is wrong.", "the color is wrong"), ("It makes a noise.", "it makes a noise"),
        ("The bulb is missing.", "the bulb is missing"),
        ("It is too big for my room.", "it is too big"), ("It has a scratch.", "it has a scratch"),
        ("It gets very hot.", "it gets very hot"),
    ),
    "zh": (
        ("它一直闪。", "一直闪"), ("它打不开。", "打不开"), ("玻璃碎了。", "玻璃碎了"), ("电线太短了。", "电线太短"), ("对我来说太亮了。", "太亮"), ("开关卡住了。", "开关卡住了"),
        ("颜色不对。", "颜色不对"), ("它有噪音。", "有噪音"), ("少了灯泡。", "少了灯泡"), ("对我的房间来说太大了。", "太大"), ("上面有划痕。", "有划痕"), ("它会发烫。", "会发烫"),
    ),
}  # fmt: skip
WISHES = {
    "en": (
        ("I would like my money back.", "a refund"), ("Please give me a refund.", "a refund"),
        ("I want a new one.", "a new lamp"),
        ("Please send me a new lamp.", "a new lamp"), ("I want to return it.", "to return it"),
        ("How can I send it back?", "to return it"),
        ("Can somebody repair it?", "a repair"), ("Please repair it.", "a repair"), ("I would like a discount.", "a discount"),
        ("Could I get it in another color?", "another color"), ("Please call me.", "a call"),
        ("I need an answer today.", "an answer today"),
    ),
    "zh": (
        ("我想要退款。", "退款"), ("请把钱退给我。", "退款"), ("我想换一盏新的。", "换一盏新的"), ("请给我寄一盏新的。", "换一盏新的"), ("我想退货。", "退货"),
        ("怎么退回去？", "退货"), ("有人能修吗？", "维修"), ("请帮我修一下。", "维修"), ("能给我打折吗？", "打折"), ("可以换别的颜色吗？", "换别的颜色"),
        ("请给我打电话。", "打电话联系"), ("我今天就要答复。", "今天得到答复"),
    ),
}  # fmt: skip


def summary(rng, lang, held_out):
    """A message of two to four sentences; the summary names who, which lamp, what is wrong and what is wanted."""
    slots, told = values(rng, lang), TOLD[lang]
    ago = rng.choice(told["ago"]).format(**slots)
    slots |= {"ago": ago, "ago2": capital(ago)}
    said, problem = rng.choice(PROBLEMS[lang])
    asked, wish = rng.choice(WISHES[lang])
    named = rng.random() < 0.6
    parts = [rng.choice(told["name"]).format(**slots)] if named else []
    parts.append(rng.choice(told["bought"]).format(**slots))
    has_problem = named is False or rng.random() < 0.8
    if has_problem:
        parts.append(said)
    if len(parts) < 3 and rng.random() < 0.4:
        parts.append(rng.choice(told["more"]).format(**slots))
    parts.append(asked)
    text = ("" if lang == "zh" else " ").join(parts)
    who = slots["name"] if named else ("顾客" if lang == "zh" else "The customer")
    if lang == "zh":
        answer = f"{who}买了{slots['p']}，" + (f"但是{problem}，" if has_problem else "") + f"希望{wish}。"
    else:
        answer = f"{who} bought the {slots['p']}" + (f", but {problem}," if has_problem else "") + f" and wants {wish}."
    check = ((who,), (slots["p"],)) + (((problem,),) if has_problem else ()) + ((wish,),)
    return phrase(rng, SUMMARY, lang, held_out, text=quoted(rng, text, lang)), answer, check


READ = {
    "en": (
        "{text} {ask}", "{text} Question: {ask}", "{text} Now tell me: {ask}", "{text} My question: {ask}",
        "{text} Tell me, {small}", "Read this: {text} {ask}", "Read this text and answer: {text} {ask}",
        "Text: {text} Question: {ask}", "Here is a text: {text} {ask}", "Here is a short story: {text} {ask}",
        "I will tell you something: {text} {ask}", "Listen: {text} {ask}", "Given this text: {text} {ask}",
        "According to this text, {small} {text}", "From the text below, {small} {text}", "{ask} Text: {text}",
        "{ask} Here is what I know: {text}", "{ask} {text}", "Question: {ask} Text: {text}",
        "Answer this from the text. {ask} {text}", "Note: {text} {ask}", "Context: {text} {ask}",
        "Use the context to answer. Context: {text} Question: {ask}",
    ),
    "zh": (
        "{text}{ask}", "{text}问题：{ask}", "{text}请回答：{ask}", "{text}那么，{ask}", "{text}我的问题是：{ask}",
        "读一下：{text}{ask}", "阅读并回答：{text}{ask}", "短文：{text}问题：{ask}", "有这样一段话：{text}{ask}",
        "我告诉你一件事：{text}{ask}", "听好：{text}{ask}", "已知：{text}{ask}", "根据这段话，{ask}{text}",
        "从下面的文字里找答案：{ask}{text}", "{ask}原文：{text}", "{ask}我知道的是：{text}", "{ask}{text}",
        "问题：{ask}内容：{text}", "请根据内容回答。{ask}{text}", "备注：{text}{ask}", "背景：{text}{ask}",
        "请用背景回答。背景：{text}问题：{ask}", "看看这段：{text}{ask}",
    ),
}
EVENTS = {
    "en": (
        "{name} bought the {p} at {place} on {day} for ${price}.", "On {day} {name} got the {p} for ${price} at {place}.",
        "{name} paid ${price} for the {p} on {day} at {place}.", "At {place}, {name} found the {p} on {day} and paid ${price}.",
    ),
    "zh": (
        "{name}{day}在{place}花{price}美元买了{p}。", "{day}，{name}在{place}买到了{p}，花了{price}美元。",
        "在{place}，{name}{day}用{price}美元买了{p}。",
        "{name}{day}去{place}买了{p}，付了{price}美元。",
    ),
}  # fmt: skip
EVENT_ASKS = {
    "en": (
        ("Who bought the lamp?", "{name}"), ("Who got the lamp?", "{name}"), ("Who paid for the lamp?", "{name}"),
        ("What did {name} buy?", "The {p}"),
        ("Which lamp was it?", "The {p}"), ("Where did {name} buy the lamp?", "At {place}"),
        ("At which place was {name}?", "At {place}"),
        ("When did {name} buy the lamp?", "On {day}"), ("On which day did {name} buy it?", "On {day}"),
        ("How much did the lamp cost?", "${price}"),
        ("How much did {name} pay?", "${price}"), ("What was the price?", "${price}"),
    ),
    "zh": (
        ("谁买了灯？", "{name}"), ("是谁买的？", "{name}"), ("付钱的是谁？", "{name}"), ("{name}买了什么？", "{p}"), ("买的是哪盏灯？", "{p}"),
        ("{name}在哪里买的灯？", "在{place}"), ("在什么地方买的？", "在{place}"), ("{name}什么时候买的？", "{day}"), ("是哪一天买的？", "{day}"),
        ("灯多少钱？", "{price}美元"), ("{name}付了多少钱？", "{price}美元"), ("价格是多少？", "{price}美元"),
    ),
}  # fmt: skip


def read(rng, lang, held_out):
    """A question about a sentence or two that were just given."""
    slots = values(rng, lang)
    text = rng.choice(EVENTS[lang]).format(**slots)
    if rng.random() < 0.4:
        other = rng.choice(TOLD[lang]["more"]).format(**values(rng, lang))
        text = ("" if lang == "zh" else " ").join((text, other) if rng.random() < 0.5 else (other, text))
    ask, right = (part.format(**slots) for part in rng.choice(EVENT_ASKS[lang]))
    question = phrase(rng, READ, lang, held_out, text=text, ask=ask, small=ask[0].lower() + ask[1:])
    return question, right + end(lang), ((right,),)


# Two languages.

TRANSLATE = {
    "en": (
        "Translate {x} into {to}", "Translate {x} to {to}", "Translate to {to}: {x}", "Translate into {to}: {x}",
        "Please translate {x} into {to}", "Please translate into {to}: {x}", "Can you translate {x} into {to}?",
        "Could you translate {x} into {to} for me?", "How do you say {x} in {to}?", "How do I say {x} in {to}?",
        "How would you say {x} in {to}?", "What is {x} in {to}?", "What does {x} mean in {to}?", "{x} in {to}?",
        "What's the {to} for {x}?", "What is the {to} word or phrase for {x}?", "Say {x} in {to}", "Write {x} in {to}",
        "Give me the {to} for {x}", "Tell me how to say {x} in {to}", "I need {x} in {to}", "The {to} translation of {x}?",
        "Put {x} into {to}",
    ),
    "zh": (
        "把{x}翻译成{to}", "请把{x}翻译成{to}", "翻译成{to}：{x}", "请翻译成{to}：{x}", "将{x}译成{to}", "把{x}译成{to}",
        "帮我把{x}翻成{to}", "能把{x}翻译成{to}吗？", "可以把{x}翻成{to}吗？", "{x}用{to}怎么说？", "{x}的{to}怎么说？",
        "{x}用{to}怎么讲？", "{x}用{to}怎么写？", "{x}的{to}是什么？", "{x}{to}怎么说？", "{x}在{to}里是什么意思？",
        "用{to}说{x}", "用{to}写{x}", "告诉我{x}的{to}", "我想知道{x}的{to}说法", "请问{x}用{to}是什么？", "{x}翻成{to}是？",
        "给我{x}的{to}翻译",
    ),
}
PAIRS = (
    ("lamp", "灯"), ("desk lamp", "台灯"), ("floor lamp", "落地灯"), ("wall lamp", "壁灯"), ("night light", "小夜灯"),
    ("reading lamp", "阅读灯"), ("light", "光"), ("light bulb", "灯泡"), ("lampshade", "灯罩"), ("switch", "开关"),
    ("cable", "电线"), ("battery", "电池"), ("order", "订单"), ("order number", "订单号"), ("thanks", "谢谢"),
    ("hello", "你好"), ("goodbye", "再见"), ("sorry", "对不起"), ("welcome", "欢迎"), ("price", "价格"), ("discount", "折扣"),
    ("invoice", "发票"), ("shop", "商店"), ("customer", "顾客"), ("address", "地址"), ("parcel", "包裹"), ("shipping", "配送"),
    ("return", "退货"), ("refund", "退款"), ("exchange", "换货"), ("warranty", "保修"), ("gift", "礼物"),
    ("gift card", "礼品卡"), ("credit card", "信用卡"), ("cash", "现金"), ("payment", "付款"), ("today", "今天"),
    ("tomorrow", "明天"), ("yesterday", "昨天"), ("Monday", "星期一"), ("Sunday", "星期日"), ("living room", "客厅"),
    ("bedroom", "卧室"), ("kitchen", "厨房"), ("garden", "花园"), ("balcony", "阳台"), ("red", "红色"), ("blue", "蓝色"),
    ("green", "绿色"), ("white", "白色"), ("black", "黑色"), ("yellow", "黄色"), ("bright", "明亮"), ("warm", "温暖"),
    ("new", "新"), ("broken", "坏了"), ("cheap", "便宜"), ("expensive", "贵"), ("open", "开门"), ("closed", "关门"),
    ("free", "免费"), ("Thank you for your order.", "谢谢您的订单。"), ("How much is this lamp?", "这盏灯多少钱？"),
    ("The lamp is broken.", "灯坏了。"), ("I would like a refund.", "我想要退款。"),
    ("Where is my parcel?", "我的包裹在哪里？"), ("Good morning!", "早上好！"), ("Good night.", "晚安。"),
    ("I like this lamp.", "我喜欢这盏灯。"), ("The shop is closed today.", "今天店里休息。"),
    ("We are open from Monday to Saturday.", "我们周一到周六营业。"), ("Shipping is free.", "免费配送。"),
    ("Have a nice day!", "祝您愉快！"), ("The parcel has arrived.", "包裹到了。"),
    ("I want to buy two lamps.", "我想买两盏灯。"), ("Do you have it in red?", "有红色的吗？"),
    ("Please wait a moment.", "请稍等。"), ("You are welcome.", "不客气。"), ("I need a desk lamp.", "我需要一盏台灯。"),
    ("The light is too bright.", "灯光太亮了。"), ("My name is Anna.", "我叫安娜。"), ("Can I pay by card?", "可以刷卡吗？"),
)


def translate(rng, lang, held_out):
    english, chinese = rng.choice(PAIRS)
    to_chinese = rng.random() < 0.5
    source, right = (english, chinese) if to_chinese else (chinese, english)
    to = ("Chinese" if to_chinese else "English") if lang == "en" else rng.choice(("中文", "汉语") if to_chinese else ("英语", "英文"))
    return phrase(rng, TRANSLATE, lang, held_out, x=quoted(rng, source, lang), to=to), right, ((right,),)


# The shop.

YES_NO_SHORT = {
    "en": (
        "{q} Answer only yes or no.", "{q} Answer with yes or no.", "{q} Answer yes or no", "{q} Just yes or no, please.",
        "{q} Only yes or no.", "{q} One word: yes or no?", "{q} Reply with yes or no.", "{q} Reply with only yes or no.",
        "{q} Please answer with one word, yes or no.", "{q} A simple yes or no is enough.", "{q} I only want a yes or a no.",
        "{q} No explanation, just yes or no.", "{q} Say yes or no, nothing else.", "{q} Respond with yes or no only.",
        "Answer only with yes or no: {small}", "Answer with a single yes or no: {small}", "Just answer yes or no: {small}",
        "Only yes or no: {small}", "Reply with one word, yes or no: {small}", "Give me only a yes or a no: {small}",
        "With a simple yes or no, {small}",
    ),
    "zh": (
        "{q}只回答是或否。", "{q}请只回答是或否。", "{q}回答是或否。", "{q}只要说是或否。", "{q}是或否？",
        "{q}用一个词回答，是或否。", "{q}回复是或否即可。", "{q}请用是或否回答。", "{q}简单回答是或否就行。",
        "{q}不用解释，只说是或否。", "{q}我只想听是或否。", "{q}只能回答是或否。", "{q}说是或否，别的不用。",
        "{q}请仅回复是或否。", "只回答是或否：{q}", "用是或否回答：{q}", "请只说是或否：{q}", "只要是或否：{q}",
        "一个词回答，是或否：{q}", "给我一个是或否：{q}", "简单说，是或否：{q}",
    ),
}
YES_NO = {
    "en": (
        "Yes or no: {small}", "Yes or no? {q}", "Please tell me yes or no: {small}", "Tell me, yes or no: {small}",
        "Can you tell me with yes or no, {small}", "{q} Yes or no?", "{q} Yes or no, please.", "{q} Is that a yes or a no?",
        "{q} Tell me yes or no and why.", "{q} Yes or no, and why?", "Yes or no, with a short reason: {small}",
        "{q} Yes or no, in one sentence.", "Quick yes or no question: {small}", "A yes or no question: {small}",
        "I have a yes or no question. {q}", "My question is a simple yes or no one: {small}", "{q} It is a yes or no question.",
        "True or not: {small}", "Is it yes or no: {small}", "Yes, or rather no? {q}",
    ),
    "zh": (
        "是不是：{q}", "对不对？{q}", "是还是不是：{q}", "请告诉我是还是不是：{q}", "请判断：{q}", "判断一下：{q}",
        "{q}对还是不对？", "{q}是还是不是？", "{q}请判断。", "{q}请判断并说明。", "{q}是不是，为什么？", "{q}用一句话判断。",
        "一个判断题：{q}", "判断题：{q}", "我有个判断题。{q}", "简单判断：{q}", "{q}这是个判断题。", "请判断是否：{q}",
        "是不是这样：{q}", "帮我判断：{q}",
    ),
}
# question, true or not, the fact
FACTS = {
    "en": (
        ("Are you open on Sunday?", False, "we are closed on Sunday"),
        ("Are you open on Monday?", True, "we are open on Monday"),
        ("Are you open on Saturday?", True, "we are open on Saturday"),
        ("Are you open on public holidays?", False, "we are closed on public holidays"),
        ("Do you open at 9 am?", True, "we open at 9 am"), ("Do you close at 8 pm?", False, "we close at 6 pm"),
        ("Do you close at 6 pm?", True, "we close at 6 pm"),
        ("Do you have three stores?", True, "we have three stores"),
        ("Is there parking at the Riverside store?", True, "there is parking at Riverside"),
        ("Is there parking at the Station store?", False, "there is parking only at Riverside"),
        ("Is the Old Harbor store on Lantern Street?", True, "it is at 12 Lantern Street"),
        ("Does normal shipping cost $5?", True, "shipping costs $5"),
        ("Is shipping free from $50?", True, "shipping is free from $50"),
        ("Is express shipping free?", False, "express costs $12"), ("Do you ship abroad?", True, "we ship to 40 countries"),
        ("Can I return a lamp after 20 days?", True, "you have 30 days"),
        ("Can I return a lamp after 60 days?", False, "you have 30 days"),
        ("Is a return free?", True, "returns are free"),
        ("Does the warranty last two years?", True, "the warranty is two years"),
        ("Does the warranty last five years?", False, "the warranty is two years"),
        ("Can I pay with PayPal?", True, "we accept PayPal"),
        ("Can I pay with Alipay?", True, "we accept Alipay"), ("Can I pay cash online?", False, "cash is for the stores only"),
        ("Can I pay cash in the store?", True, "you can pay cash in the stores"),
        ("Is there a discount for students?", True, "students get 5 % off"),
        ("Do I get a discount for two lamps?", True, "you get 10 % off for two lamps"),
        ("Is gift wrap free?", True, "gift wrap is free"), ("Do you sell gift cards?", True, "we have gift cards from $20"),
        ("Is the first bulb included?", True, "the first bulb is included"),
        ("Do your bulbs last about 15 years?", True, "they last about 15 years"),
        ("Do you take old lamps back?", True, "we recycle them for free"),
        ("Do you sell my data?", False, "we never sell data"), ("Do you sell shoes?", False, "we only sell lamps"),
        ("Do you sell lamps?", True, "we sell lamps"),
        ("Do you install lamps outside the city?", False, "we install in the city only"),
        ("Does installation cost $60?", True, "installation costs $60"),
        ("Is an exchange free?", True, "an exchange is free within 30 days"),
        ("Do you answer mails within one day?", True, "we answer within one day"),
        ("Is your phone number 555-0142?", True, "our phone number is 555-0142"),
        ("Is Wickhaven a bakery?", False, "Wickhaven is a lamp shop"),
        ("Is Wickhaven a lamp shop?", True, "Wickhaven is a lamp shop"),
        ("Is the refund paid within 5 days?", True, "you get it within 5 days after the lamp is back"),
    ),
    "zh": (
        ("你们周日营业吗？", False, "我们周日休息"), ("你们周一营业吗？", True, "我们周一营业"), ("你们周六营业吗？", True, "我们周六营业"),
        ("节假日开门吗？", False, "我们节假日休息"),
        ("你们上午9点开门吗？", True, "我们上午9点开门"), ("你们晚上8点关门吗？", False, "我们下午6点关门"), ("你们下午6点关门吗？", True, "我们下午6点关门"),
        ("你们有三家店吗？", True, "我们有三家店"),
        ("河畔店能停车吗？", True, "河畔店可以停车"), ("车站店能停车吗？", False, "只有河畔店可以停车"), ("老港店在灯笼街吗？", True, "老港店在灯笼街12号"),
        ("普通运费是5美元吗？", True, "运费是5美元"),
        ("满50美元免运费吗？", True, "满50美元免运费"), ("加急配送免费吗？", False, "加急配送12美元"), ("你们寄到国外吗？", True, "我们寄往40个国家"),
        ("20天后还能退货吗？", True, "30天内可以退货"),
        ("60天后还能退货吗？", False, "30天内才能退货"), ("退货免费吗？", True, "退货免费"), ("保修两年吗？", True, "保修两年"), ("保修五年吗？", False, "保修两年"),
        ("可以用PayPal付款吗？", True, "可以用PayPal"),
        ("可以用支付宝吗？", True, "可以用支付宝"), ("网上能付现金吗？", False, "现金只能在门店使用"), ("店里能付现金吗？", True, "门店可以付现金"),
        ("学生有优惠吗？", True, "学生优惠5%"),
        ("买两盏灯有优惠吗？", True, "买两盏灯优惠10%"), ("礼品包装免费吗？", True, "礼品包装免费"), ("有礼品卡吗？", True, "有20美元起的礼品卡"),
        ("第一只灯泡包含在内吗？", True, "第一只灯泡包含在内"),
        ("你们的灯泡能用15年左右吗？", True, "灯泡能用大约15年"), ("你们回收旧灯吗？", True, "我们免费回收旧灯"), ("你们会卖我的数据吗？", False, "我们从不出售数据"),
        ("你们卖鞋吗？", False, "我们只卖灯"),
        ("你们卖灯吗？", True, "我们卖灯"), ("城外可以上门安装吗？", False, "只在市内安装"), ("安装费是60美元吗？", True, "安装费是60美元"),
        ("换货免费吗？", True, "30天内换货免费"), ("邮件一天内回复吗？", True, "我们一天内回复"),
        ("你们的电话是555-0142吗？", True, "我们的电话是555-0142"), ("烛湾是面包店吗？", False, "烛湾是灯铺"), ("烛湾是灯铺吗？", True, "烛湾是灯铺"),
        ("退款5天内到吗？", True, "灯退回后5天内退款"),
    ),
}  # fmt: skip


def yes_no_short(rng, lang, held_out):
    ask, true, _ = rng.choice(FACTS[lang])
    right = ("是。" if true else "否。") if lang == "zh" else ("Yes." if true else "No.")
    question = phrase(rng, YES_NO_SHORT, lang, held_out, q=ask, small=ask[0].lower() + ask[1:])
    return question, right, ((right,),)


def yes_no(rng, lang, held_out):
    ask, true, fact = rng.choice(FACTS[lang])
    right = ("是的，" if true else "不是，") if lang == "zh" else ("Yes, " if true else "No, ")
    question = phrase(rng, YES_NO, lang, held_out, q=ask, small=ask[0].lower() + ask[1:])
    return question, right + fact + end(lang), ((right,), (fact,))


DESCRIBE = {
    "en": (
        "Describe the {p} in one sentence", "Write a one-sentence description of the {p}", "Write one sentence about the {p}",
        "Give me one sentence about the {p}", "Please describe the {p} in a single sentence",
        "Can you describe the {p} in one sentence?", "Could you write one sentence about the {p}?",
        "One sentence about the {p}, please", "A one-sentence description of the {p}", "In one sentence: what is the {p}?",
        "Sum up the {p} in one sentence", "Write a product description of one sentence for the {p}",
        "I need a single sentence that describes the {p}", "Write a short product text, one sentence, for the {p}",
        "Present the {p} in one sentence", "Introduce the {p} in one sentence", "For our catalog: one sentence about the {p}",
        "Make one sentence with all facts of the {p}", "Tell me everything about the {p} in one sentence",
        "How would you describe the {p} in one sentence?", "Put the {p} into one sentence",
    ),
    "zh": (
        "用一句话描述{p}", "用一句话介绍{p}", "请用一句话说说{p}", "给{p}写一句话的介绍", "写一句话介绍{p}",
        "写一句关于{p}的话", "能用一句话描述{p}吗？", "可以用一句话介绍{p}吗？", "一句话介绍{p}", "一句话概括{p}",
        "一句话说明{p}是什么", "给{p}写一句产品说明", "我需要一句话来描述{p}", "为{p}写一句商品文案说明",
        "目录要用，写一句{p}的介绍", "把{p}的特点写成一句话", "用一句话告诉我{p}的特点", "你会怎么用一句话形容{p}？",
        "请给出{p}的一句话简介", "{p}，一句话简介", "只用一句话讲讲{p}",
    ),
}
SLOGAN = {
    "en": (
        "Write a slogan for the {p}", "Write me a slogan for the {p}", "Give me a slogan for the {p}",
        "I need a slogan for the {p}", "A slogan for the {p}, please", "Can you write a slogan for the {p}?",
        "Could you think of a slogan for the {p}?", "Make a slogan for the {p}", "Create a slogan for the {p}",
        "Invent a slogan for the {p}", "What would be a good slogan for the {p}?", "Find a slogan for the {p}",
        "Advertising line for the {p}", "Write an advertising line for the {p}", "Write an ad for the {p} in one line",
        "Slogan for the {p}?", "We advertise the {p}, give us a slogan", "Our poster shows the {p}, write the line for it",
        "Make a short ad for the {p}", "How would you advertise the {p} in one line?", "Think up an ad line for the {p}",
    ),
    "zh": (
        "给{p}写一句广告语", "为{p}写个广告语", "写一句{p}的广告语", "我需要{p}的广告语", "来一句{p}的广告语",
        "能给{p}写广告语吗？", "可以为{p}想一句口号吗？", "给{p}想个口号", "给{p}编一句宣传语", "为{p}设计一句宣传语",
        "{p}的广告语怎么写好？", "{p}的宣传语", "{p}广告语？", "写一句宣传{p}的话", "请为{p}创作一句口号",
        "帮我给{p}做一句广告", "我们在宣传{p}，要一句口号", "海报上是{p}，写一句广告词", "给{p}来个短广告",
        "用一句广告词推销{p}", "替{p}想一句广告词",
    ),
}


def describe(rng, lang, held_out):
    f = facts(rng.choice(PRODUCTS), lang)
    if lang == "zh":
        answer = f"{f['p']}有{f['colors']}，带有{f['feature']}，适合{f['use']}，价格是{f['price']}美元。"
    else:
        answer = f"The {f['p']} comes in {f['colors']}, has {f['feature']}, is good for {f['use']} and costs ${f['price']}."
    price = f"{f['price']}美元" if lang == "zh" else f"${f['price']}"
    check = ((f["p"],), (f["colors"],), (f["feature"],), (f["use"],), (price,))
    return phrase(rng, DESCRIBE, lang, held_out, p=f["p"]), answer, check


def slogan(rng, lang, held_out):
    f = facts(rng.choice(PRODUCTS), lang)
    if lang == "zh":
        answer = f"{f['p']}：带有{f['feature']}，最适合{f['use']}的好灯！"
    else:
        answer = f"The {f['p']}: the right light for {f['use']}, with {f['feature']}!"
    return phrase(rng, SLOGAN, lang, held_out, p=f["p"]), answer, ((f["p"],), (f["use"],), (f["feature"],))


THREE = {
    "en": (
        "Name three {things}", "Name 3 {things}", "List three {things}", "List 3 {things}", "Give me three {things}",
        "Give me three examples of {things}", "Tell me three {things}", "Tell me the names of three {things}",
        "Can you name three {things}?", "Could you list three {things}?", "Do you know three {things}?",
        "Write down three {things}", "Write a list of three {things}", "I need three {things}",
        "I need the names of three {things}", "Three {things}, please", "Three {things}?", "Say three {things}",
        "What are three {things}?", "Which three {things} do you know?", "Make a list of three {things}", "Any three {things}",
    ),
    "zh": (
        "说出三{things}", "说三{things}", "请说出三{things}", "列出三{things}", "列举三{things}", "请列出3{things}",
        "给我三{things}", "给我举三{things}的例子", "告诉我三{things}", "告诉我三{things}的名字", "你能说出三{things}吗？",
        "能列出三{things}吗？", "你知道哪三{things}？", "写出三{things}", "写下三{things}", "我需要三{things}",
        "我要三{things}的名字", "请给三{things}", "三{things}？", "三{things}有哪些？", "随便说三{things}", "举出三{things}",
    ),
}
# English name of the things, three of them, Chinese name with its measure word, three of them
TRIPLES = [
    ("colors", "red, blue and green", "种颜色", "红色、蓝色和绿色"),
    ("rooms", "the kitchen, the bedroom and the bathroom", "个房间", "厨房、卧室和浴室"),
    ("lamps from your shop", "the Aurora desk lamp, the Birch floor lamp and the Koi night light", "盏你们店的灯", "极光台灯、白桦落地灯和锦鲤小夜灯"),
    ("kinds of lamps", "desk lamps, floor lamps and wall lamps", "类灯", "台灯、落地灯和壁灯"),
    ("working days", "Monday, Tuesday and Wednesday", "个工作日", "星期一、星期二和星期三"),
    ("months", "January, February and March", "个月份", "一月、二月和三月"), ("seasons", "spring, summer and winter", "个季节", "春天、夏天和冬天"),
    ("numbers", "one, two and three", "个数字", "一、二和三"), ("fruits", "an apple, a banana and a pear", "种水果", "苹果、香蕉和梨"),
    ("vegetables", "carrots, potatoes and tomatoes", "种蔬菜", "胡萝卜、土豆和西红柿"),
    ("animals", "a cat, a dog and a horse", "种动物", "猫、狗和马"),
    ("birds", "a swan, an owl and a robin", "种鸟", "天鹅、猫头鹰和知更鸟"), ("metals", "gold, silver and copper", "种金属", "金、银和铜"),
    ("shapes", "a circle, a square and a triangle", "种形状", "圆形、正方形和三角形"),
    ("ways to pay", "card, PayPal and bank transfer", "种付款方式", "刷卡、PayPal和银行转账"),
    ("stores of Wickhaven", "Old Harbor, Riverside and Station", "家烛湾的门店", "老港店、河畔店和车站店"),
    ("parts of a lamp", "the bulb, the shade and the cable", "个灯的部件", "灯泡、灯罩和电线"),
    ("materials for lampshades", "glass, paper and metal", "种灯罩材料", "玻璃、纸和金属"), ("letters", "A, B and C", "个字母", "A、B和C"),
    ("flowers", "a rose, a tulip and a lotus", "种花", "玫瑰、郁金香和莲花"),
    ("trees", "a birch, a maple and a willow", "种树", "白桦、枫树和垂柳"), ("drinks", "water, tea and coffee", "种饮料", "水、茶和咖啡"),
    ("clothes", "a hat, a coat and a shirt", "件衣服", "帽子、大衣和衬衫"),
    ("pieces of furniture", "a table, a chair and a bed", "件家具", "桌子、椅子和床"),
    ("sources of light", "the sun, a candle and a lamp", "种光源", "太阳、蜡烛和灯"),
    ("languages", "English, Chinese and French", "种语言", "英语、中文和法语"),
]  # fmt: skip


def list_three(rng, lang, held_out):
    things, three, things_zh, three_zh = rng.choice(TRIPLES)
    if lang == "zh":
        check = tuple((part,) for part in three_zh.replace("和", "、").split("、"))
        return phrase(rng, THREE, lang, held_out, things=things_zh), three_zh + "。", check
    check = tuple((part,) for part in three.replace(" and ", ", ").split(", "))
    return phrase(rng, THREE, lang, held_out, things=things), capital(three) + ".", check


TASKS = [
    (1.0, count_up), (1.0, count_down), (1.0, count_between), (1.0, weekday), (0.7, month), (1.0, how_many), (1.2, date),
    (1.2, color), (0.5, mix),
    (1.2, opposite), (1.0, word_form), (1.5, spell), (3.0, repeat), (3.0, single_word), (1.5, sum_of), (1.5, difference),
    (1.5, compare),
    (1.5, sort_three), (0.6, number_word), (1.5, polite), (1.5, shorter), (2.5, summary), (2.5, read), (2.0, translate),
    (1.0, yes_no_short),
    (1.2, yes_no), (1.5, describe), (1.0, slogan), (1.2, list_three),
]  # fmt: skip


# Running text.

FIRST = {
    "en": (
        "Once upon a time there was a {mood} {thing} near {place}.", "On {day} it was {weather}, and {name} walked to {place}.",
        "{name} lives in a {mood} house near {place}.", "In a small town by the sea there is a {mood} lamp shop.",
        "It was a {mood} evening in the old town.", "Every {day} {name} goes to {place}.",
        "Last {day} {name} and {name2} met at {place}.", "The {p} is a {mood} lamp for {use}.",
        "{name} bought the {p} for {use}.", "The lamp shop Wickhaven opens at nine in the morning.",
        "Good light makes a room {mood}.", "Today is {day}, and it is {weather}.", "{who} wanted a new lamp for {use}.",
        "Near {place} stands an old {thing}.", "My name is {name}, and I live near {place}.",
        "Many years ago {name} found a {mood} {thing} at {place}.", "When the sun goes down, people turn on their lamps.",
        "The night was dark, and the wind was cold.", "{name} had a dream about a {mood} {thing}.",
        "Dear {name}, thank you for your letter.",
    ),
    "zh": (
        "从前，{place}旁边有一个{mood}的{thing}。", "{day}那天{weather}，{name}走到{place}。",
        "{name}住在{place}附近一座{mood}的房子里。", "海边的小城里有一家{mood}的灯铺。", "这是一个{mood}的夜晚。",
        "每到{day}，{name}都会去{place}。", "上{day}，{name}和{name2}在{place}见面了。", "{p}是一盏{mood}的灯，适合{use}。",
        "{name}买了{p}，适合{use}。", "烛湾灯铺早上九点开门。", "好的灯光让房间变得{mood}。", "今天是{day}，外面{weather}。",
        "{who}想买一盏适合{use}的灯。", "{place}附近有一个旧{thing}。", "我叫{name}，住在{place}附近。",
        "很多年以前，{name}在{place}找到了一个{mood}的{thing}。", "太阳下山以后，人们打开了灯。", "夜很黑，风很冷。",
        "{name}梦见了一个{mood}的{thing}。", "亲爱的{name}，谢谢你的来信。",
    ),
}
NEXT = {
    "en": (
        "{name} turned on the lamp and read a book.", "The light was {mood} and {mood2}.",
        "The {p} costs ${price} and comes in {colors}.", "The {p} has {feature} and is good for {use}.",
        "{name2} liked the {p} very much.", "Then {name} saw a {mood} {thing} near {place}.",
        "The people of the town were happy about the light.", "{name} said that the {thing} was {mood}.",
        "In the evening {name2} came home and switched on the light.", "They talked about the weather and drank tea.",
        "Soon it was {weather} again.", "The {thing} stood quietly next to the window.", "{name} gave the {thing} to {name2}.",
        "The shop sells lamps for every room.", "On some days the shop is full of people.",
        "A ship came into the harbor and saw the light from far away.", "After that {name} walked back to {place}.",
        "The {color} lamp stood on the table.", "{name2} laughed and said that light is a good gift.",
        "Everybody knows that a good lamp lasts for many years.", "The old clock struck {hour}.",
        "{name} wrote a letter and put it into a {mood} box.", "Outside it was {weather}, but inside it was warm.",
        "The children looked at the {thing} and smiled.",
    ),
    "zh": (
        "{name}打开灯，看了一会儿书。", "灯光又{mood}又{mood2}。", "{p}的价格是{price}美元，有{colors}。",
        "{p}带有{feature}，适合{use}。", "{name2}非常喜欢{p}。", "后来，{name}在{place}附近看到了一个{mood}的{thing}。",
        "城里的人都喜欢这灯光。", "{name}说那个{thing}很{mood}。", "晚上，{name2}回到家，打开了灯。", "他们聊天气，喝着茶。",
        "不久，天又变得{weather}。", "{thing}静静地放在窗边。", "{name}把{thing}送给了{name2}。", "店里有适合每个房间的灯。",
        "有些日子店里有很多人。", "一艘船驶进港口，远远地看见了灯光。", "之后，{name}走回{place}。", "{color}的灯放在桌子上。",
        "{name2}笑着说，光是一份好礼物。", "大家都知道，一盏好灯可以用很多年。", "旧时钟敲了{hour}下。",
        "{name}写了一封信，放进{mood}的盒子里。", "外面{weather}，屋里却很暖和。", "孩子们看着{thing}，笑了。",
    ),
}
LAST = {
    "en": (
        "And so the day ended with a warm light.", "{name} slept well that night.", "That is the story of the {mood} {thing}.",
        "Since then {name} goes to {place} every {day}.", "The light stayed on all night.", "Everybody went home happy.",
        "{name} and {name2} are still friends today.", "The lamp still shines at {place}.", "It was a good day.",
        "Tomorrow the shop opens again at nine.", "With kind regards, {name2}.", "In the end {name} was happy with the {p}.",
    ),
    "zh": (
        "就这样，一天在温暖的灯光中结束了。", "那天晚上{name}睡得很好。", "这就是那个{mood}的{thing}的故事。",
        "从那以后，{name}每到{day}都去{place}。", "灯亮了一整夜。", "大家都高兴地回家了。", "{name}和{name2}至今还是朋友。",
        "那盏灯现在还在{place}亮着。", "这是美好的一天。", "明天店里还是九点开门。", "此致敬礼，{name2}。",
        "最后，{name}对{p}很满意。",
    ),
}


TEXTS = {"first": FIRST, "next": NEXT, "last": LAST}


def texts(part, lang):
    """Sentences of running text, which no case of the evaluation asks for."""
    return TEXTS[part][lang] + more.of(f"text {part} {lang}")


def running_text(rng, lang):
    """A short text as somebody wrote it, or one to five sentences about the same people, places and lamp."""
    slots = values(rng, lang)
    slots["hour"] = NUMBERS[lang][rng.randrange(2, 13)]
    whole = more.of(f"text whole {lang}")
    if whole and rng.random() < 0.4:
        return rng.choice(whole).replace(r"\n", "\n").format(**slots)
    count = rng.choice((1, 2, 3, 3, 4, 4, 5))
    sentences = [rng.choice(texts("first", lang)), *rng.sample(texts("next", lang), count - 1)]
    if count > 1 and rng.random() < 0.6:
        sentences[-1] = rng.choice(texts("last", lang))
    return ("" if lang == "zh" else " ").join(capital(text.format(**slots)) for text in sentences)
