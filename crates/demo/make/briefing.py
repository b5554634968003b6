"""Dialogues whose system message (or the customer's own text) holds the facts: other businesses, rules, records, little texts.

`briefing_case(rng, lang)` gives the messages and what each answer must contain. Values come from large ranges, so that only
reading the briefing gives the answer. A tenth of each list of phrasings in briefing_phrases.py is kept for `held_out=True`:
what customers say is then always a reserved phrasing, the wording of the system message in half of the places.
"""

from dataclasses import dataclass
from string import Formatter

import briefing_phrases as p
from catalog import SURNAMES, SURNAMES_EN, order_number, some_name
from split import asks as part

GOODS_ONLY = {"delivery", "returns"}
RECORD_MORE = ("points", "city", "since", "balance")
RULE_VALUES = {"begin": p.BEGINNINGS, "end": p.ENDINGS, "title": p.TITLES, "unknown": p.SENTENCES}
MONTHS = "January February March April May June July August September October November December".split()
# An answer in the other language than the question has one of these.
ENGLISH_MARKS = ("we ", "our", "you", " is ", " are ", " am ", "yes", "no,", "hello", "goodbye", "delivery", "my ", "the ")
CHINESE_MARKS = ("。", "！", "？")
# First words that may as well be written small.
COMMON_STARTS = frozenset(
    "What When Where Who Which How Can Could Do Does Is Are Tell Please In At On From And Until Whom My Hello Thanks".split()
)

# What customers say, by the keys under which `more` has further phrasings.
LISTS = {
    f"briefing {name} {lang}": texts
    for lang in ("en", "zh")
    for name, texts in (
        *((name, sides[lang].asks) for table in (p.FACTS, p.RECORD) for name, sides in table.items()),
        *((what, sides[lang][0]) for what, sides in p.TALK.items()),
        ("open_on", p.OPEN_ON[lang]), ("unknown", p.UNKNOWN[lang]),
    )
}  # fmt: skip
KEYS = {texts: key for key, texts in LISTS.items()}


def slots_of(text):
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def other(lang):
    return "en" if lang == "zh" else "zh"


# ---- values; where both languages must copy them, they look the same in both


def compound(rng):
    return (rng.choice(p.START_EN) + rng.choice(p.END_EN)).capitalize()


def word(rng, lang):
    """A name of something, different nearly every time."""
    if lang == "zh":
        return "".join(rng.sample(p.NICE_ZH, rng.choice((2, 2, 3))))
    return rng.choice((compound(rng), rng.choice(p.THING_EN), rng.choice(p.PLACE_EN) + " " + rng.choice(p.THING_EN)))


def business_name(rng, lang, kind):
    if lang == "zh":
        name = "".join(rng.sample(p.NICE_ZH, rng.choice((2, 2, 2, 3))))
        return ("老" + rng.choice(SURNAMES) if rng.random() < 0.1 else name) + kind["zh"]
    end, adjective, thing = kind["title"], rng.choice(p.PLACE_EN), rng.choice(p.THING_EN)
    return rng.choice(
        (
            f"{adjective} {thing} {end}", f"{adjective} {thing} {end}", f"{compound(rng)} {end}", f"{compound(rng)} {end}",
            f"{thing} {end}", f"{rng.choice(SURNAMES_EN)} {end}", f"{end} {compound(rng)}",
            f"{thing} and {rng.choice(p.THING_EN)}", f"The {adjective} {thing}",
        )
    )  # fmt: skip


def assistant_name(rng, lang):
    if lang == "zh":
        return rng.choice(("小", "小", "阿", "")) + "".join(rng.sample(p.NICE_ZH, rng.choice((1, 2))))
    return some_name(rng, "en").split()[0] if rng.random() < 0.7 else rng.choice(p.THING_EN)


def digits(rng, *lengths):
    return ["".join(rng.choices("0123456789", k=length)) for length in lengths]


