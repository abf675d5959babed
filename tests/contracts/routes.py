"""Every route of the API with its class, and a row of the owner's for each OWNED route that names one.

What does not belong here: the rules of the classes (test_routes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from apps.core.api.views import View
from apps.payments.enums import GatewayName
from apps.users.models import User
from tests.factories.backtests import make_row
from tests.factories.notifications import make_notification
from tests.factories.payments import make_checkout
from tests.factories.replays import make_replay
from tests.factories.strategies import make_rule_based
from tests.factories.sweeps import make_sweep_row
from tests.factories.trading import make_gtt, make_position, make_real_stock, place
from tests.factories.users import make_api_key, make_session
from tests.factories.watching import make_alert, make_watchlist

API = "api/v1"
RUN = f"{API}/backtest/runs/<uuid:run_id>"
SWEEP = f"{API}/backtest/sweeps/<uuid:sweep_id>"

ROUTES = {
    ("GET", "health/live"): "PUBLIC",
    ("GET", "health/ready"): "PUBLIC",
    ("GET", "metrics"): "PUBLIC",
    ("GET", f"{API}/health/live"): "PUBLIC",
    ("GET", f"{API}/health/ready"): "PUBLIC",
    ("GET", f"{API}/config/public"): "PUBLIC",
    ("GET", f"{API}/meta"): "PUBLIC",
    ("GET", f"{API}/jobs"): "OWNED",
    ("GET", f"{API}/events"): "OWNED",
    ("POST", f"{API}/events/ticket"): "OWNED",
    ("POST", f"{API}/auth/signup"): "PUBLIC",
    ("POST", f"{API}/auth/login"): "PUBLIC",
    ("POST", f"{API}/auth/refresh"): "PUBLIC",
    ("POST", f"{API}/auth/logout"): "OWNED",
    ("GET", f"{API}/auth/profile"): "OWNED",
    ("PATCH", f"{API}/auth/profile"): "OWNED",
    ("POST", f"{API}/auth/password"): "OWNED",
    ("POST", f"{API}/auth/password/reset"): "PUBLIC",
    ("POST", f"{API}/auth/password/reset/confirm"): "PUBLIC",
    ("POST", f"{API}/auth/verify-email"): "PUBLIC",
    ("POST", f"{API}/auth/verify-email/resend"): "OWNED",
    ("POST", f"{API}/auth/login/two-factor"): "PUBLIC",
    ("POST", f"{API}/auth/two-factor/enrol"): "OWNED",
    ("POST", f"{API}/auth/two-factor/confirm"): "OWNED",
    ("POST", f"{API}/auth/two-factor/disable"): "OWNED",
    ("GET", f"{API}/auth/api-keys/"): "OWNED",
    ("POST", f"{API}/auth/api-keys/"): "OWNED",
    ("DELETE", f"{API}/auth/api-keys/<int:key_id>/"): "OWNED",
    ("GET", f"{API}/auth/sessions/"): "OWNED",
    ("DELETE", f"{API}/auth/sessions/"): "OWNED",
    ("DELETE", f"{API}/auth/sessions/<int:session_id>/"): "OWNED",
    ("GET", f"{API}/stocks/"): "SHARED",
    ("POST", f"{API}/stocks/"): "ADMIN",
    ("GET", f"{API}/stocks/categories/"): "SHARED",
    ("POST", f"{API}/stocks/categories/"): "ADMIN",
    ("GET", f"{API}/stocks/prices/daily"): "SHARED",
    ("GET", f"{API}/stocks/prices/5min"): "SHARED",
    ("GET", f"{API}/stocks/<int:stock_id>/"): "SHARED",
    ("PATCH", f"{API}/stocks/<int:stock_id>/"): "ADMIN",
    ("DELETE", f"{API}/stocks/<int:stock_id>/"): "ADMIN",
    ("GET", f"{API}/sectors/"): "SHARED",
    ("POST", f"{API}/sectors/"): "ADMIN",
    ("GET", f"{API}/sectors/prices/daily"): "SHARED",
    ("GET", f"{API}/sectors/prices/5min"): "SHARED",
    ("GET", f"{API}/sectors/<int:sector_id>/"): "SHARED",
    ("PATCH", f"{API}/sectors/<int:sector_id>/"): "ADMIN",
    ("GET", f"{API}/market/calendar"): "SHARED",
    ("GET", f"{API}/market/candles"): "SHARED",
    ("GET", f"{API}/market/quality"): "SHARED",
    ("GET", f"{API}/market/instruments"): "SHARED",
    ("GET", f"{API}/market/quotes"): "SHARED",
    ("GET", f"{API}/options/candles/5min"): "SHARED",
    ("GET", f"{API}/options/chain"): "SHARED",
    ("GET", f"{API}/options/contracts/"): "SHARED",
    ("GET", f"{API}/options/expiries"): "SHARED",
    ("POST", f"{API}/options/payoff"): "SHARED",
    ("GET", f"{API}/payments/plans"): "SHARED",
    ("POST", f"{API}/payments/checkout"): "OWNED",
    ("POST", f"{API}/payments/checkout/<uuid:checkout_id>/complete"): "OWNED",
    ("GET", f"{API}/payments/subscription"): "OWNED",
    ("POST", f"{API}/payments/subscription/cancel"): "OWNED",
    ("POST", f"{API}/payments/portal"): "OWNED",
    ("GET", f"{API}/payments/records/"): "OWNED",
    ("POST", f"{API}/payments/webhook/razorpay"): "PUBLIC",
    ("POST", f"{API}/payments/webhook/stripe"): "PUBLIC",
    ("GET", f"{API}/payments/wallet/balances"): "OWNED",
    ("POST", f"{API}/payments/wallet/refill"): "OWNED",
    ("GET", f"{API}/payments/wallet/ledger/"): "OWNED",
    ("GET", f"{API}/payments/wallet/ledger/export_csv"): "OWNED",
    ("GET", f"{API}/strategies/predefined/"): "SHARED",
    ("GET", f"{API}/strategies/predefined/<int:pk>/"): "SHARED",
    ("GET", f"{API}/strategies/catalogue"): "SHARED",
    ("POST", f"{API}/strategies/validate"): "SHARED",
    ("POST", f"{API}/strategies/preview"): "SHARED",
    ("GET", f"{API}/strategies/rule-based/"): "OWNED",
    ("POST", f"{API}/strategies/rule-based/"): "OWNED",
    ("GET", f"{API}/strategies/rule-based/<int:pk>/"): "OWNED",
    ("PATCH", f"{API}/strategies/rule-based/<int:pk>/"): "OWNED",
    ("DELETE", f"{API}/strategies/rule-based/<int:pk>/"): "OWNED",
    ("POST", f"{API}/strategies/rule-based/<int:pk>/clone/"): "OWNED",
    ("POST", f"{API}/backtest/run"): "OWNED",
    ("POST", f"{API}/backtest/run-options"): "OWNED",
    ("POST", f"{API}/backtest/run-portfolio"): "OWNED",
    ("GET", f"{RUN}/options"): "OWNED",
    ("GET", f"{API}/backtest/runs/"): "OWNED",
    ("GET", f"{RUN}/"): "OWNED",
    ("GET", f"{RUN}/trades/"): "OWNED",
    ("GET", f"{RUN}/equity"): "OWNED",
    ("GET", f"{RUN}/export_csv"): "OWNED",
    ("GET", f"{RUN}/export_xlsx"): "OWNED",
    ("GET", f"{RUN}/export_json"): "OWNED",
    ("GET", f"{RUN}/report"): "OWNED",
    ("GET", f"{RUN}/drawdowns"): "OWNED",
    ("GET", f"{RUN}/heatmap"): "OWNED",
    ("POST", f"{RUN}/rerun"): "OWNED",
    ("GET", f"{RUN}/compare"): "OWNED",
    ("POST", f"{RUN}/cancel"): "OWNED",
    ("POST", f"{RUN}/sensitivity"): "OWNED",
    ("POST", f"{RUN}/monte-carlo"): "OWNED",
    ("POST", f"{API}/backtest/sweep"): "OWNED",
    ("POST", f"{API}/backtest/walk-forward"): "OWNED",
    ("GET", f"{API}/backtest/sweeps/"): "OWNED",
    ("GET", f"{SWEEP}/"): "OWNED",
    ("GET", f"{SWEEP}/rows/"): "OWNED",
    ("GET", f"{SWEEP}/heatmap"): "OWNED",
    ("POST", f"{SWEEP}/cancel"): "OWNED",
    ("GET", f"{API}/trading/account"): "OWNED",
    ("PATCH", f"{API}/trading/account"): "OWNED",
    ("GET", f"{API}/trading/margins"): "OWNED",
    ("GET", f"{API}/trading/orders/"): "OWNED",
    ("POST", f"{API}/trading/orders/"): "OWNED",
    ("POST", f"{API}/trading/orders/cancel-all"): "OWNED",
    ("POST", f"{API}/trading/orders/preview"): "OWNED",
    ("GET", f"{API}/trading/orders/<int:order_id>/"): "OWNED",
    ("PATCH", f"{API}/trading/orders/<int:order_id>/"): "OWNED",
    ("DELETE", f"{API}/trading/orders/<int:order_id>/"): "OWNED",
    ("GET", f"{API}/trading/gtt/"): "OWNED",
    ("POST", f"{API}/trading/gtt/"): "OWNED",
    ("GET", f"{API}/trading/gtt/<int:gtt_id>/"): "OWNED",
    ("DELETE", f"{API}/trading/gtt/<int:gtt_id>/"): "OWNED",
    ("PATCH", f"{API}/trading/gtt/<int:gtt_id>/"): "OWNED",
    ("GET", f"{API}/trading/positions/"): "OWNED",
    ("POST", f"{API}/trading/positions/close-all"): "OWNED",
    ("POST", f"{API}/trading/positions/<int:position_id>/close"): "OWNED",
    ("POST", f"{API}/trading/positions/<int:position_id>/convert"): "OWNED",
    ("GET", f"{API}/trading/holdings/"): "OWNED",
    ("GET", f"{API}/trading/trades/"): "OWNED",
    ("GET", f"{API}/trading/accounts/"): "OWNED",
    ("POST", f"{API}/trading/accounts/"): "OWNED",
    ("GET", f"{API}/trading/replays"): "OWNED",
    ("POST", f"{API}/trading/replays"): "OWNED",
    ("GET", f"{API}/trading/replays/<int:replay_id>"): "OWNED",
    ("PATCH", f"{API}/trading/replays/<int:replay_id>"): "OWNED",
    ("POST", f"{API}/trading/replays/<int:replay_id>/advance"): "OWNED",
    ("GET", f"{API}/trading/replays/<int:replay_id>/candles/<str:instrument>"): "OWNED",
    ("GET", f"{API}/trading/replays/<int:replay_id>/quotes"): "OWNED",
    ("GET", f"{API}/trading/portfolio"): "OWNED",
    ("GET", f"{API}/trading/portfolio/history"): "OWNED",
    ("GET", f"{API}/trading/watchlists/"): "OWNED",
    ("POST", f"{API}/trading/watchlists/"): "OWNED",
    ("GET", f"{API}/trading/watchlists/<int:watchlist_id>/"): "OWNED",
    ("PATCH", f"{API}/trading/watchlists/<int:watchlist_id>/"): "OWNED",
    ("DELETE", f"{API}/trading/watchlists/<int:watchlist_id>/"): "OWNED",
    ("PUT", f"{API}/trading/watchlists/<int:watchlist_id>/instruments/<str:instrument>/"): "OWNED",
    ("DELETE", f"{API}/trading/watchlists/<int:watchlist_id>/instruments/<str:instrument>/"): "OWNED",
    ("GET", f"{API}/trading/watchlists/<int:watchlist_id>/quotes"): "OWNED",
    ("GET", f"{API}/trading/alerts/"): "OWNED",
    ("POST", f"{API}/trading/alerts/"): "OWNED",
    ("GET", f"{API}/trading/alerts/<int:alert_id>/"): "OWNED",
    ("DELETE", f"{API}/trading/alerts/<int:alert_id>/"): "OWNED",
    ("POST", f"{API}/trading/alerts/<int:alert_id>/rearm"): "OWNED",
    ("POST", f"{API}/sync/trigger-normal"): "ADMIN",
    ("POST", f"{API}/sync/trigger-hard"): "ADMIN",
    ("POST", f"{API}/sync/import"): "ADMIN",
    ("GET", f"{API}/sync/logs/"): "ADMIN",
    ("GET", f"{API}/sync/logs/<int:log_id>/"): "ADMIN",
    ("GET", f"{API}/sync/market-status/"): "SHARED",
    ("PUT", f"{API}/sync/market-status/"): "ADMIN",
    ("GET", f"{API}/notifications/"): "OWNED",
    ("PATCH", f"{API}/notifications/<int:pk>/mark-read"): "OWNED",
    ("POST", f"{API}/notifications/mark-all-read"): "OWNED",
    ("GET", f"{API}/notifications/unread-count"): "OWNED",
    ("GET", f"{API}/notifications/preferences"): "OWNED",
    ("PATCH", f"{API}/notifications/preferences"): "OWNED",
    ("POST", f"{API}/notifications/channels/<str:channel>/test"): "SHARED",
    ("GET", f"{API}/notifications/deliveries/"): "OWNED",
    ("GET", f"{API}/adminpanel/dashboard-analytics"): "ADMIN",
    ("GET", f"{API}/adminpanel/system-config/"): "ADMIN",
    ("PATCH", f"{API}/adminpanel/system-config/<str:key>/"): "ADMIN",
    ("DELETE", f"{API}/adminpanel/system-config/<str:key>/"): "ADMIN",
    ("GET", f"{API}/adminpanel/system-config/<str:key>/history"): "ADMIN",
    ("GET", f"{API}/adminpanel/activity-log/"): "ADMIN",
    ("GET", f"{API}/adminpanel/activity-log/export_csv"): "ADMIN",
    ("GET", f"{API}/adminpanel/market-rules/"): "ADMIN",
    ("POST", f"{API}/adminpanel/market-rules/"): "ADMIN",
    ("GET", f"{API}/adminpanel/market-rules/<int:rule_id>/"): "ADMIN",
    ("PATCH", f"{API}/adminpanel/market-rules/<int:rule_id>/"): "ADMIN",
    ("GET", f"{API}/adminpanel/market-rules/tables/"): "ADMIN",
    ("GET", f"{API}/adminpanel/market-rules/tables/<str:table>/"): "ADMIN",
    ("GET", f"{API}/adminpanel/permissions/"): "ADMIN",
    ("GET", f"{API}/adminpanel/role-permissions/"): "ADMIN",
    ("PATCH", f"{API}/adminpanel/role-permissions/"): "ADMIN",
    ("GET", f"{API}/adminpanel/users/"): "ADMIN",
    ("GET", f"{API}/adminpanel/users/<int:user_id>/"): "ADMIN",
    ("PATCH", f"{API}/adminpanel/users/<int:user_id>/"): "ADMIN",
    ("POST", f"{API}/adminpanel/users/<int:user_id>/unlock"): "ADMIN",
    ("POST", f"{API}/adminpanel/users/<int:user_id>/reset-two-factor"): "ADMIN",
    ("POST", f"{API}/adminpanel/users/<int:user_id>/revoke-sessions"): "ADMIN",
    ("POST", f"{API}/adminpanel/users/<int:user_id>/wallet-adjust"): "ADMIN",
}


def _run(owner: User) -> dict[str, str]:
    return {"<uuid:run_id>": str(make_row(owner).run_id), "<uuid:sweep_id>": make_sweep_row(owner).sweep_id}


def _rule_based(owner: User) -> dict[str, str]:
    return {"<int:pk>": str(make_rule_based(owner).pk)}


def _notification(owner: User) -> dict[str, str]:
    return {"<int:pk>": str(make_notification(owner).pk)}


def _checkout(owner: User) -> dict[str, str]:
    return {"<uuid:checkout_id>": str(make_checkout(owner, gateway=GatewayName.DUMMY).public_id)}


def _account(owner: User) -> dict[str, str]:
    return {"<int:session_id>": str(make_session(owner).pk), "<int:key_id>": str(make_api_key(owner).row.pk)}


def _trading(owner: User) -> dict[str, str]:
    make_real_stock()
    waiting = place(owner, order_type="LIMIT", price="1.00")
    gtt = make_gtt(owner)
    return {
        "<int:order_id>": str(waiting.pk),
        "<int:position_id>": str(make_position(owner).pk),
        "<int:gtt_id>": str(gtt.pk),
        "<int:watchlist_id>": str(make_watchlist(owner).pk),
        "<int:alert_id>": str(make_alert(owner).pk),
        "<int:replay_id>": str(make_replay(owner).pk),
        "<str:instrument>": "RELIANCE",
    }


ROW_OF: dict[str, Callable[[User], dict[str, str]]] = {
    f"{API}/auth": _account,
    f"{API}/backtest": _run,
    f"{API}/strategies": _rule_based,
    f"{API}/notifications": _notification,
    f"{API}/payments": _checkout,
    f"{API}/trading": _trading,
}

OWNED_ROWS: dict[tuple[str, str], Callable[[User], dict[str, str]]] = {
    route: next(make for prefix, make in ROW_OF.items() if route[1].startswith(prefix))
    for route, name in ROUTES.items()
    if name == "OWNED" and "<" in route[1]
}


def found_views() -> dict[str, type[View]]:
    """Every view of the API by its path; the Django admin and the schema pages are Django's own."""
    views = {path: getattr(entry.callback, "view_class", None) for path, entry in _walk(get_resolver())}
    return {path: view for path, view in views.items() if view is not None and issubclass(view, View)}


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        else:
            yield path, entry
