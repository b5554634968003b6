"""Composes dialogues with tools: `tool_dialogue` draws a kind, plans its asks, makes the tools that they need and some that
they do not need, and writes the messages with what each answer of the assistant is checked for.
"""

import json
import string
from dataclasses import dataclass, field

import noise

from . import prompts
from .families import FAMILIES, NARROW, hints_at, rivals
from .kinds import ToolFamily, Value, part
from .results import Given, failure, in_language, render
from .schema import make_tool

FORMATTER = string.Formatter()


@dataclass
class Case:
    """One dialogue. A check of a message with calls is {"calls": [(name, arguments)]}, of one with text groups of words."""

    tools: list[dict]
    messages: list[dict]
    kind: str
    checks: list = field(default_factory=list)


@dataclass
class Asked:
    """One planned question: its family, its wording and what that says without slots."""

    family: ToolFamily
    template: str
    fixed: dict
    missing: str | None = None
    several: bool = False

    @property
    def slots(self):
        return list(dict.fromkeys(name for _, name, _, _ in FORMATTER.parse(self.template) if name))

    @property
    def keys(self):
        """The parameters that it gives."""
        return {key for key in [*self.slots, *self.fixed] if self.family.param(key)}


class Talk:
    """A dialogue in the making."""

    def __init__(self, rng, lang, held_out, plain=None):
        self.rng, self.lang, self.held_out, self.plain = rng, lang, held_out, plain
        self.messages, self.checks, self.tools = [], [], {}
        self.tongue = None  # the language of results, when a kind demands one
        if rng.random() < 0.4:
            chinese = lang == "zh" and rng.random() < 0.7
            texts = prompts.SYSTEM_ZH if chinese else prompts.SYSTEM_EN
            self.messages.append({"role": "system", "content": self.pick(texts, f"system {chinese}")})

    # Choosing words
    def pick(self, texts, salt):
        return self.rng.choice(part(texts, self.held_out, salt))

    def family(self, fits=lambda family: True):
        families = [family for family in FAMILIES if fits(family)]
        return self.rng.choices(families, [family.weight for family in families])[0]

    def draw(self, family, texts, source, **more):
        template, _, fixed = self.pick(texts, f"{source} {family.key} {self.lang}").partition("=>")
        pairs = [pair.split("=") for pair in fixed.split(", ") if pair.strip()]
        return Asked(family, template.strip(), {key.strip(): value.strip() for key, value in pairs}, **more)

    def one(self, family=None):
        family = family or self.family()
        return self.draw(family, family.asks(self.lang), "asks")

    # Making the tools
    def offer(self, planned, others=None, beside=lambda family: True):
        """Makes the tools of the planned asks and up to four others, in random order."""
        used = {}
        for asked in planned:
            used.setdefault(asked.family.key, []).append(asked)
        wanted = []
        for uses in used.values():
            missing = {asked.missing for asked in uses if asked.missing}
            keys = [asked.keys | ({asked.missing} if asked.missing else set()) for asked in uses]
            wanted.append((uses[0].family, keys, missing))
        families = [family for family, _, _ in wanted]
        count = others if others is not None else self.rng.choices((0, 1, 2, 3, 4), (26, 24, 22, 16, 12))[0]
        shop = self.rng.random() < 0.5
        while count > 0 and len(families) < 5:
            free = [f for f in FAMILIES if f not in families and beside(f) and not any(rivals(f, g) for g in families)]
            if not free:
                break
            # Half of the requests are of one kind, as those of real programs.
            same = [f for f in free if families and f.shop == families[0].shop] if shop else []
            family = self.rng.choice(same or free)
            families.append(family)
            wanted.append((family, [self.one(family).keys], set()))
            count -= 1
        self.rng.shuffle(wanted)
        for family, uses, missing in wanted:
            taken = {tool.name for tool in self.tools.values()}
            self.tools[family.key] = make_tool(self.rng, family, self.lang, self.held_out, uses, missing, taken)

    # Filling slots
    def fill(self, asked, count=1):
        """The values of a question, `count` times for its main slot; they fit together."""
        family, tool = asked.family, self.tools[asked.family.key]
        for _ in range(200):
            chosen = {key: self.value(family, tool, key) for key in asked.slots}
            rows = [dict(chosen) for _ in range(count)]
            for row in rows[1:]:
                row[family.main] = self.value(family, tool, family.main)
            for row in rows:
                for key, text in asked.fixed.items():
                    row[key] = Value(text.format(**{k: v.text for k, v in row.items()}))
            distinct = len({row[family.main].text for row in rows}) == count if count > 1 else True
            if distinct and (not family.fits or all(family.fits(row, self.lang) for row in rows)):
                return rows
        raise ValueError(f"no fitting values for {family.key}: {asked.template}")

    def value(self, family, tool, key):
        param = family.param(key)
        if param is None:
            value = family.slots[key](self.rng, self.lang)
        else:
            bound = tool.of(key)
            value = param.fill(self.rng, self.lang, bound.type if bound else param.types[-1])
        return value if isinstance(value, Value) else Value(value)

    # Saying things
    def user(self, text, keep=(), strength=1.0):
        """What the customer writes, with a few accidents that leave the values alone."""
        calm = 0.4 if self.held_out else 1.0
        written = noise.disturb(self.rng, text, self.lang, set(keep), strength * calm)
        if any(written.count(value) < text.count(value) for value in keep):
            written = text
        self.messages.append({"role": "user", "content": written})

    def assistant(self, text, check):
        self.checks.append((len(self.messages), check))
        self.messages.append({"role": "assistant", "content": text})

    def call(self, calls):
        """One message with the calls [(tool, row of values)]; gives their ids and arguments."""
        made, wanted = [], []
        for tool, row in calls:
            arguments, check = {}, {}
            for bound in tool.bound:
                if bound.param.key in row:
                    arguments[bound.name] = bound.argument(row[bound.param.key])
                    check[bound.name] = {"any": True} if bound.param.free else arguments[bound.name]
            made.append((self.call_id(len(made)), tool, row, arguments))
            wanted.append((tool.name, check))
        calls = []
        for id_, tool, _, arguments in made:
            function = {"name": tool.name, "arguments": json.dumps(arguments, ensure_ascii=False)}
            calls.append({"id": id_, "type": "function", "function": function})
        self.checks.append((len(self.messages), {"calls": wanted}))
        self.messages.append({"role": "assistant", "content": "", "tool_calls": calls})
        return made

    def call_id(self, at):
        if self.rng.random() < 0.15:
            return f"call_{len(self.messages)}{at}"
        letters = string.ascii_letters + string.digits
        return "call_" + "".join(self.rng.choices(letters, k=self.rng.choice((8, 12, 24))))

    def answer(self, made, failed=None):
        """The results of the calls and one answer to all of them; the call at `failed` goes wrong."""
        texts, groups = [], []
        for at, (id_, tool, row, arguments) in enumerate(made):
            family, tongue = tool.family, self.result_language(tool.family)
            by_key = {bound.param.key: arguments[bound.name] for bound in tool.bound if bound.name in arguments}
            given = Given(row, by_key, self.lang, tongue)
            if at == failed:
                main = tool.of(family.main) if family.main else None
                content, outcome, facts = failure(self.rng, family, given, tongue, main.name if main else None)
            else:
                result = family.result(self.rng, given)
                content, outcome, facts = render(self.rng, result, tongue), family.outcomes[result.outcome], result.facts
            message = {"role": "tool", "tool_call_id": id_, "content": content}
            if self.rng.random() < 0.2:
                message["name"] = tool.name
            self.messages.append(message)
            facts = given | {key: in_language(value, self.lang) for key, value in facts.items()}
            # Several results get the first wording each: one sentence after the other.
            wordings = outcome.wordings(self.lang)
            texts.append((wordings[0] if len(made) > 1 else self.rng.choice(wordings)).format(**facts))
            groups += [tuple(word.format(**facts) for word in group) for group in outcome.groups(self.lang)]
        self.assistant(("" if self.lang == "zh" else " ").join(texts), tuple(groups))

    def result_language(self, family):
        if not family.translatable:
            return self.lang
        if self.tongue:
            return self.tongue
        if self.lang == "zh":
            return "en" if self.rng.random() < 0.3 else "zh"
        return "zh" if self.rng.random() < 0.02 else "en"

    # Turns
    def turn(self, asked, fail=False):
        """A question, its call, the result and the answer; with `asked.missing` the assistant asks back first."""
        tool = self.tools[asked.family.key]
        if asked.missing:
            return self.turn_missing(asked, tool, fail)
        rows = self.fill(asked, self.rng.choices((2, 3), (82, 18))[0] if asked.several else 1)
        texts = {key: value.text for key, value in rows[0].items()}
        if asked.several:
            texts[asked.family.main] = joined([row[asked.family.main].text for row in rows], self.lang)
        keep = [row[key].text for row in rows for key in asked.slots]
        self.user(asked.template.format(**texts), keep)
        self.answer(self.call([(tool, row) for row in rows]), self.rng.randrange(len(rows)) if fail else None)
        return None

    def turn_missing(self, asked, tool, fail):
        param, family = asked.family.param(asked.missing), asked.family
        for _ in range(200):
            row = self.fill(asked)[0]
            row[param.key] = self.value(family, tool, param.key)
            if not family.fits or family.fits(row, self.lang):
                break
        texts = {key: row[key].text for key in asked.slots}
        self.user(asked.template.format(**texts), texts.values())
        chinese = self.lang == "zh"
        check = param.need_check[chinese]
        self.assistant(self.rng.choice(param.need_zh if chinese else param.need_en), check)
        give = self.pick(param.give_zh if chinese else param.give_en, f"give {param.key} {self.lang}")
        value = row[param.key].text
        self.user(give.format(v=value), [value], 0.5)
        self.answer(self.call([(tool, row)]), 0 if fail else None)

    def turn_both(self, first, second):
        """Two questions for different functions in one message."""
        rows = [self.fill(asked)[0] for asked in (first, second)]
        asks = [asked.template.format(**{k: v.text for k, v in row.items()}) for asked, row in zip((first, second), rows)]
        keep = [row[key].text for asked, row in zip((first, second), rows) for key in asked.slots]
        link = self.pick(prompts.AND_ZH if self.lang == "zh" else prompts.AND_EN, f"and {self.lang}")
        end = "" if asks[0][-1] in ".?!。？！" else "。" if self.lang == "zh" else "."
        self.user(asks[0] + end + link + asks[1], keep, 0.7)
        self.answer(self.call([(self.tools[asked.family.key], row) for asked, row in zip((first, second), rows)]))

    def small_talk(self, at=None):
        topics = prompts.SMALL_TALK[self.lang]
        at = self.rng.randrange(len(topics)) if at is None else at
        asks, answers, check = topics[at]
        return [(self.pick(asks, f"talk {at} {self.lang}"), self.rng.choice(answers), check, False)]

    def plain_turns(self, tools_fit):
        """Turns that no function is for: those of the composer, if they go with the tools; small talk else."""
        for _ in range(12 if self.plain else 0):
            turns = self.plain(self.rng, self.lang, self.held_out)
            if turns and tools_fit(turns):
                return turns
        return self.small_talk()

    def say(self, turns):
        for user, answer, check, _ in turns:
            self.messages.append({"role": "user", "content": user})
            self.assistant(answer, check)

    def case(self, kind):
        return Case([tool.definition for tool in self.tools.values()], self.messages, kind, self.checks)


