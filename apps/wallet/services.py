"""The one door to the ledger. What does not belong here: prices, orders, who may do what.

Locks come in one order: the user's row, then whatever the caller locks. Corrections are new entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
from django.db import connection, transaction

from apps.core import clock, configuration, csv_export
from apps.core.csv_export import CsvFile
from apps.core.errors import DomainError, IdempotencyConflict
from apps.users import services as users_services
from apps.wallet import errors, selectors
from apps.wallet.constants import EXPORT_CHUNK, MAX_BALANCE, OPENING_KEY
from apps.wallet.enums import EntryReason, LedgerKind, PaperAccountKind
from apps.wallet.models import Entry, LedgerAccount, PaperAccount

if TYPE_CHECKING:
    from apps.users.models import User

Lines = Mapping[LedgerKind, Decimal]

EXPORT_HEADER = ("time", "entry", "reason", "account", "amount", "balance_after", "caused_by", "note")
NEVER_NEGATIVE = (LedgerKind.CASH, LedgerKind.BLOCKED)
ENTRY_VALUES = (
    "created_at", "user_id", "paper_account_id", "idempotency_key", "request_hash", "reason", "caused_by", "note",
)  # fmt: skip
# One round trip instead of five. The parts of a statement see the rows as they were before it, which is enough: the
# balances after it are given, under the user's lock, and a stale one meets the unique number of a posting.
POST_ENTRY = f"""
    WITH entry AS (
        INSERT INTO wallet_entry (created_at, updated_at, user_id, paper_account_id, idempotency_key, request_hash,
                                  reason, caused_by, note)
        VALUES (%(created_at)s, %(created_at)s, %(user_id)s, %(paper_account_id)s, %(idempotency_key)s,
                %(request_hash)s, %(reason)s, %(caused_by)s, %(note)s)
        ON CONFLICT (user_id, idempotency_key) DO NOTHING
        RETURNING id
    ), line AS (
        SELECT entry.id AS entry_id, given.*
        FROM entry, unnest(%(accounts)s::bigint[], %(seqs)s::bigint[], %(amounts)s::numeric[], %(balances)s::numeric[])
            WITH ORDINALITY AS given (account_id, seq, amount, balance, place)
    ), moved AS (
        UPDATE wallet_account SET balance = line.balance, last_seq = line.seq, updated_at = %(created_at)s
        FROM line WHERE wallet_account.id = line.account_id
    ), posted AS (
        INSERT INTO wallet_posting (created_at, updated_at, user_id, entry_id, account_id, seq, amount, balance_after)
        SELECT %(created_at)s, %(created_at)s, %(user_id)s, entry_id, account_id, seq, amount, balance
        FROM line ORDER BY place
    ), mirrored AS ({users_services.MOVE_BALANCE})
    SELECT id FROM entry
"""  # noqa: S608 - of two texts of ours


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted: amounts in rupees by account, which sum to zero, none of them zero.

    ``key`` names the event for good, like ``order:17:fill:1``: the same event posted again is the same entry.
    """

    key: str
    reason: EntryReason
    lines: Lines
    caused_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry and the free cash after it; ``is_new`` is False where it had been posted before."""

    entry: Entry
    cash: Decimal
    is_new: bool


@dataclass(slots=True)
class Ledger:
    """The accounts of one paper account, under the lock; of no use once the transaction has ended."""

    paper_account: PaperAccount
    accounts: dict[LedgerKind, LedgerAccount] = field(default_factory=dict)

    @property
    def is_practice(self) -> bool:
        """Whether it is the account that everybody has."""
        return self.paper_account.kind == PaperAccountKind.PRACTICE

    @property
    def is_replay(self) -> bool:
        """Whether its market is one of the past, on a clock of its own."""
        return self.paper_account.kind == PaperAccountKind.REPLAY

    @property
    def cash(self) -> Decimal:
        """The free cash."""
        return self.accounts[LedgerKind.CASH].balance


def post_entry(
    *, user_id: int, draft: Draft, paper_account: PaperAccount | None = None, ledger: Ledger | None = None
) -> Posted:
    """Move money in one of the user's paper accounts, by default the one for practice.

    Call it inside a transaction that also writes what moved the money. ``ledger``: as :func:`open_ledger` gave it in
    the same transaction.

    :raises RuntimeError: outside a transaction
    :raises ValueError: if the lines do not balance
    :raises InsufficientFunds: if free or blocked cash would fall below zero
    :raises BalanceTooLarge: if a balance would outgrow its column
    :raises IdempotencyConflict: if the key was used for another entry
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The ledger is written inside the transaction of what moves the money.")
    if sum(draft.lines.values()) != 0 or not all(draft.lines.values()):
        raise ValueError(f"{draft.key}: the lines do not balance")
    if ledger is None:
        opening = users_services.lock_balance(user_id=user_id)
        ledger = _open(user_id, paper_account=paper_account, opening=opening)
    digest = _digest(draft, ledger=ledger)
    try:
        entry = _store(ledger, draft=draft, digest=digest, cash=_balance_moved(ledger, draft=draft))
    except (errors.InsufficientFunds, errors.BalanceTooLarge) as refusal:
        # What was posted before is not asked again whether it can be paid.
        return _posted_before(ledger, key=draft.key, digest=digest, refusal=refusal)
    if entry is None:
        return _posted_before(ledger, key=draft.key, digest=digest, refusal=IdempotencyConflict())
    return Posted(entry=entry, cash=ledger.cash, is_new=True)


