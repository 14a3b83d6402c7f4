"""Signing in, out, and changing a password, through the pages."""

import re
import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, override_settings

from hub.accounts import adapter
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def amal() -> Any:
    return factories.agent(factories.organization(), email="amal@acme.test")


def leads_to(response: Any) -> str:
    """Where a redirect goes."""
    assert response.status_code == 302
    return str(response["Location"])


def sign_in(client: Client, email: str, password: str, **fields: str) -> Any:
    return client.post("/sign-in", {"login": email, "password": password, **fields})


def alert(response: Any) -> str:
    """What the page says was wrong."""
    found = re.search(r'role="alert">.*?</svg>\s*([^<]+)', response.content.decode(), re.DOTALL)
    return found.group(1).strip() if found else ""


def test_the_start_page_asks_for_e_mail_and_password(client: Client) -> None:
    page = client.get("/").content.decode()
    labels = re.findall(r'<label for="(\w+)">([^<]+)</label>', page)
    assert labels == [("id_login", "E-mail"), ("id_password", "Password")]
    assert 'action="/sign-in"' in page


@pytest.mark.parametrize("email", ["amal@acme.test", " AMAL@Acme.test "])
def test_signing_in_leads_to_the_inbox(client: Client, amal: Any, email: str) -> None:
    response = sign_in(client, email, factories.PASSWORD)
    assert leads_to(response) == "/inbox"
    assert leads_to(client.get("/")) == "/inbox"


def test_a_wrong_password_is_said_in_plain_words(client: Client, amal: Any) -> None:
    response = sign_in(client, "amal@acme.test", "wrong")
    assert response.status_code == 200
    assert alert(response) == adapter.MISMATCH
    assert "_auth_user_id" not in client.session


def test_unknown_deactivated_and_mistaken_get_the_same_page(client: Client, amal: Any) -> None:
    factories.user("Gone Agent", email="gone@acme.test", is_active=False)
    pages = set()
    for email, password in [
        ("amal@acme.test", "wrong"),
        ("nobody@acme.test", "wrong"),
        ("gone@acme.test", factories.PASSWORD),
    ]:
        response = sign_in(Client(), email, password)
        page = response.content.decode().replace(email, "")
        pages.add((response.status_code, re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)))
    assert len(pages) == 1


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    get_user_model().objects.create_user("argon@acme.test", "a real long password", name="Argon")
    known: list[float] = []
    unknown: list[float] = []
    for turn in range(3):
        for email, times in [("argon@acme.test", known), (f"nobody{turn}@acme.test", unknown)]:
            began = time.perf_counter()
            sign_in(Client(), email, "wrong")
            times.append(time.perf_counter() - began)
    assert 0.5 < min(known) / min(unknown) < 2


def test_passwords_are_kept_as_argon2id() -> None:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        assert factories.user().password.startswith("argon2$argon2id$")


def test_wrong_tries_pause_an_account_at_an_address_even_for_the_right_password(amal: Any) -> None:
    for _ in range(5):
        assert sign_in(Client(), "amal@acme.test", "wrong").status_code == 200
    paused = sign_in(Client(), "AMAL@acme.test", factories.PASSWORD)
    assert paused.status_code == 429
    assert paused["Retry-After"] == "30"
    assert alert(paused) == adapter.TOO_MANY


def test_the_pause_grows_with_further_wrong_tries(amal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [time.time()]
    monkeypatch.setattr(time, "time", lambda: clock[0])

    def pause_after_tries(number: int) -> float:
        """Seconds until the next try is let through, once `number` were wrong."""
        for _ in range(number):
            assert sign_in(Client(), "amal@acme.test", "wrong").status_code == 200
        began = clock[0]
        while sign_in(Client(), "amal@acme.test", factories.PASSWORD).status_code == 429:
            clock[0] += 15
        return clock[0] - began

    first, second, third = pause_after_tries(5), pause_after_tries(5), pause_after_tries(5)
    assert first <= 30 < second <= 300
    assert third < 300
    assert pause_after_tries(5) > 1800


def test_a_stranger_elsewhere_does_not_keep_the_owner_out(amal: Any) -> None:
    for _ in range(6):
        sign_in(Client(REMOTE_ADDR="203.0.113.9"), "amal@acme.test", "wrong")
    assert (
        sign_in(Client(REMOTE_ADDR="198.51.100.4"), "amal@acme.test", factories.PASSWORD).status_code == 302
    )


def test_one_address_cannot_try_account_after_account() -> None:
    statuses = [sign_in(Client(), f"nobody{n}@acme.test", "wrong").status_code for n in range(61)]
    assert statuses == [200] * 60 + [429]


def test_many_right_passwords_at_once_are_never_paused(amal: Any) -> None:
    assert {sign_in(Client(), "amal@acme.test", factories.PASSWORD).status_code for _ in range(70)} == {302}


@pytest.mark.parametrize(
    "target, place",
    [
        ("/inbox/17", "/inbox/17"),
        ("https://evil.test/", "/inbox"),
        ("//evil.test/", "/inbox"),
        ("javascript:alert(1)", "/inbox"),
    ],
)
def test_next_leads_to_our_own_host_only(client: Client, amal: Any, target: str, place: str) -> None:
    assert leads_to(sign_in(client, "amal@acme.test", factories.PASSWORD, next=target)) == place


def test_the_page_carries_next_through_a_wrong_try(client: Client) -> None:
    page = client.get("/sign-in", {"next": "/inbox/17"}).content.decode()
    assert '<input type="hidden" name="next" value="/inbox/17"' in page


@pytest.mark.parametrize("path", ["/signup/", "/accounts/signup/", "/sign-up", "/account/signup/"])
def test_nobody_can_sign_up(client: Client, path: str) -> None:
    assert client.post(path, {"email": "new@acme.test", "password1": "x" * 12}).status_code == 404


def test_signing_out_takes_a_post(client: Client, amal: Any) -> None:
    client.force_login(amal)
    assert client.get("/sign-out").status_code == 200
    assert "_auth_user_id" in client.session
    assert leads_to(client.post("/sign-out")) == "/"
    assert "_auth_user_id" not in client.session


def test_changing_the_password_ends_the_other_sessions(client: Client, amal: Any) -> None:
    client.force_login(amal)
    other = Client()
    other.force_login(amal)
    new = "quite another passphrase"
    fields = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    place = leads_to(client.post("/account/password", fields))
    assert "Your password is changed" in client.get(place).content.decode()
    assert leads_to(other.get("/account/password")) == "/sign-in?next=/account/password"
    assert sign_in(Client(), "amal@acme.test", new).status_code == 302


@pytest.mark.parametrize("new", ["short", "passwordpassword1"[:8], "1234567890"])
def test_a_weak_new_password_is_refused(client: Client, amal: Any, new: str) -> None:
    client.force_login(amal)
    fields = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    assert client.post("/account/password", fields).status_code == 200
    amal.refresh_from_db()
    assert amal.check_password(factories.PASSWORD)


def test_a_form_without_its_csrf_token_is_refused_with_a_plain_page(amal: Any) -> None:
    response = sign_in(Client(enforce_csrf_checks=True), "amal@acme.test", factories.PASSWORD)
    assert response.status_code == 403
    assert "You may not do this" in response.content.decode()
