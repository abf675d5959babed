"""The rules of the Indian market as dated data: charges, lots, ticks, bands, sessions, expiries, strikes, names.

A :class:`Rulebook` is a value; every function takes it first and chooses the row by trade date. An unknown key, or a
date before the first row, is a typed error and never zero. What does not belong here: Django, the clock, prices.
"""

from __future__ import annotations

from marketdata.rulebook.book import Rulebook, default
from marketdata.rulebook.tables import TABLES, Row, row

__all__ = ["TABLES", "Row", "Rulebook", "default", "row"]