def hours(rng, lang, neutral):
    start, end = rng.randrange(5, 12), rng.randrange(13, 24)
    first, second = (rng.choice(("00", "00", "30", "15", "45")) for _ in "12")
    plain = f"{start}:{first}-{end}:{second}"
    if neutral or rng.random() < 0.3:
        return plain
    if lang == "zh":
        half = {"00": "点", "30": "点半", "15": "点一刻", "45": "点三刻"}
        evening = ("下午" if end < 18 else "晚上") + f"{end - 12}{half[second]}"
        morning = f"{start}{half[first]}"
        return rng.choice((f"上午{morning}到{evening}", f"早上{morning}至{evening}", f"{start}:{first}到{end}:{second}"))
    left, right = (f"{h}" if m == "00" else f"{h}:{m}" for h, m in ((start, first), (end - 12, second)))
    return rng.choice((f"{left} am to {right} pm", f"from {left} am to {right} pm", f"{start}:{first} to {end}:{second}"))


def phone(rng, lang):
    if lang == "zh" and rng.random() < 0.7:
        a, b, c, d = digits(rng, 2, 4, 4, 8)
        return rng.choice((f"1{rng.randrange(3, 10)}{a[:1]} {b} {c}", f"05{a}-{d}", f"0{a}-{d}", f"400-{b[:3]}-{c}", f"{b}-{c}"))
    a, b, c = digits(rng, 3, 4, 5)
    abroad, dashed = f"+{rng.randrange(20, 99)} {a} {c}", f"({a}) {a[::-1]}-{b}"
    return rng.choice((f"555-{b}", f"{a}-{b}", f"0{a} {c}", abroad, dashed, f"0{a}/{c}{b[:2]}"))


def address(rng, lang):
    number = rng.choice((rng.randrange(1, 100), rng.randrange(100, 1000)))
    if lang == "zh":
        return "".join(rng.sample(p.NICE_ZH, 2)) + rng.choice(p.ROADS_ZH) + f"{number}号"
    name = rng.choice((compound(rng), rng.choice(p.THING_EN), rng.choice(SURNAMES_EN), rng.choice(p.PLACE_EN)))
    return f"{number} {name} {rng.choice(p.STREETS_EN)}"


def money(rng, lang):
    """The same sum in both languages; the currency is one that a briefing of `lang` would use."""
    signs = rng.choices(p.CURRENCIES, (7, 2, 2, 0) if lang == "en" else (5, 1, 0, 5))[0]
    amount = rng.choice((rng.randrange(2, 30), rng.randrange(10, 100), rng.randrange(100, 1000)))
    amount = f"{amount}.{rng.choice(('50', '90', '95', '20', '80'))}" if amount < 100 and rng.random() < 0.2 else amount
    return {"en": signs[0].format(amount), "zh": signs[1].format(amount)}


def duration(rng):
    few = rng.randrange(2, 10)
    unit = rng.choice((("days", "天"), ("days", "天"), ("hours", "小时"), ("weeks", "周"), ("minutes", "分钟")))
    if rng.random() < 0.4 and unit[0] != "minutes":
        more = few + rng.randrange(1, 8)
        return {"en": f"{few} to {more} {unit[0]}", "zh": f"{few}到{more}{unit[1]}"}
    count = rng.randrange(15, 99) if unit[0] in ("minutes", "hours") else rng.choice((few, rng.randrange(10, 30)))
    return {"en": f"{count} {unit[0]}", "zh": f"{count}{unit[1]}"}


def email(rng):
    user = rng.choice(("hello", "info", "mail", "team", "contact", "office", "ask", some_name(rng, "en").split()[0].lower()))
    if not user.isascii():
        user = "post"
    start, end = rng.choice(((p.THING_EN, p.END_EN), (p.PLACE_EN, p.THING_EN), (p.START_EN, p.END_EN)))
    return f"{user}@{(rng.choice(start) + rng.choice(end)).lower()}.example"


