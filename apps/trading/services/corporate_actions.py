"""Splits and bonuses of shares that are held: quantities change on the ex-date, each once, and fractions are paid out.

Only shares with real prices have them: the prices of the synthetic market know no actions.
Orders that wait on such a share end (outdated).
What does not belong here: adjusting charts (market), options on the share, whose contracts stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from apps.core import clock, money
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.selectors import CandleQuery, ShareAction
from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationKind, NotificationType
from apps.trading import selectors
from apps.trading.constants import PAISA, ZERO
from apps.trading.enums import PositionEventKind, Product, Side
from apps.trading.models import Position, PositionEvent
from apps.trading.services import accounting, outdated, positions, stakes, tax_lots
from apps.trading.services.book import Change
from apps.trading.services.desk import Desk, open_desk
from apps.trading.services.stakes import Stake
from apps.trading.services.tax_lots import Lot
from apps.wallet.enums import EntryReason, LedgerKind


@dataclass(frozen=True, slots=True)
class Outcome:
    """``old`` shares become ``new`` whole ones; the fraction that is left cost ``cost`` and is worth ``cash``."""

    old: int
    new: int
    cost: Decimal
    cash: Decimal


def apply_corporate_actions(*, now: datetime) -> int:
    """Apply every action whose ex-date has come to what was held before it; count the positions that changed."""
    today = clock.today(at=now)
    outdated.end_outdated(now=now)
    rows = selectors.list_share_positions_unscoped()
    actions = market_selectors.list_share_actions(instruments={row.instrument for row in rows}, until=today)
    return sum(
        _apply(seen, action=action, now=now)
        for seen in rows
        for action in actions.get(seen.instrument, ())
        if seen.opened_market_at < outdated.begins(action)
    )


@transaction.atomic
def _apply(seen: Position, *, action: ShareAction, now: datetime) -> bool:
    desk = open_desk(user=seen.user, instrument=seen.instrument, now=now, account_id=seen.paper_account_id)
    position = selectors.lock_position(
        user=seen.user, account_id=desk.account_id, instrument=seen.instrument, product=seen.product
    )
    if position is None or selectors.has_position_event_unscoped(position_id=position.pk, key=_key(action)):
        return False
    old = _held_before(position, action=action)
    if not old:
        return False
    positions.roll(desk, position=position)
    before, won = position.quantity, position.realised
    outcome = _outcome(desk, position=position, action=action, old=old)
    _adjust(desk, position=position, action=action, outcome=outcome)
    PositionEvent.objects.create(
        user_id=position.user_id,
        position=position,
        key=_key(action),
        kind=PositionEventKind.CORPORATE_ACTION,
        quantity_before=before,
        quantity_after=position.quantity,
        details={
            "action": action.kind,
            "ratio": f"{action.after}:{action.before}",
            "cash": str(outcome.cash),
            "realised": str(position.realised - won),
        },
        market_at=now,
    )
    _tell(position, action=action, outcome=outcome)
    return True


def _held_before(position: Position, *, action: ShareAction) -> int:
    """How much is left of what was held when the ex-date began: the oldest are sold, or bought back, first."""
    if position.product == Product.CNC:
        return sum(lot.quantity for lot in tax_lots.lots_of(position) if lot.day < action.ex_date)
    bought, sold = selectors.sum_fills_unscoped(
        account_id=position.paper_account_id,
        instrument=position.instrument,
        product=position.product,
        since=outdated.begins(action),
    )
    held = abs(position.quantity)
    return max(0, held - (bought if position.quantity > 0 else sold))


def _outcome(desk: Desk, *, position: Position, action: ShareAction, old: int) -> Outcome:
    """What becomes of the shares.

    # Assumption: a fraction is worth that part of the last close before the ex-date, in terms of the new share.
    """
    new, rest = divmod(old * action.after, action.before)
    if not rest:
        return Outcome(old, new, ZERO, ZERO)
    fraction = Decimal(rest) / action.before
    cost_of_old = stakes.share(position.cost, part=old, of=abs(position.quantity))
    cost = (cost_of_old * rest / (old * action.after)).quantize(PAISA, ROUND_HALF_UP)
    close = _close_before(desk, action=action)
    # Without a close nothing is won or lost on it.
    worth = cost if close is None else close * action.before / action.after * fraction
    return Outcome(old, new, cost, worth.quantize(PAISA, ROUND_HALF_UP))


def _close_before(desk: Desk, *, action: ShareAction) -> Decimal | None:
    query = CandleQuery(
        instrument=desk.instrument.identifier, interval=Interval.DAY, before=outdated.begins(action), limit=1
    )
    closes = market_selectors.get_candles(query=query, now=desk.now).candles.close
    return money.rupees(int(closes[-1])) if len(closes) else None


def _adjust(desk: Desk, *, position: Position, action: ShareAction, outcome: Outcome) -> None:
    """Move the row, and the money of the fraction."""
    is_long = position.quantity > 0
    sign, gain = (1, outcome.cash - outcome.cost) if is_long else (-1, outcome.cost - outcome.cash)
    added = outcome.new - outcome.old
    margin, borrowed = (
        _part(amount, cost=outcome.cost, of=position.cost) for amount in (position.margin, position.borrowed)
    )
    _scale_lots(position, action=action, outcome=outcome)
    name, other = ("buy", "sell") if is_long else ("sell", "buy")
    setattr(position, f"{name}_quantity", getattr(position, f"{name}_quantity") + added)
    setattr(position, f"{other}_value", getattr(position, f"{other}_value") + outcome.cash)
    if position.t1_quantity:
        position.t1_quantity = position.t1_quantity * action.after // action.before
    position.overnight_quantity += sign * added
    position.quantity += sign * added
    position.cost -= outcome.cost
    position.realised += gain
    position.margin -= margin
    position.borrowed -= borrowed
    position.save()
    change = Change(0, outcome.cost, outcome.cash, ZERO, gain, was_short=not is_long)
    side = Side.SELL if is_long else Side.BUY
    cause = f"position:{position.pk}"
    key, lines = f"{cause}:{_key(action)}", accounting.lines_of(change, side=side, stake=Stake(-margin, -borrowed))
    # The fraction of a short is paid for; whoever has no cash left is in the new shares all the same.
    missing = -lines[LedgerKind.CASH] - desk.cash
    if missing > ZERO:
        accounting.cover_loss(desk, key=f"{key}:cover", caused_by=cause, missing=missing)
    accounting.post(
        desk,
        key=key,
        reason=EntryReason.CORPORATE_ACTION,
        lines=lines,
        caused_by=cause,
        note=f"fraction after {action.kind} {action.after}:{action.before}",
    )


def _part(amount: Decimal, *, cost: Decimal, of: Decimal) -> Decimal:
    return (amount * cost / of).quantize(PAISA, ROUND_HALF_UP) if cost else ZERO


def _scale_lots(position: Position, *, action: ShareAction, outcome: Outcome) -> None:
    """Let the lots of before the ex-date sum to the new shares; what the fraction cost leaves the last of them."""
    lots = list(tax_lots.lots_of(position))
    if lots:
        tax_lots.store(position, lots=list(_scaled(lots, action=action, outcome=outcome)))


def _scaled(lots: list[Lot], *, action: ShareAction, outcome: Outcome) -> Iterator[Lot]:
    old = [lot for lot in lots if lot.day < action.ex_date]
    seen, made = 0, 0
    for place, lot in enumerate(old):
        seen += lot.quantity
        whole = seen * action.after // action.before
        gone = outcome.cost if place == len(old) - 1 else ZERO
        if whole > made:
            yield Lot(lot.day, whole - made, lot.cost - gone)
        made = whole
    yield from (lot for lot in lots if lot.day >= action.ex_date)


def _tell(position: Position, *, action: ShareAction, outcome: Outcome) -> None:
    paid = f" and {outcome.cash} for a fraction" if outcome.cash else ""
    notifications_services.notify(
        user_id=position.user_id,
        title=f"{action.kind.capitalize()}: {position.instrument}",
        message=f"{outcome.old} became {outcome.new} ({action.after}:{action.before}){paid}.",
        type=NotificationType.INFO,
        extra={"position_id": position.pk, "quantity": position.quantity},
        kind=NotificationKind.ORDER,
        event_key=f"trading:position:{position.pk}:{_key(action)}",
    )


def _key(action: ShareAction) -> str:
    return f"corporate_action:{action.kind}:{action.ex_date.isoformat()}"
