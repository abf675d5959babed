"""Fixed names and limits of the administration. What does not belong here: anything an administrator may change."""

USERS_TOGGLE = "admin.can_manage_users"
WALLETS_TOGGLE = "admin.can_adjust_wallets"
# As the column of a ledger entry's note.
MAX_REASON_CHARS = 200
# Days of the dashboard.
DEFAULT_DAYS = 30
MAX_DAYS = 366
