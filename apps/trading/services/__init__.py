"""Every rule and write of paper trading. What does not belong here: HTTP, reads."""

from apps.trading.services.alerts import cancel_alert, check_alerts, create_alert, rearm_alert
from apps.trading.services.changing import cancel_all, cancel_order, modify_order
from apps.trading.services.closing import (
    Holding,
    ValuedPosition,
    close_all,
    close_position,
    value_positions,
)
from apps.trading.services.conversions import Conversion, convert_position
from apps.trading.services.corporate_actions import apply_corporate_actions
from apps.trading.services.due import close_due
from apps.trading.services.gtt import GttTicket, Trigger, cancel_gtt, create_gtt, modify_gtt, work_gtts
from apps.trading.services.history import get_equity, get_portfolio, note_equity
from apps.trading.services.listing import list_holdings, list_positions
from apps.trading.services.margins import MarginUse, get_margins
from apps.trading.services.placing import Placed, Preview, Ticket, place_order, preview_order
from apps.trading.services.replays import (
    advance_replay,
    advance_running,
    quote_replay,
    replay_candles,
    set_speed,
    start_replay,
)
from apps.trading.services.settings import choose_profile, open_account, profile_of
from apps.trading.services.watchlists import (
    add_instrument,
    create_watchlist,
    delete_watchlist,
    quote_watchlist,
    remove_instrument,
    update_watchlist,
)
from apps.trading.services.working import work_orders

__all__ = [
    "Conversion",
    "GttTicket",
    "Holding",
    "MarginUse",
    "Placed",
    "Preview",
    "Ticket",
    "Trigger",
    "ValuedPosition",
    "add_instrument",
    "advance_replay",
    "advance_running",
    "apply_corporate_actions",
    "cancel_alert",
    "cancel_all",
    "cancel_gtt",
    "cancel_order",
    "check_alerts",
    "choose_profile",
    "close_all",
    "close_due",
    "close_position",
    "convert_position",
    "create_alert",
    "create_gtt",
    "create_watchlist",
    "delete_watchlist",
    "get_equity",
    "get_margins",
    "get_portfolio",
    "list_holdings",
    "list_positions",
    "modify_gtt",
    "modify_order",
    "note_equity",
    "open_account",
    "place_order",
    "preview_order",
    "profile_of",
    "quote_replay",
    "quote_watchlist",
    "rearm_alert",
    "remove_instrument",
    "replay_candles",
    "set_speed",
    "start_replay",
    "update_watchlist",
    "value_positions",
    "work_gtts",
    "work_orders",
]
