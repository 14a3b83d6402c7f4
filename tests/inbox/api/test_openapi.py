"""The document is true: schemathesis finds no violation, and every route is in it."""

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from inbox.api.service import api as the_api
from tests.inbox.api import world as worlds
from tests.inbox.api.world import World

EXAMPLES = int(os.environ.get("HUB_TEST_API_EXAMPLES", "12"))
"""Requests for each operation; what they find is repeated by the seed that is printed."""

CONFIG = SchemathesisConfig.from_dict(
    # Which channel can begin, or which time lies in the future, no schema can say.
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422"]}
        }
    }
)


def document() -> dict[str, Any]:
    return json.loads(json.dumps(the_api.get_openapi_schema()))


schema = schemathesis.openapi.from_dict(document(), config=CONFIG)
schema.app = WSGIHandler()
OPERATIONS = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


@pytest.fixture
def known(db: None) -> Iterator[World]:
    """A world whose real ids schemathesis uses in half of its paths."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)  # or each request would end the test's transaction
    yield worlds.build()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.label)
def test_no_route_departs_from_the_document(known: World, operation: Any) -> None:
    headers = {"Authorization": f"Bearer {known.secrets['administrator']}"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any, use_known: bool) -> None:
        if use_known:
            known_ids = {
                name: value for name, value in known.ids.items() if name in (case.path_parameters or {})
            }
            case.path_parameters = {**(case.path_parameters or {}), **known_ids}
        case.call_and_validate(headers=headers)

    given(case=operation.as_strategy(), use_known=st.booleans())(run)()


def test_every_address_of_the_api_is_described() -> None:
    from inbox.api.urls import urlpatterns

    nested = next(pattern for pattern in urlpatterns if hasattr(pattern, "url_patterns"))
    served = {
        "/api/v1/" + str(found.pattern).replace("<", "{").replace(">", "}") for found in nested.url_patterns
    }
    assert served - set(document()["paths"]) == {"/api/v1/openapi.json"}


def test_every_operation_declares_its_errors_as_problems() -> None:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            statuses = set(operation["responses"])
            assert {"401", "403", "500", "503"} <= statuses, (method, path)
            if method == "post":
                assert "409" in statuses
            for status, found in operation["responses"].items():
                if int(status) >= 400:
                    assert list(found["content"]) == ["application/problem+json"], (method, path, status)


@pytest.mark.django_db
def test_the_document_and_its_page_need_no_sign_in_and_nothing_from_elsewhere() -> None:
    client = Client()
    served = client.get("/api/v1/openapi.json")
    assert served.json()["openapi"].startswith("3.1")
    page = client.get("/api/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/conversations/{conversation_id}/messages" in text
    assert "<script" not in text
    assert "style=" not in text
    assert not re.findall(r'(?:src|href)="(?!/|#)[^"]*"', text)
