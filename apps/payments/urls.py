"""The routes below /payments/. What does not belong here: views."""

from django.urls import path

from apps.payments.views import subscriptions, wallet, webhooks

urlpatterns = [
    path("plans", subscriptions.PlanListView.as_view()),
    path("checkout", subscriptions.CheckoutOpenView.as_view()),
    path("checkout/<uuid:checkout_id>/complete", subscriptions.CheckoutCompleteView.as_view()),
    path("subscription", subscriptions.SubscriptionView.as_view()),
    path("subscription/cancel", subscriptions.SubscriptionCancelView.as_view()),
    path("portal", subscriptions.PortalView.as_view()),
    path("records/", subscriptions.RecordListView.as_view()),
    path("webhook/stripe", webhooks.StripeWebhookView.as_view()),
    path("webhook/razorpay", webhooks.RazorpayWebhookView.as_view()),
    path("wallet/balances", wallet.WalletBalancesView.as_view()),
    path("wallet/refill", wallet.WalletRefillView.as_view()),
    path("wallet/ledger/", wallet.WalletLedgerView.as_view()),
    path("wallet/ledger/export_csv", wallet.WalletLedgerExportView.as_view()),
]
