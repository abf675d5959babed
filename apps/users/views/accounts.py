"""The endpoints of signing up, in and out, and of one's own account. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.views import PublicView
from apps.core.enums import RateScope
from apps.users import selectors, services
from apps.users.serializers import (
    LoginCodeIn,
    LoginIn,
    LogoutIn,
    PasswordIn,
    ProfileIn,
    ProfileOut,
    RefreshIn,
    SessionOut,
    SignupIn,
    TokenPairOut,
)
from apps.users.views.devices import AccountView, device_of

PROFILE = {
    "id": 7,
    "email": "asha@example.com",
    "mobile": "+919800000000",
    "role": "user",
    "email_verified_at": "2026-01-05T10:21:00+05:30",
    "has_two_factor": False,
    "permissions": ["backtest.run", "strategies.manage_own"],
    "is_entitled": True,
    "trial_start_date": "2026-01-05",
    "trial_end_date": "2026-01-12",
    "subscription_start_date": None,
    "subscription_end_date": None,
    "wallet_balance": "100000.00",
    "created_at": "2026-01-05T10:15:00+05:30",
}
PAIR = {"access_token": "eyJ…", "refresh_token": "eyJ…", "token_type": "Bearer", "expires_in": 86400}
SESSION_EXAMPLE = OpenApiExample("Signed in", value={**PAIR, "user": PROFILE}, response_only=True)
PROFILE_EXAMPLE = OpenApiExample("An account", value=PROFILE, response_only=True)
SIGNUP_EXAMPLE = OpenApiExample(
    "A new account",
    value={"email": "asha@example.com", "password": "monsoon-over-konkan", "mobile": "+919800000000"},
    request_only=True,
)
LOGIN_EXAMPLE = OpenApiExample(
    "Sign in", value={"email": "asha@example.com", "password": "monsoon-over-konkan"}, request_only=True
)

LOGIN_CODE_EXAMPLE = OpenApiExample(
    "The second step", value={"challenge": "eyJ…", "code": "492 039"}, request_only=True
)


class AccountSignupView(PublicView):
    """Opening an account."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(
        operation_id="authSignup",
        request=SignupIn,
        responses={201: SessionOut},
        examples=[SIGNUP_EXAMPLE, SESSION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Open an account, begin its trial, and sign in. 409 EMAIL_TAKEN if the e-mail has one, in any case."""
        return Response(SessionOut(services.sign_up(**self.body(SignupIn), device=device_of(request))).data, status=201)


class SessionLoginView(PublicView):
    """Signing in."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(
        operation_id="authLogin", request=LoginIn, responses=SessionOut, examples=[LOGIN_EXAMPLE, SESSION_EXAMPLE]
    )
    def post(self, request: Request) -> Response:
        """Give tokens for the right password.

        Five wrong guesses within 15 minutes lock the e-mail for 10 minutes, whether it has an account or not:
        423 ACCOUNT_LOCKED with Retry-After, for the right password too.

        With two-factor the right password gives 401 TWO_FACTOR_REQUIRED, whose details have the challenge that goes
        with a code to /auth/login/two-factor within five minutes.
        """
        return Response(SessionOut(services.sign_in(**self.body(LoginIn), device=device_of(request))).data)


class SessionLoginCodeView(PublicView):
    """Signing in, the second step."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(
        operation_id="authLoginTwoFactor",
        request=LoginCodeIn,
        responses=SessionOut,
        examples=[LOGIN_CODE_EXAMPLE, SESSION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Give tokens for the challenge of the first step and a code of the app, or a recovery code.

        A code works once. Wrong ones are 401 INVALID_CODE and count with wrong passwords towards the lock.
        """
        session = services.sign_in_with_code(**self.body(LoginCodeIn), device=device_of(request))
        return Response(SessionOut(session).data)


class SessionRefreshView(PublicView):
    """Going on without the password."""

    @extend_schema(operation_id="authRefresh", request=RefreshIn, responses=TokenPairOut)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair.

        Each refresh token works once. Using it again revokes every token of the account, the newest included.
        """
        pair = services.refresh_tokens(**self.body(RefreshIn), device=device_of(request))
        return Response(TokenPairOut(pair).data)


class SessionLogoutView(AccountView):
    """Signing out."""

    @extend_schema(
        operation_id="authLogout", request=LogoutIn, responses={204: OpenApiResponse(description="Signed out.")}
    )
    def post(self, _request: Request) -> Response:
        """Sign out everywhere: every access and refresh token of the account is refused from now on.

        The refresh token in the body is optional; it is revoked with all others.
        """
        self.body(LogoutIn)
        services.sign_out(user=self.user)
        return Response(status=204)


class ProfileDetailView(AccountView):
    """One's own account."""

    @extend_schema(operation_id="authProfileRetrieve", responses=ProfileOut, examples=[PROFILE_EXAMPLE])
    def get(self, _request: Request) -> Response:
        """Show the account, what it may do, and how long."""
        return Response(ProfileOut(selectors.get_profile(user=self.user)).data)

    @extend_schema(
        operation_id="authProfileUpdate", request=ProfileIn, responses=ProfileOut, examples=[PROFILE_EXAMPLE]
    )
    def patch(self, _request: Request) -> Response:
        """Change the mobile number; null removes it."""
        values = self.body(ProfileIn, partial=True)
        return Response(ProfileOut(services.update_profile(user=self.user, values=values)).data)


class PasswordChangeView(AccountView):
    """One's own password."""

    @extend_schema(operation_id="authPasswordChange", request=PasswordIn, responses=TokenPairOut)
    def post(self, request: Request) -> Response:
        """Set a new password, sign out everywhere, and give a new pair.

        A wrong old password is 400 and counts as a wrong guess at signing in.
        """
        pair = services.change_password(user=self.user, **self.body(PasswordIn), device=device_of(request))
        return Response(TokenPairOut(pair).data)
