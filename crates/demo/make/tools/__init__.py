"""Dialogues with tools: `tool_dialogue` gives a `Case`. What functions do is in shop_*.py, world.py, maths.py and house.py."""

from .dialogue import DENSE_KINDS, KINDS, Case, tool_dialogue

__all__ = ["DENSE_KINDS", "KINDS", "Case", "tool_dialogue"]
