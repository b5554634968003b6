"""Measures the embedded model through a running server, with OpenAI's client, on phrasings that training never saw.

    sconce serve &
    python make/eval.py --url http://127.0.0.1:8000/v1 --cases 1303

Every case is a conversation of the generator up to one answer; that answer is asked for greedily, and its substance is checked. Prints a
table for the model card, and with `--failures FILE` what went wrong.
"""

import argparse
import json
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from openai import OpenAI

import checks
import conversation
import data
import extract

LIMIT = 200
# Which of the generator's kinds gives the cases of a row, and what part of the cases a row gets.
ROWS = {
    "facts of the shop": ("shop", {"facts"}, 6),
    "memory of earlier turns": ("shop", {"memory"}, 3),
    "six turns and more": ("long", {"memory", "facts"}, 2),
    "refusal of what is outside": ("shop", {"outside"}, 3),
    "right tool and arguments": ("tools", {"call"}, 6),
    "result of the tool used": ("tools", {"result"}, 4),
    "no call when no tool fits": ("tools", {"plain"}, 2),
    "JSON of a message": ("json", {"json"}, 3),
    "JSON of a message, held to a schema": ("json", {"json"}, 3),
    "briefing followed": ("briefing", {"briefing"}, 3),
    "simple tasks of language": ("tasks", {"general"}, 3),
}
# The same cases with a `response_format`.
HELD = "JSON of a message, held to a schema"
FREE_OF_LANGUAGE = {"general", "json", "briefing"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000/v1")
    parser.add_argument("--model", default="sconce-demo")
    parser.add_argument("--cases", type=int, default=1303)
    parser.add_argument("--seen", action="store_true", help="phrasings of training instead")
    parser.add_argument("--failures", type=Path)
    arguments = parser.parse_args()
    client = OpenAI(base_url=arguments.url, api_key="none", max_retries=3)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda case: ask(client, arguments.model, case), cases(arguments.cases, not arguments.seen)))
    report(outcomes)
    if arguments.failures:
        lines = [json.dumps(o, ensure_ascii=False) for o in outcomes if not o["right"] or not o["ended"]]
        arguments.failures.write_text("\n".join(lines) + "\n")


def cases(count, held_out):
    """(row, document, mark) of every case; the same ones every time."""
    share = sum(weight for _, _, weight in ROWS.values())
    for row, (kind, wanted, weight) in ROWS.items():
        left, index = round(count * weight / share), 0
        while left:
            document = draw(kind, 10_000_000 + index, held_out)
            index += 1
            found = [m for m in document.marks if kind_of(m) in wanted]
            if kind == "long":
                found = [m for m in found if m is document.marks[-1]]
            if found:
                yield row, document, found[index % len(found)]
                left -= 1


def draw(kind, index, held_out):
    if kind != "long":
        return data.document(index, held_out, kind)
    import random

    rng = random.Random(f"long/{index}")
    return conversation.shop_conversation(rng, rng.choice(("en", "zh")), held_out, turns=rng.randrange(7, 10))


def kind_of(mark):
    """Turns without a call among tools are a row of their own."""
    return "plain" if mark.kind == "result" and mark.name == "no_fit" else mark.kind


def ask(client, model, case):
    row, document, mark = case
    extra = {"tools": document.tools} if document.tools else {}
    if row == HELD:
        schema = {"name": "record", "strict": True, "schema": extract.schema(mark.check["json"])}
        extra["response_format"] = {"type": "json_schema", "json_schema": schema}
    answer = client.chat.completions.create(
        model=model, messages=document.messages[: mark.at], temperature=0, max_tokens=LIMIT, **extra
    ).choices[0]
    text = answer.message.content or ""
    calls = [(c.function.name, c.function.arguments) for c in answer.message.tool_calls or ()]
    measured = bool(text) and mark.kind not in FREE_OF_LANGUAGE
    return {
        "row": row,
        "name": mark.name,
        "lang": mark.lang,
        "right": checks.met(mark.check, text, calls),
        "values": checks.values_met(mark.check["json"], text) if row == HELD else [],
        "ended": answer.finish_reason in ("stop", "tool_calls") and not checks.repeats(text),
        "utf8": "\ufffd" not in text,
        "language": checks.language_of(text) == mark.lang if measured else None,
        "asked": document.messages[mark.at - 1]["content"],
        "expected": mark.check,
        "text": text,
        "calls": calls,
        "gold": document.messages[mark.at],
    }


def report(outcomes):
    rows = defaultdict(list)
    for outcome in outcomes:
        rows[outcome["row"]].append(outcome["right"])
    print("| what | right | of |\n|---|---|---|")
    for row in ROWS:
        print(f"| {row} | {share(rows[row])} | {len(rows[row])} |")
    values = [right for o in outcomes for right in o["values"]]
    print(f"| single values of JSON held to a schema | {share(values)} | {len(values)} |")
    for name in ("language", "ended", "utf8"):
        values = [o[name] for o in outcomes if o[name] is not None]
        title = {"language": "language of the answer", "ended": f"ends within {LIMIT} tokens, no loop", "utf8": "whole characters"}
        print(f"| {title[name]} | {share(values)} | {len(values)} |")
    for lang in ("en", "zh"):
        values = [o["right"] for o in outcomes if o["lang"] == lang]
        print(f"| all rows, {lang} | {share(values)} | {len(values)} |")
    missed = Counter((o["row"], o["name"]) for o in outcomes if not o["right"])
    print("\nMissed most:", ", ".join(f"{name} ({row}) {count}" for (row, name), count in missed.most_common(12)))


def share(values):
    return f"{100 * sum(values) / max(1, len(values)):.1f} %"


if __name__ == "__main__":
    main()
