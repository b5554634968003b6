"""The list of all tool families, and which of them may stand beside each other."""

import re
from functools import lru_cache

from . import house, language, maths, shop_orders, shop_products, shop_service, world

BOOKS = (shop_orders, shop_products, shop_service, world, language, maths, house)
FAMILIES = tuple(family for book in BOOKS for family in book.FAMILIES)
BY_KEY = {family.key: family for family in FAMILIES}
# Families so narrow that they leave general questions alone, unless their words are in them.
NARROW = {
    "weather", "current_time", "flight_status", "stock_quote", "roll_dice", "light", "timer", "thermostat", "reminder",
    "send_message", "music", "user_lookup", "calendar_event", "convert_units", "add", "multiply",
}  # fmt: skip
assert len(BY_KEY) == len(FAMILIES)


def rivals(one, other):
    """Could both answer the same question?"""
    return other.key in one.rivals or one.key in other.rivals


@lru_cache(maxsize=None)
def _pattern(family):
    """Latin words are looked for at the start of words, signs and Chinese anywhere."""
    starts = [r"\b" if word.isascii() and word[0].isalpha() else "" for word in family.words]
    return re.compile("|".join(start + re.escape(word) for start, word in zip(starts, family.words)))


def hints_at(text, family):
    """Does a text sound like a question for a family?"""
    return bool(_pattern(family).search(text.lower()))
