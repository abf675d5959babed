"""Settings of Razorpay. What does not belong here: prices (configuration), Stripe's (base)."""

from __future__ import annotations

from config.env import env

# Razorpay is used where all three are set. Its address is another one only in tests.
RAZORPAY_KEY_ID = env.str("RAZORPAY_KEY_ID", default="")
RAZORPAY_KEY_SECRET = env.str("RAZORPAY_KEY_SECRET", default="")
RAZORPAY_WEBHOOK_SECRET = env.str("RAZORPAY_WEBHOOK_SECRET", default="")
RAZORPAY_API_BASE = "https://api.razorpay.com"
