"""The routes below /payments/. What does not belong here: views."""

from django.urls import path

from apps.payments import views

urlpatterns = [
    path("wallet/balances", views.WalletBalancesView.as_view()),
    path("wallet/refill", views.WalletRefillView.as_view()),
    path("wallet/ledger/", views.WalletLedgerView.as_view()),
    path("wallet/ledger/export_csv", views.WalletLedgerExportView.as_view()),
]
