"""What a visual builder draws itself from. What does not belong here: the entries (engine)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

import orjson

from engine import rules


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The document, and the ETag that changes with it."""

    document: dict[str, object]
    etag: str


@cache
def catalogue() -> Catalogue:
    """Indicators, prices, operators, exits, sizing and limits. The engine's code is the source, so once a process."""
    document = rules.catalogue()
    digest = hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return Catalogue(document=document, etag=f'"{digest[:32]}"')
