"""Successful answers: shapes as JSON, exactly as the events carry them."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse


def answer(shape: Any, status: int = 200) -> HttpResponse:
    """This shape as JSON. Not copied through the route's schema: shapes are made once, in one place."""
    text = json.dumps(shape, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, status=status, content_type="application/json")


def listing(items: Sequence[Any], next_cursor: str | None = None, **more: Any) -> HttpResponse:
    """A page of a list."""
    return answer({"items": items, "next_cursor": next_cursor, **more})
