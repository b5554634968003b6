"""Extraction: a program asks for JSON about a customer's message, the assistant answers with one line of it.

`extract_case(rng, lang, held_out)` gives (messages, {"json": expected}). `lang` is the language of the message; now and then
the instruction is in the other one. What is not in the message is null; with `disguise` keys have names that
no list has. Wordings are in tools/letters_en.py and letters_zh.py.
"""

import json
import re
import string
from collections import Counter
from functools import lru_cache

from catalog import order_number, some_name
import more
from disguise import renamed
from tools import letters_en, letters_zh
from tools.kinds import part
from tools.values import product

LETTERS = {"en": letters_en, "zh": letters_zh}
INTENTS = ("order_status", "return", "refund", "complaint", "product_question", "cancel", "other")
SENTIMENTS = ("positive", "neutral", "negative")
# field: how programs may call it
KEYS = {
    "name": ("name", "customer_name", "customer", "customerName", "sender", "client"),
    "intent": ("intent", "category", "request_type", "topic", "label", "class"),
    "order_id": ("order_id", "orderId", "order_number", "order", "order_no", "orderNumber"),
    "sentiment": ("sentiment", "mood", "tone", "feeling", "emotion", "attitude"),
    "product": ("product", "item", "product_name", "productName", "lamp", "article"),
    "language": ("language", "lang", "message_language", "locale", "lang_code"),
    "urgent": ("urgent", "is_urgent", "isUrgent", "urgency", "needs_hurry"),
}
VALUES = {"intent": INTENTS, "sentiment": SENTIMENTS, "language": ("en", "zh")}
# How often a program wants a field.
WEIGHTS = {"name": 5, "intent": 6, "order_id": 6, "sentiment": 5, "product": 4, "language": 2, "urgent": 3}
FORMATTER = string.Formatter()


