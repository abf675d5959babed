"""Accounts in the Django admin, read-only. What does not belong here: changes; those go through the API."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.users.models import (
    ApiKey,
    LoginGuard,
    Mail,
    Permission,
    RecoveryCode,
    RolePermission,
    Session,
    TwoFactor,
    User,
)


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


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Sign-ins of every user."""

    list_display = ("user", "ip_address", "user_agent", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("user",)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys of every user, by their beginnings."""

    list_display = ("prefix", "user", "name", "scopes", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    exclude = ("key_hash",)


@admin.register(TwoFactor)
class TwoFactorAdmin(ReadOnlyAdmin):
    """Who has enrolled an authenticator app."""

    list_display = ("user", "created_at")
    list_select_related = ("user",)
    exclude = ("secret",)


@admin.register(RecoveryCode)
class RecoveryCodeAdmin(ReadOnlyAdmin):
    """How many recovery codes are left."""

    list_display = ("user", "created_at", "used_at")
    list_select_related = ("user",)
    exclude = ("code_hash",)


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Mails that were asked for."""

    list_display = ("created_at", "email", "purpose", "attempts", "sent_at", "used_at")
    list_filter = ("purpose",)
    search_fields = ("email",)
    exclude = ("token_hash",)
