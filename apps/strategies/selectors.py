"""Every read of strategies. What does not belong here: compiling them (services)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from apps.core import errors
from apps.strategies.constants import NO_STRATEGY
from apps.strategies.enums import StrategyStatus
from apps.strategies.models import PredefinedStrategy, RuleBasedStrategy
from apps.users.enums import Role

if TYPE_CHECKING:
    from apps.users.models import User


def list_predefined(*, user: User, search: str = "") -> QuerySet[PredefinedStrategy]:
    """The predefined strategies by name: the active ones, for administrators all."""
    rows = PredefinedStrategy.objects.order_by("name", "id")
    if user.role == Role.USER:
        rows = rows.filter(status=StrategyStatus.ACTIVE)
    return rows.filter(_matches(search, fields=("name", "description", "code"))) if search else rows


def get_predefined(*, user: User, pk: int) -> PredefinedStrategy:
    """One of the predefined strategies that the user sees.

    :raises NotFound: if there is none
    """
    strategy = list_predefined(user=user).filter(pk=pk).first()
    if strategy is None:
        raise errors.NotFound(NO_STRATEGY)
    return strategy


def list_own(*, user: User, search: str = "") -> QuerySet[RuleBasedStrategy]:
    """The user's active strategies, newest first."""
    rows = _with_owner(RuleBasedStrategy.objects.for_user(user), user=user)
    return rows.filter(_matches(search, fields=("name", "description"))) if search else rows


def list_public_unscoped(*, user: User, search: str = "") -> QuerySet[RuleBasedStrategy]:
    """The active strategies that other users published, newest first."""
    rows = _with_owner(RuleBasedStrategy.objects.unscoped().filter(is_public=True).exclude(user=user), user=user)
    return rows.filter(_matches(search, fields=("name", "description"))) if search else rows


def get_own(*, user: User, pk: int) -> RuleBasedStrategy:
    """One of the user's active strategies.

    :raises NotFound: if it is missing, inactive or belongs to someone else
    """
    strategy = list_own(user=user).filter(pk=pk).first()
    if strategy is None:
        raise errors.NotFound(NO_STRATEGY)
    return strategy


def lock_own(*, user: User, pk: int) -> RuleBasedStrategy:
    """One of the user's active strategies, locked for an update.

    :raises NotFound: if it is missing, inactive or belongs to someone else
    """
    strategy = list_own(user=user).select_for_update(no_key=True).filter(pk=pk).first()
    if strategy is None:
        raise errors.NotFound(NO_STRATEGY)
    return strategy


def _with_owner(rows: QuerySet[RuleBasedStrategy], *, user: User) -> QuerySet[RuleBasedStrategy]:
    is_own = ExpressionWrapper(Q(user=user), output_field=BooleanField())
    return rows.filter(is_active=True).annotate(is_own=is_own).order_by("-id")


def _matches(search: str, *, fields: tuple[str, ...]) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": search})
    return found
