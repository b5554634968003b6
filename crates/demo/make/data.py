"""Draws the documents of training and evaluation: `document(index)` is the same document every time, on every machine.

Nothing is stored and nothing is copied from anywhere: every sentence comes from the phrase books and generators beside this file.
"""

import random
from dataclasses import dataclass

import briefing
import extract
import tools
from conversation import Document, Mark, plain_turns, shop_conversation, task_conversation
from disguise import disguised
from phrases import general

SEED = 20261125
# The first documents of the later parts of the training (from the third on with a gap to what came before).
SECOND, THIRD, FOURTH, FIFTH = 114_688, 1_000_000, 2_000_000, 3_000_000
SIXTH, SEVENTH, EIGHTH, NINTH = 4_000_000, 5_000_000, 6_000_000, 7_000_000
TENTH = 8_000_000
# Kinds of documents and how often each is drawn, by the first document that is drawn so.
MIXES = {
    0: {"shop": 44, "tools": 27, "tasks": 13, "json": 7, "briefing": 8, "text": 1},
    SECOND: {"shop": 30, "tools": 34, "tasks": 11, "json": 12, "briefing": 13},
    THIRD: {"shop": 34, "tools": 36, "tasks": 8, "json": 11, "briefing": 11},
    FOURTH: {"shop": 33, "tools": 36, "tasks": 8, "json": 13, "briefing": 10},
    FIFTH: {"shop": 35, "tools": 36, "tasks": 7, "json": 13, "briefing": 9},
    SIXTH: {"shop": 34, "tools": 33, "tasks": 8, "json": 13, "briefing": 10, "text": 2},
    SEVENTH: {"shop": 40, "tools": 22, "tasks": 9, "json": 17, "briefing": 11, "text": 1},
    EIGHTH: {"shop": 36, "tools": 34, "tasks": 8, "json": 13, "briefing": 8, "text": 1},
    NINTH: {"shop": 42, "tools": 33, "tasks": 7, "json": 11, "briefing": 6, "text": 1},
    TENTH: {"shop": 43, "tools": 33, "tasks": 5, "json": 13, "briefing": 5, "text": 1},
}
CHINESE = 0.45
# From here on documents are drawn for the evaluation, as the sixth part drew them.
SEEN = 10_000_000


@dataclass(frozen=True)
class Drawing:
    """How a document is drawn: with which phrasings, and what the later parts of the training do with them."""

    held_out: bool
    disguised: bool  # names that cannot be known by heart: see disguise.py
    dense: bool  # more answers for each token


def document(index, held_out=False, kind=None):
    """Document number `index`; with `held_out` one of phrasings that are never trained on."""
    rng = random.Random(f"{SEED}/{index}/{held_out}/{kind}")
    how = Drawing(held_out, index >= SECOND and not held_out, SEVENTH <= index < SEEN and not held_out)
    mix = MIXES[max(first for first in MIXES if first <= index and (how.disguised or first == 0))]
    kind = kind or rng.choices(list(mix), mix.values())[0]
    lang = "zh" if rng.random() < CHINESE else "en"
    return KINDS[kind](rng, lang, how)


def _shop(rng, lang, how):
    return shop_conversation(rng, lang, how.held_out, dense=how.dense)


def _tools(rng, lang, how):
    case = tools.tool_dialogue(rng, lang, how.held_out, plain_turns, dense=how.dense)
    marks = []
    for at, check in case.checks:
        kind = "call" if isinstance(check, dict) else "result"
        marks.append(Mark(at, kind, case.kind, lang, check))
    document = Document(case.messages, case.tools, marks)
    return disguised(document, rng) if how.disguised else document


def _json(rng, lang, how):
    messages, check = extract.extract_case(rng, lang, how.held_out, how.disguised, how.dense)
    return Document(messages, None, [Mark(len(messages) - 1, "json", "json", lang, check)])


def _briefing(rng, lang, how):
    messages, checks = briefing.briefing_case(rng, lang, how.held_out)
    return Document(messages, None, [Mark(at, "briefing", "briefing", lang, check) for at, check in checks])


def _tasks(rng, lang, how):
    return task_conversation(rng, lang, how.held_out)


def _text(rng, lang, _how):
    return Document([{"role": "text", "content": general.running_text(rng, lang)}])


KINDS = {"shop": _shop, "tools": _tools, "tasks": _tasks, "json": _json, "briefing": _briefing, "text": _text}
