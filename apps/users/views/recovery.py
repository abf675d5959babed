"""The endpoints of what is done by mail: a new password, a proved address. What does not belong here: rules, mails."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.views import PublicView
from apps.core.enums import RateScope
from apps.users import services
from apps.users.serializers import PasswordResetConfirmIn, PasswordResetIn, VerifyEmailIn
from apps.users.views.devices import AccountView, device_of

ASKED = {202: OpenApiResponse(description="Taken. Nothing says whether there is such an account.")}
DONE = {204: OpenApiResponse(description="Done.")}
TOKEN = "n8Yb3oG1Q0mO3aT5mY2kQmVd2p0b9vV1mKxR6b8s4uE"  # noqa: S105 - an example
RESET_EXAMPLE = OpenApiExample("Ask for a mail", value={"email": "asha@example.com"}, request_only=True)
CONFIRM_EXAMPLE = OpenApiExample(
    "Set a new password", value={"token": TOKEN, "new_password": "monsoon-over-konkan"}, request_only=True
)
VERIFY_EXAMPLE = OpenApiExample("Prove the address", value={"token": TOKEN}, request_only=True)


class PasswordResetView(PublicView):
    """Asking for a new password."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(operation_id="authPasswordReset", request=PasswordResetIn, responses=ASKED, examples=[RESET_EXAMPLE])
    def post(self, _request: Request) -> Response:
        """Have a mail sent with a link that sets a new password, to the address of an account.

        An unknown address gets the same answer after the same work. At most three mails an hour go to an address.
        """
        services.request_password_reset(**self.body(PasswordResetIn))
        return Response(status=202)


class PasswordResetConfirmView(PublicView):
    """Setting a new password by mail."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(
        operation_id="authPasswordResetConfirm",
        request=PasswordResetConfirmIn,
        responses=DONE,
        examples=[CONFIRM_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Set a new password with the token of the mail, and sign out everywhere.

        The token works once and for an hour: 400 INVALID_MAIL_TOKEN. A weak password leaves it good.
        """
        services.reset_password(**self.body(PasswordResetConfirmIn), device=device_of(request))
        return Response(status=204)


class EmailVerifyView(PublicView):
    """Proving an address."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(operation_id="authVerifyEmail", request=VerifyEmailIn, responses=DONE, examples=[VERIFY_EXAMPLE])
    def post(self, _request: Request) -> Response:
        """Prove with the token of the mail that the address is one's own. It works once and for three days."""
        services.verify_email(**self.body(VerifyEmailIn))
        return Response(status=204)


class EmailVerifyResendView(AccountView):
    """Asking for another mail."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(operation_id="authVerifyEmailResend", request=None, responses=ASKED)
    def post(self, _request: Request) -> Response:
        """Have the mail sent again, at most three times an hour; a proved address gets none."""
        services.request_verification(user=self.user)
        return Response(status=202)
