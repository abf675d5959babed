"""The endpoints of two-factor. What does not belong here: rules, and signing in with it (accounts)."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.enums import RateScope
from apps.users import services
from apps.users.serializers import (
    RecoveryCodesOut,
    TwoFactorConfirmIn,
    TwoFactorDisableIn,
    TwoFactorEnrolIn,
    TwoFactorEnrolOut,
)
from apps.users.views.devices import AccountView, device_of

ENROLMENT_EXAMPLE = OpenApiExample(
    "What the app is told",
    value={
        "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "otpauth_url": "otpauth://totp/PaperTrade:asha%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=PaperTrade",
    },
    response_only=True,
)
CODES_EXAMPLE = OpenApiExample(
    "Recovery codes", value={"recovery_codes": ["k3vd-2sxa-77mq-b5ty", "…"]}, response_only=True
)
OFF = {204: OpenApiResponse(description="Two-factor is off.")}


class TwoFactorEnrolView(AccountView):
    """Beginning."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(
        operation_id="authTwoFactorEnrol",
        request=TwoFactorEnrolIn,
        responses=TwoFactorEnrolOut,
        examples=[ENROLMENT_EXAMPLE],
    )
    def post(self, _request: Request) -> Response:
        """Give a secret for an authenticator app, shown this once; in force when a code of it is confirmed."""
        enrolment = services.enrol_two_factor(user=self.user, **self.body(TwoFactorEnrolIn))
        return Response(TwoFactorEnrolOut(enrolment).data)


class TwoFactorConfirmView(AccountView):
    """Switching on."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(
        operation_id="authTwoFactorConfirm",
        request=TwoFactorConfirmIn,
        responses=RecoveryCodesOut,
        examples=[CODES_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Switch two-factor on with the first code, and give ten recovery codes, shown this once."""
        body = self.body(TwoFactorConfirmIn)
        codes = services.confirm_two_factor(user=self.user, **body, device=device_of(request))
        return Response(RecoveryCodesOut(codes).data)


class TwoFactorDisableView(AccountView):
    """Switching off."""

    rate_scopes = {"POST": RateScope.LOGIN}

    @extend_schema(operation_id="authTwoFactorDisable", request=TwoFactorDisableIn, responses=OFF)
    def post(self, request: Request) -> Response:
        """Switch two-factor off with the password and a code; wrong ones count towards the lock."""
        services.disable_two_factor(user=self.user, **self.body(TwoFactorDisableIn), device=device_of(request))
        return Response(status=204)