def password(rng):
    name, (a, b) = rng.choice(p.THING_EN + p.PLACE_EN), digits(rng, 4, 2)
    mixed = "".join(rng.choices("abcdefghkmnpqrstuvwxyz23456789", k=rng.randrange(6, 10)))
    number = "".join(digits(rng, 8))
    return rng.choice((name.lower() + a, f"{name.lower()}-{a}", mixed, number, f"{name}{b}", compound(rng).lower() + b))


def code(rng):
    name = rng.choice((rng.choice(p.THING_EN), rng.choice(p.PLACE_EN), compound(rng))).upper()
    small, long = f"{name}{rng.randrange(2, 100)}", f"{name[:2]}{rng.randrange(1000, 10000)}"
    return rng.choice((small, f"{name}-{rng.randrange(100, 1000)}", name, long))


def city(rng, lang):
    if rng.random() < 0.35:
        return "".join(rng.sample(p.NICE_ZH, 2)) + rng.choice("市镇县") if lang == "zh" else compound(rng)
    return rng.choice(p.CITIES_ZH if lang == "zh" else p.CITIES_EN)


def value(rng, fact, lang, neutral):
    """A fact's value in both languages, from a briefing in `lang`."""
    if fact in ("price", "balance"):
        return money(rng, lang)
    if fact == "delivery":
        return duration(rng)
    if fact == "returns":
        days = rng.randrange(2, 100)
        return {"en": f"{days} days", "zh": f"{days}天"}
    if fact == "closed":
        return dict(zip(("en", "zh"), rng.choice(p.WEEKDAYS), strict=True))
    made = {
        "hours": lambda: hours(rng, lang, neutral), "phone": lambda: phone(rng, lang), "address": lambda: address(rng, lang),
        "email": lambda: email(rng), "wifi": lambda: password(rng), "code": lambda: code(rng),
        "manager": lambda: person(rng, lang),
        "year": lambda: str(rng.randrange(1850, 2026)), "since": lambda: str(rng.randrange(1980, 2026)),
        "name": lambda: person(rng, lang), "order": lambda: order_number(rng), "city": lambda: city(rng, lang),
        "points": lambda: str(rng.choice((rng.randrange(2, 100), rng.randrange(100, 10000)))),
    }[fact]()  # fmt: skip
    return {"en": made, "zh": made}


def person(rng, lang):
    name = some_name(rng, lang)
    if lang == "en" and " " not in name and rng.random() < 0.5:
        name += " " + rng.choice((rng.choice(SURNAMES_EN), compound(rng)))
    return name


def kind_of_business(rng):
    en, title, zh, group, items = (field.strip() for field in rng.choice(p.KINDS).split(";"))
    pairs = [tuple(item.strip().rsplit(" ", 1)) for item in items.split(",")]
    return {"en": en, "title": title, "zh": zh, "group": group, "items": pairs}


def some_item(rng, kind):
    before, base = rng.choice(p.MODIFIERS[kind["group"]]).split(" "), rng.choice(kind["items"])
    return {"en": f"{before[0]} {base[0]}", "zh": before[1] + base[1]}


# ---- one dialogue


@dataclass(frozen=True)
class Known:
    """One fact of a briefing: its place in the phrase tables, its value and, for a price, the thing, in both languages."""

    table: dict
    name: str
    value: dict
    item: dict | None = None


