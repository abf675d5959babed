"""Accounts and permissions as tables. What does not belong here: signing in, lockout, standing (services)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from apps.core.models import IndexedOwnedModel, OwnedManager, OwnedModel, TimeStampedModel
from apps.core.secrets import EncryptedTextField
from apps.users.enums import MailPurpose, Role


class UserManager(BaseUserManager["User"]):
    """Users by their e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this e-mail, as Django's admin asks for it."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, TimeStampedModel):
    """One account: user, admin or superadmin. ``token_version`` makes every older token invalid when raised."""

    email = models.EmailField(max_length=254, unique=True)
    mobile = models.CharField(max_length=15, null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.USER, db_index=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    trial_start_date = models.DateField(null=True, blank=True)
    trial_end_date = models.DateField(null=True, blank=True)
    subscription_start_date = models.DateField(null=True, blank=True)
    subscription_end_date = models.DateField(null=True, blank=True)
    wallet_balance = models.DecimalField(max_digits=15, decimal_places=2, default=Decimal("100000.00"))
    failed_login_attempts = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    token_version = models.PositiveIntegerField(default=0)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    has_two_factor = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        db_table = "users_user"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="users_email_any_case_unique"),
            models.CheckConstraint(condition=models.Q(wallet_balance__gte=0), name="users_wallet_not_negative"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """What a session of the Django admin must agree with: it ends with the tokens of the API."""
        return f"{super().get_session_auth_hash()}-{self.token_version}"

    def has_perm(self, _permission: str, _obj: object = None) -> bool:
        """Whether the Django admin lets this user look: superadmins only."""
        return self.is_active and self.role == Role.SUPERADMIN

    def has_module_perms(self, _app_label: str) -> bool:
        """Whether the Django admin shows an app: superadmins only."""
        return self.is_active and self.role == Role.SUPERADMIN


class LoginGuard(models.Model):
    """The failed guesses at an e-mail, whether an account has it or not, so that the answers cannot tell."""

    email = models.CharField(max_length=254, unique=True)
    failed_attempts = models.PositiveIntegerField(default=0)
    window_start = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "users_login_guard"

    def __str__(self) -> str:
        return f"{self.email}: {self.failed_attempts}"


class Mail(models.Model):
    """A mail that was asked for, whether an account has the address or not. The token is made when it is sent."""

    email = models.CharField(max_length=254)
    purpose = models.CharField(max_length=20, choices=MailPurpose.choices)
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "users_mail"
        indexes = [
            models.Index(fields=["email", "purpose", "created_at"], name="users_mail_of_an_address"),
            models.Index(fields=["next_try_at"], condition=models.Q(sent_at=None), name="users_mail_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class TwoFactor(IndexedOwnedModel):
    """The secret that an authenticator app shares; in force when the account says so. A step is half a minute."""

    secret = EncryptedTextField()
    last_step = models.BigIntegerField(default=0)

    objects: OwnedManager[TwoFactor] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "users_two_factor"
        constraints = [models.UniqueConstraint(fields=["user"], name="users_two_factor_once")]

    def __str__(self) -> str:
        return f"two-factor {self.pk}"


class RecoveryCode(IndexedOwnedModel):
    """A code that stands for the authenticator app once."""

    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    objects: OwnedManager[RecoveryCode] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "users_recovery_code"
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="users_recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class ApiKey(OwnedModel):
    """A key that a script of the user signs in with. It may read, and do what its scopes, permission codes, say."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: OwnedManager[ApiKey] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "users_api_key"

    def __str__(self) -> str:
        return self.prefix


class Session(OwnedModel):
    """One sign-in on one device: the family of its tokens. It ends with its row, or when the version is raised."""

    token_version = models.PositiveIntegerField()
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)

    objects: OwnedManager[Session] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "users_session"

    def __str__(self) -> str:
        return f"session {self.pk}"


class Permission(TimeStampedModel):
    """A thing that a role may be allowed to do."""

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=100)

    class Meta:
        db_table = "users_permission"

    def __str__(self) -> str:
        return self.code


class RolePermission(TimeStampedModel):
    """That a role is allowed a thing."""

    role = models.CharField(max_length=20, choices=Role.choices)
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE, related_name="role_permissions")

    class Meta:
        db_table = "users_role_permission"
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="users_role_permission_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission_id}"
