"""The shapes of accounts as administrators see and change them. What does not belong here: queries, rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.adminpanel.constants import MAX_REASON_CHARS
from apps.core.api.serializers import DayField, FlagField, MoneyField, SearchIn, StrictSerializer
from apps.users.enums import AccountOrdering, Role, Standing


class AccountsIn(SearchIn):
    """Which accounts are listed; ``search`` is a part of the e-mail or of the mobile number."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    standing = serializers.ChoiceField(choices=Standing.choices, required=False)
    is_active = FlagField(required=False, default=None, allow_null=True)
    is_verified = FlagField(required=False, default=None, allow_null=True)
    is_locked = FlagField(required=False, default=None, allow_null=True)
    ordering = serializers.ChoiceField(choices=AccountOrdering.choices, default=AccountOrdering.CREATED_DESC)


class AccountOut(serializers.Serializer[Any]):
    """An account, without anything secret; days are of India, and the last one counts."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    mobile = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)
    is_active = serializers.BooleanField()
    standing = serializers.ChoiceField(choices=Standing.choices, help_text="By its dates, whatever the role.")
    trial_start_date = serializers.DateField(allow_null=True)
    trial_end_date = serializers.DateField(allow_null=True)
    subscription_start_date = serializers.DateField(allow_null=True)
    subscription_end_date = serializers.DateField(allow_null=True)
    wallet_balance = serializers.DecimalField(max_digits=15, decimal_places=2)
    is_locked = serializers.BooleanField()
    locked_until = serializers.DateTimeField(allow_null=True)
    failed_login_attempts = serializers.IntegerField()
    email_verified_at = serializers.DateTimeField(allow_null=True)
    has_two_factor = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AccountDetailOut(AccountOut):
    """An account with where it is signed in."""

    live_sessions = serializers.IntegerField(help_text="Sign-ins whose tokens are still taken.")
    last_seen_at = serializers.DateTimeField(allow_null=True, help_text="To within five minutes.")


class AccountChangeIn(StrictSerializer):
    """What becomes of an account; what is left out stays.

    A span without its first day begins today; without its last day, null, there is none.
    """

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    is_active = FlagField(required=False)
    trial_start_date = DayField(required=False)
    trial_end_date = DayField(required=False, allow_null=True)
    subscription_start_date = DayField(required=False)
    subscription_end_date = DayField(required=False, allow_null=True)


class SignedMoneyField(MoneyField):
    """Rupees with at most two decimals, negative ones behind a minus; never nothing."""

    default_error_messages = {"zero": "Nothing would be moved."}

    def to_internal_value(self, data: object) -> Decimal:
        """The amount.

        :raises ValidationError: if it is not a plain amount, or zero
        """
        text = str(data)
        is_negative = isinstance(data, str | int | float) and not isinstance(data, bool) and text.startswith("-")
        amount = -super().to_internal_value(text[1:]) if is_negative else super().to_internal_value(data)
        if not amount:
            self.fail("zero")
        return amount


class WalletAdjustIn(StrictSerializer):
    """How much paper money to put in, or with a minus to take out, and why; the owner reads the reason."""

    amount = SignedMoneyField()
    reason = serializers.CharField(max_length=MAX_REASON_CHARS)


class WalletAdjustOut(serializers.Serializer[Any]):
    """The entry of the ledger, and the free cash after it."""

    entry_id = serializers.IntegerField(source="entry.pk")
    wallet_balance = serializers.DecimalField(source="cash", max_digits=15, decimal_places=2)
