"""What every answer carries, and what failures look like."""

import json
import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import path

from hub import urls
from hub.forgiving_cache import ForgivingCache


def broken(request: Any) -> Any:
    raise ZeroDivisionError


def without_database(request: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


urlpatterns = [
    path("api/broken", broken),
    path("broken", broken),
    path("api/away", without_database),
    path("away", without_database),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("address, status", [("/nowhere", 404), ("/broken", 500), ("/away", 503)])
@override_settings(ROOT_URLCONF="tests.hub.ops.test_answers")
def test_a_failure_is_a_page_and_under_api_a_problem(browser: Client, address: str, status: int) -> None:
    page = browser.get(address)
    assert (page.status_code, page["Content-Type"]) == (status, "text/html; charset=utf-8")
    answer = browser.get(f"/api{address}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = json.loads(answer.content)
    assert body["status"] == status
    assert set(body) >= {"type", "title", "status", "detail"}


@override_settings(ROOT_URLCONF="tests.hub.ops.test_answers")
def test_a_database_that_is_away_asks_to_come_back(browser: Client) -> None:
    assert browser.get("/away")["Retry-After"] == "5"


@pytest.mark.django_db
def test_every_page_carries_the_security_headers(client: Client) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "private" in headers["Cache-Control"]


def test_an_answer_without_a_policy_of_its_own_is_not_cached(client: Client) -> None:
    assert client.get("/healthz")["Cache-Control"] == "private, no-store"


@override_settings(SECURE_HSTS_SECONDS=31536000, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_hsts_comes_with_https() -> None:
    assert "Strict-Transport-Security" in Client().get("/healthz", HTTP_X_FORWARDED_PROTO="https").headers


def test_a_forwarded_scheme_is_believed_only_when_a_proxy_is_configured() -> None:
    with override_settings(SECURE_HSTS_SECONDS=31536000):
        answer = Client().get("/healthz", HTTP_X_FORWARDED_PROTO="https")
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.django_db
def test_metrics_are_prometheus_text_with_the_figures_of_the_hub(client: Client) -> None:
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    names = set(re.findall(r"^# TYPE (\w+) \w+$", text, re.MULTILINE))
    assert names >= {
        "hub_http_requests_total",
        "hub_http_request_seconds",
        "hub_database_up",
        "hub_jobs",
        "hub_envelopes",
        "hub_deliveries",
        "hub_events_seq",
        "hub_sockets",
    }
    assert 'hub_http_requests_total{method="GET",route="/healthz",status="200"}' in text


@pytest.mark.django_db
def test_metrics_do_not_grow_with_made_up_paths_and_methods(client: Client) -> None:
    client.generic("BREW", "/pot")
    client.get("/secret-token-in-path")
    text = client.get("/metrics").content.decode()
    assert "BREW" not in text
    assert "secret-token" not in text


def test_the_cache_goes_without_a_redis_that_is_gone() -> None:
    gone = ForgivingCache("redis://127.0.0.1:1", {})
    assert gone.add("key", 1) is True
    assert gone.get("key", "default") == "default"
    gone.set("key", 2)
    assert gone.touch("key") is False
    assert gone.delete("key") is False
