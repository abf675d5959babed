"""Every read of the ledger. What does not belong here: writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from apps.core import clock, errors
from apps.core.metrics import Measure
from apps.core.statements import Select, Slot
from apps.wallet.enums import EntryReason, LedgerKind, PaperAccountKind
from apps.wallet.models import Entry, LedgerAccount, PaperAccount, Posting

if TYPE_CHECKING:
    from apps.users.models import User

# Each finds what must not be: no row means that the rule holds.
AUDITS = {
    "entries whose postings do not sum to zero": """
        SELECT entry_id FROM wallet_posting GROUP BY entry_id HAVING sum(amount) <> 0
    """,
    "entries without postings": """
        SELECT id FROM wallet_entry AS entry
        WHERE NOT EXISTS (SELECT 1 FROM wallet_posting WHERE entry_id = entry.id)
    """,
    "accounts whose balance is not the sum of their postings": """
        SELECT account.id FROM wallet_account AS account
        LEFT JOIN (
            SELECT account_id, sum(amount) AS total, count(*) AS number, max(seq) AS last
            FROM wallet_posting GROUP BY account_id
        ) AS posted ON posted.account_id = account.id
        WHERE account.balance <> coalesce(posted.total, 0) OR account.last_seq <> coalesce(posted.last, 0)
           OR coalesce(posted.number, 0) <> account.last_seq
    """,
    "postings whose balance does not follow from the one before": """
        SELECT id FROM (
            SELECT id, balance_after - amount AS before,
                   lag(balance_after, 1, 0) OVER (PARTITION BY account_id ORDER BY seq) AS expected
            FROM wallet_posting
        ) AS chained WHERE before <> expected
    """,
    "users whose balance is not their practice account's cash": """
        SELECT account.user_id FROM users_user
        JOIN wallet_account AS account ON account.user_id = users_user.id AND account.kind = 'cash'
        JOIN wallet_paper_account AS paper ON paper.id = account.paper_account_id AND paper.kind = 'practice'
        WHERE users_user.wallet_balance <> account.balance
    """,
}


PRACTICE_ACCOUNTS = Select(
    lambda: (
        LedgerAccount.objects.for_user(Slot("user_id"))
        .select_related("paper_account")
        .filter(paper_account__kind=PaperAccountKind.PRACTICE)
    )
)


@dataclass(frozen=True, slots=True)
class Balances:
    """A paper account in rupees; ``positions`` at cost, of which ``borrowed`` is not the user's money."""

    cash: Decimal
    blocked: Decimal
    positions: Decimal
    borrowed: Decimal
    realised: Decimal
    charges: Decimal

    @property
    def net_cash(self) -> Decimal:
        """Free and blocked cash that is the user's own money."""
        return self.cash + self.blocked - self.borrowed


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Entries, newest first, and the id to ask for older ones; None where there are none."""

    entries: list[Entry]
    next_before: int | None


def get_balances(*, user: User, paper_account: PaperAccount | None = None) -> Balances:
    """The balances of a paper account, by default the one for practice; before its money first moves, all is cash."""
    rows = LedgerAccount.objects.for_user(user)
    if paper_account is None or paper_account.kind == PaperAccountKind.PRACTICE:
        rows, cash = rows.filter(paper_account__kind=PaperAccountKind.PRACTICE), user.wallet_balance
    else:
        rows, cash = rows.filter(paper_account=paper_account), Decimal("0.00")
    held = defaultdict(lambda: Decimal("0.00"), rows.values_list("kind", "balance"))
    held.setdefault(LedgerKind.CASH, cash)
    return _balances(held)


def get_balances_of(*, user: User, account: int | None = None) -> Balances:
    """:func:`get_balances` of one of the user's paper accounts by its id.

    :raises NotFound: if it is missing or somebody else's
    """
    return get_balances(user=user, paper_account=get_chosen_account(user=user, account=account))


def list_entries(
    *,
    user: User,
    account: int | None = None,
    reason: str = "",
    caused_by: str = "",
    start: date | None = None,
    end: date | None = None,
) -> QuerySet[Entry]:
    """The entries of a paper account, by default that for practice, with their postings, newest first.

    Of one reason, of one cause, of days in India.

    :raises NotFound: if there is no such account of the user's
    :raises ValidationFailed: if the start is after the end
    """
    if start is not None and end is not None and start > end:
        raise errors.ValidationFailed.field("start_date", "The start is after the end.")
    paper_account = get_chosen_account(user=user, account=account)
    rows = Entry.objects.for_user(user).order_by("-id")
    if paper_account is None:
        rows = rows.filter(paper_account__kind=PaperAccountKind.PRACTICE)
    else:
        rows = rows.filter(paper_account=paper_account)
    if reason:
        rows = rows.filter(reason=reason)
    if caused_by:
        rows = rows.filter(caused_by=caused_by)
    if start is not None:
        rows = rows.filter(created_at__gte=_midnight(start))
    if end is not None:
        rows = rows.filter(created_at__lt=_midnight(end + timedelta(days=1)))
    postings = Posting.objects.for_user(user).select_related("account").order_by("id")
    return rows.prefetch_related(Prefetch("postings", queryset=postings))


def get_ledger(*, user: User, limit: int, before: int | None = None, **wanted: Any) -> LedgerPage:
    """The newest entries of those wanted (see :func:`list_entries`) before an id, and where the older ones begin."""
    found = list_entries(user=user, **wanted)
    older = found if before is None else found.filter(pk__lt=before)
    rows = list(older[: limit + 1])
    page = rows[:limit]
    return LedgerPage(entries=page, next_before=page[-1].pk if len(rows) > limit else None)


def find_entry_unscoped(*, user_id: int, key: str) -> Entry | None:
    """The user's entry of a key, or None."""
    return Entry.objects.unscoped().filter(user_id=user_id, idempotency_key=key).first()


