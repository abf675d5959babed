"""All accounts as administrators see them. What does not belong here: one's own account (accounts), writes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, TruncDate

from apps.core import clock, errors
from apps.users.enums import AccountOrdering, Role, Standing
from apps.users.models import Session, User


def list_accounts_unscoped(
    *, search: str = "", ordering: str = AccountOrdering.CREATED_DESC, is_verified: bool | None = None, **wanted: Any
) -> QuerySet[User]:
    """Accounts with their standing today and whether they are locked now.

    ``search`` is a part of the e-mail or of the mobile number; ``wanted`` is any of role, standing, is_active and
    is_locked, None for all.
    """
    rows = _accounts().filter(**{name: value for name, value in wanted.items() if value is not None})
    if is_verified is not None:
        rows = rows.filter(email_verified_at__isnull=not is_verified)
    if search:
        rows = rows.filter(Q(email__icontains=search) | Q(mobile__icontains=search))
    return rows.order_by(_order(ordering), "-pk")


def get_account_unscoped(*, user_id: int) -> User:
    """One account, as in the list, with its sign-ins that are still taken and the time of the last use of one.

    :raises NotFound: if there is none
    """
    sessions = Session.objects.unscoped().filter(user=OuterRef("pk")).order_by()
    live = sessions.filter(token_version=OuterRef("token_version"), revoked_at=None, expires_at__gt=clock.now())
    counted = live.values("user").annotate(number=Count("pk")).values("number")
    rows = _accounts().annotate(
        live_sessions=Coalesce(Subquery(counted), 0),
        last_seen_at=Subquery(sessions.order_by("-last_used_at").values("last_used_at")[:1]),
    )
    user: User | None = rows.filter(pk=user_id).first()
    if user is None:
        raise errors.NotFound
    return user


def count_standings_unscoped(*, on: date) -> dict[Standing, int]:
    """How many users, administrators aside, are on trial, subscribed or neither on a day."""
    rows = User.objects.filter(role=Role.USER).annotate(standing=_standing(on)).values_list("standing")
    found = dict(rows.annotate(Count("pk")).order_by())
    return {standing: found.get(standing, 0) for standing in Standing}


def count_signups_unscoped(*, start: date, end: date) -> dict[date, int]:
    """How many accounts were made on each of the days in India that has some."""
    day = TruncDate("created_at", tzinfo=clock.IST)
    rows = User.objects.filter(created_at__gte=clock.midnight(start), created_at__lt=clock.midnight(end, days=1))
    return dict(rows.annotate(day=day).values_list("day").annotate(Count("pk")).order_by())


def count_trials_unscoped(*, start: date, end: date) -> dict[date, int]:
    """How many trials began on each of the days that has some."""
    rows = User.objects.filter(trial_start_date__range=(start, end)).values_list("trial_start_date")
    return dict(rows.annotate(Count("pk")).order_by())


def first_signup_unscoped() -> date | None:
    """The day in India on which the first account was made, or None."""
    first = User.objects.aggregate(first=Min("created_at"))["first"]
    return None if first is None else clock.today(at=first)


def _accounts() -> QuerySet[User]:
    is_locked = ExpressionWrapper(Q(locked_until__isnull=False, locked_until__gt=clock.now()), BooleanField())
    return User.objects.annotate(standing=_standing(clock.today()), is_locked=is_locked)


def _standing(on: date) -> Case:
    """By the dates alone: a subscription goes before a trial, and both count on their last day."""
    subscribed = Q(subscription_start_date__lte=on, subscription_end_date__gte=on)
    on_trial = Q(trial_start_date__lte=on, trial_end_date__gte=on)
    return Case(
        When(subscribed, then=Value(Standing.SUBSCRIBED)),
        When(on_trial, then=Value(Standing.TRIAL)),
        default=Value(Standing.EXPIRED),
        output_field=CharField(),
    )


def _order(ordering: str) -> OrderBy:
    """The column, with accounts that have no such date last either way round."""
    column = F(ordering.removeprefix("-"))
    return column.desc(nulls_last=True) if ordering.startswith("-") else column.asc(nulls_last=True)
