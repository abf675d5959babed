"""The shapes of accounts: what is sent to sign in, what comes back. What does not belong here: queries, rules."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer
from apps.users.constants import MAX_PASSWORD_CHARS
from apps.users.enums import Role

# Assumption: the e-mail of an account is plain ASCII, so that no two of them look alike to people.
ascii_only = RegexValidator(r"\A[\x21-\x7e]+\Z", "Write the e-mail in ASCII characters.")


class PasswordField(serializers.CharField):
    """A password as typed: nothing is trimmed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=MAX_PASSWORD_CHARS, write_only=True, **options)


class MobileField(serializers.RegexField):
    """A telephone number: digits, perhaps after a plus."""

    default_error_messages = {"invalid": "Write 7 to 14 digits, perhaps after a plus, like +919800000000."}

    def __init__(self, **options: Any) -> None:
        super().__init__(r"\A\+?[0-9]{7,14}\Z", allow_null=True, **options)


class LoginIn(StrictSerializer):
    """Who signs in."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField()


class SignupIn(StrictSerializer):
    """Who signs up."""

    email = serializers.EmailField(max_length=254, validators=[ascii_only])
    password = PasswordField()
    mobile = MobileField(required=False, default=None)


class RefreshIn(StrictSerializer):
    """The refresh token to exchange."""

    refresh_token = serializers.CharField(max_length=4096)


class LogoutIn(StrictSerializer):
    """Nothing is needed; the refresh token may be sent, and is revoked with all others."""

    refresh_token = serializers.CharField(max_length=4096, required=False)


class PasswordIn(StrictSerializer):
    """The password that is and the one that shall be."""

    old_password = PasswordField()
    new_password = PasswordField()


class CodeField(serializers.CharField):
    """Six digits of the authenticator app, or a recovery code, with spaces and dashes or without."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, write_only=True, **options)


class LoginCodeIn(StrictSerializer):
    """The challenge of signing in, and the second factor."""

    challenge = serializers.CharField(max_length=4096)
    code = CodeField()


class TwoFactorEnrolIn(StrictSerializer):
    """The password, once more."""

    password = PasswordField()


class TwoFactorConfirmIn(StrictSerializer):
    """The first code of the app."""

    code = CodeField()


class TwoFactorDisableIn(StrictSerializer):
    """The password and a code, once more."""

    password = PasswordField()
    code = CodeField()


class TwoFactorEnrolOut(serializers.Serializer):
    """What the authenticator app is told; shown once."""

    secret = serializers.CharField(help_text="Base32, for typing.")
    otpauth_url = serializers.CharField(help_text="For a QR code.")


class RecoveryCodesOut(serializers.Serializer):
    """Codes that stand for the app once each; shown once."""

    recovery_codes = serializers.ListField(child=serializers.CharField())


class ApiKeyIn(StrictSerializer):
    """What a key is called, what it may do beyond reading, and until when."""

    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(child=serializers.CharField(max_length=100), max_length=100, default=list)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ApiKeyOut(serializers.Serializer):
    """A key, but for its text."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the key begins.")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="Permissions; without any it reads only.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="Right to five minutes.")


class NewApiKeyOut(serializers.Serializer):
    """A key with its text, shown once."""

    key = serializers.CharField(help_text="Shown this once.")
    api_key = ApiKeyOut(source="row")


class MailTokenField(serializers.CharField):
    """The token of a mail."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=100, **options)


class PasswordResetIn(StrictSerializer):
    """Whose password shall be new."""

    email = serializers.EmailField(max_length=254)


class PasswordResetConfirmIn(StrictSerializer):
    """The token of the mail and the password that shall be."""

    token = MailTokenField()
    new_password = PasswordField()


class VerifyEmailIn(StrictSerializer):
    """The token of the mail."""

    token = MailTokenField()


class ProfileIn(StrictSerializer):
    """What owners may change about their account."""

    mobile = MobileField(required=False)


class ProfileOut(serializers.Serializer):
    """An account as its owner sees it."""

    id = serializers.IntegerField(source="user.id")
    email = serializers.EmailField(source="user.email")
    mobile = serializers.CharField(source="user.mobile", allow_null=True)
    role = serializers.ChoiceField(source="user.role", choices=Role.choices)
    email_verified_at = serializers.DateTimeField(source="user.email_verified_at", allow_null=True)
    has_two_factor = serializers.BooleanField(source="user.has_two_factor")
    permissions = serializers.ListField(child=serializers.CharField())
    is_entitled = serializers.BooleanField(help_text="Whether trial or subscription is in force today, or none needed.")
    trial_start_date = serializers.DateField(source="user.trial_start_date", allow_null=True)
    trial_end_date = serializers.DateField(source="user.trial_end_date", allow_null=True)
    subscription_start_date = serializers.DateField(source="user.subscription_start_date", allow_null=True)
    subscription_end_date = serializers.DateField(source="user.subscription_end_date", allow_null=True)
    wallet_balance = serializers.DecimalField(source="user.wallet_balance", max_digits=15, decimal_places=2)
    created_at = serializers.DateTimeField(source="user.created_at")


class TokenPairOut(serializers.Serializer):
    """An access token and the refresh token that gets the next one."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField(help_text="Always Bearer.")
    expires_in = serializers.IntegerField(help_text="Life of the access token in seconds.")


class SessionOut(serializers.Serializer):
    """A pair of tokens and whom they speak for."""

    access_token = serializers.CharField(source="tokens.access_token")
    refresh_token = serializers.CharField(source="tokens.refresh_token")
    token_type = serializers.CharField(source="tokens.token_type", help_text="Always Bearer.")
    expires_in = serializers.IntegerField(source="tokens.expires_in", help_text="Life of the access token in seconds.")
    user = ProfileOut(source="profile")


class SignedInOut(serializers.Serializer):
    """A sign-in that goes on."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="When it ends unless it is gone on with.")
    ip_address = serializers.IPAddressField(allow_null=True)
    user_agent = serializers.CharField(help_text="What the client calls itself, at most 200 characters.")
    is_current = serializers.BooleanField(help_text="Whether this request came with it.")
