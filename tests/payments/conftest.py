"""What the tests of payments share. What does not belong here: events (factories), assertions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import razorpay
from tests.factories.payments import SECRET
from tests.payments.razorpay_server import RazorpayServer
from tests.payments.stripe_server import StripeServer, running


@pytest.fixture
def stripe_keys(settings: Any) -> None:
    """A server with Stripe's keys, whose API is nowhere: what reaches for it fails."""
    settings.STRIPE_SECRET_KEY = "sk_test_only_canary"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"


@pytest.fixture
def stripe_server(stripe_keys: None, settings: Any) -> Iterator[StripeServer]:
    """A server with Stripe's keys and an API of Stripe's that answers."""
    with running(StripeServer()) as server:
        settings.STRIPE_API_BASE = server.url
        yield server


@pytest.fixture
def razorpay_keys(settings: Any) -> None:
    """A server with Razorpay's keys, whose API is nowhere: what reaches for it fails."""
    settings.RAZORPAY_KEY_ID = "rzp_test_key"
    settings.RAZORPAY_KEY_SECRET = razorpay.KEY_SECRET
    settings.RAZORPAY_WEBHOOK_SECRET = razorpay.WEBHOOK_SECRET
    settings.RAZORPAY_API_BASE = "http://127.0.0.1:9"


@pytest.fixture
def razorpay_server(razorpay_keys: None, settings: Any) -> Iterator[RazorpayServer]:
    """A server with Razorpay's keys and an API of Razorpay's that answers."""
    with running(RazorpayServer()) as server:
        settings.RAZORPAY_API_BASE = server.url
        yield server
