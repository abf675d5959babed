"""Routes of adminpanel. What does not belong here: anything but paths."""

from django.urls import path

from apps.adminpanel import views

# Their rows are in several apps, which this one may read.
jobs_urlpatterns = [path("jobs", views.JobListView.as_view())]

urlpatterns = [
    path("dashboard-analytics", views.DashboardView.as_view()),
    path("system-config/", views.SystemConfigListView.as_view()),
    path("system-config/<str:key>/", views.SystemConfigUpdateView.as_view()),
    path("system-config/<str:key>/history", views.SystemConfigHistoryView.as_view()),
    path("activity-log/", views.ActivityLogListView.as_view()),
    path("activity-log/export_csv", views.ActivityLogExportView.as_view()),
    path("market-rules/", views.MarketRuleListCreateView.as_view()),
    path("market-rules/<int:rule_id>/", views.MarketRuleDetailView.as_view()),
    path("market-rules/tables/", views.MarketRuleTableListView.as_view()),
    path("market-rules/tables/<str:table>/", views.MarketRuleTableRowsView.as_view()),
    path("permissions/", views.PermissionListView.as_view()),
    path("role-permissions/", views.RolePermissionsView.as_view()),
    path("users/", views.AccountListView.as_view()),
    path("users/<int:user_id>/", views.AccountDetailView.as_view()),
    path("users/<int:user_id>/unlock", views.AccountUnlockView.as_view()),
    path("users/<int:user_id>/reset-two-factor", views.AccountTwoFactorResetView.as_view()),
    path("users/<int:user_id>/revoke-sessions", views.AccountSessionsRevokeView.as_view()),
    path("users/<int:user_id>/wallet-adjust", views.AccountWalletAdjustView.as_view()),
]
