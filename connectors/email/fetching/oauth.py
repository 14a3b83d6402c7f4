"""Signing in to mailboxes of Google and Microsoft by OAuth 2 (RFC 6749, with PKCE as in RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from django.conf import settings

from connectors.email.fetching.trouble import said
from hub import safe_http
from hub.clock import now
from hub.messages import ErrorClass, SendError
from hub.models import Channel, ChannelCursor
from hub.transaction import unit

EARLY = timedelta(minutes=3)
"""A token that ends sooner than this is renewed before it is used."""

LEASE = timedelta(seconds=30)
"""For how long one process alone may renew a channel's token; the others wait for what it gets."""

LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider asks the owner of a mailbox, and where it hands out tokens."""

    label: str
    authorize: str
    token: str
    authorize_path: str
    token_path: str
    scopes: str
    options: Mapping[str, str] = field(default_factory=dict)


PROVIDERS = {
    "google": Provider(
        "Google",
        "https://accounts.google.com",
        "https://oauth2.googleapis.com",
        "/o/oauth2/v2/auth",
        "/token",
        "https://mail.google.com/",
        {"access_type": "offline", "prompt": "consent"},  # else there is no refresh token the second time
    ),
    "microsoft": Provider(
        "Microsoft",
        "https://login.microsoftonline.com",
        "https://login.microsoftonline.com",
        "/{tenant}/oauth2/v2.0/authorize",
        "/{tenant}/oauth2/v2.0/token",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All"
        " https://outlook.office.com/POP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
        {"prompt": "select_account"},
    ),
}


class _Closable(Protocol):
    def close(self) -> object:
        """End the connection."""


Connected = TypeVar("Connected", bound=_Closable)


def is_used_by(channel: Channel) -> bool:
    """Whether the channel signs in by OAuth 2."""
    return str(channel.config.get("sign_in")) in PROVIDERS


def sign_in_url(channel: Channel, redirect_url: str, state: str) -> str:
    """Where the owner of the mailbox allows us to use it. Raises `SendError` without a client id."""
    provider = _provider(channel)
    client_id = _client(channel)[0]
    challenge = hashlib.sha256(_verifier(state).encode()).digest()
    query = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": redirect_url,
        "scope": provider.scopes,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
        "login_hint": _user(channel),
        **provider.options,
    }
    return f"{_url(channel, provider.authorize, provider.authorize_path)}?{urlencode(query)}"


def finish_sign_in(channel: Channel, answer: Mapping[str, str], redirect_url: str) -> dict[str, Any]:
    """The channel's new secrets, after the provider sent its owner back with `answer`: `code` and `state`.

    Raises `SendError` with the provider's words.
    """
    label = _provider(channel).label
    if not answer.get("code"):
        words = said(answer.get("error_description") or answer.get("error") or "no reason given")
        raise SendError(ErrorClass.RECONNECT, "sign-in-refused", f"{label} did not allow it: {words}")
    tokens = _ask(
        channel,
        grant_type="authorization_code",
        code=answer["code"],
        redirect_uri=redirect_url,
        code_verifier=_verifier(answer.get("state", "")),
    )
    if not tokens.get("refresh_token"):
        detail = (
            f"{label} did not give a lasting permission. Take the old one away there, then sign in again."
        )
        raise SendError(ErrorClass.RECONNECT, "no-refresh-token", detail)
    return {"oauth": _merged(channel, tokens) | {"granted_at": now().isoformat()}}


def access_token(channel: Channel, refused: str = "") -> str:
    """A token that signs in now, for IMAP, POP3 and SMTP alike; "" for a channel that uses a password.

    `refused` is one that the server did not take, though it should still be good. Renews it when needed, one
    process at a time, and keeps what came. Raises `SendError`: to sign in again when the permission is gone.
    """
    if not is_used_by(channel):
        return ""
    if good := _good_token(channel, refused):
        return good
    while not _lease(channel):
        time.sleep(LOOK_SECONDS)
        channel.refresh_from_db(fields=["secrets"])
        if good := _good_token(channel, refused):
            return good
    try:
        channel.refresh_from_db(fields=["secrets"])
        return _good_token(channel, refused) or _renewed(channel)
    finally:
        _leases(channel).update(updated_at=now())


@contextmanager
def signed_in(channel: Channel, connect: Callable[[str], Connected]) -> Iterator[Connected]:
    """A connection that `connect` makes with a token, closed at the end.

    A token that the server refuses is renewed once: clocks differ, and tokens are taken back early.
    """
    token = access_token(channel)
    try:
        connection = connect(token)
    except SendError as error:
        if error.code != "token-refused":
            raise
        connection = connect(access_token(channel, refused=token))
    with closing(connection):
        yield connection


def _good_token(channel: Channel, refused: str) -> str:
    kept = channel.secrets.get("oauth") or {}
    token = str(kept.get("access_token") or "")
    if not token or token == refused or not kept.get("expires_at"):
        return ""
    return token if datetime.fromisoformat(kept["expires_at"]) > now() + EARLY else ""


def _renewed(channel: Channel) -> str:
    refresh_token = str((channel.secrets.get("oauth") or {}).get("refresh_token") or "")
    if not refresh_token:
        label = _provider(channel).label
        detail = f"Nobody has signed in with {label} yet. Open the channel's settings and sign in."
        raise SendError(ErrorClass.RECONNECT, "not-signed-in", detail)
    tokens = _ask(channel, grant_type="refresh_token", refresh_token=refresh_token)
    with unit():
        row = Channel.objects.within(channel.organization_id).select_for_update().get(pk=channel.pk)
        row.secrets = {**row.secrets, "oauth": _merged(row, tokens)}
        row.save(update_fields=["secrets"])
    channel.secrets = row.secrets
    return str(row.secrets["oauth"]["access_token"])


def _merged(channel: Channel, tokens: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a provider's answer; a new refresh token replaces the old one (RFC 6749 §6)."""
    seconds = float(tokens.get("expires_in") or 3600)
    kept = dict(channel.secrets.get("oauth") or {})
    kept["access_token"] = str(tokens["access_token"])
    kept["expires_at"] = (now() + timedelta(seconds=seconds)).isoformat()
    if tokens.get("refresh_token"):
        kept["refresh_token"] = str(tokens["refresh_token"])
    return kept


