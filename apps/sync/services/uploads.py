"""Importing an uploaded file on a user's word. What does not belong here: formats and tables (market)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from apps.market import services as market_services
from apps.market.enums import ImportKind
from apps.sync.services import starting

if TYPE_CHECKING:
    from apps.users.models import User


def import_file(*, user: User, values: Mapping[str, Any], ip_address: str | None) -> market_services.FileReport:
    """Import the file, whole or not at all, and write who did it.

    ``values``: file, instrument, mapping, dry_run, skip_bad, only_known, and perhaps kind.

    :raises PermissionRefused: if the user's role may not sync
    :raises ValidationFailed: if the instrument is none that can be
    :raises DomainError: if the file as a whole is refused; the message says why
    :raises WrongRows: if rows are wrong, unless they may be left out or it is a dry run
    """
    starting.check_role(user)
    kind = values.get("kind")
    options = market_services.ImportOptions(
        kind=ImportKind(kind) if kind else None,
        dry_run=values["dry_run"],
        skip_bad=values["skip_bad"],
        only_known=values["only_known"],
        instrument=values["instrument"],
        columns=values["mapping"],
    )
    file = values["file"]
    return market_services.import_upload(file=file, name=file.name, options=options, user=user, ip_address=ip_address)
