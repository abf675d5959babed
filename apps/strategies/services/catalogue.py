"""What a visual builder draws itself from, what statistics mean. What does not belong here: the entries (engine)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

import orjson

from apps.core import money
from engine import rules
from engine.metrics.definition import Statistic
from engine.metrics.registry import STATISTICS


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The document, and the ETag that changes with it."""

    document: dict[str, object]
    etag: str


@cache
def catalogue() -> Catalogue:
    """Indicators, prices, operators, exits, sizing, limits and statistics, once a process: the engine is the source."""
    document = {**rules.catalogue(), "statistics": [_statistic(each) for each in STATISTICS]}
    digest = hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return Catalogue(document=document, etag=f'"{digest[:32]}"')


def _statistic(statistic: Statistic) -> dict[str, object]:
    return {
        "name": statistic.key,
        "label": statistic.label,
        "unit": money.shown_unit(statistic.unit),
        "formula": statistic.formula,
        "source": statistic.source,
    }