def open_ledger(*, user_id: int, account_id: int | None = None) -> Ledger:
    """The ledger of a paper account of the user's, by default that for practice, locked until the transaction ends.

    The one for practice is made where money has not moved yet. Hand it to :func:`post_entry` to spare reading it again.

    :raises RuntimeError: outside a transaction
    :raises NotFound: if there is no such account of the user's
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A ledger is locked inside the transaction of what moves its money.")
    opening = users_services.lock_balance(user_id=user_id)
    account = None if account_id is None else selectors.get_account_unscoped(user_id=user_id, account_id=account_id)
    return _open(user_id, paper_account=account, opening=opening)


@transaction.atomic
def open_account(*, user: User, kind: PaperAccountKind, name: str, cash: Decimal) -> PaperAccount:
    """A new paper account with starting cash.

    :raises RefillOutOfBounds: if the cash is outside the bounds of a refill
    :raises AccountNameTaken: if the user has another one of this name
    """
    low, high = configuration.get_decimal("wallet.min_refill"), configuration.get_decimal("wallet.max_refill")
    if not low <= cash <= high:
        raise errors.RefillOutOfBounds(details={"minimum": str(low), "maximum": str(high)})
    users_services.lock_balance(user_id=user.pk)
    if selectors.list_accounts(user=user).filter(name=name).exists():
        raise errors.AccountNameTaken
    account = PaperAccount.objects.create(user=user, kind=kind, name=name)
    lines = {LedgerKind.CASH: cash, LedgerKind.FUNDING: -cash}
    draft = Draft(key=f"{OPENING_KEY}:{account.pk}", reason=EntryReason.OPENING, lines=lines)
    post_entry(user_id=user.pk, draft=draft, paper_account=account)
    return account


@transaction.atomic
def refill(*, user: User, amount: Decimal) -> Posted:
    """Add paper money to the practice account, as often as the user likes; one call has bounds.

    :raises RefillOutOfBounds: if the amount is outside them
    :raises BalanceTooLarge: if the account cannot hold it
    """
    low, high = configuration.get_decimal("wallet.min_refill"), configuration.get_decimal("wallet.max_refill")
    if not low <= amount <= high:
        raise errors.RefillOutOfBounds(details={"minimum": str(low), "maximum": str(high)})
    lines = {LedgerKind.CASH: amount, LedgerKind.FUNDING: -amount}
    return post_entry(user_id=user.pk, draft=Draft(key=f"refill:{uuid4()}", reason=EntryReason.REFILL, lines=lines))


def export_ledger(*, user: User, **wanted: Any) -> CsvFile:
    """The user's entries (those of :func:`selectors.list_entries`) as CSV, oldest first, a line for each posting."""
    entries = selectors.list_entries(user=user, **wanted).reverse()
    rows = (
        (
            entry.created_at.astimezone(clock.IST).isoformat(timespec="seconds"),
            entry.pk,
            entry.reason,
            posting.account.kind,
            posting.amount,
            posting.balance_after,
            entry.caused_by,
            entry.note,
        )
        for entry in entries.iterator(chunk_size=EXPORT_CHUNK)
        for posting in entry.postings.all()
    )
    return CsvFile(filename="ledger.csv", lines=csv_export.lines(header=EXPORT_HEADER, rows=rows))


