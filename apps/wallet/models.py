"""The ledger as tables: append-only and balanced, by the database itself. What does not belong here: who may post.

Entries and postings cannot be changed or deleted, the postings of an entry sum to zero, and the cached balance of
the user equals that of the practice account's cash: triggers of the second migration hold all three.
"""

from __future__ import annotations

from django.db import models

from apps.core.models import IndexedOwnedModel, OwnedManager, OwnedModel
from apps.wallet.enums import EntryReason, LedgerKind, PaperAccountKind


class PaperAccount(IndexedOwnedModel):
    """An account that trades with paper money; everybody has one for practice."""

    kind = models.CharField(max_length=20, choices=PaperAccountKind.choices, default=PaperAccountKind.PRACTICE)
    name = models.CharField(max_length=100, default="Practice")

    objects: OwnedManager[PaperAccount] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "wallet_paper_account"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(kind="practice"), name="wallet_one_practice_account"
            ),
            models.UniqueConstraint(fields=["user", "name"], name="wallet_account_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class LedgerAccount(OwnedModel):
    """One account of a ledger with its balance, the sum of its postings; ``last_seq`` counts them."""

    paper_account = models.ForeignKey(PaperAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=LedgerKind.choices)
    balance = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    last_seq = models.PositiveBigIntegerField(default=0)

    objects: OwnedManager[LedgerAccount] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "wallet_account"
        constraints = [
            models.UniqueConstraint(fields=["paper_account", "kind"], name="wallet_one_account_a_kind"),
            models.CheckConstraint(
                condition=models.Q(balance__gte=0) | ~models.Q(kind__in=("cash", "blocked")),
                name="wallet_cash_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.paper_account_id}"


class Entry(IndexedOwnedModel):
    """One movement of money: why, and by what. ``idempotency_key`` makes a repeated one the same one."""

    paper_account = models.ForeignKey(PaperAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    idempotency_key = models.CharField(max_length=300)
    request_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=20, choices=EntryReason.choices)
    caused_by = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=200, blank=True)

    objects: OwnedManager[Entry] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "wallet_entry"
        indexes = [models.Index(fields=["paper_account", "-id"], name="wallet_entry_newest")]
        constraints = [
            models.UniqueConstraint(fields=["user", "idempotency_key"], name="wallet_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.idempotency_key}"


class Posting(OwnedModel):
    """One side of an entry, with the account's balance after it; ``seq`` has no gaps within an account."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveBigIntegerField()
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    balance_after = models.DecimalField(max_digits=15, decimal_places=2)

    objects: OwnedManager[Posting] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "wallet_posting"
        constraints = [
            models.UniqueConstraint(fields=["account", "seq"], name="wallet_posting_in_order"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="wallet_posting_moves_money"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.account_id}"
