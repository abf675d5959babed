"""What administrators change that needs more than one app. What does not belong here: HTTP, rules of one app."""

from apps.adminpanel.services.figures import refresh_figures
from apps.adminpanel.services.users import (
    adjust_wallet,
    change_account,
    reset_two_factor,
    revoke_sessions,
    unlock_account,
)

__all__ = [
    "adjust_wallet",
    "change_account",
    "refresh_figures",
    "reset_two_factor",
    "revoke_sessions",
    "unlock_account",
]