class Case:
    """The messages and checks of one dialogue: `lang` is the customer's, `system` the briefing's, `answer` the assistant's."""

    def __init__(self, rng, lang, held_out, system=None, answer=None):
        self.rng, self.lang, self.held_out = rng, lang, held_out
        self.system, self.answer = system or lang, answer or lang
        self.messages, self.checks = [], []
        self.kind = kind_of_business(rng)
        self.business = self.me = None
        self.known = []
        self.begin = self.end = self.title = self.not_known = None
        self.last = None

    def asked(self, texts):
        return self.rng.choice(part(texts, self.held_out, KEYS.get(texts)))

    def own(self, texts):
        return self.rng.choice(part(texts, self.held_out and self.rng.random() < 0.5))

    def say(self, user, answer, *values):
        """One question and its answer, after the rules of the briefing; `values` must be in the answer."""
        groups = tuple((value,) for value in values)
        chinese, by_heart = self.answer == "zh", answer == self.not_known
        if self.title and not by_heart:
            answer = f"{self.title}，{answer}" if chinese else f"{answer[:-1]}, {self.title}{answer[-1]}"
            groups += ((self.title,),)
        if self.begin:
            answer, groups = joined(self.begin, answer), groups + ((self.begin,),)
        if self.end:
            answer, groups = joined(answer, self.end), groups + ((self.end,),)
        if not by_heart and self.answer != self.lang:
            groups += (CHINESE_MARKS if chinese else ENGLISH_MARKS,)
        self.messages += [{"role": "user", "content": self.typed(user)}, {"role": "assistant", "content": answer}]
        self.checks.append((len(self.messages) - 1, groups))

    def typed(self, text):
        """A question as people type it."""
        if "\n" in text:
            return text
        if self.rng.random() < 0.2:
            text = text.rstrip(".?。？！!")
        if self.rng.random() < 0.15 and text.split()[0] in COMMON_STARTS:
            text = text[0].lower() + text[1:]
        return text

    # -- questions

    def ask(self, known):
        """About a fact of the briefing."""
        talk, answers = known.table[known.name][self.lang], known.table[known.name][self.answer].answers
        shown, kind = known.value[self.answer], self.kind
        if known.name == "closed" and self.rng.random() < 0.35:
            same = self.rng.random() < 0.5
            others = [day for day in p.WEEKDAYS if day[0] != known.value["en"]]
            day = known.value[self.lang] if same else self.rng.choice(others)[self.lang == "zh"]
            user = self.asked(p.OPEN_ON[self.lang]).format(day=day, kind=kind[self.lang])
            answer = p.OPEN_ANSWERS[self.answer][same].format(v=shown)
            return self.say(user, answer, shown, p.OPEN_CHECKS[self.answer][same])
        item = known.item and known.item[self.lang]
        if item and self.lang == "zh" and self.system == "en" and self.rng.random() < 0.5:
            item = known.item["en"]  # as the customer reads it
        again = item and self.last == "price" and self.rng.random() < 0.5
        user = self.asked(p.PRICE_AGAIN[self.lang] if again else talk.asks).format(item=item, kind=kind[self.lang])
        self.last = known.name
        self.say(user, self.rng.choice(answers).format(v=shown, item=item, kind=kind[self.answer]), shown)

    def ask_unknown(self, texts, **slots):
        user = self.asked(texts).format(kind=self.kind[self.lang], **slots)
        self.last = None
        self.say(user, self.not_known or p.NOT_KNOWN[self.answer], self.not_known or p.NOT_KNOWN_CHECK[self.answer])

    def ask_missing(self):
        """Something that the briefing does not say."""
        rng, names = self.rng, {known.name for known in self.known}
        if not self.business:
            return self.ask_unknown(p.RECORD[rng.choice([name for name in RECORD_MORE if name not in names])][self.lang].asks)
        if rng.random() < 0.4:
            return self.ask_unknown(p.UNKNOWN[self.lang])
        name = rng.choice([name for name in p.FACTS if name not in names or name == "price"])
        if name == "closed" and rng.random() < 0.35:
            return self.ask_unknown(p.OPEN_ON[self.lang], day=rng.choice(p.WEEKDAYS)[self.lang == "zh"])
        taken = [known.item for known in self.known if known.item]
        item = new(lambda: some_item(rng, self.kind), taken)
        return self.ask_unknown(p.FACTS[name][self.lang].asks, item=item[self.lang])

    def chat(self, what):
        user, answers = self.asked(p.TALK[what][self.lang][0]), p.TALK[what][self.answer][1]
        self.last = None
        if what == "who" and not self.me:
            return self.say(user, p.NO_NAME_WHO[self.answer].format(business=self.business), self.business)
        answer = self.rng.choice(answers).format(me=self.me, business=self.business)
        self.say(user, answer, self.business, *([self.me] if what == "who" else []))

    def converse(self):
        """One to five turns."""
        rng = self.rng
        turns, known = rng.choices((1, 2, 3, 4, 5), (26, 27, 22, 15, 10))[0], []
        missing = 0.4 if self.not_known else 0.13
        for turn in range(turns):
            draw, edge = rng.random(), rng.random()
            if self.business and turn == 0 and edge < 0.12:
                self.chat("greet")
            elif self.business and turn == turns - 1 and edge > 0.88:
                self.chat(rng.choice(("thanks", "bye")))
            elif self.business and draw < 0.1:
                self.chat("who")
            elif draw > 1 - missing and (self.business or len(self.known) < len(p.RECORD)):
                self.ask_missing()
            else:
                known = known or rng.sample(self.known, len(self.known))
                self.ask(known.pop())

    # -- the system message

    def introduce(self):
        rng, system = self.rng, self.system
        self.business = business_name(rng, system, self.kind)
        self.me = assistant_name(rng, system) if rng.random() < 0.88 else None
        texts = p.INTRO if self.me else p.INTRO_NO_NAME
        return self.own(texts[system]).format(me=self.me, business=self.business, kind=self.kind[system])

    def laid_out(self, facts, headers):
        """Facts in one of several layouts: text that goes on after a sentence, or lines."""
        rng, system = self.rng, self.system
        layout = rng.choices(("text", "lines", "bullets", "row", "list"), (35, 22, 20, 10, 13))[0]
        lines = []
        for known in facts:
            slots = {"v": known.value[system], "kind": self.kind[system], "item": known.item and known.item[system]}
            talk = known.table[known.name][system]
            if layout in ("text", "list"):
                line = self.own(talk.says).format(**slots)
            elif system == "zh":
                line = f"{self.own(talk.labels).format(**slots)}：{slots['v']}{'年' if known.name in ('year', 'since') else ''}"
            else:
                line = f"{self.own(talk.labels).format(**slots)}: {slots['v']}"
            lines.append(line[0].upper() + line[1:])
        header = self.own(headers[system]).format(kind=self.kind[system])
        if layout == "text":
            return ("" if system == "zh" else " ") + ("" if system == "zh" else " ").join(lines)
        if layout == "row":
            return (header + "；".join(lines) + "。") if system == "zh" else f" {header} {'; '.join(lines)}."
        mark = "" if layout == "lines" else rng.choice(("- ", "- ", "* "))
        return "\n" + "\n".join(([header] if rng.random() < 0.5 else []) + [mark + line for line in lines])

    def rules(self, names):
        """The rules' sentences; sets what `say` has to follow."""
        rng, system, sentences = self.rng, self.system, []
        for name in names:
            lang = system if name in ("begin", "end") and rng.random() < 0.25 else self.answer
            if name == "language":
                x = p.LANGUAGE_NAMES[system][self.answer]
            else:
                x = self.own(RULE_VALUES[name][lang])
                x = x.format(w=word(rng, lang), name=some_name(rng, lang), n=rng.randrange(2, 1000))
                setattr(self, "not_known" if name == "unknown" else name, x)
                if name != "title" or rng.random() < 0.4:
                    x = rng.choice(p.QUOTES[system]).format(x)
            sentences.append(self.own(p.RULES[name][system]).format(x=x))
        if not sentences:
            return ""
        if rng.random() < 0.7:
            return ("" if system == "zh" else " ").join(sentences)
        header = [self.own(p.RULES_HEADER[system])] if rng.random() < 0.6 else []
        return "\n".join(header + ["- " + sentence for sentence in sentences])

    def brief(self, intro, facts, rules):
        """Puts the parts together as the system message."""
        blank = "" if self.system == "zh" else " "
        if rules and ("\n" in facts or "\n" in rules or rules.startswith("- ")):
            first = self.rng.random() < 0.25 and intro and facts.startswith("\n") and not rules.startswith("\n")
            text = f"{intro}\n{rules}{facts}" if first else f"{intro}{facts}\n{rules}"
        elif rules and self.rng.random() < 0.25 and intro:
            text = f"{intro}{blank}{rules}{facts}"
        else:
            text = f"{intro}{facts}{blank if rules else ''}{rules}"
        self.messages.insert(0, {"role": "system", "content": text.strip()})


