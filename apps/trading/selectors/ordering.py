"""The columns that a list is ordered by. What does not belong here: which orders a list may have (enums)."""

from __future__ import annotations


def columns_of(ordering: str, *, instrument: str = "instrument") -> tuple[str, str]:
    """The columns of an order of rows; the id, which has the index, grows with ``created_at``."""
    sign = "-" if ordering.startswith("-") else ""
    column = ordering.removeprefix("-")
    return sign + {"created_at": "id", "instrument": instrument}.get(column, column), f"{sign}id"
