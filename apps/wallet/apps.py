"""App configuration of wallet. What does not belong here: work at start."""

from django.apps import AppConfig


class WalletConfig(AppConfig):
    """The ledger: append-only, balanced, one door."""

    name = "apps.wallet"
    verbose_name = "Wallet"