def joined(texts, lang):
    *first, last = texts
    return ("、" if lang == "zh" else ", ").join(first) + ("和" if lang == "zh" else " and ") + last


def goes_beside(turns, family):
    """Would a family leave these turns alone? What is not the shop's business must not sound like any function."""
    outside = any(turn[3] for turn in turns)
    return (not outside or family.shop or family.key in NARROW) and not any(hints_at(turn[0], family) for turn in turns)


# Kinds of dialogues: each writes one into a `Talk`.
def single(talk):
    asked = talk.one()
    talk.offer([asked])
    talk.turn(asked)


def parallel(talk):
    if talk.rng.random() < 0.6:
        family = talk.family(lambda f: f.many_en)
        asked = talk.draw(family, family.many(talk.lang), "many", several=True)
        talk.offer([asked])
        talk.turn(asked)
        return
    first = talk.one()
    second = talk.one(talk.family(lambda f: f is not first.family and not rivals(f, first.family)))
    talk.offer([first, second])
    talk.turn_both(first, second)


def bare(talk):
    """A question that lacks an argument."""
    family = talk.family(lambda f: f.bare)
    key = talk.rng.choice(list(family.bare))
    return talk.draw(family, family.bare[key][talk.lang == "zh"], f"bare {key}", missing=key)


