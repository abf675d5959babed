"""Values in force: the table over the defaults, cached a few seconds a process.

What does not belong here: changing a value on an administrator's behalf (core services write the audit row).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

import structlog

from apps.core import clock
from apps.core.configuration import registry
from apps.core.configuration.kinds import Value
from apps.core.models import SystemConfig

CACHE_SECONDS = 2.0

log = structlog.get_logger(__name__)


class _Cache:
    """The table as last read, and when."""

    texts: dict[str, str] | None = None
    read_at = 0.0


def value_of(key: str) -> Value:
    """The typed value in force; a row that no longer reads counts as absent and is logged.

    :raises NotFound: if there is no such key
    """
    setting = registry.find(key)
    text = _texts().get(key)
    if text is not None:
        try:
            return setting.read(text)
        except ValueError:
            log.error("configuration_row_invalid", key=key)
    return setting.read(setting.default)


def get_int(key: str) -> int:
    """The whole number of a key."""
    return cast(int, value_of(key))


def get_bool(key: str) -> bool:
    """The truth of a key."""
    return cast(bool, value_of(key))


def get_str(key: str) -> str:
    """The text of a key."""
    return cast(str, value_of(key))


def get_decimal(key: str) -> Decimal:
    """The amount of a key."""
    return cast(Decimal, value_of(key))


def get_date(key: str) -> date:
    """The day of a key."""
    return cast(date, value_of(key))


def get_words(key: str) -> tuple[str, ...]:
    """The words of a key."""
    return cast("tuple[str, ...]", value_of(key))


def override(key: str, text: str) -> None:
    """Write the row of a key; the caller has read the text with the setting first."""
    setting = registry.find(key)
    SystemConfig.objects.update_or_create(
        key=key,
        defaults={"value": text, "description": setting.description, "is_public": setting.is_public},
    )
    forget()


def forget() -> None:
    """Read the table again at the next question."""
    _Cache.texts = None


def _texts() -> dict[str, str]:
    stale = clock.monotonic() - _Cache.read_at > CACHE_SECONDS
    if _Cache.texts is None or stale:
        _Cache.texts = dict(SystemConfig.objects.values_list("key", "value"))
        _Cache.read_at = clock.monotonic()
    return _Cache.texts
