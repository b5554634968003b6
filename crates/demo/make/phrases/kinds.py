"""What a phrase book is made of: an `Intent` says how customers ask for one thing and what the shop answers.

Texts are `str.format` templates. Slots that `data.py` fills by name, for the language of the turn:

  {p} {price} {colors} {color} {use} {feature} {stock} {watts} {cat}   a product of the catalog and its facts
  {n}      an order number          {name}   a customer's name          {item}   a product, without making it the topic

Any other slot comes from the intent's own `fill(rng, lang)`, which may also override those above.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """One language of an intent: what customers write, what the shop answers, and what a right answer must say."""

    asks: tuple[str, ...]
    answers: tuple[str, ...]
    # Every group must be met by one of its words (compared without case); templates like the rest.
    check: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Intent:
    """One thing that customers want."""

    name: str
    en: Side
    zh: Side
    # How often it is drawn, relative to the others.
    weight: float = 1.0
    # Slot values beyond the common ones: `fill(rng, lang)` gives a dictionary.
    fill: Callable | None = None
    # The answer needs a product that was named earlier, for example "how much is it?".
    follow_up: bool = False
    # The answer is a refusal of what is not the shop's business.
    outside: bool = False

    def side(self, lang):
        return self.zh if lang == "zh" else self.en
