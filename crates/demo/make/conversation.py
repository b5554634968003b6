"""Conversations with the shop: a customer asks one thing after the other, the assistant answers from the phrase books and
remembers what was said. Every answer comes with a `Mark`: what a right answer must contain.
"""

import inspect
import string
from dataclasses import dataclass, field

import noise
import persona
from catalog import CATEGORIES, PRODUCTS, order_number, some_name
from phrases import general, orders, outside, products, returns, shop, talk
from split import asks

INTENTS = products.INTENTS + orders.INTENTS + returns.INTENTS + shop.INTENTS + talk.INTENTS
PLAIN = [intent for intent in INTENTS if not intent.follow_up]
FOLLOW_UPS = [intent for intent in INTENTS if intent.follow_up]
OUTSIDE = outside.INTENTS
GROUPS = {"plain": PLAIN, "follow-up": FOLLOW_UPS, "outside": OUTSIDE}
# How often a conversation has so many turns, and how often where answers are to be many.
TURNS = {1: 30, 2: 25, 3: 18, 4: 12, 6: 9, 8: 6}
DENSE_TURNS = {1: 16, 2: 20, 3: 22, 4: 18, 6: 14, 8: 10}
# Tasks whose answer is exactly what was asked for, without a tone.
BARE_TASKS = {"repeat", "single_word", "spell", "translate", "yes_no_short"}
BY_NAME = {intent.name: intent for intent in INTENTS}
# Answers that ask for the number of an order.
ASK_FOR_NUMBER = {name + "_unknown" for name in ("order_status", "cancel", "return", "broken", "invoice", "missing_part", "wrong_item")}
_FORMAT = string.Formatter()


@dataclass
class Mark:
    """What is expected of the assistant's message at `at`."""

    at: int
    kind: str  # facts, memory, outside, general, tool, result, json, briefing
    name: str
    lang: str
    check: object


@dataclass
class Document:
    """One training document, or one case of the evaluation."""

    messages: list = field(default_factory=list)
    tools: list | None = None
    marks: list = field(default_factory=list)


def slots_of(*texts):
    return {name for text in texts for _, name, _, _ in _FORMAT.parse(text) if name}


def product_slots(rng, product, lang):
    """The values of a product in a language."""
    zh = lang == "zh"
    colors = product.colors_zh if zh else product.colors_en
    singular, _, chinese = CATEGORIES[product.category]
    return {
        "p": product.zh if zh else product.en,
        "price": product.price,
        "colors": "、".join(colors) if zh else _and(colors),
        "color": rng.choice(colors),
        "use": product.use_zh if zh else product.use_en,
        "feature": product.feature_zh if zh else product.feature_en,
        "stock": product.stock,
        "watts": product.watts,
        "cat": chinese if zh else singular,
    }


def _and(words):
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


