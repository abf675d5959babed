"""Every read of accounts. What does not belong here: writes."""

from apps.users.selectors.access import check_entitled, check_permission, is_entitled, permissions_of

__all__ = ["check_entitled", "check_permission", "is_entitled", "permissions_of"]
