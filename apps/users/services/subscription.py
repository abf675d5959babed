"""The days of a subscription as the account holds them. What does not belong here: payments, which decide them."""

from __future__ import annotations

from datetime import date

from apps.core import clock
from apps.core import services as core_services
from apps.users.models import User


def cover_days(*, user_id: int, start: date | None, end: date | None, replaces: date | None) -> None:
    """Set the days that payments cover, both included; None for none.

    ``replaces`` is the end that payments had set before. A later end that is not theirs, such as an
    administrator's gift, stays. The caller is in a transaction.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    present = user.subscription_end_date
    is_a_gift = present is not None and present != replaces
    if is_a_gift and (end is None or (present is not None and present > end)):
        return
    User.objects.filter(pk=user_id).update(
        subscription_start_date=start, subscription_end_date=end, updated_at=clock.now()
    )
    core_services.recall_kept()
