"""The document of the socket: whole, true to every event that the code can make, and without sign-in."""

import json
import re
from pathlib import Path
from typing import Any

from django.test import Client
from jsonschema_rs import meta

import inbox
from inbox.api.asyncapi import document
from inbox.api.schemas.events import EVENTS

NAMES = re.compile(r"""(?:announce|append)\(\s*(?:[\w.]+,\s*)?["']([a-z]+\.[a-z_]+)["']""")


def test_it_is_served_without_sign_in(client: Client) -> None:
    answer = client.get("/api/v1/asyncapi.json")
    assert answer.status_code == 200
    assert answer.json() == document()
    assert client.post("/api/v1/asyncapi.json").status_code == 405


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    told = document()
    for place in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(told))):
        found: Any = told
        for step in place.split("/"):
            found = found[step]
    for schema in told["components"]["schemas"].values():
        meta.validate(schema)


def test_every_event_that_the_code_appends_is_described() -> None:
    folder = Path(str(inbox.__file__)).parent
    appended = {
        name for path in folder.rglob("*.py") for name in NAMES.findall(path.read_text(encoding="utf-8"))
    }
    assert len(appended) > 8
    assert appended <= EVENTS.keys()
