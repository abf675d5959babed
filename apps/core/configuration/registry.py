"""Every setting with its type, default, bounds and description. What does not belong here: values in force."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from apps.core import clock
from apps.core.configuration import kinds
from apps.core.configuration.kinds import Value
from apps.core.errors import NotFound

# What a key spells otherwise than a person reads it.
WORDS = {"atm": "ATM", "cron": "times", "pct": "(%)", "squareoff": "square-off"}
GROUPS = {
    "backtest": "Backtests and sweeps",
    "options": "Options",
    "market": "Market",
    "history": "History of prices",
    "sync": "Sync of prices",
    "admin": "What administrators may do",
    "rate": "Limits on requests",
    "wallet": "Paper money",
    "trading": "Paper trading",
    "users": "Accounts",
    "subscription": "Trial and subscription",
    "payments": "Payments",
}

SettingKind = Literal["integer", "decimal", "boolean", "date", "words", "cron", "choice"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the configuration. ``default`` is text, as the table would hold it.

    A date with a ``first_day`` is from then on, and not in the future.
    """

    key: str
    kind: SettingKind
    default: str
    description: str
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    is_public: bool = False
    first_day: date | None = None

    @property
    def group(self) -> str:
        """What it is about: the first part of the key."""
        return self.key.partition(".")[0]

    @property
    def label(self) -> str:
        """What a form calls it: the rest of the key in words."""
        words = " ".join(WORDS.get(word, word) for word in re.split(r"[._]", self.key.partition(".")[2]))
        return words[:1].upper() + words[1:]

    def read(self, text: str) -> Value:
        """The typed value of a text.

        :raises ValueError: if the text is not of this kind or out of bounds; the message reads after the key
        """
        value = kinds.READERS[self.kind](text)
        if self.choices:
            for word in value if isinstance(value, tuple) else (value,):
                if word not in self.choices:
                    raise ValueError(f"must be one of: {', '.join(self.choices)}")
        if isinstance(value, int) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                raise ValueError(f"must be at least {self.minimum}")
            if self.maximum is not None and value > self.maximum:
                raise ValueError(f"must be at most {self.maximum}")
        if isinstance(value, date) and text != self.default:
            self._check_day(value)
        return value

    def _check_day(self, day: date) -> None:
        if self.first_day is not None and not self.first_day <= day <= clock.today():
            raise ValueError(f"must be from {self.first_day} to today")


ROLES = ("user", "admin", "superadmin")

