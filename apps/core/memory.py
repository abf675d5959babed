"""How much memory the tasks of a worker may take: more is refused to them, and nothing has to be killed.

What does not belong here: what users wrote, which is evaluated in a process of its own (isolation).
"""

from __future__ import annotations

import resource
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.conf import settings

from apps.core.errors import DomainError

log = structlog.get_logger(__name__)

MEGABYTE = 2**20
_PAGE = resource.getpagesize()
_DATA_FIELD = 5
# A compiled function that gets no memory may fail without saying so, which Python calls a SystemError.
NO_MEMORY = (MemoryError, SystemError)


def limit_present_process() -> None:
    """Let the present process take ``BACKTEST_MEMORY_MB`` beyond what it has now."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = _held() + settings.BACKTEST_MEMORY_MB * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def lift() -> None:
    """Take the limit off the present process again, which has got another one."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def is_behind(error: BaseException | None) -> bool:
    """Whether memory was refused before the error came, and it only says what came of that."""
    while error is not None:
        if isinstance(error, NO_MEMORY):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def wanted(*, error: type[DomainError]) -> Iterator[None]:
    """Raise ``error`` where the body is refused memory, once what it held is given back.

    :raises DomainError: if so
    """
    try:
        yield
    except NO_MEMORY as refusal:
        log.warning("memory_refused", exc_info=refusal)
        # Else the trace keeps all that the body had, and whoever writes down its end gets no memory either.
        traceback.clear_frames(refusal.__traceback__)
        raise error from refusal


def _held() -> int:
    """The bytes that count towards the limit: private and writable, stacks included."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[_DATA_FIELD]) * _PAGE