def missing(talk):
    asked = bare(talk)
    talk.offer([asked])
    talk.turn(asked)


def following(talk, first):
    """A second question for a function: a short one about the same thing, or one for another function."""
    family = first.family
    if family.more_en and talk.rng.random() < 0.5:
        asked = talk.draw(family, family.more(talk.lang), "more")
        if first.keys | ({first.missing} if first.missing else set()) <= asked.keys:
            return asked
    return talk.one(talk.family(lambda f: f is not family and not rivals(f, family)))


def two_step(talk):
    first = bare(talk) if talk.rng.random() < 0.2 else talk.one()
    form = talk.rng.random()
    if form < 0.55:
        second = following(talk, first)
        talk.offer([first, second])
        talk.turn(first)
        talk.turn(second)
        if talk.rng.random() < 0.2:
            talk.say(talk.small_talk(0))
        return
    if form < 0.65:
        talk.offer([first])
        talk.turn(first)
        talk.say(talk.small_talk(0))
        return
    talk.offer([first])

    def fit(turns):
        return all(goes_beside(turns, tool.family) for tool in talk.tools.values())

    if talk.rng.random() < 0.4:  # the plain question comes first
        talk.say(talk.plain_turns(fit))
        talk.turn(first)
    else:
        talk.turn(first)
        talk.say(talk.plain_turns(fit))