def _open(user_id: int, *, paper_account: PaperAccount | None, opening: Decimal) -> Ledger:
    """The ledger of a paper account; the practice one is made when money first moves, with the opening balance."""
    if paper_account is not None:
        return Ledger(paper_account, selectors.map_accounts_unscoped(paper_account=paper_account))
    accounts = selectors.map_practice_accounts_unscoped(user_id=user_id)
    if accounts:
        return Ledger(accounts[LedgerKind.CASH].paper_account, accounts)
    account = PaperAccount.objects.create(user_id=user_id, kind=PaperAccountKind.PRACTICE)
    ledger = Ledger(account)
    if opening:
        lines = {LedgerKind.CASH: opening, LedgerKind.FUNDING: -opening}
        draft = Draft(key=OPENING_KEY, reason=EntryReason.OPENING, lines=lines)
        # The user's balance is what the entry says already.
        _store(ledger, draft=draft, digest=_digest(draft, ledger=ledger), cash=Decimal(0))
    else:
        _account(ledger, kind=LedgerKind.CASH)
    return ledger


def _posted_before(ledger: Ledger, *, key: str, digest: str, refusal: DomainError) -> Posted:
    known = selectors.find_entry_unscoped(user_id=ledger.paper_account.user_id, key=key)
    if known is None:
        raise refusal
    if known.request_hash != digest:
        raise IdempotencyConflict
    return Posted(entry=known, cash=ledger.cash, is_new=False)


def _balance_moved(ledger: Ledger, *, draft: Draft) -> Decimal:
    """What the entry moves of the user's balance, which is the cash of the practice account."""
    return draft.lines.get(LedgerKind.CASH, Decimal(0)) if ledger.is_practice else Decimal(0)


def _store(ledger: Ledger, *, draft: Draft, digest: str, cash: Decimal) -> Entry | None:
    """Write an entry and what it moves, by the one statement; None where its key is taken."""
    moved = [(_account(ledger, kind=kind), amount) for kind, amount in draft.lines.items()]
    balances = [_balance_after(account, amount=amount) for account, amount in moved]
    entry = Entry(
        user_id=ledger.paper_account.user_id,
        paper_account=ledger.paper_account,
        idempotency_key=draft.key,
        request_hash=digest,
        reason=draft.reason,
        caused_by=draft.caused_by,
        note=draft.note,
        created_at=clock.now(),
    )
    values = {name: getattr(entry, name) for name in ENTRY_VALUES} | {
        "accounts": [account.pk for account, _ in moved],
        "seqs": [account.last_seq + 1 for account, _ in moved],
        "amounts": [amount for _, amount in moved],
        "balances": balances,
        "moved": cash,
    }
    with connection.cursor() as cursor:
        cursor.execute(POST_ENTRY, values)
        stored = cursor.fetchone()
    if stored is None:
        return None
    for (account, _), balance in zip(moved, balances, strict=True):
        account.balance, account.last_seq = balance, account.last_seq + 1
    entry.pk = stored[0]
    return entry


def _account(ledger: Ledger, *, kind: LedgerKind) -> LedgerAccount:
    if kind not in ledger.accounts:
        ledger.accounts[kind] = LedgerAccount.objects.create(
            user_id=ledger.paper_account.user_id, paper_account=ledger.paper_account, kind=kind, balance=Decimal(0)
        )
    return ledger.accounts[kind]


def _balance_after(account: LedgerAccount, *, amount: Decimal) -> Decimal:
    after = account.balance + amount
    if account.kind in NEVER_NEGATIVE and after < 0:
        raise errors.InsufficientFunds.of(account.kind, available=account.balance, needed=-amount)
    if abs(after) > MAX_BALANCE:
        raise errors.BalanceTooLarge
    return after


def _digest(draft: Draft, *, ledger: Ledger) -> str:
    """What the entry is, so that another one under the same key is noticed."""
    lines = {str(kind): f"{amount:.2f}" for kind, amount in draft.lines.items()}
    parts = [ledger.paper_account.pk, str(draft.reason), lines, draft.caused_by]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()
