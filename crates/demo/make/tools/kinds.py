"""What a tool family is made of, and how a part of its wordings is kept for the evaluation.

A `ToolFamily` is one thing that a function can do: its possible names, descriptions and parameters, how customers ask for it,
what it may return and how the assistant puts that into words. Asks are `str.format` templates whose slots are the keys of
parameters (or of `slots`). The schema of a tool is derived from the asks of its dialogue: a parameter is in it if an ask gives
it, and sometimes if it is optional. So a call never lacks something that its schema requires.
"""

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import more

RESERVED_SHARE = 0.1


@dataclass(frozen=True)
class Value:
    """A slot's value: as the customer writes it, as the canonical argument, and as answers repeat it."""

    text: str
    arg: object = None
    echo: str | None = None

    @property
    def canonical(self):
        return self.text if self.arg is None else self.arg

    @property
    def said(self):
        return self.text if self.echo is None else self.echo


@dataclass(frozen=True, eq=False)
class Param:
    """One parameter of a function."""

    key: str
    names: tuple[str, ...]
    # fill(rng, lang, type) gives the text that the customer writes, or a `Value`.
    fill: Callable
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    # JSON types that a schema may declare; a repeated one is likelier.
    types: tuple[str, ...] = ("string",)
    # Ways to enumerate it: canonical value -> value in the schema.
    enums: tuple[dict, ...] = ()
    required: bool = True
    # How often a tool has it although the asks of its dialogue do not give it (optional ones only).
    spare: float = 0.3
    # How often a tool lacks it although an ask gives it.
    drop: float = 0.0
    # Free text: any wording of it is right.
    free: bool = False
    # The question for it when a customer forgot it, what that must say, and the customers' replies.
    need_en: tuple[str, ...] = ()
    need_zh: tuple[str, ...] = ()
    need_check: tuple[tuple, tuple] = ((), ())
    give_en: tuple[str, ...] = ("{v}", "It's {v}", "It is {v}.", "{v}, please", "Sure, {v}", "Sorry, {v}", "That's {v}.",
                                "ok: {v}")
    give_zh: tuple[str, ...] = ("{v}", "是{v}", "{v}，谢谢", "哦，{v}", "好的，{v}", "就是{v}", "{v}。", "不好意思，是{v}")


@dataclass(frozen=True)
class Outcome:
    """What the assistant says about one kind of result; `check` is what it must say, in the form of the phrase books."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    check: tuple = ()
    check_zh: tuple | None = None

    def wordings(self, lang):
        return self.zh if lang == "zh" else self.en

    def groups(self, lang):
        return self.check_zh if lang == "zh" and self.check_zh is not None else self.check


@dataclass
class Result:
    """What a function returned: its outcome, its fields as (possible keys, value), and facts for the answer.

    A value or fact that is a pair is (English, Chinese). `text` is the same as plain text, also as a pair.
    """

    outcome: str
    fields: list
    facts: dict = field(default_factory=dict)
    text: tuple[str, str] | None = None
    # A single value may stand alone, without a key.
    alone: bool = True


@dataclass(frozen=True, eq=False)
class ToolFamily:
    """One thing that functions do."""

    key: str
    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    params: tuple[Param, ...]
    about_en: tuple[str, ...]
    about_zh: tuple[str, ...]
    # A template may end in " => key=value, key=value": arguments that its wording implies.
    asks_en: tuple[str, ...]
    asks_zh: tuple[str, ...]
    # result(rng, given) gives a `Result`; `given` maps slots to what answers repeat.
    result: Callable
    outcomes: dict[str, Outcome]
    # The argument that results are about.
    main: str | None
    # Whole names, used as they are.
    others: tuple[str, ...] = ()
    # Asks about several values of the main argument in one slot, and short asks after a first answer.
    many_en: tuple[str, ...] = ()
    many_zh: tuple[str, ...] = ()
    more_en: tuple[str, ...] = ()
    more_zh: tuple[str, ...] = ()
    # Asks that lack a parameter: its key -> (English, Chinese).
    bare: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    # What the thing that may not be found is called, and the answer then.
    thing: tuple[str, str] = ("record", "记录")
    lost: Outcome | None = None
    # Slots of asks that are no parameters.
    slots: dict[str, Callable] = field(default_factory=dict)
    # Whether given values go together; they are drawn again if not.
    fits: Callable | None = None
    # Families that could answer the same asks, and words that hint at a question for this one.
    rivals: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    shop: bool = False
    weight: float = 1.0
    # Results hold no prose, so that they can come in the other language.
    translatable: bool = True

    def param(self, key):
        return next((param for param in self.params if param.key == key), None)

    def about(self, lang):
        return self.about_zh if lang == "zh" else self.about_en

    def asks(self, lang):
        return self.asks_zh if lang == "zh" else self.asks_en

    def many(self, lang):
        return self.many_zh if lang == "zh" else self.many_en

    def more(self, lang):
        return self.more_zh if lang == "zh" else self.more_en


def lines(text):
    """The phrases of a block: one a line, or several that are parted by " | "."""
    return tuple(part.strip() for line in text.strip().splitlines() for part in line.split(" | ") if part.strip())


def words(text):
    return tuple(text.split())


@lru_cache(maxsize=None)
def reserved(items, salt, never=frozenset()):
    """The tenth of `items` that is kept for the evaluation: not the first one, none of fewer than four, none of `never`."""
    free = [item for item in items[1:] if item not in never]
    if len(items) < 4 or not free:
        return frozenset()
    count = max(1, round(RESERVED_SHARE * len(items)))
    return frozenset(random.Random(zlib.crc32(salt.encode())).sample(free, min(count, len(free))))


@lru_cache(maxsize=None)
def part(items, held_out, salt):
    """The training part of `items` and `more` of them, or the kept one; short lists serve both."""
    kept = reserved(items, salt)
    chosen = tuple(item for item in items if (item in kept) == held_out) if kept else items
    return chosen if held_out else chosen + more.of(salt)
