"""One installation for all fault scripts; each finds it whole and leaves what it broke to be mended here.

What does not belong here: faults.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DEADLOCKS
from tests.faults.client import Client
from tests.faults.site import Site


@pytest.fixture(scope="session")
def installation() -> Iterator[Site]:
    """The installation, started once."""
    scratch = Path(tempfile.mkdtemp(prefix="papertrade-faults-"))
    site = Site(scratch)
    try:
        site.set_up()
        yield site
        assert site.rows(DEADLOCKS) == [(0,)], "sessions have waited for each other: postgres.log says which"
    finally:
        site.tear_down()
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture
def site(installation: Site) -> Site:
    """The installation with every process up and nothing waiting."""
    installation.all_up()
    return installation


@pytest.fixture
def client(site: Site) -> Client:
    """The demo user."""
    return Client(site)
