"""Money moves in balanced entries, once an event, and never below zero."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.core.errors import IdempotencyConflict
from apps.users.models import User
from apps.wallet import errors, selectors, services
from apps.wallet.enums import EntryReason, LedgerKind, PaperAccountKind
from apps.wallet.models import Entry, LedgerAccount, PaperAccount, Posting
from apps.wallet.services import Draft
from tests.races import together

CASH, POSITIONS, REALISED, CHARGES = LedgerKind.CASH, LedgerKind.POSITIONS, LedgerKind.REALISED, LedgerKind.CHARGES

ZERO = Decimal("0.00")


def draft(key: str = "order:1", reason: EntryReason = EntryReason.BUY, **amounts: str) -> Draft:
    """An entry with amounts in rupees by account."""
    lines = {LedgerKind(kind): Decimal(amount) for kind, amount in amounts.items()}
    return Draft(key=key, reason=reason, lines=lines, caused_by="order:1")


def post(user: User, *drafts: Draft, paper_account: PaperAccount | None = None) -> list[services.Posted]:
    with transaction.atomic():
        return [services.post_entry(user_id=user.pk, draft=each, paper_account=paper_account) for each in drafts]


def postings(user: User) -> list[tuple[str, str, int, Decimal, Decimal]]:
    rows = Posting.objects.for_user(user).order_by("id")
    return list(rows.values_list("entry__reason", "account__kind", "seq", "amount", "balance_after"))


def audit() -> list[int]:
    return [each for _, ids in selectors.audit_unscoped() for each in ids]


def test_round_trip_with_charges_is_recorded_on_both_sides(owner: User) -> None:
    """Buy 10 at 1500, sell at 1520, charges 17.82 and 15.78 (E1.3): cash ends at 100000 + 200 - 33.60."""
    post(
        owner,
        draft("order:1", cash="-15000.00", positions="15000.00"),
        draft("order:1:charges", EntryReason.CHARGES, cash="-17.82", charges="17.82"),
        draft("order:2", EntryReason.SELL, cash="15200.00", positions="-15000.00", realised="-200.00"),
        draft("order:2:charges", EntryReason.CHARGES, cash="-15.78", charges="15.78"),
    )

    owner.refresh_from_db()
    balances = selectors.get_balances(user=owner)
    assert owner.wallet_balance == balances.cash == Decimal("100166.40")
    assert (balances.positions, balances.realised, balances.charges) == (ZERO, Decimal("200.00"), Decimal("33.60"))
    assert [row for row in postings(owner) if row[1] == "cash"] == [
        ("OPENING", "cash", 1, Decimal("100000.00"), Decimal("100000.00")),
        ("BUY", "cash", 2, Decimal("-15000.00"), Decimal("85000.00")),
        ("CHARGES", "cash", 3, Decimal("-17.82"), Decimal("84982.18")),
        ("SELL", "cash", 4, Decimal("15200.00"), Decimal("100182.18")),
        ("CHARGES", "cash", 5, Decimal("-15.78"), Decimal("100166.40")),
    ]
    assert audit() == []


def test_balances_before_money_first_moves_are_all_cash(owner: User) -> None:
    balances = selectors.get_balances(user=owner)

    assert (balances.cash, balances.blocked, balances.positions) == (Decimal("100000.00"), ZERO, ZERO)
    assert not Entry.objects.for_user(owner).exists()


def test_same_event_is_posted_once(owner: User) -> None:
    event = draft(cash="-100.00", positions="100.00")

    first, second = post(owner, event, event)

    assert (first.is_new, second.is_new, first.entry.pk) == (True, False, second.entry.pk)
    owner.refresh_from_db()
    assert owner.wallet_balance == second.cash == Decimal("99900.00")


def test_same_event_is_the_same_entry_though_it_could_not_be_paid_again(owner: User) -> None:
    event = draft(cash="-100000.00", positions="100000.00")

    first, second = post(owner, event, event)

    assert (first.entry.pk, second.is_new, second.cash) == (second.entry.pk, False, ZERO)
    with pytest.raises(IdempotencyConflict):
        post(owner, draft(cash="-100000.01", positions="100000.01"))


def test_key_of_another_entry_is_refused(owner: User) -> None:
    post(owner, draft(cash="-100.00", positions="100.00"))

    with pytest.raises(IdempotencyConflict):
        post(owner, draft(cash="-100.01", positions="100.01"))

    owner.refresh_from_db()
    assert owner.wallet_balance == Decimal("99900.00")


def test_cash_goes_to_zero_and_not_below(owner: User) -> None:
    post(owner, draft("all", cash="-100000.00", positions="100000.00"))

    with pytest.raises(errors.InsufficientFunds) as refused:
        post(owner, draft("more", cash="-0.01", positions="0.01"))

    assert refused.value.details == {"account": "cash", "available": "0.00", "needed": "0.01"}
    assert Entry.objects.for_user(owner).count() == 2
    assert audit() == []


def test_blocked_cash_cannot_be_released_twice(owner: User) -> None:
    post(owner, draft("block", EntryReason.BLOCK, cash="-500.00", blocked="500.00"))
    post(owner, draft("release", EntryReason.RELEASE, cash="500.00", blocked="-500.00"))

    with pytest.raises(errors.InsufficientFunds):
        post(owner, draft("again", EntryReason.RELEASE, cash="500.00", blocked="-500.00"))


def test_balance_that_would_outgrow_its_column_is_refused(owner: User) -> None:
    with pytest.raises(errors.BalanceTooLarge):
        post(owner, draft(cash="9999999900000.00", funding="-9999999900000.00"))

    assert not Entry.objects.for_user(owner).exists()


@pytest.mark.parametrize(
    "lines", [{"cash": "-1.00", "positions": "0.99"}, {"cash": "1.00", "positions": "-1.00", "charges": "0.00"}]
)
def test_entry_that_does_not_balance_is_a_bug(owner: User, lines: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="do not balance"):
        post(owner, draft(**lines))


@pytest.mark.django_db(transaction=True)
def test_ledger_is_not_written_outside_a_transaction(owner: User) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        services.post_entry(user_id=owner.pk, draft=draft(cash="-1.00", positions="1.00"))


def test_other_paper_account_has_its_own_money(owner: User) -> None:
    challenge = PaperAccount.objects.create(user=owner, kind=PaperAccountKind.CHALLENGE, name="May")
    funding = draft("fund", EntryReason.OPENING, cash="500.00", funding="-500.00")

    post(owner, funding, paper_account=challenge)

    owner.refresh_from_db()
    assert owner.wallet_balance == Decimal("100000.00")
    assert LedgerAccount.objects.for_user(owner).get(paper_account=challenge, kind="cash").balance == Decimal("500.00")
    assert audit() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wallet_posting SET amount = amount + 1",
        "DELETE FROM wallet_posting",
        "UPDATE wallet_entry SET note = 'x'",
        "DELETE FROM wallet_entry",
    ],
)
def test_database_refuses_to_change_the_ledger(owner: User, statement: str) -> None:
    post(owner, draft(cash="-1.00", positions="1.00"))

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_database_refuses_a_balance_that_is_not_the_ledgers(owner: User) -> None:
    post(owner, draft(cash="-1.00", positions="1.00"))

    with pytest.raises(IntegrityError, match="not that of the ledger"):
        User.objects.filter(pk=owner.pk).update(wallet_balance=Decimal("1000000.00"))


@pytest.mark.django_db(transaction=True)
def test_database_refuses_an_entry_that_does_not_balance(owner: User) -> None:
    post(owner, draft(cash="-1.00", positions="1.00"))
    entry = Entry.objects.for_user(owner).latest("id")
    account = LedgerAccount.objects.for_user(owner).get(kind="positions")

    with pytest.raises(IntegrityError, match="does not balance"):
        Posting.objects.create(user=owner, entry=entry, account=account, seq=2, amount=1, balance_after=2)


def test_reconcile_names_what_does_not_balance(owner: User) -> None:
    post(owner, draft(cash="-1.00", positions="1.00"))
    call_command("reconcile_wallets", stdout=StringIO())
    account = LedgerAccount.objects.for_user(owner).get(kind="positions")
    LedgerAccount.objects.for_user(owner).filter(pk=account.pk).update(balance=5)
    told = StringIO()

    with pytest.raises(CommandError, match="1 findings"):
        call_command("reconcile_wallets", "--quiet", stdout=told)

    assert told.getvalue() == f"accounts whose balance is not the sum of their postings: {account.pk}\n"


@pytest.mark.django_db(transaction=True)
def test_parallel_debits_spend_what_is_there_and_no_more(owner: User) -> None:
    """100,000 in steps of 1,250 is 80 debits; 160 are tried by eight connections, each event twice."""

    def spend(worker: int) -> int:
        return sum(_try(owner, f"order:{number}") for number in range(worker // 2, 80 * 2, 4))

    accepted = together(8, spend)

    owner.refresh_from_db()
    assert (sum(accepted), owner.wallet_balance) == (80, Decimal("0.00"))
    assert Entry.objects.for_user(owner).exclude(reason="OPENING").count() == 80
    assert audit() == []


def _try(user: User, key: str) -> int:
    try:
        (posted,) = post(user, draft(key, cash="-1250.00", positions="1250.00"))
    except errors.InsufficientFunds:
        return 0
    return int(posted.is_new)


def test_what_is_borrowed_is_not_the_users_own_cash() -> None:
    """100 free and 30 blocked, of which 20 are lent."""
    held = selectors.Balances(
        cash=Decimal(100), blocked=Decimal(30), positions=Decimal(50), borrowed=Decimal(20), realised=ZERO, charges=ZERO
    )

    assert held.net_cash == Decimal(110)
