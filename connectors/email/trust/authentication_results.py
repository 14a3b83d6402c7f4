"""Reads `Authentication-Results` (RFC 8601) of servers that a channel's administrator trusts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.messages import Authentication

_NAME = "authentication-results"
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*\"?@?([^\s;\"]+)", re.IGNORECASE)
_COMMENT_LEVELS = 5


def known_authentication(
    mail_headers: Iterable[tuple[str, str]], headers: Mapping[str, Any], config: Mapping[str, Any]
) -> Authentication | None:
    """What we found out ourselves, else what a trusted server wrote into the mail, else None.

    Of mails by SMTP only those count that a trusted peer handed over: anybody else may write what they like.
    A mail out of a mailbox has no peer; its server is trusted by name alone.
    """
    if own := headers.get("authentication"):
        return Authentication(**own)
    trusted = config.get("trusted_authserv_ids") or ()
    if not trusted or ("peer" in headers and not headers.get("trusted_peer")):
        return None
    return read_results(mail_headers, trusted)


def read_results(headers: Iterable[tuple[str, str]], trusted: Sequence[str]) -> Authentication | None:
    """What the topmost header of a trusted server says, or None.

    Each server puts its header above what it got, so a forged one of the same name lies below; nothing is
    taken from there. Whoever trusts a server relies on its adding one to each mail (RFC 8601 §5).
    """
    wanted = {name.strip().lower() for name in trusted}
    for name, value in headers:
        if name.lower() == _NAME:
            server, _, results = _without_comments(value).partition(";")
            server = (server.split() or [""])[0].lower()
            if server in wanted:
                return _read(server, results)
    return None


def _read(server: str, results: str) -> Authentication:
    found: dict[str, list[str]] = {}
    domain = ""
    for part in results.split(";"):
        if match := _RESULT.match(part):
            found.setdefault(match[1].lower(), []).append(match[2].lower())
        if match := _FROM.search(part):
            domain = domain or match[1].lower()
    best = {method: "pass" if "pass" in words else words[0] for method, words in found.items()}
    # Two verdicts on one From domain are no verdict for it: the worse one counts.
    verdicts = found.get("dmarc", [])
    return Authentication(
        spf=best.get("spf", ""),
        dkim=best.get("dkim", ""),
        dmarc="fail" if "fail" in verdicts else best.get("dmarc", ""),
        domain=domain,
        by=server,
    )


def _without_comments(value: str) -> str:
    for _ in range(_COMMENT_LEVELS):
        value, count = _COMMENT.subn(" ", value)
        if not count:
            break
    return " ".join(value.split())
