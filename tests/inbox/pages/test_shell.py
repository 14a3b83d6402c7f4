"""The page that carries the agent app: who gets it, at which addresses, and under which policy."""

import re

import pytest
from django.test import Client

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    """A browser in which an agent has signed in."""
    client.force_login(make.agent(make.organization()))
    return client


def test_a_stranger_is_sent_to_sign_in_and_back(client: Client) -> None:
    answer = client.get("/inbox/open/4821")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/inbox/open/4821"


ADDRESSES = ["/inbox", "/inbox/", "/inbox/mine", "/inbox/queue-7/4821", "/settings", "/settings/channels/new"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_place_in_the_app_is_the_same_page(signed_in: Client, address: str) -> None:
    answer = signed_in.get(address)
    assert answer.status_code == 200
    assert 'id="app"' in answer.content.decode()


def test_scripts_carry_the_nonce_and_only_style_attributes_go_without(signed_in: Client) -> None:
    answer = signed_in.get("/inbox")
    policy = answer.headers["Content-Security-Policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', answer.content.decode()))
    assert len(nonces) == 1
    assert policy.count(f"'nonce-{nonces.pop()}'") >= 2
    assert re.findall(r"[a-z-]+(?= 'unsafe-inline')", policy) == ["style-src-attr"]


def test_the_page_is_kept_by_no_cache(signed_in: Client) -> None:
    assert signed_in.get("/inbox").headers["Cache-Control"] == "private, no-store"


def test_somebody_who_belongs_nowhere_is_refused(client: Client) -> None:
    client.force_login(make.user())
    assert client.get("/inbox").status_code == 403
