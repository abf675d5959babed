"""Every read of accounts. What does not belong here: writes."""

from apps.users.selectors.access import (
    check_access,
    check_permission,
    check_toggle,
    is_entitled,
    is_verified,
    lacks_two_factor,
    permissions_of,
)
from apps.users.selectors.accounts import (
    Profile,
    RoleGrant,
    get_profile,
)
from apps.users.selectors.api_keys import list_api_keys, list_keys_in_force_unscoped, live_keys_unscoped
from apps.users.selectors.directory import (
    count_signups_unscoped,
    count_standings_unscoped,
    count_trials_unscoped,
    first_signup_unscoped,
    get_account_unscoped,
    list_accounts_unscoped,
)
from apps.users.selectors.sessions import list_sessions, live_sessions_unscoped

__all__ = [
    "Profile",
    "RoleGrant",
    "check_access",
    "check_permission",
    "check_toggle",
    "count_signups_unscoped",
    "count_standings_unscoped",
    "count_trials_unscoped",
    "first_signup_unscoped",
    "get_account_unscoped",
    "get_profile",
    "is_entitled",
    "is_verified",
    "lacks_two_factor",
    "list_accounts_unscoped",
    "list_api_keys",
    "list_keys_in_force_unscoped",
    "list_sessions",
    "live_keys_unscoped",
    "live_sessions_unscoped",
    "permissions_of",
]
