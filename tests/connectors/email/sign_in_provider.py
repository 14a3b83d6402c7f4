"""A provider of OAuth 2 on loopback: asks its owner, hands out tokens, rotates them, takes them back."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT = {"client_id": "hub-1", "client_secret": "shh"}


@dataclass
class SignInProvider:
    """What the server knows; tests change it while it runs."""

    base_url: str = ""
    seconds: int = 3600
    """How long an access token is good."""
    is_down: bool = False
    rotates: bool = True
    granted: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Codes, with what they were asked for."""
    refreshable: dict[str, str] = field(default_factory=dict)
    """Refresh tokens, each with its user."""
    good: dict[str, str] = field(default_factory=dict)
    """Access tokens, each with its user."""
    refreshes: int = 0
    introspections: int = 0
    pause: threading.Event = field(default_factory=threading.Event)
    """Token answers wait until it is set."""

    def allow(self, url: str, user: str) -> dict[str, str]:
        """The owner of the mailbox presses "Allow" on the page under this address; what comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT["client_id"]
        code = secrets.token_hex(8)
        self.granted[code] = asked | {"user": user}
        return {"code": code, "state": asked["state"]}

    def revoke_all(self) -> None:
        """The owner takes the permission back."""
        self.refreshable.clear()
        self.good.clear()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What the server says to a POST."""
        if path == "/introspect":
            self.introspections += 1
            user = self.good.get(form.get("token", ""))
            return 200, {"active": bool(user), "username": user or ""}
        if self.is_down:
            return 503, {}
        self.pause.wait(20)
        if {key: form.get(key) for key in CLIENT} != CLIENT:
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "refresh_token":
            return self._refreshed(form["refresh_token"])
        return self._first(form)

    def _first(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.granted.pop(form["code"], None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if asked is None or digest.decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "the code is not good"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant", "error_description": "another redirect"}
        refresh_token = secrets.token_hex(8)
        self.refreshable[refresh_token] = asked["user"]
        return 200, self._tokens(asked["user"]) | {"refresh_token": refresh_token}

    def _refreshed(self, refresh_token: str) -> tuple[int, dict[str, Any]]:
        self.refreshes += 1
        user = self.refreshable.get(refresh_token)
        if user is None:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        if not self.rotates:
            return 200, self._tokens(user)
        del self.refreshable[refresh_token]
        following = secrets.token_hex(8)
        self.refreshable[following] = user
        return 200, self._tokens(user) | {"refresh_token": following}

    def _tokens(self, user: str) -> dict[str, Any]:
        token = secrets.token_hex(16)
        self.good[token] = user
        return {"access_token": token, "expires_in": self.seconds, "token_type": "Bearer"}


@contextmanager
def sign_in_provider() -> Iterator[SignInProvider]:
    """Run one until the block ends."""
    provider = SignInProvider()
    provider.pause.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, told = provider.answer(urlsplit(self.path).path, form)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    provider.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield provider
    finally:
        provider.pause.set()
        server.shutdown()
        server.server_close()