def map_practice_accounts_unscoped(*, user_id: int) -> dict[LedgerKind, LedgerAccount]:
    """The accounts of the user's practice ledger by kind with their paper account; none before money first moved."""
    return {LedgerKind(row.kind): row for row in PRACTICE_ACCOUNTS.rows(user_id=user_id)}


def list_accounts(*, user: User) -> QuerySet[PaperAccount]:
    """The user's paper accounts, oldest first; the one for practice appears when money first moves."""
    return PaperAccount.objects.for_user(user).order_by("id")


def get_account(*, user: User, account_id: int) -> PaperAccount:
    """One of the user's paper accounts.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(list_accounts(user=user).filter(pk=account_id).first())


def get_chosen_account(*, user: User, account: int | None) -> PaperAccount | None:
    """The paper account of the user's that was named; None, which means that for practice, where none was.

    :raises NotFound: if it is missing or somebody else's
    """
    return None if account is None else get_account(user=user, account_id=account)


def get_account_unscoped(*, user_id: int, account_id: int) -> PaperAccount:
    """A paper account of a user.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(PaperAccount.objects.unscoped().filter(user_id=user_id, pk=account_id).first())


def list_cash_moves(*, user: User, paper_account: PaperAccount, since: datetime) -> list[tuple[datetime, Decimal]]:
    """When free and blocked cash less what is borrowed changed since a moment of the real clock, and by how much.

    The opening is left out: what it puts on the ledger had been there before.
    """
    kinds = (LedgerKind.CASH, LedgerKind.BLOCKED, LedgerKind.BORROWED)
    rows = Posting.objects.for_user(user).filter(
        account__paper_account=paper_account, account__kind__in=kinds, created_at__gte=since
    )
    rows = rows.exclude(entry__reason=EntryReason.OPENING)
    return list(rows.order_by("id").values_list("created_at", "amount"))


def list_balances_unscoped(*, besides: PaperAccountKind) -> list[tuple[PaperAccount, Balances]]:
    """Every paper account but those of a kind, with its balances."""
    held: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: Decimal("0.00")))
    accounts: dict[int, PaperAccount] = {}
    for row in LedgerAccount.objects.unscoped().exclude(paper_account__kind=besides).select_related("paper_account"):
        accounts[row.paper_account_id] = row.paper_account
        held[row.paper_account_id][row.kind] = row.balance
    return [(accounts[pk], _balances(held[pk])) for pk in sorted(accounts)]


def map_accounts_unscoped(*, paper_account: PaperAccount) -> dict[LedgerKind, LedgerAccount]:
    """The accounts of a paper account's ledger by kind."""
    rows = LedgerAccount.objects.unscoped().filter(paper_account=paper_account)
    return {LedgerKind(row.kind): row for row in rows}


def audit_unscoped() -> Iterator[tuple[str, list[int]]]:
    """Each rule of the ledger with the ids that break it; none where it holds."""
    for rule, statement in AUDITS.items():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            yield rule, [row[0] for row in cursor.fetchall()]


def describe_findings_unscoped() -> Iterator[str]:
    """What the audit of the ledger found, a sentence a rule."""
    for rule, ids in audit_unscoped():
        if ids:
            yield f"{len(ids)} {rule}: run manage.py reconcile_wallets."


def measure_unscoped() -> Iterator[Measure]:
    """How many findings the audit of the ledger has; every one is a fault."""
    findings = sum(len(ids) for _, ids in audit_unscoped())
    yield Measure("papertrade_wallet_findings", "What the audit of the ledger found.", findings)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.IST)


def _balances(held: Mapping[str, Decimal]) -> Balances:
    return Balances(
        cash=held[LedgerKind.CASH],
        blocked=held[LedgerKind.BLOCKED],
        positions=held[LedgerKind.POSITIONS],
        borrowed=-held[LedgerKind.BORROWED],
        realised=-held[LedgerKind.REALISED],
        charges=held[LedgerKind.CHARGES],
    )
