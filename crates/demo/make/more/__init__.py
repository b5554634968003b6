"""More phrasings, for training alone: whatever is written here is never asked in the evaluation, whose phrasings stay the same.

Text files of blocks: a line `## key`, then a phrasing a line. Keys are `ask INTENT LANG` for the phrase books and for the
tools and extraction the names that `part` is called with. `python -m more` checks them.
"""

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=None)
def blocks():
    """key -> phrasings."""
    found = {}
    for file in sorted(Path(__file__).parent.glob("*.txt")):
        rows = None
        for line in file.read_text().splitlines():
            if line.startswith("## "):
                rows = found.setdefault(line[3:].strip(), [])
            elif line.strip():
                rows.append(line.strip())
    return {key: tuple(dict.fromkeys(rows)) for key, rows in found.items()}


def of(key):
    return blocks().get(key, ())
