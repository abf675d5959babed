"""The ledger in Django's admin, to look at. What does not belong here: changing anything."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.wallet.models import Entry, LedgerAccount, PaperAccount, Posting


@admin.register(PaperAccount)
class PaperAccountAdmin(ReadOnlyAdmin):
    """Paper accounts."""

    list_display = ("id", "user", "kind", "name", "created_at")
    list_filter = ("kind",)
    list_select_related = ("user",)


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    """Accounts of the ledgers with their balances."""

    list_display = ("id", "user", "paper_account", "kind", "balance", "last_seq")
    list_filter = ("kind",)
    list_select_related = ("user", "paper_account")


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Movements of money."""

    list_display = ("created_at", "user", "reason", "idempotency_key", "caused_by", "note")
    list_filter = ("reason",)
    list_select_related = ("user",)


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    """Both sides of each movement."""

    list_display = ("id", "entry", "account", "seq", "amount", "balance_after")
    list_select_related = ("entry", "account")
