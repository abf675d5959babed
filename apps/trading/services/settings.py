"""How a user's account is filled. What does not belong here: what a profile does (profiles)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from apps.trading import selectors
from apps.trading.models import TradingAccount
from apps.wallet import services as wallet_services

if TYPE_CHECKING:
    from apps.users.models import User


@transaction.atomic
def choose_profile(*, user: User, fill_profile: str) -> str:
    """Let the user's next orders be filled by a profile; those that wait keep theirs."""
    account = wallet_services.open_ledger(user_id=user.pk).paper_account
    TradingAccount.objects.unscoped().update_or_create(
        user=user, paper_account=account, defaults={"fill_profile": fill_profile}
    )
    return selectors.get_profile(user=user)
