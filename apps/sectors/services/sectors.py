"""Changes of sectors, each by an administrator with its line in the activity log. What does not belong here: prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from apps.core import services as core_services
from apps.sectors import selectors
from apps.sectors.errors import SectorExists
from apps.sectors.models import Sector
from apps.users import selectors as users_selectors

if TYPE_CHECKING:
    from apps.users.models import User

TOGGLE = "admin.can_manage_sectors"
COLUMNS = ("name", "description", "status")


@transaction.atomic
def create_sector(*, user: User, values: Mapping[str, Any], ip_address: str | None) -> Sector:
    """Make a sector and write who did it.

    :raises FeatureDisabled: if administrators may not change sectors
    :raises SectorExists: if the identifier is taken
    """
    users_selectors.check_toggle(user=user, setting=TOGGLE)
    try:
        with transaction.atomic():
            sector = Sector.objects.create(**values)
    except IntegrityError as error:
        raise SectorExists(details={"enum": values["enum"]}) from error
    _record(user=user, action="sectors.create", sector=sector, before=None, ip_address=ip_address)
    return sector


@transaction.atomic
def change_sector(*, user: User, sector_id: int, values: Mapping[str, Any], ip_address: str | None) -> Sector:
    """Change a sector and write who did it, with what was before; nothing is written where nothing changes.

    :raises FeatureDisabled: if administrators may not change sectors
    :raises NotFound: if there is no such sector
    """
    users_selectors.check_toggle(user=user, setting=TOGGLE)
    sector = selectors.lock_sector(sector_id=sector_id)
    before = _snapshot(sector)
    for name, value in values.items():
        setattr(sector, name, value)
    sector.save(update_fields=[*COLUMNS, "updated_at"])
    _record(user=user, action="sectors.change", sector=sector, before=before, ip_address=ip_address)
    return sector


def seed_sectors(rows: Mapping[str, str]) -> int:
    """Make the sectors that are missing, given their names by identifier, and count them."""
    missing = set(rows) - set(Sector.objects.values_list("enum", flat=True))
    Sector.objects.bulk_create(
        [Sector(enum=enum, name=name) for enum, name in rows.items() if enum in missing], ignore_conflicts=True
    )
    return len(missing)


def _snapshot(sector: Sector) -> dict[str, object]:
    return {name: str(getattr(sector, name)) for name in COLUMNS}


def _record(
    *, user: User, action: str, sector: Sector, before: dict[str, object] | None, ip_address: str | None
) -> None:
    core_services.record_change(
        actor=user.email,
        action=action,
        subject={"sector": sector.enum},
        before=before,
        after=_snapshot(sector),
        ip_address=ip_address,
    )
