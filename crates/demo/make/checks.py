"""Is an answer right? Comparisons of what the assistant said with the `check` of a `Mark`."""

import json
import re


def groups_met(groups, text):
    """Every group has one word that occurs in the text, whatever its case."""
    text = text.lower()
    return all(any(word.lower() in text for word in group) for group in groups)


def calls_met(wanted, calls):
    """The same functions in the same order with the same arguments; `{"any": True}` takes any text that is there."""
    if len(wanted) != len(calls):
        return False
    return all(name == call[0] and _arguments_met(args, call[1]) for (name, args), call in zip(wanted, calls))


def _arguments_met(wanted, given):
    try:
        given = json.loads(given)
    except ValueError:
        return False
    if set(wanted) != set(given):
        return False
    return all(bool(given[k]) if value == {"any": True} else given[k] == value for k, value in wanted.items())


def json_met(wanted, text):
    try:
        return json.loads(text) == wanted
    except ValueError:
        return False


def values_met(wanted, text):
    """Of every value whether it is right."""
    try:
        given = json.loads(text)
    except ValueError:
        given = {}
    return [given.get(key) == value for key, value in wanted.items()]


def met(check, text, calls):
    """`check` as in SPEC of `Mark`: groups of words, {"calls": ...}, or {"json": ...}."""
    if isinstance(check, dict) and "calls" in check:
        return calls_met(check["calls"], calls)
    if isinstance(check, dict):
        return not calls and json_met(check["json"], text)
    return not calls and groups_met(check, text)


def language_of(text):
    """zh when Chinese characters outweigh Latin words."""
    han = len(re.findall(r"[\u4e00-\u9fff]", text))
    latin = len(re.findall(r"[A-Za-z]+", text))
    return "zh" if han > latin else "en"


def repeats(text):
    """Something of four characters or more that comes four times in a row."""
    return bool(re.search(r"(.{4,40}?)\1{3,}", text, re.DOTALL))
