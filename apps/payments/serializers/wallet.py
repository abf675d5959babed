"""The shapes of paper money in and out. What does not belong here: rules, queries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import DayField, MoneyField, StrictSerializer, WholeField
from apps.wallet.enums import EntryReason, LedgerKind

MAX_LEDGER_ENTRIES = 200


class RefillIn(StrictSerializer):
    """How much paper money to add."""

    amount = MoneyField()


class RefillOut(serializers.Serializer[Any]):
    """What a refill left."""

    entry_id = serializers.IntegerField(source="entry.pk")
    wallet_balance = serializers.DecimalField(source="cash", max_digits=15, decimal_places=2)


class BalancesOut(serializers.Serializer[Any]):
    """A paper account in rupees: ``positions`` at cost, ``borrowed`` lent for it, ``realised`` before charges."""

    cash = serializers.DecimalField(max_digits=15, decimal_places=2)
    blocked = serializers.DecimalField(max_digits=15, decimal_places=2)
    positions = serializers.DecimalField(max_digits=15, decimal_places=2)
    borrowed = serializers.DecimalField(max_digits=15, decimal_places=2)
    realised = serializers.DecimalField(max_digits=15, decimal_places=2)
    charges = serializers.DecimalField(max_digits=15, decimal_places=2)


class BalancesIn(StrictSerializer):
    """Of which paper account; that for practice by default."""

    account = WholeField(min_value=1, required=False)


class LedgerFilterIn(BalancesIn):
    """Which entries: of which paper account, of one reason, of one cause, of days in India, both included."""

    reason = serializers.ChoiceField(choices=EntryReason.choices, required=False)
    caused_by = serializers.CharField(max_length=100, required=False)
    start_date = DayField(source="start", required=False)
    end_date = DayField(source="end", required=False)


class LedgerIn(LedgerFilterIn):
    """A page of entries: those older than ``before``, the id of the last one seen."""

    before = WholeField(min_value=1, required=False)
    limit = WholeField(min_value=1, max_value=MAX_LEDGER_ENTRIES, default=50)


class PostingOut(serializers.Serializer[Any]):
    """One side of an entry."""

    account = serializers.ChoiceField(choices=LedgerKind.choices, source="account.kind")
    amount = serializers.DecimalField(max_digits=15, decimal_places=2)
    balance_after = serializers.DecimalField(max_digits=15, decimal_places=2)


class EntryOut(serializers.Serializer[Any]):
    """One movement of money, both sides of it."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    reason = serializers.ChoiceField(choices=EntryReason.choices)
    caused_by = serializers.CharField()
    note = serializers.CharField()
    postings = PostingOut(many=True, source="postings.all")


class LedgerOut(serializers.Serializer[Any]):
    """Entries, newest first; ``next_before`` asks for the older ones, null where there are none."""

    next_before = serializers.IntegerField(allow_null=True)
    entries = EntryOut(many=True)
