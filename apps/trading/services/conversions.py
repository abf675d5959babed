"""Moving a position to another product at its average price, with the cash that this takes or frees.

No order is placed and nothing is charged; what was charged stays as it was. What does not belong here: fills.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction

from apps.trading import errors, selectors
from apps.trading.constants import ZERO
from apps.trading.enums import PositionEventKind, Product, Side
from apps.trading.models import Position, PositionEvent
from apps.trading.services import (
    accounting,
    book,
    brackets,
    checks,
    clocks,
    hours,
    positions,
    stakes,
    tax_lots,
    telling,
)
from apps.trading.services.desk import Desk, open_desk
from apps.trading.services.stakes import Stake
from apps.wallet import services as wallet_services
from apps.wallet.enums import EntryReason, LedgerKind

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was moved, at which average price, and the further cash that it took (below zero: freed)."""

    instrument: str
    quantity: int
    from_product: str
    to_product: str
    average_price: Decimal
    cash_used: Decimal
    position: Position


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a position that moves: its cost, what is blocked and lent for it, and how much is of today."""

    quantity: int
    cost: Decimal
    margin: Decimal
    borrowed: Decimal
    today: int


@transaction.atomic
def convert_position(
    *, user: User, position_id: int, now: datetime, product: str = "", quantity: int | None = None
) -> Conversion:
    """Move a position, or ``quantity`` of it, to another product; by default to that of delivery, or of overnight.

    :raises NotFound: if it is missing or somebody else's
    :raises NothingToConvert: if there is not that much of it that may be moved
    :raises ProductNotAllowed: if the product cannot hold it, or not any more today, or not the series of the share
    :raises ConversionNotAllowed: if the other product holds the opposite
    :raises RatesUnknown: if the rulebook has no margin of the day
    :raises InsufficientFunds: if there is too little cash
    """
    seen = selectors.get_position(user=user, position_id=position_id)
    ledger = wallet_services.open_ledger(user_id=user.pk, account_id=seen.paper_account_id)
    now = clocks.moment_of(ledger.paper_account, now=now)
    desk = open_desk(user=user, instrument=seen.instrument, now=now, ledger=ledger)
    name, product = desk.instrument.identifier, product or desk.default_product
    source = positions.position_of_today(desk, instrument=name, product=seen.product)
    part = _part(desk, source=source, quantity=abs(source.quantity) if quantity is None else quantity)
    _check_product(desk, source=source, product=product, part=part)
    target = positions.position_of_today(desk, instrument=name, product=product)
    if target.quantity * source.quantity < 0:
        raise errors.ConversionNotAllowed(details={"quantity": target.quantity, "product": product})
    side = Side.BUY if source.quantity > 0 else Side.SELL
    stake = stakes.opened(desk, side=side, product=product, value=part.cost)
    before = (source.quantity, target.quantity)
    _move(source, target=target, part=part, stake=stake, desk=desk)
    used = _post(
        desk, source=source, target=target, moved=Stake(stake.margin - part.margin, stake.borrowed - part.borrowed)
    )
    _record(desk, moved=(source, target), before=before, used=used)
    if not source.quantity:
        _end_exits(desk, product=source.product)
    average = book.average_of(quantity=part.quantity, cost=part.cost)
    return Conversion(source.instrument, part.quantity, source.product, product, average, used, target)


def _end_exits(desk: Desk, *, product: str) -> None:
    """End the exits of what moved whole.

    # Assumption: they do not move with it, since a day's stop is no stop of what is held for longer; the user is told.
    """
    for each in brackets.end_exits(desk, product=product, reason="POSITION_CONVERTED"):
        telling.tell(each, reason="POSITION_CONVERTED")


def _part(desk: Desk, *, source: Position, quantity: int) -> Part:
    held = abs(source.quantity)
    pending = 0
    if source.product == Product.CNC:
        pending = selectors.count_pending_sales(
            user=desk.user, account_id=desk.account_id, instrument=source.instrument, besides=None
        )
    if not 0 < quantity <= held - pending:
        raise errors.NothingToConvert(details={"quantity": source.quantity, "pending_sales": pending})
    sign = 1 if source.quantity > 0 else -1
    today = max(0, sign * (source.day_buy_quantity - source.day_sell_quantity))
    cost, margin, borrowed = (
        stakes.share(amount, part=quantity, of=held) for amount in (source.cost, source.margin, source.borrowed)
    )
    return Part(quantity, cost, margin, borrowed, today=min(quantity, today))


def _check_product(desk: Desk, *, source: Position, product: str, part: Part) -> None:
    is_option = desk.instrument.option is not None
    if product == source.product:
        raise errors.ProductNotAllowed("The position has this product already.", details={"product": product})
    if product == Product.CNC and (is_option or source.quantity < 0):
        raise errors.ProductNotAllowed("Only shares that are owned can be delivered.", details={"product": product})
    if product == Product.NRML and desk.terms.keeps_rules and not is_option:
        raise errors.ProductNotAllowed("Shares are held under CNC or MIS.", details={"product": product})
    checks.check_series(desk, product=product)
    if product == Product.MIS:
        session = hours.session_at(desk.now, instrument=source.instrument)
        due = hours.squareoff_of(session, instrument=source.instrument)
        if not session.is_open or desk.now >= due or part.today < part.quantity:
            raise errors.ProductNotAllowed(
                "Only what was opened today becomes intraday, before the square-off.",
                details={"opened_today": part.today, "squareoff_at": due.isoformat()},
            )


def _move(source: Position, *, target: Position, part: Part, stake: Stake, desk: Desk) -> None:
    """Take the part from one row and add it to the other, so that the books of both keep their identity."""
    sign = 1 if source.quantity > 0 else -1
    name = "buy" if sign > 0 else "sell"
    today = stakes.share(part.cost, part=part.today, of=part.quantity)
    if not target.quantity:
        target.opened_market_at = desk.now
    if source.product == Product.CNC:
        tax_lots.take_newest(source, quantity=part.quantity)
    for row, way in ((source, -1), (target, 1)):
        row.quantity += way * sign * part.quantity
        row.overnight_quantity += way * sign * (part.quantity - part.today)
        row.cost += way * part.cost
        for prefix, units, value in (("", part.quantity, part.cost), ("day_", part.today, today)):
            for unit, amount in (("quantity", units), ("value", value)):
                column = f"{prefix}{name}_{unit}"
                setattr(row, column, getattr(row, column) + way * amount)
        row.last_price = desk.last_price or row.last_price
    source.margin, source.borrowed = source.margin - part.margin, source.borrowed - part.borrowed
    target.margin, target.borrowed = target.margin + stake.margin, target.borrowed + stake.borrowed
    tax_lots.move(target, side=Side.BUY, quantity=part.quantity, value=part.cost, day=desk.today)
    source.save()
    target.save()


def _post(desk: Desk, *, source: Position, target: Position, moved: Stake) -> Decimal:
    """Book what is blocked and lent more, or less, and tell the cash that it takes."""
    used = moved.margin - moved.borrowed
    lines = {LedgerKind.CASH: -used, LedgerKind.BLOCKED: moved.margin, LedgerKind.BORROWED: -moved.borrowed}
    accounting.post(
        desk,
        key=f"conversion:{uuid4()}",
        reason=EntryReason.BLOCK if used > 0 else EntryReason.RELEASE,
        lines=lines,
        caused_by=f"position:{target.pk}",
        note=f"{source.product} to {target.product}",
    )
    return used


def _record(desk: Desk, *, moved: tuple[Position, Position], before: tuple[int, int], used: Decimal) -> None:
    key = f"conversion:{uuid4()}"
    products = [row.product for row in moved]
    for row, quantity in zip(moved, before, strict=True):
        PositionEvent.objects.create(
            user_id=desk.user.pk,
            position=row,
            key=key,
            kind=PositionEventKind.CONVERSION,
            quantity_before=quantity,
            quantity_after=row.quantity,
            details={"from": products[0], "to": products[1], "cash_used": str(used or ZERO)},
            market_at=desk.now,
        )
