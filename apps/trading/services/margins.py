"""What the options of an account on one underlying block together, set anew after whatever changes them.

What does not belong here: the method (market), what a position blocks alone (stakes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from apps.market import selectors as market_selectors
from apps.trading import selectors
from apps.trading.constants import ESTIMATE, ZERO
from apps.trading.models import Order, Position, UnderlyingMargin
from apps.trading.services import accounting, book
from apps.trading.services.desk import Desk
from apps.wallet import selectors as wallet_selectors
from apps.wallet.enums import EntryReason, LedgerKind
from marketdata.instrument_keys import Option
from marketdata.margin.estimate import Margin

if TYPE_CHECKING:
    from apps.users.models import User

PARTS = ("scan", "exposure", "expiry_day", "calendar")


@dataclass(frozen=True, slots=True)
class Need:
    """What is blocked now for the underlying, or for the position alone, and what would be."""

    before: Decimal
    after: Decimal
    parts: Margin | None = None

    @property
    def increase(self) -> Decimal:
        """The further cash to be blocked, negative where some is freed."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class MarginUse:
    """Where the money of an account is: what may be used, and what is blocked for what."""

    cash: Decimal
    blocked: Decimal
    orders: Decimal
    shorts: Decimal
    positions: Decimal
    options: Decimal
    shortfall: Decimal
    borrowed: Decimal
    underlyings: list[UnderlyingMargin]
    basis: str = ESTIMATE


def need_of(desk: Desk, *, order: Order, quantity: int) -> Need:
    """What an order on an option would block for its underlying once ``quantity`` of it was filled."""
    option = _option(desk)
    held = _held(desk)
    held[option] = held.get(option, 0) + book.sign_of(order.side) * quantity
    row = selectors.find_underlying_margin(user=desk.user, account_id=desk.account_id, underlying=option.underlying)
    parts = _estimate(desk, held=held)
    return Need(row.blocked if row is not None else ZERO, parts.total, parts)


@contextmanager
def around(desk: Desk, *, order: Order, number: int, is_forced: bool) -> Iterator[None]:
    """Set the margin of the options on the desk's underlying anew around the booking of a stored fill.

    What it frees is free before the fill is paid for, what it blocks is blocked after. ``is_forced``: what cannot be
    blocked is left as a shortfall.

    :raises InsufficientFunds: if there is too little cash
    """
    row = _row(desk)
    if row is None:
        yield
        return
    parts = _estimate(desk, held=_held(desk))
    if frees := parts.total < row.blocked:
        _set(desk, row=row, parts=parts, order=order, number=number, is_forced=is_forced)
    yield
    if not frees:
        _set(desk, row=row, parts=parts, order=order, number=number, is_forced=is_forced)


def _row(desk: Desk) -> UnderlyingMargin | None:
    """The margin of the desk's underlying; None where the fill is not of an option, or nothing is blocked together."""
    if desk.instrument.option is None:
        return None
    underlying = desk.instrument.option.underlying
    row = selectors.find_underlying_margin(user=desk.user, account_id=desk.account_id, underlying=underlying)
    if row is None and desk.terms.uses_margin:
        return UnderlyingMargin(user=desk.user, paper_account_id=desk.account_id, underlying=underlying)
    return row


def _set(desk: Desk, *, row: UnderlyingMargin, parts: Margin, order: Order, number: int, is_forced: bool) -> None:
    missing = parts.total - row.blocked
    increase = min(missing, desk.cash) if is_forced else missing
    accounting.post_for_order(
        desk,
        order=order,
        key=f"fill:{number}:margin",
        reason=EntryReason.BLOCK if increase > 0 else EntryReason.RELEASE,
        lines={LedgerKind.CASH: -increase, LedgerKind.BLOCKED: increase},
        note=f"margin of {row.underlying}",
    )
    row.blocked += increase
    for name in PARTS:
        setattr(row, name, getattr(parts, name))
    row.version += 1
    row.save()


def get_margins(*, user: User, account: int | None = None) -> MarginUse:
    """What may be used of an account, by default that for practice, and what is blocked for what.

    :raises NotFound: if there is no such account of the user's
    """
    held = wallet_selectors.get_balances_of(user=user, account=account)
    rows = list(selectors.list_underlying_margins(user=user, account_id=account))
    positions = list(selectors.list_positions(user=user, account_id=account))
    return MarginUse(
        cash=held.cash,
        blocked=held.blocked,
        orders=selectors.sum_blocked_for_orders(user=user, account_id=account),
        shorts=sum((row.cost for row in positions if row.quantity < 0), ZERO),
        positions=sum((row.margin for row in positions), ZERO),
        options=sum((row.blocked for row in rows), ZERO),
        shortfall=sum((max(ZERO, row.required - row.blocked) for row in rows), ZERO),
        borrowed=held.borrowed,
        underlyings=rows,
    )


def _estimate(desk: Desk, *, held: Mapping[Option, int]) -> Margin:
    """The margin of what is held.

    # Assumption: without a price of the underlying nothing more can be estimated than what the shorts were sold for.
    """
    underlying = desk.instrument.underlying
    found = None
    if underlying is not None:
        found = market_selectors.find_margin(underlying=underlying, held=held, now=desk.now)
    if found is not None:
        return found
    return Margin(scan=sum((row.cost for row in _positions(desk) if row.quantity < 0), ZERO))


def _held(desk: Desk) -> dict[Option, int]:
    """What counts of the options on the desk's underlying, over all products together."""
    held: dict[Option, int] = {}
    for row in _positions(desk):
        option = market_selectors.get_option(name=row.instrument)
        held[option] = held.get(option, 0) + _open_units(row)
    return held


def _open_units(row: Position) -> int:
    """The units that nothing is blocked for otherwise: what was sold under ``instant`` blocks its own price."""
    if not row.margin:
        return row.quantity
    return row.quantity - round(row.quantity * row.margin / row.cost)


def _positions(desk: Desk) -> list[Position]:
    return list(
        selectors.list_positions_in_options(
            user=desk.user, account_id=desk.account_id, underlying=_option(desk).underlying
        )
    )


def _option(desk: Desk) -> Option:
    if desk.instrument.option is None:
        raise TypeError(f"{desk.instrument.identifier} is no option")
    return desk.instrument.option
