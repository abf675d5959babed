"""``manage.py error_codes``: print docs/errors.md from the registry. What does not belong here: the codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.core import errors
from apps.core.api.envelope import STATUS_OF_KIND, TRANSPORT_ERRORS

HEAD = """# Error codes

Every answer that is not a success is this envelope; `code` is stable, and codes are only ever added:

```json
{"status": "error", "code": "NOT_FOUND", "message": "There is nothing here.", "details": {}, "request_id": "…"}
```

`details.fields` of a validation failure maps dotted paths to lists of `{"code", "message"}`; other details are the
figures of the refusal. Quote the request id, which is also in the header `X-Request-ID`, when you report a problem.

| code | status | what happened |
| --- | --- | --- |
"""


class Command(BaseCommand):
    help = "Print docs/errors.md: every error code with its HTTP status and meaning."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(document(), ending="")


def document() -> str:
    """The text of docs/errors.md."""
    rows = [(error.code, STATUS_OF_KIND[error.kind], error.message) for error in errors.registry()]
    rows += [(code, status, message) for status, (code, message) in TRANSPORT_ERRORS.items()]
    return HEAD + "".join(f"| `{code}` | {status} | {message} |\n" for code, status, message in sorted(rows))
