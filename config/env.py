"""Typed reads of the environment. What does not belong here: defaults that differ between dev, test and prod."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


class Env(environ.Env):
    """The environment. What cannot be read stops the start and is named, a misspelt yes or no too."""

    def get_value(self, var: str, cast: Any = None, **options: Any) -> Any:
        """The value of a variable, as its kind.

        :raises ImproperlyConfigured: if it is of another kind, or not set and without a default
        """
        text = self.ENVIRON.get(var, "").strip().lower()
        if cast is bool and text not in ("", *self.BOOLEAN_TRUE_STRINGS, *NO):
            raise ImproperlyConfigured(f"{var} is neither True nor False.")
        try:
            return super().get_value(var, cast=cast, **options)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} is no whole number.") from error


NO = ("false", "off", "n", "no", "0")
env = Env()

MIN_SECRET_CHARS = 50
MAKE_FOLDER = "Make it, owned by the user of the processes."


def required_secret(name: str) -> str:
    """A secret that has no default and cannot be guessed.

    :raises ImproperlyConfigured: if it is missing or shorter than 50 characters
    """
    value: str = env.str(name, default="")
    _check_secret(name, value)
    return value


def required_secrets(name: str) -> list[str]:
    """Secrets separated by commas, the newest first, none of which can be guessed.

    :raises ImproperlyConfigured: if there is none, or one is shorter than 50 characters
    """
    values: list[str] = env.list(name, default=[])
    for value in values or [""]:
        _check_secret(name, value)
    return values


def required(name: str, hint: str) -> str:
    """A value that production cannot start without.

    :raises ImproperlyConfigured: if it is missing; the message says what to set
    """
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    return value


def all_or_none(*names: str, hint: str) -> None:
    """Pass if all of these variables are set, or none is.

    :raises ImproperlyConfigured: if not; the message names those that are missing, and says what to do
    """
    missing = [name for name in names if not env.str(name, default="")]
    if 0 < len(missing) < len(names):
        given = ", ".join(name for name in names if name not in missing)
        raise ImproperlyConfigured(f"{given} is set without {', '.join(missing)}. {hint}")


def choice(name: str, *, default: str, choices: tuple[str, ...]) -> str:
    """One of several words.

    :raises ImproperlyConfigured: if it is another one
    """
    value: str = env.str(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to one of: {', '.join(choices)}.")
    return value


def check_folder(name: str) -> None:
    """Pass if the folder of a variable can be written, or made; there need be none.

    :raises ImproperlyConfigured: if not
    """
    folder: str = env.str(name, default="")
    try:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {folder} cannot be made ({error.strerror}). {MAKE_FOLDER}") from error
    if folder and not os.access(folder, os.W_OK):
        raise ImproperlyConfigured(f"{name}: {folder} cannot be written. {MAKE_FOLDER}")


def database(url: str) -> dict[str, Any]:
    """Django's database settings for a URL; the host may be a socket's directory, written with %2F for slashes.

    :raises ImproperlyConfigured: if the URL is empty, none of PostgreSQL, or names no database
    """
    if not url:
        raise ImproperlyConfigured("DATABASE_URL is empty. Set it to the PostgreSQL server, or leave it out.")
    wrong = ImproperlyConfigured("DATABASE_URL is no address such as postgres://user:password@host:5432/papertrade.")
    if not url.startswith(("postgres://", "postgresql://")):
        raise wrong
    try:
        config: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError:
        # Its message quotes what stands where the port should, which may be a part of the password.
        raise wrong from None
    if not config["NAME"]:
        raise wrong
    config["HOST"] = unquote(config["HOST"])
    return config


def broker_url(redis_url: str) -> str:
    """The Redis URL in the form that Celery's transport expects.

    :raises ImproperlyConfigured: if it is none of Redis

    Unix sockets are spelled redis+socket://, and the number of the database, ``db`` for the client of Redis, is
    ``virtual_host``: under its own name it is ignored, and the queues of every installation are in database 0.
    Over TLS the certificate is checked unless the address says otherwise: left to itself, the transport checks none.
    """
    if not redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("REDIS_URL is no address such as redis://:password@host:6379/0.")
    if redis_url.startswith("rediss://") and "ssl_cert_reqs" not in dict(parse_qsl(urlsplit(redis_url).query)):
        return f"{redis_url}{'&' if '?' in redis_url else '?'}ssl_cert_reqs=required"
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    options = {"virtual_host" if name == "db" else name: value for name, value in parse_qsl(query)}
    return f"redis+socket://{path}?{urlencode(options)}" if options else f"redis+socket://{path}"


def _check_secret(name: str, value: str) -> None:
    if len(value) < MIN_SECRET_CHARS:
        raise ImproperlyConfigured(
            f"{name} is {'too short' if value else 'not set'}. Set it in the environment to at least "
            f"{MIN_SECRET_CHARS} random characters, for example the output of: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
