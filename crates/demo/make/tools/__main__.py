"""Prints a few dialogues of each kind and validates many: `python -m tools [--cases N] [--show N] [--held-out]` in `make/`."""

import argparse
import json
import random
from collections import Counter

from . import DENSE_KINDS, tool_dialogue
from .families import FAMILIES
from .validate import problems


def show(case):
    print(f"\n=== {case.kind}")
    for tool in case.tools:
        print("  tool      ", json.dumps(tool["function"], ensure_ascii=False))
    checks = dict(case.checks)
    for at, message in enumerate(case.messages):
        text = message["content"]
        for call in message.get("tool_calls", ()):
            text += f"[{call['function']['name']} {call['function']['arguments']}]"
        print(f"  {message['role']:10}", text, f"   <{checks[at]}>" if at in checks else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--show", type=int, default=2, help="dialogues of each kind and language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    for kind in DENSE_KINDS:
        for lang in ("en", "zh"):
            for _ in range(arguments.show):
                show(tool_dialogue(rng, lang, arguments.held_out, kind=kind, dense=True))
    count, kinds = Counter(), Counter()
    for at in range(arguments.cases):
        case = tool_dialogue(rng, ("en", "zh")[at % 2], arguments.held_out, dense=at % 4 > 1)
        kinds[case.kind] += 1
        for problem in problems(case):
            count[problem[:200]] += 1
    asks = {lang: sum(len(family.asks(lang)) for family in FAMILIES) for lang in ("en", "zh")}
    print(f"\n{len(FAMILIES)} families, asks: {asks}; {arguments.cases} cases: {dict(kinds)}; problems: {sum(count.values())}")
    for problem, times in count.most_common(20):
        print(f"  {times} x {problem}")


if __name__ == "__main__":
    main()