def joined(first, second):
    return first + ("" if max(first[-1], second[0]) > "\u2000" else " ") + second


def new(make, taken):
    """A value that is not taken yet."""
    while (made := make()) in taken:
        pass
    return made


def languages(rng, lang):
    """The briefing's language, the assistant's, and whether a rule says so."""
    system = other(lang) if rng.random() < (0.25 if lang == "zh" else 0.05) else lang
    if rng.random() < 0.12:
        return system, rng.choices((lang, other(lang)), (2, 3))[0], True
    return system, lang, False


def some_rules(rng, case, ruled, weights):
    """Names of up to two rules, and the one for the language."""
    count = rng.choices((0, 1, 2), weights)[0]
    names = rng.sample(("begin", "end", "title", "unknown"), count)
    if "title" in names and ("unknown" in names or case.system != case.answer):
        names.remove("title")
    names += ["language"] if ruled else []
    rng.shuffle(names)
    return names


def business_facts(case, count):
    """Facts of a business: `count` names, one of them at times the prices of one to three things."""
    rng, kind, facts = case.rng, case.kind, []
    names = [name for name in p.FACTS if name != "price" and (name not in GOODS_ONLY or kind["group"] != "service")]
    names = rng.sample(names, count)
    if rng.random() < 0.55:
        names[rng.randrange(count)] = "price"
    items = []
    for name in names:
        for _ in range(rng.randrange(1, 4) if name == "price" and count < 6 else 1):
            item = new(lambda: some_item(rng, kind), items) if name == "price" else None
            items.append(item)
            facts.append(Known(p.FACTS, name, value(rng, name, case.system, case.system != case.answer), item))
    return facts


