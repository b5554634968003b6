"""`python -m more [FILE ...]`, beside this folder: are the phrasings new, and do they have the slots of those that they join?

A phrasing that says nearly the same words as one that exists is refused, so that none comes close to a phrasing of the evaluation.
"""

import re
import string
import sys
from collections import Counter
from pathlib import Path

import briefing
import extract
import more
from conversation import INTENTS, OUTSIDE
from phrases import general, talk
from tools import letters_en, letters_zh
from tools.families import FAMILIES

NEAR = 0.85
# Lists of names and of small parts, which are only not the same.
OTHERS = ("nouns ", "others ", "param names ", "key ", "about ", "joint ", "mood ", "urgent ", "intro ", "sign off ", "text whole ")
_FORMAT = string.Formatter()


def bases():
    """key -> the phrasings that a block joins."""
    found = {}
    for intent in [*INTENTS, *OUTSIDE, *talk.MEMORY.values()]:
        for lang in ("en", "zh"):
            found[f"ask {intent.name} {lang}"] = intent.side(lang).asks
    for family in FAMILIES:
        for lang in ("en", "zh"):
            for source, texts in (("asks", family.asks), ("many", family.many), ("more", family.more)):
                found[f"{source} {family.key} {lang}"] = texts(lang)
            found[f"about {family.key} {lang}"] = family.about(lang)
            for key, sides in family.bare.items():
                found[f"bare {key} {family.key} {lang}"] = sides[lang == "zh"]
    found |= briefing.LISTS | general.lists()
    for lang in ("en", "zh"):
        found |= {f"text {part} {lang}": sentences[lang] for part, sentences in general.TEXTS.items()}
    for letters, lang in ((letters_en, "en"), (letters_zh, "zh")):
        found |= {f"inline {lang}": letters.INLINE, f"block {lang}": letters.BLOCK, f"schema {lang}": letters.SCHEMA}
        found |= {f"core {intent} {lang}": cores for intent, cores in letters.CORES.items()}
    return found


def names():
    """key -> the names that a block joins, of which it may have none again: some are kept for the evaluation."""
    params = {param.key: param for family in FAMILIES for param in family.params}
    return (
        {f"nouns {family.key}": family.nouns for family in FAMILIES}
        | {f"others {family.key}": family.others for family in FAMILIES}
        | {f"param names {key}": param.names for key, param in params.items()}
        | {f"key {field}": keys for field, keys in extract.KEYS.items()}
    )


def slots(text):
    return {name for _, name, _, _ in _FORMAT.parse(text) if name}


def pieces(text):
    """English words, Chinese characters, slots; without what they stand beside."""
    return Counter(re.findall(r"\{\w+\}|[a-z0-9']+|[\u4e00-\u9fff]", text.lower()))


def nearness(one, other):
    """Common pieces by all pieces."""
    return sum((one & other).values()) / max(1, sum((one | other).values()))


def complaints(key, rows, base):
    allowed = set().union(*map(slots, base))
    always = set.intersection(*map(set, map(slots, base)))
    known = [pieces(text) for text in base]
    for at, text in enumerate(rows):
        mine = pieces(text)
        if not slots(text) <= allowed or not slots(text) >= always:
            yield f"{key}: slots of {text!r}; allowed {sorted(allowed)}, needed {sorted(always)}"
        if not all(pair.count("=") == 1 for pair in text.partition("=>")[2].split(", ") if pair.strip()):
            yield f"{key}: {text!r}; behind => come pairs of a parameter, = and its value"
        near = next((base[i] if i < len(base) else rows[i - len(base)] for i, other in enumerate(known) if nearness(mine, other) > NEAR), None)
        if near:
            yield f"{key}: {text!r} is too near to {near!r}"
        known.append(mine)


def main():
    known, names_known = bases(), names()
    keys = set(more.blocks())
    if sys.argv[1:]:
        texts = "\n".join(Path(file).read_text() for file in sys.argv[1:])
        keys = set(re.findall(r"^## (.+?)\s*$", texts, re.MULTILINE))
    wrong = []
    for key in sorted(keys):
        if key in known:
            wrong += complaints(key, more.of(key), known[key])
        elif key in names_known:
            wrong += [f"{key}: {name!r} is there already" for name in more.of(key) if name in names_known[key]]
        elif not key.startswith(OTHERS):
            wrong.append(f"{key}: no such list")
    print("\n".join(wrong) or f"{sum(len(more.of(key)) for key in keys):,} phrasings, all well")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
