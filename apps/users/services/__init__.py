"""Every rule and write of accounts. What does not belong here: HTTP."""

from apps.users.services.accounts import (
    Session,
    change_password,
    ensure_account,
    sign_in,
    sign_in_with_code,
    sign_out,
    sign_up,
    update_profile,
)
from apps.users.services.administration import (
    change_role,
    change_status,
    end_sessions,
    lock_account,
    reset_two_factor,
    set_days,
    unlock,
)
from apps.users.services.api_keys import authenticate_request, make_api_key, revoke_api_key
from apps.users.services.balance import MOVE_BALANCE, lock_balance
from apps.users.services.mail import ring_mails, send_mail
from apps.users.services.permissions import change_role_permissions, seed_permissions
from apps.users.services.purge import purge_stale
from apps.users.services.recovery import request_password_reset, request_verification, reset_password, verify_email
from apps.users.services.sessions import Device, end_other_sessions, end_session
from apps.users.services.streams import identify_stream, streams_in_force
from apps.users.services.subscription import cover_days
from apps.users.services.superadmin import make_superadmin
from apps.users.services.tokens import (
    Credential,
    TokenPair,
    issue_tokens,
    refresh_tokens,
)
from apps.users.services.two_factor import confirm_two_factor, disable_two_factor, enrol_two_factor

__all__ = [
    "MOVE_BALANCE",
    "Credential",
    "Device",
    "Session",
    "TokenPair",
    "authenticate_request",
    "change_password",
    "change_role",
    "change_role_permissions",
    "change_status",
    "confirm_two_factor",
    "cover_days",
    "disable_two_factor",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "enrol_two_factor",
    "ensure_account",
    "identify_stream",
    "issue_tokens",
    "lock_account",
    "lock_balance",
    "make_api_key",
    "make_superadmin",
    "purge_stale",
    "refresh_tokens",
    "request_password_reset",
    "request_verification",
    "reset_password",
    "reset_two_factor",
    "revoke_api_key",
    "ring_mails",
    "seed_permissions",
    "send_mail",
    "set_days",
    "sign_in",
    "sign_in_with_code",
    "sign_out",
    "sign_up",
    "streams_in_force",
    "unlock",
    "update_profile",
    "verify_email",
]