SETTINGS = (
    Setting("backtest.max_concurrent_per_user", "integer", "5",
            "How many backtests of one user run at once.", 0, 1000, is_public=True),
    Setting("backtest.global_max_concurrent", "integer", "20",
            "How many backtests run at once in all.", 0, 10_000),
    Setting("backtest.on_limit", "choice", "queue",
            "What a new backtest meets at the limit: queue waits for a place, reject answers 429.",
            choices=("queue", "reject"), is_public=True),
    Setting("backtest.max_pending_per_user", "integer", "100",
            "How many backtests of one user may wait in the queue.", 1, 100_000, is_public=True),
    Setting("backtest.max_sweeps_per_user", "integer", "3",
            "How many sweeps and walk-forwards of one user may be unfinished at once.", 0, 1000, is_public=True),
    Setting("backtest.max_seconds", "integer", "600",
            "How many seconds a backtest may take before it is ended.", 5, 840, is_public=True),
    Setting("backtest.script_seconds", "integer", "60",
            "How many seconds of the processor a script may take over its bars; by the clock half as many again.",
            1, 560, is_public=True),
    Setting("options.strike_interval", "integer", "0",
            "Distance between strikes in rupees, the same for all; 0 is that of the rulebook for each.", 0, 10_000),
    Setting("options.atm_levels", "integer", "10",
            "How many strikes are listed on each side of the one at the money.", 1, 100),
    Setting("options.expiry_mode", "choice", "auto_squareoff",
            "Whether open option positions are closed before expiry or left to settlement.",
            choices=("auto_squareoff", "manual")),
    Setting("options.stock_settlement", "choice", "cash",
            "Whether options on shares are settled in cash or in the shares.",
            choices=("cash", "physical")),
    Setting("options.expiry_calendar", "choice", "weekly",
            "Which expiries are listed: weekly is every one, monthly the last of each month.",
            choices=("weekly", "monthly"), is_public=True),
    Setting("market.clock", "choice", "real",
            "When quotes are of: real is now; always_open runs one synthetic session after the other, day and night.",
            choices=("real", "always_open"), is_public=True),
    Setting("history.start_date", "date", "2015-01-01", "The first day that sync and seed fetch.",
            # The calendar of sessions begins then.
            first_day=date(2005, 1, 1)),
    Setting("sync.allowed_roles", "words", "admin,superadmin", "Which roles may start a sync.", choices=ROLES),
    Setting("sync.schedule.cron", "cron", "0 3 * * *", "When the daily sync starts, as five crontab fields (IST)."),
    Setting("sync.schedule.mode", "choice", "manual", "Whether sync starts by hand, daily or at an interval.",
            choices=("manual", "daily", "interval")),
    Setting("sync.schedule.interval_minutes", "integer", "60",
            "How many minutes apart syncs start in the mode interval, counted from midnight (IST).", 5, 1440),
    Setting("sync.intraday_days", "integer", "60",
            "Of how many sessions sync keeps 5-minute bars up to date.", 1, 750),
    Setting("sync.option_days", "integer", "5",
            "Of how many sessions sync keeps 5-minute candles of options up to date.", 1, 250),
    Setting("sync.instruments", "words", "", "Which instruments the scheduled sync takes; empty means all."),
    Setting("admin.can_manage_stocks", "boolean", "true", "Whether administrators may change stocks."),
    Setting("admin.can_manage_sectors", "boolean", "true", "Whether administrators may change sectors."),
    Setting("admin.can_trigger_hard_sync", "boolean", "false", "Whether administrators may start a hard sync."),
    Setting("admin.can_manage_users", "boolean", "true", "Whether administrators may change accounts."),
    Setting("admin.can_adjust_wallets", "boolean", "false",
            "Whether administrators may put money into paper accounts and take it out."),
    Setting("rate.anonymous_per_minute", "integer", "120",
            "Requests a minute from one address without a sign-in; 0 is no limit.", 0, 1_000_000),
    Setting("rate.login_per_minute", "integer", "20",
            "Attempts a minute from one address to sign in or up; 0 is no limit.", 0, 1_000_000),
    Setting("rate.user_per_minute", "integer", "1200", "Requests a minute of one user; 0 is no limit.", 0, 1_000_000),
    Setting("rate.heavy_per_minute", "integer", "120",
            "Jobs, imports and exports that one user may start in a minute; 0 is no limit.", 0, 1_000_000),
    Setting("wallet.min_refill", "decimal", "1.00", "The smallest refill of a paper account in rupees.",
            is_public=True),
    Setting("wallet.max_refill", "decimal", "100000000.00", "The largest single refill of a paper account in rupees.",
            is_public=True),
    Setting("trading.enabled", "boolean", "true", "Whether paper orders are taken; off refuses all new ones.",
            is_public=True),
    Setting("trading.fill_profile", "choice", "instant",
            "How paper orders are filled where the user has not chosen.",
            choices=("instant", "realistic", "india"), is_public=True),
    Setting("trading.instant_at_any_time", "boolean", "true",
            "Whether the fill profile instant takes orders outside sessions, at the last price.", is_public=True),
    Setting("trading.squareoff_minutes_cash", "integer", "0",
            "How many minutes before the session ends intraday positions in shares are closed; 0 is by the rulebook.",
            0, 300),
    Setting("trading.squareoff_minutes_derivatives", "integer", "0",
            "How many minutes before the session ends intraday positions in options are closed; 0 is by the rulebook.",
            0, 300),
    Setting("trading.partial_fill_pct", "integer", "10",
            "How many of a hundred orders the fill profile realistic fills in two parts.", 0, 100),
    Setting("trading.volume_share_pct", "integer", "10",
            "The share of a 5-minute bar's volume that one order may take in the fill profile india.", 1, 100),
    Setting("trading.squareoff_fee", "boolean", "false",
            "Whether the square-off costs the fee of the rulebook in the fill profile india."),
    Setting("trading.max_order_value", "decimal", "0.00",
            "The largest value in rupees of one paper order; 0 is no limit."),
    Setting("users.require_verified_email", "boolean", "false",
            "Whether a user proves the e-mail address before trading and backtests.", is_public=True),
    Setting("users.two_factor_required_for_admins", "boolean", "false",
            "Whether administrators need two-factor for what only they may do."),
    Setting("trading.max_watchlists", "integer", "20", "How many watchlists a user may have.", 0, 1000),
    Setting("trading.max_watchlist_instruments", "integer", "50", "How many instruments a watchlist may hold.", 1, 200),
    Setting("trading.max_accounts", "integer", "10", "How many paper accounts a user may have, replays apart.",
            1, 1000),
    Setting("trading.max_replays", "integer", "20", "How many replays of the market a user may have.", 0, 1000),
    Setting("trading.max_alerts", "integer", "100", "How many armed price alerts a user may have.", 0, 10_000),
    Setting("subscription.enabled", "boolean", "true",
            "Whether trial and subscription limit use; off entitles everybody.", is_public=True),
    Setting("subscription.trial_days", "integer", "7", "How many days a trial lasts.", 0, 365, is_public=True),
    Setting("subscription.monthly_price", "decimal", "499.00", "Price of a month in rupees.", is_public=True),
    Setting("subscription.yearly_price", "decimal", "4999.00", "Price of a year in rupees.", is_public=True),
    Setting("subscription.grace_days", "integer", "3",
            "How many days a subscription goes on after a renewal that has not been paid.", 0, 30, is_public=True),
    Setting("payments.dummy_completes_at_once", "boolean", "true",
            "Whether a checkout without a payment service is paid at once, or only when it is completed by request."),
)  # fmt: skip

GROUP_ORDER = list(dict.fromkeys(setting.group for setting in SETTINGS))
REGISTRY = {setting.key: setting for setting in sorted(SETTINGS, key=lambda setting: GROUP_ORDER.index(setting.group))}


def find(key: str) -> Setting:
    """The setting of a key.

    :raises NotFound: if there is no such key
    """
    if key not in REGISTRY:
        raise NotFound(f"There is no setting named {key[:100]!r}.")
    return REGISTRY[key]