def business_case(rng, lang, held_out):
    system, answer, ruled = languages(rng, lang)
    case = Case(rng, lang, held_out, system, answer)
    intro = case.introduce()
    case.known = business_facts(case, rng.randrange(2, 7))
    facts = case.laid_out(case.known, p.HEADER)
    case.brief(intro, facts, case.rules(some_rules(rng, case, ruled, (46, 37, 17))))
    case.converse()
    return case


def record_case(rng, lang, held_out):
    """A customer's record in the system message, half of the time together with a business."""
    system = "en" if rng.random() < 0.12 else lang
    case = Case(rng, lang, held_out, system)
    intro, facts = "", ""
    if rng.random() < 0.5:
        intro = case.introduce()
        if rng.random() < 0.4:
            case.known = business_facts(case, rng.randrange(1, 3))
            facts = case.laid_out(case.known, p.HEADER)
    fields = ["name", "order", *rng.sample(RECORD_MORE, rng.randrange(1, len(RECORD_MORE) + 1))]
    rng.shuffle(fields)
    record = [Known(p.RECORD, name, value(rng, name, system, system != lang)) for name in fields]
    case.known = case.known + record
    text = case.laid_out(record, p.RECORD_HEADER)
    if facts.startswith("\n") and not text.startswith("\n"):
        text = "\n" + text.strip()
    case.brief(intro, facts + text, case.rules(some_rules(rng, case, False, (75, 20, 5))))
    case.converse()
    return case


