"""Permission codes and the limits of signing in. What does not belong here: who has which (services seed it)."""

from datetime import timedelta

from apps.users.enums import MailPurpose, Role

MAX_FAILED_LOGINS = 5
FAILED_LOGIN_WINDOW = timedelta(minutes=15)
OPERATORS_SUBSCRIPTION = timedelta(days=3652)
LOCK_DURATION = timedelta(minutes=10)
MAX_PASSWORD_CHARS = 128
MAX_USER_AGENT_CHARS = 200
# Half a minute a code (RFC 6238); one step before and after is taken, for clocks that are off.
TWO_FACTOR_STEP_SECONDS = 30
TWO_FACTOR_DIGITS = 6
TWO_FACTOR_ISSUER = "PaperTrade"
CHALLENGE_LIFETIME = timedelta(minutes=5)
RECOVERY_CODES = 10
API_KEY_START = "pt_"
MAX_API_KEYS = 20
# Mails of one kind to one address within the window; more are not sent, and the answer stays the same.
MAX_MAILS = 3
MAIL_WINDOW = timedelta(hours=1)
MAIL_TOKEN_LIFETIME = {
    MailPurpose.PASSWORD_RESET: timedelta(hours=1),
    MailPurpose.EMAIL_VERIFICATION: timedelta(days=3),
}
# A mail that cannot be sent is tried again after a minute, two, four, and so on to an hour, for a day.
MAIL_FIRST_RETRY = timedelta(minutes=1)
MAIL_LAST_RETRY = timedelta(hours=1)
MAIL_GIVEN_UP_AFTER = timedelta(days=1)
# How long rows that nothing needs any more are kept.
STALE_GUARDS_KEPT = timedelta(days=1)
STALE_MAILS_KEPT = timedelta(days=7)
STALE_SESSIONS_KEPT = timedelta(days=30)
# How old the time of last use of a session or key may get before it is written anew.
LAST_USE_PRECISION = timedelta(minutes=5)

# An administrator acts on accounts below; a superadministrator on all.
RANKS = {Role.USER: 0, Role.ADMIN: 1, Role.SUPERADMIN: 2}

# Whoever holds this could give themselves everything, so no role is ever given it: only superadmins pass.
SUPERADMIN_ONLY = "permissions.manage"

# code, name, category, roles that have it from the start (superadmin has everything)
PERMISSIONS: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("backtest.run", "Run backtests", "backtest", (Role.USER, Role.ADMIN)),
    ("strategies.manage_own", "Create and change own strategies", "strategies", (Role.USER, Role.ADMIN)),
    ("trading.trade", "Place and change paper orders", "trading", (Role.USER, Role.ADMIN)),
    ("options.trade", "Place paper orders on options", "trading", (Role.USER, Role.ADMIN)),
    ("stocks.manage", "Create and change stocks", "instruments", (Role.ADMIN,)),
    ("sectors.manage", "Create and change sectors", "instruments", (Role.ADMIN,)),
    ("sync.view", "See syncs", "market", (Role.ADMIN,)),
    ("sync.run", "Start syncs and import files", "market", (Role.ADMIN,)),
    ("calendar.manage", "Open and close days of the market", "market", ()),
    ("config.view", "See the system configuration", "administration", (Role.ADMIN,)),
    ("config.manage", "Change the system configuration", "administration", ()),
    ("activity.view", "See the activity log", "administration", (Role.ADMIN,)),
    ("market_rules.view", "See the rules of the market", "market", (Role.ADMIN,)),
    ("market_rules.manage", "Add rules of the market and switch them off", "market", (Role.ADMIN,)),
    ("users.view", "See accounts", "administration", (Role.ADMIN,)),
    ("users.manage", "Change accounts", "administration", (Role.ADMIN,)),
    ("dashboard.view", "See the figures of the installation", "administration", (Role.ADMIN,)),
    ("permissions.view", "See permissions and roles", "administration", (Role.ADMIN,)),
    (SUPERADMIN_ONLY, "Change what roles may do", "administration", ()),
)

# What no ordinary user is given from the start: administrators' work, for which two-factor may be required.
ADMINISTRATIVE = frozenset(code for code, _, _, roles in PERMISSIONS if Role.USER not in roles)
