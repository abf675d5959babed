"""Accounts in the Django admin, read-only. What does not belong here: changes; those go through the API."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.users.models import LoginGuard, Permission, RolePermission, User


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts, without their password."""

    list_display = ("email", "role", "is_active", "trial_end_date", "subscription_end_date", "locked_until")
    list_filter = ("role", "is_active")
    search_fields = ("email",)
    exclude = ("password",)


@admin.register(LoginGuard)
class LoginGuardAdmin(ReadOnlyAdmin):
    """Failed guesses by e-mail."""

    list_display = ("email", "failed_attempts", "window_start", "locked_until")
    search_fields = ("email",)


@admin.register(Permission)
class PermissionAdmin(ReadOnlyAdmin):
    """What can be allowed."""

    list_display = ("code", "name", "category")


@admin.register(RolePermission)
class RolePermissionAdmin(ReadOnlyAdmin):
    """What is allowed to whom."""

    list_display = ("role", "permission")
    list_filter = ("role",)
    list_select_related = ("permission",)