# ---- little texts


def text_values(rng, lang, taken, event):
    """A value for every slot of an event that no other sentence has."""
    chinese, small = lang == "zh", "rooms" in event.says[0] or "房间" in event.says[0]
    day = rng.randrange(1, 29)
    makers = {
        "who": lambda: some_name(rng, lang), "other": lambda: some_name(rng, lang), "pet": lambda: some_name(rng, lang),
        "thing": lambda: rng.choice(p.THING_ADJECTIVES[lang]) + ("" if chinese else " ") + rng.choice(p.THINGS[lang]),
        "price": lambda: money(rng, lang)[lang], "city": lambda: city(rng, lang),
        "date": lambda: (month := rng.randrange(12), f"{month + 1}月{day}日" if chinese else f"{MONTHS[month]} {day}")[1],
        "day": lambda: rng.choice(p.WEEKDAYS)[chinese],
        "n": lambda: str(rng.randrange(2, 10) if small else rng.randrange(5, 100)),
        "time": lambda: f"{rng.randrange(6, 24)}:{rng.randrange(0, 60, 5):02}", "place": lambda: rng.choice(p.SPOTS[lang]),
        "year": lambda: str(rng.randrange(1400, 2026)), "job": lambda: rng.choice(p.JOBS[lang]),
        "hobby": lambda: rng.choice(p.HOBBIES[lang]), "animal": lambda: rng.choice(p.ANIMALS[lang]),
        "meeting": lambda: rng.choice(p.MEETINGS[lang]), "building": lambda: rng.choice(p.BUILDINGS[lang]),
        "things": lambda: rng.choice(p.COLLECTIBLES[lang]),
    }  # fmt: skip
    values = {}
    for slot in slots_of(event.says[0]):
        values[slot] = new(makers[slot], taken)
        taken.add(values[slot])
    return values


def text_case(rng, lang, held_out):
    """A text of two to four sentences by the user, and one to three questions about it."""
    case = Case(rng, lang, held_out)
    events, taken, sentences = [], set(), []
    for _ in range(rng.randrange(2, 5)):
        event = rng.choice(events)[0] if events and rng.random() < 0.3 else rng.choice(p.EVENTS[lang])
        events.append((event, text_values(rng, lang, taken, event)))
        sentence = case.asked(event.says).format(**events[-1][1])
        sentences.append(sentence[0].upper() + sentence[1:])
    text, asked = ("" if lang == "zh" else " ").join(sentences), []
    if rng.random() < 0.4:
        case.messages.append({"role": "system", "content": case.own(p.TEXT_SYSTEM[lang])})
    for turn in range(rng.choices((1, 2, 3), (60, 28, 12))[0]):
        event, values = new(lambda: rng.choice(events), asked) if len(asked) < len(events) else rng.choice(events)
        asked.append((event, values))
        slot, asks, answers = rng.choice(event.questions)
        if rng.random() < 0.08:
            user = case.asked(asks).format(**text_values(rng, lang, taken, event))
            answer, needed = p.NOT_IN_TEXT[lang], p.NOT_IN_TEXT_CHECK[lang]
        else:
            user, answer, needed = case.asked(asks).format(**values), rng.choice(answers).format(**values), values[slot]
        user = user[0].upper() + user[1:]
        answer = answer[0].upper() + answer[1:]
        case.say(case.asked(p.TEXT_FORMS[lang]).format(text=text, q=user) if turn == 0 else user, answer, needed)
    return case


def briefing_case(rng, lang, held_out=False):
    """Messages of one dialogue, and for each answer its message's index and the groups of words that it must contain."""
    draw = rng.random()
    make = text_case if draw < 0.15 else record_case if draw < 0.25 else business_case
    case = make(rng, lang, held_out)
    return case.messages, case.checks
