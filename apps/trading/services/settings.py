"""A user's paper accounts, and how each is filled. What does not belong here: what a profile does (profiles)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from apps.trading import selectors
from apps.trading.models import TradingAccount
from apps.trading.services import limits
from apps.wallet import selectors as wallet_selectors
from apps.wallet import services as wallet_services
from apps.wallet.enums import PaperAccountKind

if TYPE_CHECKING:
    from apps.users.models import User
    from apps.wallet.models import PaperAccount


def profile_of(*, user: User, account: int | None = None) -> str:
    """How the next orders of an account, by default that for practice, are filled.

    :raises NotFound: if there is no such account of the user's
    """
    if account is None:
        found = wallet_selectors.list_accounts(user=user).filter(kind=PaperAccountKind.PRACTICE).first()
    else:
        found = wallet_selectors.get_account(user=user, account_id=account)
    return selectors.get_profile(user=user, account_id=found.pk if found else None)


@transaction.atomic
def open_account(*, user: User, name: str, cash: Decimal, fill_profile: str = "") -> PaperAccount:
    """A further paper account for a strategy, with starting cash.

    :raises LimitReached: if the user has as many accounts as are allowed
    :raises RefillOutOfBounds, AccountNameTaken: if the cash or the name is refused
    """
    kept = wallet_selectors.list_accounts(user=user).exclude(kind=PaperAccountKind.REPLAY)
    limits.check_room(user, of="accounts", kept=kept)
    account = wallet_services.open_account(user=user, kind=PaperAccountKind.STRATEGY, name=name, cash=cash)
    if fill_profile:
        choose_profile(user=user, fill_profile=fill_profile, account=account.pk)
    return account


@transaction.atomic
def choose_profile(*, user: User, fill_profile: str, account: int | None = None) -> str:
    """Let the next orders of an account, by default that for practice, be filled by a profile; others keep theirs.

    :raises NotFound: if there is no such account of the user's
    """
    chosen = wallet_services.open_ledger(user_id=user.pk, account_id=account).paper_account
    TradingAccount.objects.unscoped().update_or_create(
        user=user, paper_account=chosen, defaults={"fill_profile": fill_profile}
    )
    return selectors.get_profile(user=user, account_id=chosen.pk)
