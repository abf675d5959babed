"""Writing JSON of what columns held. What does not belong here: reading it, what is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

_LARGEST = 2**63


def dumps(data: Any, *, option: int = 0, default: Callable[[Any], Any] | None = None) -> bytes:
    """The bytes of JSON; a whole number beyond 64 bits is written as a fraction.

    PostgreSQL gives a float such as 1e24 back with all its digits, which is read as a whole number.
    """
    try:
        return orjson.dumps(data, default=default, option=option)
    except orjson.JSONEncodeError:
        return orjson.dumps(_within(data), default=default, option=option)


def _within(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _within(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_within(value) for value in data]
    too_large = isinstance(data, int) and not -_LARGEST <= data < 2 * _LARGEST
    return float(data) if too_large else data
