"""Whether an administrator may change stocks at present. What does not belong here: permissions (the views' base)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.core import configuration, errors
from apps.users.enums import Role

if TYPE_CHECKING:
    from apps.users.models import User

TOGGLE = "admin.can_manage_stocks"


def check_manageable(*, user: User) -> None:
    """Pass if the setting lets administrators change stocks, or the user is a superadmin.

    :raises FeatureDisabled: if a superadmin has switched it off
    """
    if user.role != Role.SUPERADMIN and not configuration.get_bool(TOGGLE):
        raise errors.FeatureDisabled(details={"setting": TOGGLE})
