"""Whether there is market data to work with. What does not belong here: the other parts of the service (core)."""

from __future__ import annotations

import marketdata
from apps.market.selectors.bars import has_prices


def is_market_data_up() -> bool:
    """Whether prices are stored and the provider of this installation can answer."""
    return has_prices() and marketdata.get_provider().health().is_up