def no_fit(talk):
    turns = talk.plain_turns(lambda turns: True) if talk.rng.random() < 0.85 else talk.small_talk()
    if not any(goes_beside(turns, family) for family in FAMILIES):
        turns = talk.small_talk()
    talk.offer([], talk.rng.choices((1, 2, 3, 4, 5), (30, 25, 20, 15, 10))[0], lambda family: goes_beside(turns, family))
    talk.say(turns)
    if talk.rng.random() < 0.25:
        talk.say(talk.plain_turns(lambda more: all(goes_beside(more, tool.family) for tool in talk.tools.values())))


def error(talk):
    first = bare(talk) if talk.rng.random() < 0.1 else talk.one()
    family = first.family
    again = None
    if family.more_en and talk.rng.random() < 0.3:
        again = talk.draw(family, family.more(talk.lang), "more")
        again = again if first.keys | ({first.missing} - {None}) <= again.keys else None
    talk.offer([first] + ([again] if again else []))
    talk.turn(first, fail=True)
    if again:
        talk.turn(again)


def other_language(talk):
    talk.tongue = "en" if talk.lang == "zh" else "zh"
    family = talk.family(lambda f: f.translatable)
    if family.many_en and talk.rng.random() < 0.1:
        asked = talk.draw(family, family.many(talk.lang), "many", several=True)
    else:
        asked = talk.one(family)
    talk.offer([asked])
    talk.turn(asked, fail=talk.rng.random() < 0.1)


def several(talk):
    """Two or three questions, one after the other, for the same tools: definitions are long and calls are short."""
    asked = [talk.one()]
    for _ in range(talk.rng.choice((1, 2, 2))):
        family = talk.family(lambda f: all(f is one.family or not rivals(f, one.family) for one in asked))
        asked.append(talk.one(family))
    talk.offer(asked, talk.rng.choice((0, 0, 1, 2)))
    for one in asked:
        talk.turn(one, fail=talk.rng.random() < 0.05)


KINDS = {
    "call": (single, 38),
    "parallel": (parallel, 12),
    "missing": (missing, 11),
    "two_step": (two_step, 14),
    "no_fit": (no_fit, 13),
    "error": (error, 7),
    "other_language": (other_language, 5),
}
# With more answers for each token.
DENSE_KINDS = KINDS | {"call": (single, 20), "several": (several, 45)}


def tool_dialogue(rng, lang, held_out=False, plain=None, kind=None, dense=False):
    """A dialogue with tools. `plain(rng, lang, held_out)` gives turns without them: [(user, assistant, check, is_outside)]."""
    kinds = DENSE_KINDS if dense else KINDS
    kind = kind or rng.choices(list(kinds), [weight for _, weight in kinds.values()])[0]
    talk = Talk(rng, lang, held_out, plain)
    kinds[kind][0](talk)
    return talk.case(kind)
