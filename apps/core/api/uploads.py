"""Reading uploaded files. What does not belong here: what is in them, and bodies of JSON (parsing)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from apps.core import errors

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
# What stands around the file: the other fields and the boundaries.
MAX_AROUND_BYTES = 64 * 1024


class UploadParser(MultiPartParser):
    """A form with a file, which goes to disk in pieces; one that is too long is refused before it is read."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        """The fields and the file.

        :raises ParseFailed: if the body is no such form, or its boundary is not told
        :raises RequestDataTooBig: if the body is longer than a file may be
        """
        length = int((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
        if length > MAX_UPLOAD_BYTES + MAX_AROUND_BYTES:
            raise RequestDataTooBig
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as e:
            message = "The body is not a form of multipart/form-data with its boundary in the Content-Type."
            raise errors.ParseFailed(message) from e
