"""Which phrasings are kept out of training: a tenth of every list, chosen by the hash of the text, so that adding a
phrasing moves no other one over. `asks(texts, held_out, key)` is the only way in which conversations draw phrasings.
"""

from functools import lru_cache
from hashlib import blake2b

import more

SHARE = 0.1


def _rank(text):
    return blake2b(text.encode(), digest_size=8).digest()


@lru_cache(maxsize=None)
def _parts(texts):
    ranked = sorted(set(texts), key=_rank)
    kept_out = frozenset(ranked[: max(1, round(SHARE * len(ranked)))])
    return tuple(t for t in texts if t not in kept_out), tuple(t for t in texts if t in kept_out)


def asks(texts, held_out, key=None):
    """The phrasings of a list that may be used: those of training, `more` ones of this key among them, or those that training never sees."""
    return _parts(tuple(texts))[held_out] + (() if held_out else more.of(key))
