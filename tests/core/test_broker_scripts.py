"""Scripts on the broker: known to it or not, after a connection has ended, and in a child of the process."""

from __future__ import annotations

import os
from uuid import uuid4

import pytest
import redis
from django.conf import settings

from apps.core.broker import Script
from tests.races import together

COUNT = "return redis.call('INCR', KEYS[1]) * ARGV[1]"


@pytest.fixture
def server() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


@pytest.fixture
def script(server: redis.Redis) -> Script:
    # A text of its own: a server that other tests use must not know it yet.
    return Script(settings.REDIS_URL, f"{COUNT} -- {uuid4().hex}")


def test_a_script_that_the_server_does_not_know_is_sent_to_it_once(script: Script, server: redis.Redis) -> None:
    key = f"test:{uuid4().hex}"

    assert server.script_exists(script._digest) == [False]
    assert [script.run(keys=[key], args=[10]) for _ in range(3)] == [10, 20, 30]
    assert server.script_exists(script._digest) == [True]


def test_a_connection_that_the_server_has_ended_is_made_anew(script: Script, server: redis.Redis) -> None:
    key = f"test:{uuid4().hex}"
    script.run(keys=[key], args=[1])
    ended = script._link()
    ended.send_command("CLIENT", "ID")
    server.client_kill_filter(_id=ended.read_response())

    assert script.run(keys=[key], args=[1]) == 2


def test_what_the_server_refuses_is_raised_and_the_next_call_is_answered(script: Script) -> None:
    with pytest.raises(redis.ResponseError):
        script.run(keys=["x"], args=["no number"])

    assert script.run(keys=[f"test:{uuid4().hex}"], args=[1]) == 1


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_read_each_others_answers(script: Script) -> None:
    keys = [f"test:{uuid4().hex}" for _ in range(8)]

    answers = together(8, lambda number: [script.run(keys=[keys[number]], args=[number]) for _ in range(50)])

    assert sorted(answers) == sorted([number * count for count in range(1, 51)] for number in range(8))


def test_a_child_has_a_connection_of_its_own(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    key = f"test:{uuid4().hex}"
    script.run(keys=[key], args=[1])
    parents = script._link()
    child = os.getpid() + 1

    monkeypatch.setattr(os, "getpid", lambda: child)

    assert script._link() is not parents
    assert script.run(keys=[key], args=[1]) == 2


def test_a_broker_that_is_not_there_is_an_error_of_redis() -> None:
    with pytest.raises(redis.ConnectionError):
        Script("unix:///nowhere/valkey.sock", COUNT).run(keys=["x"], args=[1])
