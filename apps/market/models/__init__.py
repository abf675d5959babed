"""The tables of the market. What does not belong here: workflow, prices (stocks, sectors, options)."""

from apps.market.models.corporate_actions import CorporateAction
from apps.market.models.round_trips import Trade
from apps.market.models.rules import MarketRuleOverride
from apps.market.models.status import MarketStatus

__all__ = ["CorporateAction", "MarketRuleOverride", "MarketStatus", "Trade"]
