"""App configuration of market. What does not belong here: work at start beyond choosing the provider."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketdata import providers
from marketdata.files.provider import FilesProvider
from marketdata.synthetic import SyntheticProvider
from marketdata.types import Provider


def provider_of(*, name: str, folder: str) -> Provider:
    """The provider that the settings name; a folder of files is read when it is first asked, not here.

    :raises ImproperlyConfigured: if there is no such provider, or no such folder
    """
    if name == SyntheticProvider.name:
        return SyntheticProvider()
    if name != FilesProvider.name:
        raise ImproperlyConfigured(f"MARKET_DATA_PROVIDER is {name!r}. Set it to synthetic or files.")
    if not folder or not Path(folder).is_dir():
        raise ImproperlyConfigured("MARKET_DATA_FOLDER is no folder. Set it to the folder of price files.")
    return FilesProvider(Path(folder))


class MarketConfig(AppConfig):
    """One way to name and load any instrument; round trips on instruments."""

    name = "apps.market"
    verbose_name = "Market"

    def ready(self) -> None:
        """Choose where prices come from that no table holds."""
        providers.choose(provider_of(name=settings.MARKET_DATA_PROVIDER, folder=settings.MARKET_DATA_FOLDER))
