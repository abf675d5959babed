"""Since when the schedule is as it is. What does not belong here: what is due (services)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from apps.core.models import SystemConfig
from apps.sync.constants import SCHEDULE_KEYS


def schedule_changed_at() -> datetime | None:
    """When an administrator last wrote a setting of the schedule; None if none ever was."""
    changed: datetime | None = SystemConfig.objects.filter(key__in=SCHEDULE_KEYS).aggregate(at=Max("updated_at"))["at"]
    return changed
