"""How django-allauth behaves here: no open sign-up, growing delays, one answer for every refusal."""

import threading
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.contrib.auth import authenticate
from django.http import HttpRequest

from hub.models.people import User

MISMATCH = "E-mail and password do not match."
TOO_MANY = (
    "Too many wrong tries, so sign-in is paused for a short while. "
    "The pause grows with each further wrong try."
)

PARALLEL_CHECKS = threading.BoundedSemaphore(3)
"""Argon2 takes about 100 MB a check; also bounds how many guesses can overtake their own count."""


class Adapter(DefaultAccountAdapter):
    """The house's answers to allauth's questions."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": MISMATCH,
        "too_many_login_attempts": TOO_MANY,
        "enter_current_password": "That is not your present password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes their own account; administrators invite."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No flash messages: the page that follows shows what happened."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The active user with this password, else None after counting the try.

        Unknown, deactivated and mistaken all take the time of one password check. Raises
        `ValidationError` ("too_many_login_attempts") while account or address are paused.
        """
        with PARALLEL_CHECKS:
            limits = self._limits(request, str(credentials.get("email", "")))
            for action, key in limits.items():
                if not ratelimit.consume(request, action=action, key=key, dry_run=True):
                    raise self.validation_error("too_many_login_attempts")
            user = authenticate(request, **credentials)
            if user is None:
                for action, key in limits.items():
                    ratelimit.consume(request, action=action, key=key)
        return user if isinstance(user, User) else None

    def _limits(self, request: HttpRequest, email: str) -> dict[str, str]:
        """Whose wrong tries are counted together, by their entry in `settings.ACCOUNT_RATE_LIMITS`."""
        account, address = email.strip().lower(), self.get_client_ip(request)
        return {
            "wrong_for_account_at_address": f"{account} {address}",
            "wrong_for_account": account,
            "wrong_at_address": address,
        }
