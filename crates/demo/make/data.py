"""Makes the training documents: seeded dialogues with the shop in English and Chinese, and some running text.

`dialogue(rng)` gives a list of chat messages, `running_text(rng)` a string. Nothing is copied from anywhere: every
sentence comes from phrases_en.py and phrases_zh.py, filled with the lamps of catalog.py.
"""

import random
from dataclasses import dataclass, field

import phrases_en
import phrases_zh
from catalog import ENDINGS, GIVEN, LAMPS, NAMES_EN, NAMES_ZH, SURNAMES, SYLLABLES, SYSTEM_EN, SYSTEM_ZH

# How often an intent is drawn; 2 where nothing is said. Copying (numbers, lamps) needs the most practice.
WEIGHTS = {
    "order": 16,
    "price": 14,
    "cancel": 5,
    "return_order": 5,
    "name": 4,
    "colors": 6,
    "about": 6,
    "recommend": 6,
    "outside": 14,
    "greet": 6,
    "buy": 4,
    "count": 3,
    "story": 1,
    "who": 4,
    "order_unknown": 4,
}


@dataclass
class Customer:
    """What one conversation is about so far."""

    rng: random.Random
    chinese: bool
    lamp: tuple | None = None
    messages: list = field(default_factory=list)
    right: set = field(default_factory=set)  # every wording of the last answer

    @property
    def phrases(self):
        return phrases_zh if self.chinese else phrases_en

    def say(self, user, answer, *wordings):
        self.right = {answer, *wordings}
        self.messages += [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]


def slots(customer, number=None, name=None, count=None):
    """The values of every slot that a phrase may name."""
    values = {"n": number, "name": name}
    if customer.lamp:
        english, chinese, price, colors_en, colors_zh, use_en, use_zh = customer.lamp
        values |= (
            {"p": chinese, "colors": colors_zh, "use": use_zh}
            if customer.chinese
            else {"p": english, "colors": colors_en, "use": use_en}
        )
        values["price"] = price
    if count:
        comma = "，" if customer.chinese else ", "
        values |= {"k": count, "count": comma.join(str(i + 1) for i in range(count))}
    return values


def some_name(rng, chinese):
    """A known name or, more often, one made up of syllables."""
    if rng.random() < 0.4:
        return rng.choice(NAMES_ZH if chinese else NAMES_EN)
    if chinese:
        return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.randrange(1, 3)))
    return ("".join(rng.choices(SYLLABLES, k=rng.randrange(1, 3))) + rng.choice(ENDINGS)).capitalize()


def order_number(rng):
    digits = rng.choices([4, 5, 6, 7], [3, 7, 4, 1])[0]
    return str(rng.randrange(10 ** (digits - 1), 10**digits))


def disturb(rng, text, chinese):
    """Writes a phrase as people type: without capitals or punctuation, with a greeting, now and then a slip."""
    if rng.random() < 0.2:
        before = rng.choice(phrases_zh.BEFORE if chinese else phrases_en.BEFORE)
        text = before + (text if chinese else text[0].lower() + text[1:] if not text.startswith("I") else text)
    if rng.random() < 0.1:
        text = text.rstrip() + rng.choice(phrases_zh.AFTER if chinese else phrases_en.AFTER)
    if rng.random() < 0.25:
        text = text.rstrip(".?!。？！")
    if not chinese and rng.random() < 0.25:
        text = text.lower()
    if not chinese and rng.random() < 0.02:
        text = text.upper()
    if not chinese and len(text) > 12 and rng.random() < 0.06:
        at = rng.randrange(1, len(text) - 1)
        if text[at].isalpha() and text[at + 1].isalpha():
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def turn(customer, intent):
    """One question of an intent and its answer."""
    rng, phrases = customer.rng, customer.phrases
    users, answers = phrases.INTENTS[intent]
    user, answer = rng.choice(users), rng.choices(answers, range(2 * len(answers), len(answers), -1))[0]
    if "{p}" in user + answer:
        customer.lamp = rng.choice(LAMPS)
    number = order_number(rng)
    count = rng.choice([3, 5, 10]) if intent == "count" else None
    values = slots(customer, number, some_name(rng, customer.chinese), count)
    if intent == "outside":
        values |= {
            "country": rng.choice(phrases.COUNTRIES),
            "topic": rng.choice(phrases.TOPICS),
            "k": rng.randrange(1, 100),
            "form": rng.choice(phrases.FORMS),
            "dish": rng.choice(phrases.DISHES),
        }
    asked = values | ({"n": "#" + number} if rng.random() < 0.08 else {})
    written = user.format(**asked)
    customer.say(
        disturb(rng, written, customer.chinese),
        answer.format(**values),
        *(wording.format(**values) for wording in answers),
    )


def after_turn(customer, intent):
    """The turns that an answer invites: its number, yes or no, a question about the same lamp."""
    rng, phrases = customer.rng, customer.phrases
    if intent in ("order_unknown", "returns", "broken") and rng.random() < 0.6:
        number = order_number(rng)
        shape = rng.choice(
            ["{n}", "是{n}", "订单号{n}"] if customer.chinese else ["{n}", "It is {n}.", "Order {n}", "It's {n}"]
        )
        answer = phrases.INTENTS["order" if intent == "order_unknown" else "return_order"][1][0]
        customer.say(shape.format(n=number), answer.format(n=number))
    elif intent == "buy" and rng.random() < 0.6:
        users, answer = phrases.YES if rng.random() < 0.7 else phrases.NO
        customer.say(rng.choice(users), answer.format(**slots(customer)))
    elif intent in ("price", "about", "colors", "recommend") and rng.random() < 0.3:
        users, answer = rng.choice(phrases.FOLLOW_UPS)
        customer.say(disturb(rng, rng.choice(users), customer.chinese), answer.format(**slots(customer)))


def dialogue(rng, turns=None):
    """The messages of one conversation."""
    return conversation(rng, turns).messages


def conversation(rng, turns=None):
    """One customer's visit: maybe a system message, then one to six questions (or `turns`), at times a change of language."""
    customer = Customer(rng, chinese=rng.random() < 0.38)
    if rng.random() < 0.4:
        system = rng.choice(SYSTEM_ZH if customer.chinese and rng.random() < 0.6 else SYSTEM_EN)
        customer.messages.append({"role": "system", "content": system})
    intents = list(phrases_en.INTENTS)
    weights = [WEIGHTS.get(intent, 2) for intent in intents]
    for _ in range(turns or rng.choices([1, 2, 3, 4, 6], [45, 20, 15, 10, 10])[0]):
        intent = rng.choices(intents, weights)[0]
        turn(customer, intent)
        after_turn(customer, intent)
        if rng.random() < 0.06:
            customer.chinese = not customer.chinese
    return customer


def running_text(rng):
    """A paragraph of one to five sentences."""
    chinese = rng.random() < 0.35
    phrases = phrases_zh if chinese else phrases_en
    names = NAMES_ZH if chinese else NAMES_EN
    customer = Customer(rng, chinese, lamp=rng.choice(LAMPS))
    sentences = []
    for _ in range(rng.randrange(1, 6)):
        values = slots(customer, name=rng.choice(names)) | {
            "name2": rng.choice(names),
            "place": rng.choice(phrases.PLACES),
            "thing": rng.choice(phrases.THINGS),
            "mood": rng.choice(phrases.MOODS),
        }
        sentences.append(rng.choice(phrases.RAW).format(**values))
    return ("" if chinese else " ").join(sentences)
