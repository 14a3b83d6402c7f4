"""Signing in by OAuth 2: from the owner's permission to a mailbox on a real Dovecot, and back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections as database_connections

from connectors.email.fetching import oauth
from connectors.email.fetching.imap import Mailbox
from connectors.email.fetching.mail_account import account_of
from connectors.email.fetching.pop3 import Maildrop
from hub import connections, registry
from hub.clock import now
from hub.jobs.worker import run_until_idle
from hub.messages import ErrorClass, SendError
from hub.models import Channel
from tests import factories
from tests.connectors.email.mailbox_tests import listened_to, mail, subjects, user
from tests.connectors.email.sign_in_provider import CLIENT, SignInProvider, sign_in_provider
from tests.dovecot import Dovecot, dovecot, missing
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loopback")]

REDIRECT = "https://hub.example/settings/channels/signed-in"
EMAIL = "email"


@pytest.fixture
def provider(settings: Any) -> Iterator[SignInProvider]:
    with sign_in_provider() as made:
        settings.PROVIDER_BASE_URLS = {"google": made.base_url, "microsoft": made.base_url}
        yield made


@pytest.fixture
def server(provider: SignInProvider) -> Iterator[Dovecot]:
    """A Dovecot that asks the provider about tokens."""
    if reason := missing():
        pytest.skip(reason)
    with dovecot(introspection_url=f"{provider.base_url}/introspect") as made:
        yield made


def channel(sign_in: str = "google", **config: Any) -> Channel:
    return factories.channel(
        factories.organization(), config={"sign_in": sign_in, **config}, secrets={"oauth": dict(CLIENT)}
    )


def fresh(of: Channel) -> Channel:
    """The channel as it is stored."""
    return Channel.objects.within(of.organization_id).get(pk=of.pk)


def signed_in(of: Channel, provider: SignInProvider, name: str) -> Channel:
    """The channel, after its owner allowed it."""
    connector = registry.connector(EMAIL)
    url = connector.sign_in_url(of, REDIRECT, "state-1")
    of.secrets = {**of.secrets, **connector.finish_sign_in(of, provider.allow(url, name), REDIRECT)}
    of.save()
    return of


@pytest.mark.parametrize("name", ["google", "microsoft"])
def test_the_owner_allows_it_and_mail_comes(provider: SignInProvider, server: Dovecot, name: str) -> None:
    who = user()
    support = signed_in(channel(name, **server.config(who)), provider, who)
    with server.client(who) as client, listened_to(support):
        until(lambda: support.cursors.filter(name="imap:INBOX").exists())
        client.append("INBOX", mail("with a token"))
        until(lambda: subjects(support) == ["with a token"])
    assert provider.introspections


def test_pop3_takes_the_token_too(provider: SignInProvider, server: Dovecot) -> None:
    who = user()
    support = signed_in(channel(**server.config(who, receive_by="pop3")), provider, who)
    token = oauth.access_token(support)
    account = account_of("pop3", support.config, support.secrets, token=token)
    maildrop = Maildrop.sign_in(account)
    assert maildrop.listing() == {}
    maildrop.close()


def test_a_token_is_used_until_it_ends_and_renewed_before(provider: SignInProvider) -> None:
    support = signed_in(channel(), provider, "carla")
    first = oauth.access_token(support)
    assert oauth.access_token(support) == first and provider.refreshes == 0
    soon = (now() + timedelta(seconds=60)).isoformat()
    support.secrets = {**support.secrets, "oauth": {**support.secrets["oauth"], "expires_at": soon}}
    support.save()
    second = oauth.access_token(support)
    assert second != first and provider.refreshes == 1
    kept = fresh(support).secrets["oauth"]
    assert kept["access_token"] == second
    assert kept["refresh_token"] in provider.refreshable, "a new refresh token replaces the old one"
    assert kept["client_secret"] == CLIENT["client_secret"]


def test_a_token_that_the_server_refuses_is_renewed_once(provider: SignInProvider, server: Dovecot) -> None:
    who = user()
    support = signed_in(channel(**server.config(who)), provider, who)
    provider.good.clear()

    def connect(token: str) -> Mailbox:
        return Mailbox.connect(support.config, support.secrets, token=token)

    with oauth.signed_in(support, connect) as mailbox:
        assert mailbox.select("INBOX").count == 0
    assert provider.refreshes == 1


def test_many_who_need_a_new_token_ask_once(provider: SignInProvider) -> None:
    support = signed_in(channel(), provider, "carla")
    old = oauth.access_token(support)
    provider.pause.clear()

    def token(_number: int) -> str:
        try:
            return oauth.access_token(fresh(support), refused=old)
        finally:
            database_connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(token, number) for number in range(4)]
        until(lambda: support.cursors.filter(name="oauth lease").exists())
        provider.pause.set()
        tokens = {future.result(30) for future in waiting}
    assert len(tokens) == 1 and old not in tokens
    assert provider.refreshes == 1


def test_a_permission_that_was_taken_back_wants_somebody_to_sign_in(
    provider: SignInProvider, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "FIRST_PAUSE", 0.02)
    who = user()
    support = signed_in(channel(**server.config(who)), provider, who)
    provider.revoke_all()
    with listened_to(support):
        until(lambda: run_until_idle() >= 0 and fresh(support).state == "needs_reconnect")
        health = fresh(support).health
        assert "Sign in again" in health["detail"] and health["ok"] is False
        key = registry.connector(EMAIL).listening_key(support)
    signed_in(support, provider, who)
    assert registry.connector(EMAIL).listening_key(support) != key, "a new permission connects anew"
    with listened_to(support):
        until(lambda: run_until_idle() >= 0 and fresh(support).state == "connected")


@pytest.mark.parametrize(
    "how, error_class, code",
    [
        ("down", ErrorClass.RETRY, "oauth-failed"),
        ("gone", ErrorClass.RETRY, "oauth-unreachable"),
        ("client", ErrorClass.RECONNECT, "oauth-client"),
        ("never", ErrorClass.RECONNECT, "not-signed-in"),
    ],
)
def test_it_says_who_must_act(
    provider: SignInProvider, settings: Any, how: str, error_class: ErrorClass, code: str
) -> None:
    support = signed_in(channel(), provider, "carla")
    known = dict(support.secrets["oauth"])
    match how:
        case "down":
            provider.is_down = True
        case "gone":
            settings.PROVIDER_BASE_URLS = {"google": "http://127.0.0.1:9"}
        case "client":
            known["client_secret"] = "other"
        case "never":
            known.pop("refresh_token")
    support.secrets = {"oauth": known}
    support.save()
    with pytest.raises(SendError) as caught:
        oauth.access_token(support, refused=known["access_token"])
    assert (caught.value.error_class, caught.value.code) == (error_class, code)
    assert known["access_token"] not in caught.value.detail


def test_a_refusal_by_the_owner_is_told_in_the_providers_words(provider: SignInProvider) -> None:
    answer = {"error": "access_denied", "error_description": "The user said no.", "state": "state-1"}
    with pytest.raises(SendError, match="The user said no"):
        registry.connector(EMAIL).finish_sign_in(channel(), answer, REDIRECT)


def test_a_code_is_good_for_the_one_who_asked(provider: SignInProvider) -> None:
    support = channel()
    connector = registry.connector(EMAIL)
    answer = provider.allow(connector.sign_in_url(support, REDIRECT, "state-1"), "carla")
    with pytest.raises(SendError, match="not good"):
        connector.finish_sign_in(support, {**answer, "state": "another"}, REDIRECT)