def _ask(channel: Channel, **form: str) -> dict[str, Any]:
    """Ask the provider's token endpoint. Raises `SendError` that says who must act."""
    provider = _provider(channel)
    client_id, client_secret = _client(channel)
    form["client_id"] = client_id
    if client_secret:
        form["client_secret"] = client_secret
    try:
        answer = safe_http.request(
            "POST",
            _url(channel, provider.token, provider.token_path),
            form=form,
            redirects=0,
            max_bytes=200_000,
        )
    except safe_http.HttpError as error:
        detail = f"{provider.label} cannot be asked for a new sign-in: {said(error)}"
        raise SendError(ErrorClass.RETRY, "oauth-unreachable", detail) from error
    told = _json(answer)
    if answer.ok and told.get("access_token"):
        return told
    raise _refusal(provider.label, answer.status, told)


def _refusal(label: str, status: int, told: Mapping[str, Any]) -> SendError:
    code = str(told.get("error") or "")
    words = said(told.get("error_description") or code or f"status {status}")
    if code in ("invalid_grant", "interaction_required", "consent_required"):
        detail = f"{label} does not let us in any longer: the permission was taken back or has ended."
        detail = f"{detail} Sign in again. It says: {words}"
        return SendError(ErrorClass.RECONNECT, "permission-gone", detail)
    if code in ("invalid_client", "unauthorized_client"):
        detail = f"{label} does not know the client id, or not with this client secret. It says: {words}"
        return SendError(ErrorClass.RECONNECT, "oauth-client", detail)
    if status == 429:
        return SendError(ErrorClass.THROTTLED, "oauth-later", f"{label} wants us to come later: {words}")
    if status >= 500 or not code:
        return SendError(ErrorClass.RETRY, "oauth-failed", f"{label} gave no new sign-in: {words}")
    return SendError(ErrorClass.RECONNECT, "oauth-refused", f"{label} gave no new sign-in: {words}")


def _json(answer: safe_http.Answer) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _provider(channel: Channel) -> Provider:
    try:
        return PROVIDERS[str(channel.config.get("sign_in"))]
    except KeyError:
        raise SendError(ErrorClass.RECONNECT, "no-oauth", "This channel signs in by password.") from None


def _client(channel: Channel) -> tuple[str, str]:
    kept = channel.secrets.get("oauth") or {}
    if not kept.get("client_id"):
        detail = f"Enter the client id and secret of your application at {_provider(channel).label} first."
        raise SendError(ErrorClass.RECONNECT, "no-client", detail)
    return str(kept["client_id"]), str(kept.get("client_secret") or "")


def _user(channel: Channel) -> str:
    return str(channel.config.get("imap_user") or channel.config.get("pop3_user") or channel.address)


def _url(channel: Channel, host: str, path: str) -> str:
    """An endpoint, at the place where `HUB_PROVIDER_BASE_URLS` puts the provider."""
    base = settings.PROVIDER_BASE_URLS.get(str(channel.config.get("sign_in")), host)
    return base.rstrip("/") + path.format(tenant=channel.config.get("oauth_tenant") or "common")


def _verifier(state: str) -> str:
    """PKCE's secret, made of the state that comes back: nothing has to be kept in the meantime."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"mail sign-in\x00" + state.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _leases(channel: Channel) -> Any:
    return ChannelCursor.objects.within(channel.organization_id).filter(channel=channel, name="oauth lease")


def _lease(channel: Channel) -> bool:
    """Take the right to renew this channel's token; its row's `updated_at` is when it ends."""
    ChannelCursor.objects.within(channel.organization_id).get_or_create(
        channel=channel,
        name="oauth lease",
        defaults={"organization_id": channel.organization_id, "updated_at": datetime.fromtimestamp(0, UTC)},
    )
    return bool(_leases(channel).filter(updated_at__lte=now()).update(updated_at=now() + LEASE))
