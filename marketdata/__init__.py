"""Market data: instruments, trading days and bars behind one ``Provider``.

Public: :func:`get_provider`, the types in ``marketdata.types`` and the errors in ``marketdata.errors``.
What does not belong here: Django, the clock (``now`` is an argument), the environment, the network.
"""

from __future__ import annotations

from marketdata.providers import get_provider

__all__ = ["get_provider"]
