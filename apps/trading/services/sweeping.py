"""Going through everybody's rows: what is refused for one does not keep the others waiting.

What does not belong here: what is done to a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db.models import Model

from apps.core import services as core_services
from apps.core.errors import DomainError
from apps.trading.constants import LEFT_ALONE
from apps.trading.enums import Sweep

log = structlog.get_logger(__name__)


@contextmanager
def apart(row: Model, *, sweep: Sweep) -> Iterator[None]:
    """Leave a row as it was where the body, a transaction of its own, is refused; the next sweep tries again.

    An option that the rules no longer know, for one, has no price: it must not keep every other position waiting.
    """
    try:
        yield
    except DomainError as refusal:
        log.warning("row_left_alone", sweep=sweep.value, what=type(row).__name__, id=row.pk, code=refusal.code)
        core_services.tally(of=LEFT_ALONE, name=sweep.value)
