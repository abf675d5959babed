"""The endpoints of the administration. What does not belong here: rules, queries."""

from apps.adminpanel.views.jobs import JobListView
from apps.adminpanel.views.market_rules import (
    MarketRuleDetailView,
    MarketRuleListCreateView,
    MarketRuleTableListView,
    MarketRuleTableRowsView,
)
from apps.adminpanel.views.system import (
    ActivityLogListView,
    PermissionListView,
    RolePermissionsView,
    SystemConfigListView,
    SystemConfigUpdateView,
)

__all__ = [
    "ActivityLogListView",
    "JobListView",
    "MarketRuleDetailView",
    "MarketRuleListCreateView",
    "MarketRuleTableListView",
    "MarketRuleTableRowsView",
    "PermissionListView",
    "RolePermissionsView",
    "SystemConfigListView",
    "SystemConfigUpdateView",
]
