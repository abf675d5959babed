"""Which provider of market data this installation has.

What does not belong here: the providers themselves.
"""

from __future__ import annotations

from functools import lru_cache

from marketdata.synthetic import SyntheticProvider
from marketdata.types import Provider


@lru_cache(maxsize=1)
def get_provider() -> Provider:
    """The market data provider of this installation."""
    return SyntheticProvider()
