"""The widget's script and the demo shop, as browsers fetch them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from connectors.chat import identity
from connectors.chat.demo import demo_channel
from connectors.chat.views import wanted_language
from hub.clock import now
from tests import factories

SCRIPT = 'console.log("widget");\n' * 50


@pytest.fixture
def dist(tmp_path: Path) -> Any:
    """A built front end with an English and a German widget."""
    (tmp_path / "widget.js").write_text(SCRIPT)
    (tmp_path / "widget.de.js").write_text(SCRIPT.replace("widget", "Widget"))
    with override_settings(FRONTEND_DIST=tmp_path):
        yield tmp_path


def test_the_script_is_for_every_origin_and_kept_for_minutes(client: Client, dist: Path) -> None:
    response = client.get("/widget.js")
    assert response.status_code == 200
    assert response.content.decode() == SCRIPT
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in response


def test_an_unchanged_script_is_not_sent_again(client: Client, dist: Path) -> None:
    tag = client.get("/widget.js")["ETag"]
    again = client.get("/widget.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    (dist / "widget.js").write_text("changed();")
    assert client.get("/widget.js", headers={"If-None-Match": tag}).content == b"changed();"


def test_the_script_travels_packed(client: Client, dist: Path) -> None:
    response = client.get("/widget.js", headers={"Accept-Encoding": "gzip, br"})
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == SCRIPT
    assert "Accept-Encoding" in response["Vary"]


def test_the_script_speaks_the_visitors_language(client: Client, dist: Path) -> None:
    german = client.get("/widget.js", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"})
    assert "Widget" in german.content.decode()
    assert "Accept-Language" in german["Vary"]
    assert "Widget" in client.get("/widget.js?lang=de", headers={"Accept-Language": "en"}).content.decode()
    assert client.get("/widget.js?lang=es").content.decode() == SCRIPT, "not built: English"


@pytest.mark.parametrize(
    "accepted,language",
    [
        ("", "en"),
        ("fr", "en"),
        ("fr-CH, fr;q=0.9, de;q=0.7, *;q=0.5", "de"),
        ("en;q=0.3, ar-EG", "ar"),
        ("de;q=oops, es;q=0.1", "es"),
        (",,;q=", "en"),
    ],
)
def test_the_most_wanted_language_that_exists_is_chosen(accepted: str, language: str) -> None:
    assert wanted_language(accepted) == language


def test_an_unbuilt_widget_says_so(client: Client, tmp_path: Path) -> None:
    with override_settings(FRONTEND_DIST=tmp_path):
        response = client.get("/widget.js")
    assert response.status_code == 503
    assert b"make run" in response.content


@pytest.mark.django_db
def test_without_demo_data_there_is_no_shop(client: Client) -> None:
    factories.channel(factories.organization("Acme", slug="acme"), "chat")
    response = client.get("/demo/site")
    assert response.status_code == 404
    assert b"demo data" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("slug,address", [("acme", "/demo/site"), ("globex", "/demo/site?site=globex")])
def test_each_demo_organization_has_a_shop_with_its_own_site_key(
    client: Client, slug: str, address: str
) -> None:
    channel, told = demo_channel(factories.organization(slug.title(), slug=slug))
    response = client.get(address)
    page = response.content.decode()
    assert f'<script async src="/widget.js" data-site-key="{told["site_key"]}"></script>' in page
    assert response["Cache-Control"] == "private, no-store"
    assert told["id"] == str(channel.pk)
    assert client.get("/demo/site?site=initech").status_code == 404


@pytest.mark.django_db
def test_the_demo_channel_is_made_once() -> None:
    acme = factories.organization("Acme", slug="acme")
    assert demo_channel(acme)[1] == demo_channel(acme)[1]


@pytest.mark.django_db
def test_a_signed_in_customer_is_proved_to_the_widget(client: Client) -> None:
    channel, told = demo_channel(factories.organization("Acme", slug="acme"))
    claim = json.loads(client.get("/demo/site?signed_in=1").context["identity"])
    assert identity.proves(
        told["identity_secret"], channel.address, claim["external_id"], claim["exp"], claim["hmac"], now()
    )
