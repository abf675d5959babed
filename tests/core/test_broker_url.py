"""The URL of the broker: installations do not share queues. What does not belong here: tasks."""

from __future__ import annotations

import ssl

import kombu
import pytest

from config import env


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("unix:///run/valkey.sock?db=8", "redis+socket:///run/valkey.sock?virtual_host=8"),
        ("unix://user:word@/run/v.sock?db=8", "redis+socket://user:word@/run/v.sock?virtual_host=8"),
        ("redis://redis:6379/3", "redis://redis:6379/3"),
        ("rediss://redis:6379/3", "rediss://redis:6379/3?ssl_cert_reqs=required"),
        ("rediss://redis:6379/3?ssl_ca_certs=/ca", "rediss://redis:6379/3?ssl_ca_certs=/ca&ssl_cert_reqs=required"),
        ("rediss://redis:6379/3?ssl_cert_reqs=none", "rediss://redis:6379/3?ssl_cert_reqs=none"),
    ],
)
def test_the_url_of_the_broker_names_the_database_as_its_transport_does(given: str, expected: str) -> None:
    assert env.broker_url(given) == expected


@pytest.mark.parametrize(
    ("asked", "checked"),
    [
        ("", {"ssl_cert_reqs": ssl.CERT_REQUIRED}),
        ("?ssl_ca_certs=/ca", {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": "/ca"}),
        ("?ssl_cert_reqs=none", {"ssl_cert_reqs": ssl.CERT_NONE}),
    ],
)
def test_the_transport_checks_the_certificate_of_the_broker(asked: str, checked: dict[str, object]) -> None:
    assert kombu.Connection(env.broker_url(f"rediss://redis:6379/3{asked}")).ssl == checked
