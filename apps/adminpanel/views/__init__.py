"""The endpoints of the administration. What does not belong here: rules, queries."""

from apps.adminpanel.views.dashboard import DashboardView
from apps.adminpanel.views.jobs import JobListView
from apps.adminpanel.views.market_rules import (
    MarketRuleDetailView,
    MarketRuleListCreateView,
    MarketRuleTableListView,
    MarketRuleTableRowsView,
)
from apps.adminpanel.views.system import (
    ActivityLogExportView,
    ActivityLogListView,
    PermissionListView,
    RolePermissionsView,
    SystemConfigHistoryView,
    SystemConfigListView,
    SystemConfigUpdateView,
)
from apps.adminpanel.views.users import (
    AccountDetailView,
    AccountListView,
    AccountSessionsRevokeView,
    AccountTwoFactorResetView,
    AccountUnlockView,
    AccountWalletAdjustView,
)

__all__ = [
    "AccountDetailView",
    "AccountListView",
    "AccountSessionsRevokeView",
    "AccountTwoFactorResetView",
    "AccountUnlockView",
    "AccountWalletAdjustView",
    "ActivityLogExportView",
    "ActivityLogListView",
    "DashboardView",
    "JobListView",
    "MarketRuleDetailView",
    "MarketRuleListCreateView",
    "MarketRuleTableListView",
    "MarketRuleTableRowsView",
    "PermissionListView",
    "RolePermissionsView",
    "SystemConfigHistoryView",
    "SystemConfigListView",
    "SystemConfigUpdateView",
]
