"""What orders, fills and positions move in the ledger. What does not belong here: deciding what is filled.

A purchase turns cash into positions; what is lent for it is paid back when it is sold. A short sale locks what it
brought in and blocks its price, or a margin, until it is bought back. What is won or lost goes to the realised account.
"""

from __future__ import annotations

from decimal import Decimal

from apps.trading.constants import ZERO
from apps.trading.enums import Purpose, Side
from apps.trading.models import Order
from apps.trading.services.book import Change
from apps.trading.services.desk import Desk
from apps.trading.services.stakes import Stake
from apps.wallet import services as wallet_services
from apps.wallet.enums import EntryReason, LedgerKind
from apps.wallet.services import Draft

Lines = dict[LedgerKind, Decimal]


def lines_of(change: Change, *, side: str, released: Decimal = ZERO, stake: Stake | None = None) -> Lines:
    """The postings of a fill that also frees ``released`` of the cash blocked for its order.

    ``stake``: what it blocks and borrows; by default a short blocks its full price beside what it brought in.
    """
    locked = ZERO if side == Side.BUY else change.opened_value
    if change.was_short:
        locked -= change.closed_cost
    margin, borrowed = (locked, ZERO) if stake is None else (stake.margin, stake.borrowed)
    positions = change.opened_value if side == Side.BUY else -change.opened_value
    positions += change.closed_cost if change.was_short else -change.closed_cost
    blocked = locked + margin - released
    return {
        LedgerKind.CASH: change.realised + borrowed - positions - blocked,
        LedgerKind.BLOCKED: blocked,
        LedgerKind.POSITIONS: positions,
        LedgerKind.BORROWED: -borrowed,
        LedgerKind.REALISED: -change.realised,
    }


def cash_needed(change: Change, *, side: str, charges: Decimal, stake: Stake | None = None) -> Decimal:
    """The cash that a fill takes, negative where it brings some in."""
    return charges - lines_of(change, side=side, stake=stake)[LedgerKind.CASH]


def post_fill(desk: Desk, *, order: Order, number: int, lines: Lines, charges: Decimal) -> None:
    """Book a fill and its charges.

    :raises InsufficientFunds: if there is too little cash
    """
    reason = EntryReason.EXPIRY if order.purpose == Purpose.EXPIRY else EntryReason(order.side)
    key = f"fill:{number}"
    post_for_order(desk, order=order, key=key, reason=reason, lines=lines)
    paid = {LedgerKind.CASH: -charges, LedgerKind.CHARGES: charges}
    post_for_order(desk, order=order, key=f"{key}:charges", reason=EntryReason.CHARGES, lines=paid)


def block(desk: Desk, *, order: Order, amount: Decimal) -> None:
    """Set cash aside for an order that waits.

    :raises InsufficientFunds: if there is too little
    """
    lines = {LedgerKind.CASH: -amount, LedgerKind.BLOCKED: amount}
    post_for_order(desk, order=order, key=f"block:{order.version}", reason=EntryReason.BLOCK, lines=lines)
    order.blocked += amount


def release(desk: Desk, *, order: Order) -> None:
    """Give back what is still blocked for an order."""
    amount = order.blocked
    lines = {LedgerKind.CASH: amount, LedgerKind.BLOCKED: -amount}
    post_for_order(desk, order=order, key=f"release:{order.version}", reason=EntryReason.RELEASE, lines=lines)
    order.blocked = ZERO


def cover_loss(desk: Desk, *, key: str, caused_by: str, missing: Decimal) -> None:
    """Add what something that nobody may refuse takes beyond all cash.

    # Assumption: a paper account cannot owe money: a loss beyond its cash ends at zero, with the rest on record.
    """
    lines = {LedgerKind.CASH: missing, LedgerKind.FUNDING: -missing}
    post(desk, key=key, reason=EntryReason.ADJUSTMENT, lines=lines, caused_by=caused_by)


def post(desk: Desk, *, key: str, reason: EntryReason, lines: Lines, caused_by: str, note: str = "") -> None:
    """Book what moves of the lines; nothing where none does.

    :raises InsufficientFunds: if there is too little cash
    """
    moved = {kind: amount for kind, amount in lines.items() if amount}
    if moved:
        draft = Draft(key=key, reason=reason, lines=moved, caused_by=caused_by, note=note)
        wallet_services.post_entry(user_id=desk.user.pk, draft=draft, ledger=desk.ledger)


def post_for_order(desk: Desk, *, order: Order, key: str, reason: EntryReason, lines: Lines, note: str = "") -> None:
    """Book what an order moves; ``key`` names it among all that this order does.

    :raises InsufficientFunds: if there is too little cash
    """
    cause = f"order:{order.pk}"
    post(desk, key=f"{cause}:{key}", reason=reason, lines=lines, caused_by=cause, note=note)
