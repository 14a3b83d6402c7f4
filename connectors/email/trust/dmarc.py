"""DMARC (RFC 7489): whether SPF or DKIM vouch for the domain that a mail shows as its sender."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import dns.exception
import dns.name
from publicsuffixlist import PublicSuffixList

Texts = Callable[[str], Sequence[bytes]]
"""Asks for the TXT records of a name."""

_POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Policy:
    """A domain's record: `action` for what fails, and whether domains must be equal, not only related."""

    action: str
    strict_spf: bool = False
    strict_dkim: bool = False


class BadPolicy(ValueError):
    """The record says DMARC and nothing that could be used."""


def judge(domain: str, spf_domain: str, dkim_domains: Sequence[str], texts: Texts) -> str:
    """pass, fail, none or permerror for the From domain (RFC 8601 §2.7.1).

    `spf_domain` is the domain for which SPF passed, or ""; `dkim_domains` are those of the signatures that
    are valid. Whatever `texts` raises goes through.
    """
    try:
        policy = find_policy(domain, texts)
    except BadPolicy:
        return "permerror"
    if policy is None:
        return "none"
    is_vouched_for = (bool(spf_domain) and is_aligned(domain, spf_domain, policy.strict_spf)) or any(
        is_aligned(domain, signer, policy.strict_dkim) for signer in dkim_domains
    )
    return "pass" if is_vouched_for else "fail"


def find_policy(domain: str, texts: Texts) -> Policy | None:
    """The policy of the domain, else of its organization (RFC 7489 §6.6.3). Raises `BadPolicy`."""
    domain = ascii_domain(domain)
    above = organizational_domain(domain)
    for name in dict.fromkeys((domain, above)):
        records = [text for text in texts(f"_dmarc.{name}") if _tags(text).get("v") == "DMARC1"]
        if len(records) == 1:
            return read_policy(records[0], is_subdomain=name != domain)
    return None


def read_policy(record: bytes, *, is_subdomain: bool = False) -> Policy:
    """What one record says; raises `BadPolicy` when its policy is none and nobody gets reports either."""
    tags = _tags(record)
    action = tags.get("p", "").lower()
    if is_subdomain:
        action = tags.get("sp", action).lower()
    if action not in _POLICIES:
        if "rua" not in tags:
            raise BadPolicy(action)
        action = "none"
    return Policy(action, tags.get("aspf", "").lower() == "s", tags.get("adkim", "").lower() == "s")


def is_aligned(domain: str, other: str, strict: bool) -> bool:
    """Whether the two are the same domain, or, when not strict, of one organization (RFC 7489 §3.1)."""
    domain, other = ascii_domain(domain), ascii_domain(other)
    return domain == other or (not strict and organizational_domain(domain) == organizational_domain(other))


def organizational_domain(domain: str) -> str:
    """The part that somebody registered: example.co.uk for mail.example.co.uk (RFC 7489 §3.2)."""
    return _public_suffixes().privatesuffix(domain) or domain


def ascii_domain(domain: str) -> str:
    """In lower case, international names in their ASCII form, without the final dot."""
    try:
        return dns.name.from_text(domain.strip()).to_text(omit_final_dot=True).lower()
    except (dns.exception.DNSException, UnicodeError):
        return domain.strip().lower()


def _tags(record: bytes) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.decode("ascii", "replace").split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()