def extract_case(rng, lang, held_out=False, disguise=False, dense=False):
    """(messages, check): one message to extract from, sometimes after another one with the same instruction (`dense`: mostly)."""
    fields = _fields(rng)
    names = {field: rng.choice(part(KEYS[field], held_out, f"key {field}")) for field in fields}
    if disguise:
        names = {field: renamed(rng, name, False) for field, name in names.items()}
    if dense:
        names = {field: _shortened(rng, field, name) for field, name in names.items()}
    told = lang if rng.random() < 0.85 else ("zh" if lang == "en" else "en")
    instruction = _instruction(rng, told, held_out, names)
    if disguise and rng.random() < (0.25 if dense else 0.2):
        names, instruction = _nameless(rng, told, names)
    first, expected = _message(rng, lang, held_out)
    answer = {names[field]: expected[field] for field in fields}
    if rng.random() < 0.3:
        messages = [{"role": "system", "content": instruction}, {"role": "user", "content": first}]
        if rng.random() < 0.3:
            messages.append({"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)})
            second, expected = _message(rng, lang, held_out)
            answer = {names[field]: expected[field] for field in fields}
            messages.append({"role": "user", "content": second})
    else:
        joint = rng.choice(part(LETTERS[told].JOINTS, held_out, f"joint {told}"))
        joint = joint.replace(r"\n", "\n")
        messages = [{"role": "user", "content": joint.format(instruction=instruction, message=first)}]
        if rng.random() < 0.2:
            system = "你是一个有用的助手。" if told == "zh" else rng.choice(("You are a helpful assistant.", "You output JSON."))
            messages.insert(0, {"role": "system", "content": system})
    messages.append({"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)})
    while dense and len(messages) < 8 and rng.random() < 0.65:
        further, expected = _message(rng, lang, held_out)
        answer = {names[field]: expected[field] for field in fields}
        messages.append({"role": "user", "content": further})
        messages.append({"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)})
    return messages, {"json": answer}


def _shortened(rng, field, name):
    """Now and then one word of a known key alone, if that belongs to no other field: a key may begin like a longer one."""
    if rng.random() > 0.12:
        return name
    return rng.choice(_words()[field] or (name,))


@lru_cache(maxsize=None)
def _words():
    """field -> words that three of its keys have and no other field's, without names that are kept for the evaluation."""
    words = {
        field: Counter(word for key in part(keys, False, f"key {field}") for word in re.findall("[A-Z]?[a-z]{2,}", key))
        for field, keys in KEYS.items()
    }
    kept = {key for field, keys in KEYS.items() for key in part(keys, True, f"key {field}")}
    found = {field: {word.lower() for word, times in mine.items() if times > 2} - kept for field, mine in words.items()}
    return {field: tuple(sorted(w for w in mine if sum(w in other for other in words.values()) == 1)) for field, mine in found.items()}


def schema(keys):
    """JSON schema of an answer with these keys, as a program would send it beside its instruction."""
    fields = {name: field for field, names in KEYS.items() for name in names + more.of(f"key {field}")}
    return {
        "type": "object",
        "properties": {key: _type(fields.get(key)) for key in keys},
        "required": list(keys),
        "additionalProperties": False,
    }


def _type(field):
    if field in VALUES:
        return {"enum": list(VALUES[field])}
    return {"type": "boolean"} if field == "urgent" else {"type": ["string", "null"]}


def _fields(rng):
    count = rng.choices((1, 2, 3, 4, 5, 6), (8, 26, 30, 20, 10, 6))[0]
    fields = []
    while len(fields) < count:
        field = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if field not in fields:
            fields.append(field)
    return fields


# The message
def _message(rng, lang, held_out):
    """(text, the value of every field)."""
    letters = LETTERS[lang]
    intent = rng.choice(INTENTS)
    core = rng.choice(part(letters.CORES[intent], held_out, f"core {intent} {lang}"))
    sentiment = {"+ ": "positive", "- ": "negative"}.get(core[:2], "neutral")
    core = core.removeprefix("+ ").removeprefix("- ")
    values = {"order": order_number(rng), "product": product(rng, lang), "name": some_name(rng, lang),
              "other": some_name(rng, lang)}
    slots = {name for _, name, _, _ in FORMATTER.parse(core) if name}
    before, after, name, urgent = [], [], None, rng.random() < 0.25
    if rng.random() < 0.28 and sentiment == "neutral":
        sentiment = rng.choice(("positive", "negative")) if intent not in ("refund", "complaint") else "negative"
        moods = letters.POSITIVE if sentiment == "positive" else letters.NEGATIVE
        (before if rng.random() < 0.4 else after).append(rng.choice(part(moods, held_out, f"mood {sentiment} {lang}")))
    if urgent:
        after.append(rng.choice(part(letters.URGENT, held_out, f"urgent {lang}")))
        rng.shuffle(after)
    sign_off = ""
    if rng.random() < 0.55:
        name = values["name"]
        if rng.random() < 0.5:
            before.insert(0, rng.choice(part(letters.INTROS, held_out, f"intro {lang}")).format(name=name))
        else:
            sign_off = rng.choice(part(letters.SIGN_OFFS, held_out, f"sign off {lang}")).format(name=name)
    text = ("" if lang == "zh" else " ").join([*before, _typed(rng, core, values, lang), *after])
    if not (before and name) and rng.random() < 0.3:
        text = rng.choice(letters.GREETINGS) + text
    if sign_off:
        text += rng.choice(("\n", "\n\n", " "))[: 2 if lang == "en" else 1] + sign_off
    elif rng.random() < 0.2:
        text = text.rstrip(".。")
    return text, {
        "name": name,
        "intent": intent,
        "order_id": values["order"] if "order" in slots else None,
        "sentiment": sentiment,
        "product": values["product"] if "product" in slots else None,
        "language": lang,
        "urgent": urgent,
    }


def _typed(rng, template, values, lang):
    """The filled template; sometimes in small letters or with two letters swapped, never within a value."""
    small, slip = lang == "en" and rng.random() < 0.2, lang == "en" and rng.random() < 0.08
    text = ""
    for literal, name, _, _ in FORMATTER.parse(template):
        literal = literal.lower() if small else literal
        at = rng.randrange(1, len(literal) - 1) if slip and len(literal) > 8 else 0
        if at and literal[at : at + 2].isalpha():
            literal, slip = literal[:at] + literal[at + 1] + literal[at] + literal[at + 2 :], False
        text += literal + (values[name] if name else "")
    return text


# The instruction
def _instruction(rng, lang, held_out, names):
    letters = LETTERS[lang]
    style = rng.choices(("inline", "block", "schema"), (62, 19, 19))[0]
    texts = {"inline": letters.INLINE, "block": letters.BLOCK, "schema": letters.SCHEMA}[style]
    text = rng.choice(part(texts, held_out, f"{style} {lang}")).replace(r"\n", "\n")
    if style == "inline":
        return text.replace("{keys}", _row(rng, lang, names))
    if style == "block":
        return text.replace("{block}", _list(rng, lang, held_out, names))
    return text.replace("{schema}", _schema(rng, names))


def _nameless(rng, lang, names):
    """Keys that say nothing, with what each of them holds: (names, instruction)."""
    for field, name in names.items():
        new = renamed(rng, name, True)
        names = names | {field: new if new not in names.values() else name}
    if rng.random() < 0.4:
        text = rng.choice(part(LETTERS[lang].INLINE, False, f"inline {lang}")).replace(r"\n", "\n")
        return names, text.replace("{keys}", _row(rng, lang, names, explained=True))
    text = rng.choice(part(LETTERS[lang].BLOCK, False, f"block {lang}")).replace(r"\n", "\n")
    return names, text.replace("{block}", _list(rng, lang, False, names, explained=True))


def _options(rng, lang, field):
    """The allowed values of a field in parentheses, or nothing."""
    if field == "urgent":
        return "（true或false）" if lang == "zh" else rng.choice((" (true or false)", " (boolean)", " (true/false)"))
    if field not in VALUES:
        return ""
    between = rng.choice((", ", "|", " | ", "/"))
    return rng.choice(LETTERS[lang].ONE_OF[:2]).format(values=between.join(VALUES[field]))


def _about(rng, lang, field):
    """What a field is."""
    return rng.choice((LETTERS[lang].ABOUT[field], *more.of(f"about {field} {lang}")))


def _in_words(rng, lang, field):
    about = _about(rng, lang, field)
    return f"（{about}）" if lang == "zh" else f" ({about})"


def _row(rng, lang, names, explained=False):
    detailed, mark = rng.random() < 0.45, rng.choice(("", "", "", '"', "`", "'"))
    words = [
        mark + name + mark + (_in_words(rng, lang, field) if explained else _options(rng, lang, field) if detailed else "")
        for field, name in names.items()
    ]
    form = rng.random()
    comma = "、" if lang == "zh" and form < 0.5 else "，" if lang == "zh" and form < 0.6 else ", "
    if len(words) > 1 and 0.3 < form < 0.7:
        return comma.join(words[:-1]) + ("和" if lang == "zh" else " and ") + words[-1]
    return comma.join(words)


def _list(rng, lang, held_out, names, explained=None):
    letters, bullet = LETTERS[lang], rng.choice(("- ", "* ", "", "{n}. "))
    explained, detailed = rng.random() < 0.5 if explained is None else explained, rng.random() < 0.6
    rows = []
    for at, (field, name) in enumerate(names.items(), 1):
        row = bullet.replace("{n}", str(at)) + name
        if explained:
            row += ("：" if lang == "zh" else ": ") + (letters.ABOUT[field] if held_out else _about(rng, lang, field))
        rows.append(row + (_options(rng, lang, field) if detailed else ""))
    return "\n".join(rows)


def _schema(rng, names):
    """A JSON schema, or an object that shows the form."""
    if rng.random() < 0.45:
        properties, nullable = {}, rng.random() < 0.5
        for field, name in names.items():
            entry = {"type": "boolean" if field == "urgent" else "string"}
            if nullable and field in ("name", "order_id", "product"):
                entry["type"] = ["string", "null"]
            if field in VALUES and rng.random() < 0.85:
                entry["enum"] = list(VALUES[field])
            properties[name] = entry
        schema = {"type": "object", "properties": properties}
        if rng.random() < 0.6:
            schema["required"] = list(names.values())
        return json.dumps(schema)
    form = rng.random()
    if form < 0.35:
        return json.dumps(dict.fromkeys(names.values(), "..."))
    shown = {
        name: "true | false" if field == "urgent" else " | ".join(VALUES[field]) if field in VALUES else "string or null"
        for field, name in names.items()
    }
    return json.dumps(shown) if form < 0.8 else json.dumps(shown).replace('"', "")


def main():
    """Prints some cases and checks many."""
    import random

    rng = random.Random(1)
    for at in range(2000):
        lang, held_out = ("en", "zh")[at % 2], at % 40 >= 20
        messages, check = extract_case(rng, lang, held_out)
        given = "\n".join(message["content"] for message in messages[:-1])
        expected = check["json"]
        assert json.loads(messages[-1]["content"]) == expected and "\n" not in messages[-1]["content"]
        assert [message["role"] for message in messages].count("user") >= 1 and messages[-1]["role"] == "assistant"
        for key, value in expected.items():
            named = isinstance(value, str) and value not in INTENTS + SENTIMENTS + VALUES["language"]
            assert key in given and (not named or value in given), (key, value, given)
        if at % 200 in (0, 1, 20):
            print("\n".join(f"{message['role']:9} {message['content']}" for message in messages), "\n")


if __name__ == "__main__":
    main()
