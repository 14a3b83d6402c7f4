"""Reads requests strictly: what is not clean JSON in UTF-8, or is too large, goes no further."""

import json
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from inbox.api.problems import BadRequest, TooLarge, WrongMediaType

JSON_LIMIT = 16 * 1024 * 1024
"""Bytes of a JSON body: the longest message, each character of it escaped."""

UPLOAD_LIMIT = 26 * 1024 * 1024
"""Bytes of a multipart body: a file of 25 MB and what surrounds it."""

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def check(request: HttpRequest, *, is_upload: bool) -> None:
    """Refuse a body by its size or kind before it is read. Raises `TooLarge`, `WrongMediaType`."""
    if "\0" in request.META.get("QUERY_STRING", "") or "%00" in request.META.get("QUERY_STRING", ""):
        raise BadRequest("The address holds a NUL character.")
    if request.method not in _WITH_BODY:
        return
    length = request.META.get("CONTENT_LENGTH") or "0"
    limit = UPLOAD_LIMIT if is_upload else JSON_LIMIT
    if not length.isdecimal():
        raise BadRequest("Content-Length must be a number.")
    if int(length) > limit:
        raise TooLarge(f"A request may have {limit} bytes here.")
    expected = "multipart/form-data" if is_upload else "application/json"
    if request.content_type != expected and (is_upload or int(length)):
        raise WrongMediaType(f"Send {expected} here.")


class StrictParser(Parser):
    """JSON as its standard has it, without what a database cannot keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The document. Raises `ValueError` with the reason; `RecursionError` counts as one."""
        try:
            document = json.loads(request.body.decode(), parse_constant=_refuse)
            # One pass finds NUL and lone surrogates wherever they hide, in keys too.
            text = json.dumps(document, ensure_ascii=False)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        text.encode()
        if _NUL.search(text):
            raise ValueError("holds a NUL character")
        return document


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
