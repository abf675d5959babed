"""The endpoints of paper money. What does not belong here: rules, queries."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import services as core_services
from apps.core.api.rendering import FileNegotiation
from apps.core.api.schema import IDEMPOTENCY_KEY
from apps.core.api.views import View, download
from apps.core.services import idempotency
from apps.payments.serializers.wallet import (
    BalancesIn,
    BalancesOut,
    LedgerFilterIn,
    LedgerIn,
    LedgerOut,
    RefillIn,
    RefillOut,
)
from apps.wallet import selectors as wallet_selectors
from apps.wallet import services as wallet_services

REFILL_ROUTE = "payments.wallet_refill"
REFILL = OpenApiExample("A refill", value={"amount": "50000.00"}, request_only=True)
REFILLED = OpenApiExample(
    "Refilled", value={"entry_id": 42, "wallet_balance": "150000.00"}, response_only=True, status_codes=["201"]
)
LEDGER = OpenApiExample(
    "A page",
    value={
        "next_before": None,
        "entries": [
            {
                "id": 42,
                "created_at": "2026-01-05T10:15:00+05:30",
                "reason": "REFILL",
                "caused_by": "",
                "note": "",
                "postings": [
                    {"account": "cash", "amount": "50000.00", "balance_after": "150000.00"},
                    {"account": "funding", "amount": "-50000.00", "balance_after": "-150000.00"},
                ],
            }
        ],
    },
    response_only=True,
)


def _refilled(*, user: Any, amount: Decimal) -> idempotency.Answer:
    return idempotency.Answer(status=201, body=RefillOut(wallet_services.refill(user=user, amount=amount)).data)


class WalletBalancesView(View):
    """What a paper account holds."""

    @extend_schema(operation_id="paymentsWalletBalances", parameters=[BalancesIn], responses=BalancesOut)
    def get(self, _request: Request) -> Response:
        """Show the balances of a paper account, by default that for practice."""
        return Response(BalancesOut(wallet_selectors.get_balances_of(user=self.user, **self.query(BalancesIn))).data)


class WalletRefillView(View):
    """Paper money out of nothing."""

    @extend_schema(
        operation_id="paymentsWalletRefill",
        parameters=[IDEMPOTENCY_KEY],
        request=RefillIn,
        responses={201: RefillOut},
        examples=[REFILL, REFILLED],
    )
    def post(self, request: Request) -> Response:
        """Add paper money to the practice account, as often as wanted; one call has bounds."""
        payload = self.body(RefillIn)
        answer = core_services.answer_once(
            user_id=self.user.pk,
            route=REFILL_ROUTE,
            key=request.headers.get("Idempotency-Key"),
            request=request.data,
            work=partial(_refilled, user=self.user, **payload),
        )
        headers = {"Idempotent-Replayed": str(answer.replayed).lower()}
        return Response(answer.body, status=answer.status, headers=headers)


class WalletLedgerView(View):
    """Every movement of paper money."""

    @extend_schema(
        operation_id="paymentsWalletLedgerList", parameters=[LedgerIn], responses=LedgerOut, examples=[LEDGER]
    )
    def get(self, _request: Request) -> Response:
        """List the movements of money, newest first, with both sides of each."""
        return Response(LedgerOut(wallet_selectors.get_ledger(user=self.user, **self.query(LedgerIn))).data)


class WalletLedgerExportView(View):
    """The ledger as a file."""

    content_negotiation_class = FileNegotiation

    @extend_schema(
        operation_id="paymentsWalletLedgerExportCsv",
        parameters=[LedgerFilterIn],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, _request: Request) -> StreamingHttpResponse:
        """Download the movements of money as CSV, oldest first, a line for each side."""
        return download(wallet_services.export_ledger(user=self.user, **self.query(LedgerFilterIn)))
