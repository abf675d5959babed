"""The activity log's one door, and the log as a file. What does not belong here: reading it (selectors)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from apps.core import clock, csv_export, selectors
from apps.core.csv_export import CsvFile
from apps.core.models import ActivityLog

EXPORT_HEADER = ("time", "actor", "action", "ip_address", "details")
# Rows of a file that are in memory at once.
EXPORT_CHUNK = 500


def record_change(
    *,
    actor: str,
    action: str,
    subject: Mapping[str, object],
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    ip_address: str | None,
) -> None:
    """Append what a thing was and has become, unless it stayed as it was; ``before`` None is a new thing."""
    if before != after:
        details = {**subject, "before": before, "after": after}
        record_activity(actor=actor, action=action, details=details, ip_address=ip_address)


def record_activity(*, actor: str, action: str, details: Mapping[str, object], ip_address: str | None) -> None:
    """Append one row, in the caller's transaction, so that a rolled-back change leaves none.

    ``actor`` is an e-mail or id; ``action`` reads like ``configuration.change``; control characters are dropped.
    """
    ActivityLog.objects.create(
        admin_user="".join(char for char in actor if char.isprintable())[:255],
        action=action,
        details=dict(details),
        ip_address=ip_address,
    )


def export_activity(**wanted: Any) -> CsvFile:
    """The rows of the log (those of :func:`selectors.list_activity`) as CSV, oldest first, the details as JSON."""
    rows = (
        (
            row.created_at.astimezone(clock.IST).isoformat(timespec="seconds"),
            row.admin_user,
            row.action,
            row.ip_address or "",
            orjson.dumps(row.details, option=orjson.OPT_SORT_KEYS).decode(),
        )
        for row in selectors.list_activity(**wanted).order_by("id").iterator(chunk_size=EXPORT_CHUNK)
    )
    return CsvFile(filename="activity.csv", lines=csv_export.lines(header=EXPORT_HEADER, rows=rows))
