"""The endpoints of configuration, permissions and the activity log. What does not belong here: rules, queries."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.adminpanel.serializers.system import (
    ActivityFilterIn,
    ActivityIn,
    ActivityOut,
    PermissionOut,
    RolePermissionsIn,
    RolePermissionsOut,
    SettingChangeOut,
    SettingIn,
    SettingOut,
    SettingsIn,
)
from apps.core import selectors as core_selectors
from apps.core import services as core_services
from apps.core.api.rendering import FileNegotiation
from apps.core.api.schema import page_of
from apps.core.api.serializers import PageIn
from apps.core.api.views import View, client_ip, download, filters
from apps.users import services as users_services
from apps.users.selectors import accounts as accounts_selectors

CHANGED = {
    "key": "backtest.max_concurrent_per_user",
    "group": "backtest",
    "group_label": "Backtests and sweeps",
    "label": "Max concurrent per user",
    "value": "8",
    "is_changed": True,
    "default": "5",
    "kind": "integer",
    "minimum": 0,
    "maximum": 1000,
    "first_day": None,
    "choices": [],
    "description": "How many backtests of one user run at once.",
    "is_public": True,
}
SETTING = OpenApiExample("A setting", value=CHANGED, response_only=True)
SETTINGS = OpenApiExample(
    "A page", value={"count": 1, "next": None, "previous": None, "results": [CHANGED]}, response_only=True
)
NEW_VALUE = OpenApiExample("A new value", value={"value": "8"}, request_only=True)
GRANT = OpenApiExample("A role", value={"role": "user", "permissions": ["backtest.run"]})


class SystemConfigListView(View):
    """The system configuration."""

    required_permissions = {"GET": "config.view"}

    @extend_schema(
        operation_id="adminpanelSystemConfigList",
        parameters=[SettingsIn],
        responses=page_of(SettingOut),
        examples=[SETTINGS],
    )
    def get(self, _request: Request) -> Response:
        """List the settings, group by group, with type, bounds, default and the value in force."""
        params = self.query(SettingsIn)
        return self.page(core_selectors.list_settings(**filters(params)), SettingOut, params=params)


class SystemConfigUpdateView(View):
    """One setting."""

    required_permissions = {"PATCH": "config.manage", "DELETE": "config.manage"}

    @extend_schema(
        operation_id="adminpanelSystemConfigUpdate",
        request=SettingIn,
        responses=SettingOut,
        examples=[NEW_VALUE, SETTING],
    )
    def patch(self, request: Request, key: str) -> Response:
        """Set the value for everybody; in force within seconds, and written to the activity log."""
        state = core_services.change_setting(
            key=key, **self.body(SettingIn), actor=self.user.email, ip_address=client_ip(request)
        )
        return Response(SettingOut(state).data)

    @extend_schema(
        operation_id="adminpanelSystemConfigReset", request=None, responses={200: SettingOut}, examples=[SETTING]
    )
    def delete(self, request: Request, key: str) -> Response:
        """Set the value back to its default for everybody; written to the activity log."""
        state = core_services.reset_setting(key=key, actor=self.user.email, ip_address=client_ip(request))
        return Response(SettingOut(state).data)


class SystemConfigHistoryView(View):
    """What one setting was."""

    required_permissions = {"GET": "config.view"}

    @extend_schema(
        operation_id="adminpanelSystemConfigHistoryList", parameters=[PageIn], responses=page_of(SettingChangeOut)
    )
    def get(self, _request: Request, key: str) -> Response:
        """List the changes of a setting, newest first."""
        return self.page(core_selectors.list_setting_history(key=key), SettingChangeOut, params=self.query(PageIn))


class ActivityLogListView(View):
    """Who did what."""

    required_permissions = {"GET": "activity.view"}

    @extend_schema(operation_id="adminpanelActivityLogList", parameters=[ActivityIn], responses=page_of(ActivityOut))
    def get(self, _request: Request) -> Response:
        """List the activity log, newest first unless ordered otherwise: of one action, of one actor, of days."""
        params = self.query(ActivityIn)
        return self.page(core_selectors.list_activity(**filters(params)), ActivityOut, params=params)


class ActivityLogExportView(View):
    """The activity log as a file."""

    required_permissions = {"GET": "activity.view"}
    content_negotiation_class = FileNegotiation

    @extend_schema(
        operation_id="adminpanelActivityLogExportCsv",
        parameters=[ActivityFilterIn],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, _request: Request) -> StreamingHttpResponse:
        """Download the activity log as CSV, oldest first, the details as JSON."""
        return download(core_services.export_activity(**self.query(ActivityFilterIn)))


class PermissionListView(View):
    """What can be allowed."""

    required_permissions = {"GET": "permissions.view"}

    @extend_schema(operation_id="adminpanelPermissionsList", parameters=[PageIn], responses=page_of(PermissionOut))
    def get(self, _request: Request) -> Response:
        """List every permission."""
        return self.page(accounts_selectors.list_permissions_unscoped(), PermissionOut, params=self.query(PageIn))


class RolePermissionsView(View):
    """What is allowed to whom."""

    required_permissions = {"GET": "permissions.view", "PATCH": "permissions.manage"}

    @extend_schema(
        operation_id="adminpanelRolePermissionsList",
        parameters=[PageIn],
        responses=page_of(RolePermissionsOut),
    )
    def get(self, _request: Request) -> Response:
        """List the roles with what each may do; a superadmin may do everything."""
        return self.page(
            accounts_selectors.list_role_permissions_unscoped(), RolePermissionsOut, params=self.query(PageIn)
        )

    @extend_schema(
        operation_id="adminpanelRolePermissionsUpdate",
        request=RolePermissionsIn,
        responses=RolePermissionsOut,
        examples=[GRANT],
    )
    def patch(self, request: Request) -> Response:
        """Give a role exactly these permissions; in force with the next request, and written to the activity log."""
        grant = users_services.change_role_permissions(
            **self.body(RolePermissionsIn), actor=self.user.email, ip_address=client_ip(request)
        )
        return Response(RolePermissionsOut(grant).data)
