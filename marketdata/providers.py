"""Which provider of market data this installation has.

What does not belong here: the providers themselves, and reading settings (who starts the process chooses).
"""

from __future__ import annotations

from marketdata.synthetic import SyntheticProvider
from marketdata.types import Provider


class _Chosen:
    """The provider of this process."""

    provider: Provider = SyntheticProvider()


def get_provider() -> Provider:
    """The market data provider of this installation: the synthetic one unless another was chosen."""
    return _Chosen.provider


def choose(provider: Provider) -> None:
    """Make it the provider of this process, before anything is asked: two providers' rows must not mix."""
    _Chosen.provider = provider
