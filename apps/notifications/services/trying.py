"""Trying a channel out. What does not belong here: sending (channels)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from apps.core import clock
from apps.notifications import constants, errors, selectors
from apps.notifications.enums import NotificationType
from apps.notifications.models import Delivery, Notification
from apps.notifications.services import channels, deliveries

if TYPE_CHECKING:
    from apps.users.models import User

PREFIX = "test:"


@transaction.atomic
def send_test(*, user: User, channel: str) -> Delivery:
    """Send the user a message by a channel after the commit, so that they see it arrive.

    :raises ChannelUnavailable: if this server is not set up for the channel
    :raises ChannelNotSetUp: if the user has not said where it goes
    :raises ChannelTestsExhausted: if they tried several times of late
    """
    available = selectors.available_channels()
    chosen = next((each for each in available if each.value == channel), None)
    if chosen is None:
        raise errors.ChannelUnavailable(details={"available": available})
    if not channels.can_receive(user, channel=chosen):
        raise errors.ChannelNotSetUp(details={"channel": chosen})
    lately = selectors.count_deliveries(user=user, prefix=PREFIX, since=clock.now() - constants.TEST_WINDOW)
    if lately >= constants.MAX_TESTS:
        raise errors.ChannelTestsExhausted(retry_after=int(constants.TEST_WINDOW.total_seconds()))
    said = Notification(
        user_id=user.pk,
        title="A test from PaperTrade",
        message="If you read this, the channel works.",
        notification_type=NotificationType.INFO,
    )
    return deliveries.prepare(said, channel=chosen, event_key=f"{PREFIX}{uuid.uuid4().hex}")
