"""The client at a moment. What does not belong here: data."""

from tests.market.conftest import api_at

__all__ = ["api_at"]