class Conversation:
    """A conversation in the making. All randomness comes from `rng`."""

    def __init__(self, rng, lang, held_out=False, dense=False):
        self.rng, self.lang, self.held_out, self.dense = rng, lang, held_out, dense
        self.persona = persona.draw(rng, lang)
        self.document = Document()
        if self.persona.system:
            self.document.messages.append({"role": "system", "content": self.persona.system})
        self.name, self.orders, self.topics = self.persona.customer, [], []

    def say(self, user, answer, kind, name, check, bare=False):
        """One turn; the answer is written in the persona's tone unless it has to stand alone."""
        lang = self.persona.language(self.lang)
        messages = self.document.messages
        messages.append({"role": "user", "content": user})
        self.document.marks.append(Mark(len(messages), kind, name, lang, check))
        messages.append({"role": "assistant", "content": answer if bare else self.persona.answer(answer, lang)})

    def ask(self, intent, kind=None):
        """One question of an intent. Gives False when the intent does not fit here."""
        answer_lang = self.persona.language(self.lang)
        if answer_lang != self.lang and intent.fill:
            # What `fill` draws is written in one language, so a question and its answer must share it.
            self.lang = answer_lang
        side, other = intent.side(self.lang), intent.side(answer_lang)
        question = self.rng.choice(asks(side.asks, self.held_out, f"ask {intent.name} {self.lang}"))
        answer = self.rng.choice(other.answers)
        values, mine = self._values(intent, (question, answer), answer_lang)
        groups = tuple(tuple(word.format(**values) for word in group) for group in other.check)
        # The check of an intent may speak of slots only that its answers have.
        asked = question.format(**mine)
        keep = {str(v) for k, v in mine.items() if "{" + k + "}" in question and k not in ("price", "stock", "watts")}
        written = noise.disturb(self.rng, asked, self.lang, keep, 0.4 if self.held_out else 1.0)
        kind = kind or ("outside" if intent.outside else "facts")
        self.say(written, answer.format(**values), kind, intent.name, groups)

    def _values(self, intent, texts, answer_lang):
        """Slot values for the answer and for the question (they differ when the languages do)."""
        filled = self._fill(intent)
        product = filled.pop("product", None)
        wanted = slots_of(*texts, *(w for group in intent.side(answer_lang).check for w in group)) - filled.keys()
        if product is None and intent.follow_up:  # the composer asks these only when there is a topic
            product = self.topics[-1]
        if product is None and wanted & {"p", "price", "colors", "color", "use", "feature", "stock", "watts", "cat"}:
            product = self.topics[-1] if self.topics and self.rng.random() < 0.15 else self.rng.choice(PRODUCTS)
        common = {"me": self.persona.name(answer_lang)}
        if "name" in wanted:
            self.name = common["name"] = self.rng.choice([self.name]) if self.name else some_name(self.rng, self.lang)
        if "n" in wanted:
            common["n"] = self._order()
        if "item" in wanted:
            item = self.rng.choice(PRODUCTS)
            common["item"] = item.zh if self.lang == "zh" else item.en
        if product is not None:
            if not self.topics or self.topics[-1] is not product:
                self.topics.append(product)
            answer_side = product_slots(self.rng, product, answer_lang)
            ask_side = answer_side if answer_lang == self.lang else product_slots(self.rng, product, self.lang)
        else:
            answer_side = ask_side = {}
        return common | answer_side | filled, common | ask_side | filled

    def _fill(self, intent):
        if not intent.fill:
            return {}
        arguments = [self.rng, self.lang]
        if len(inspect.signature(intent.fill).parameters) > 2:
            arguments.append(self.topics[-1] if self.topics else self.rng.choice(PRODUCTS))
        return dict(intent.fill(*arguments))

    def _order(self):
        if not self.orders or self.rng.random() < 0.4:
            self.orders.append(order_number(self.rng))
        return self.orders[-1]

    # What may be asked later about what was said before.
    def ask_memory(self, name=None):
        """A question about the customer's name, order number or product."""
        told = {
            "memory_name": self.name is not None,
            "memory_order": len(set(self.orders)) == 1,
            "memory_product": bool(self.topics),
            "memory_price": bool(self.topics),
        }
        empty = {"memory_name": self.name is None, "memory_order": not self.orders, "memory_product": not self.topics}
        choices = [n for n, good in told.items() if good] * 3 + [n + "_none" for n, good in empty.items() if good]
        name = name if name in choices else self.rng.choice(choices)
        intent = talk.MEMORY[name]
        lang = self.persona.language(self.lang)
        side, other = intent.side(self.lang), intent.side(lang)
        values = {"name": self.name, "n": self.orders[-1] if self.orders else None}
        if self.topics:
            topic = self.topics[0] if name == "memory_product" else self.topics[-1]
            values |= product_slots(self.rng, topic, lang)
        question = noise.disturb(self.rng, self.rng.choice(asks(side.asks, self.held_out, f"ask {name} {self.lang}")), self.lang)
        groups = tuple(tuple(word.format(**values) for word in group) for group in other.check)
        self.say(question, self.rng.choice(other.answers).format(**values), "memory", name, groups)

    def task(self):
        """A simple task of language."""
        lang = self.persona.language(self.lang)
        weights, functions = zip(*general.TASKS)
        function = self.rng.choices(functions, weights)[0]
        question, answer, check = function(self.rng, lang, self.held_out)
        self.say(question, answer, "general", function.__name__, check, bare=function.__name__ in BARE_TASKS)

    def one_of(self, intents):
        power = 0.5 if self.dense else 1.0  # what is asked seldom has as many phrasings
        return self.rng.choices(intents, [intent.weight**power for intent in intents])[0]

    def last(self):
        return self.document.marks[-1].name if self.document.marks else None

    def asked_for_number(self):
        """Did the assistant just ask for an order number?"""
        return self.last() in ASK_FOR_NUMBER

    def turn(self):
        """Whatever comes next."""
        what = self._next_of_many() if self.dense else self._next()
        if what == "memory":
            self.ask_memory()
        elif what in BY_NAME:
            self.ask(BY_NAME[what])
        else:
            self.ask(self.one_of(GROUPS[what]))
        if self.rng.random() < 0.05:
            self.lang = "en" if self.lang == "zh" else "zh"

    def _next(self):
        """A name of GROUPS, of one intent, or `memory`."""
        draw = self.rng.random()
        turns = len(self.document.marks)
        if self.asked_for_number():
            draw = 1.0
        if self.topics and draw < 0.22:
            return "follow-up"
        if turns >= 2 and draw < 0.42:
            return "memory"
        if draw < 0.55:
            return "outside"
        if self.asked_for_number() and self.rng.random() < 0.8:
            return "order_number_given"
        if self.last() in ("complaint_service", "complaint_angry") and self.rng.random() < 0.3:
            return "human"
        return "plain"

    def _next_of_many(self):
        """As `_next`, but mostly questions about the shop, which have the most phrasings."""
        if self.asked_for_number() and self.rng.random() < 0.35:
            return "order_number_given"
        if self.last() in ("complaint_service", "complaint_angry") and self.rng.random() < 0.2:
            return "human"
        weights = {"plain": 64, "outside": 12}
        if self.topics:
            weights["follow-up"] = 18
        if len(self.document.marks) >= 2:
            weights["memory"] = 6
        return self.rng.choices(list(weights), weights.values())[0]


def shop_conversation(rng, lang, held_out=False, turns=None, dense=False):
    talk_ = Conversation(rng, lang, held_out, dense)
    usual = DENSE_TURNS if dense else TURNS
    for _ in range(turns or rng.choices(list(usual), usual.values())[0]):
        talk_.turn()
    return talk_.document


def task_conversation(rng, lang, held_out=False):
    talk_ = Conversation(rng, lang, held_out)
    for _ in range(rng.choices((1, 2, 3), (50, 30, 20))[0]):
        if rng.random() < 0.85:
            talk_.task()
        else:
            talk_.turn()
    return talk_.document


def plain_turns(rng, lang, held_out=False):
    """Turns without tools, for dialogues whose tools do not fit: (question, answer, check, is it outside)."""
    talk_ = Conversation(rng, lang, held_out)
    talk_.persona = persona.Persona()
    talk_.document = Document()
    if rng.random() < 0.3:
        talk_.ask(talk_.one_of(OUTSIDE))
    else:
        talk_.ask(talk_.one_of(PLAIN))
    messages = talk_.document.messages
    return [
        (messages[mark.at - 1]["content"], messages[mark.at]["content"], mark.check, mark.kind == "outside")
        for mark in talk_.document.marks
    ]
