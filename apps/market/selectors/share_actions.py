"""Splits and bonuses of shares, for whoever holds them. What does not belong here: adjusting prices (adjusting)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from apps.market.enums import ActionKind, InstrumentType
from apps.market.models import CorporateAction
from apps.market.selectors import stored
from apps.market.selectors.instruments import find_named_instruments
from apps.stocks.constants import SYNTHETIC_SOURCE

KINDS = (ActionKind.SPLIT, ActionKind.BONUS)


@dataclass(frozen=True, slots=True)
class ShareAction:
    """``before`` shares became ``after`` on ``ex_date``."""

    kind: str
    ex_date: date
    before: int
    after: int


def list_share_actions(*, instruments: Collection[str], until: date) -> dict[str, list[ShareAction]]:
    """The splits and bonuses of known ratio with an ex-date up to a day, oldest first, of shares with real prices."""
    rows = list(
        CorporateAction.objects.filter(
            instrument__in=instruments, kind__in=KINDS, ex_date__lte=until, shares_before__isnull=False
        ).order_by("ex_date", "kind")
    )
    real = _real({row.instrument for row in rows})
    found: dict[str, list[ShareAction]] = {name: [] for name in real}
    for row in rows:
        if row.instrument in real and row.shares_before is not None and row.shares_after is not None:
            found[row.instrument].append(ShareAction(row.kind, row.ex_date, row.shares_before, row.shares_after))
    return found


def _real(names: Collection[str]) -> set[str]:
    """Those whose prices were imported."""
    real = set()
    for each in find_named_instruments(identifiers=sorted(names)):
        label = stored.find_label(instrument=each) if each.type == InstrumentType.STOCK else None
        if label is not None and label.source != SYNTHETIC_SOURCE:
            real.add(each.identifier)
    return real
