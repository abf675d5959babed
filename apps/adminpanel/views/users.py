"""The endpoints of accounts, for administrators. What does not belong here: rules, queries."""

from __future__ import annotations

from functools import partial
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.adminpanel import services
from apps.adminpanel.serializers.users import (
    AccountChangeIn,
    AccountDetailOut,
    AccountOut,
    AccountsIn,
    WalletAdjustIn,
    WalletAdjustOut,
)
from apps.core import services as core_services
from apps.core.api.schema import IDEMPOTENCY_KEY, page_of
from apps.core.api.serializers import NothingIn
from apps.core.api.views import View, client_ip, filters
from apps.core.services import idempotency
from apps.users import selectors as users_selectors

ADJUST_ROUTE = "adminpanel.wallet_adjust"
MANAGE = "users.manage"
ROW = {
    "id": 17,
    "email": "trader@example.com",
    "mobile": None,
    "role": "user",
    "is_active": True,
    "standing": "trial",
    "trial_start_date": "2026-01-05",
    "trial_end_date": "2026-01-12",
    "subscription_start_date": None,
    "subscription_end_date": None,
    "wallet_balance": "100000.00",
    "is_locked": False,
    "locked_until": None,
    "failed_login_attempts": 0,
    "email_verified_at": None,
    "has_two_factor": False,
    "created_at": "2026-01-05T10:15:00+05:30",
    "updated_at": "2026-01-05T10:15:00+05:30",
}
PAGE = OpenApiExample(
    "A page", value={"count": 1, "next": None, "previous": None, "results": [ROW]}, response_only=True
)
DETAIL = OpenApiExample(
    "An account",
    value={**ROW, "live_sessions": 1, "last_seen_at": "2026-01-05T10:20:00+05:30"},
    response_only=True,
)
LONGER_TRIAL = OpenApiExample("A longer trial", value={"trial_end_date": "2026-01-31"}, request_only=True)
TAKE_OUT = OpenApiExample("Take out", value={"amount": "-500.00", "reason": "Refilled twice"}, request_only=True)
TAKEN = OpenApiExample(
    "Taken out", value={"entry_id": 42, "wallet_balance": "99500.00"}, response_only=True, status_codes=["201"]
)


def _adjusted(**values: Any) -> idempotency.Answer:
    return idempotency.Answer(status=201, body=WalletAdjustOut(services.adjust_wallet(**values)).data)


class AccountListView(View):
    """All accounts."""

    required_permissions = {"GET": "users.view"}

    @extend_schema(
        operation_id="adminpanelUsersList", parameters=[AccountsIn], responses=page_of(AccountOut), examples=[PAGE]
    )
    def get(self, _request: Request) -> Response:
        """List accounts with their standing today, the newest first unless ordered otherwise."""
        params = self.query(AccountsIn)
        return self.page(users_selectors.list_accounts_unscoped(**filters(params)), AccountOut, params=params)


class AccountDetailView(View):
    """One account."""

    required_permissions = {"GET": "users.view", "PATCH": MANAGE}

    @extend_schema(operation_id="adminpanelUsersRetrieve", responses=AccountDetailOut, examples=[DETAIL])
    def get(self, _request: Request, user_id: int) -> Response:
        """Show an account, and where it is signed in."""
        return Response(AccountDetailOut(users_selectors.get_account_unscoped(user_id=user_id)).data)

    @extend_schema(
        operation_id="adminpanelUsersUpdate",
        request=AccountChangeIn,
        responses=AccountDetailOut,
        examples=[LONGER_TRIAL, DETAIL],
    )
    def patch(self, request: Request, user_id: int) -> Response:
        """Change role, status, trial or subscription; less power or none signs the account out everywhere."""
        user = services.change_account(
            user_id=user_id, values=self.body(AccountChangeIn), actor=self.user, ip_address=client_ip(request)
        )
        return Response(AccountDetailOut(user).data)


class AccountUnlockView(View):
    """A locked account."""

    required_permissions = {"POST": MANAGE}

    @extend_schema(
        operation_id="adminpanelUsersUnlock", request=NothingIn, responses=AccountDetailOut, examples=[DETAIL]
    )
    def post(self, request: Request, user_id: int) -> Response:
        """Forget the failed guesses, so that the right password works at once."""
        self.body(NothingIn)
        user = services.unlock_account(user_id=user_id, actor=self.user, ip_address=client_ip(request))
        return Response(AccountDetailOut(user).data)


class AccountTwoFactorResetView(View):
    """An account whose device is lost."""

    required_permissions = {"POST": MANAGE}

    @extend_schema(
        operation_id="adminpanelUsersResetTwoFactor", request=NothingIn, responses=AccountDetailOut, examples=[DETAIL]
    )
    def post(self, request: Request, user_id: int) -> Response:
        """Switch two-factor off and sign the account out everywhere."""
        self.body(NothingIn)
        user = services.reset_two_factor(user_id=user_id, actor=self.user, ip_address=client_ip(request))
        return Response(AccountDetailOut(user).data)


class AccountSessionsRevokeView(View):
    """The sign-ins of an account."""

    required_permissions = {"POST": MANAGE}

    @extend_schema(
        operation_id="adminpanelUsersRevokeSessions", request=NothingIn, responses=AccountDetailOut, examples=[DETAIL]
    )
    def post(self, request: Request, user_id: int) -> Response:
        """Sign the account out everywhere; its API keys stay."""
        self.body(NothingIn)
        user = services.revoke_sessions(user_id=user_id, actor=self.user, ip_address=client_ip(request))
        return Response(AccountDetailOut(user).data)


class AccountWalletAdjustView(View):
    """The paper money of an account."""

    required_permissions = {"POST": MANAGE}

    @extend_schema(
        operation_id="adminpanelUsersAdjustWallet",
        parameters=[IDEMPOTENCY_KEY],
        request=WalletAdjustIn,
        responses={201: WalletAdjustOut},
        examples=[TAKE_OUT, TAKEN],
    )
    def post(self, request: Request, user_id: int) -> Response:
        """Put paper money in, or with a minus take it out, as an entry of the ledger; never below zero."""
        payload = self.body(WalletAdjustIn)
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=ADJUST_ROUTE,
            key=request.headers.get("Idempotency-Key"),
            request={"user_id": user_id, "body": request.data},
            work=partial(_adjusted, user_id=user_id, **payload, actor=self.user, ip_address=client_ip(request)),
        )
        headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
        return Response(answer.body, status=answer.status, headers=headers)
