"""Which provider the settings choose."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import marketdata
from apps.market.apps import provider_of
from marketdata.files.provider import FilesProvider
from marketdata.synthetic import SyntheticProvider


def test_the_synthetic_market_is_the_default() -> None:
    assert isinstance(marketdata.get_provider(), SyntheticProvider)
    assert isinstance(provider_of(name="synthetic", folder=""), SyntheticProvider)


def test_a_folder_may_be_chosen(tmp_path: Path) -> None:
    assert isinstance(provider_of(name="files", folder=str(tmp_path)), FilesProvider)


@pytest.mark.parametrize(
    ("name", "folder", "message"),
    [
        ("csv", "", "^MARKET_DATA_PROVIDER is 'csv'"),
        ("files", "", r"^MARKET_DATA_FOLDER is no folder\."),
        ("files", "/nowhere", r"^MARKET_DATA_FOLDER is no folder\."),
    ],
)
def test_a_wrong_choice_stops_the_start(name: str, folder: str, message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        provider_of(name=name, folder=folder)
