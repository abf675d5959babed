"""How a run shares its cash, between the request, what is stored and the engine. What does not belong here: prices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.core import money
from engine.portfolio.allocation import Allocation
from engine.rules.operands import OperandReader
from engine.rules.reading import Node

Json = dict[str, Any]


def document_of(asked: Mapping[str, Any]) -> Json:
    """A checked allocation as it is stored."""
    amount = asked.get("amount")
    return {
        "kind": str(asked["kind"]),
        "max_positions": asked["max_positions"],
        "amount": None if amount is None else str(amount),
        "rank_by": asked.get("rank_by"),
        "highest_first": asked["highest_first"],
    }


def restore(document: Mapping[str, Any]) -> Allocation:
    """The allocation of a stored one.

    :raises InvalidRules: if what it ranks by cannot be understood
    """
    amount, rank_by = document["amount"], document["rank_by"]
    return Allocation(
        kind=document["kind"],
        max_positions=document["max_positions"],
        amount=0 if amount is None else money.paise(Decimal(amount)),
        rank_by=None if rank_by is None else OperandReader(inputs={}).read(Node(rank_by, "/allocation/rank_by")),
        highest_first=document["highest_first"],
    )


def words(document: Mapping[str, Any]) -> str:
    """The allocation in English."""
    part = "an equal part of the equity" if document["kind"] == "equal" else f"{document['amount']} rupees"
    said = f"In place of that size, each entry takes {part}, at most {document['max_positions']} at a time"
    if document["rank_by"] is None:
        return f"{said}, in the order of the list."
    return f"{said}, the {'highest' if document['highest_first'] else 'lowest'} {document['rank_by']} first."
