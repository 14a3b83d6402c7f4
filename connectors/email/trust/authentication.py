"""Checks who is behind a mail that came by SMTP: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from ipaddress import ip_network
from typing import Any

import dkim
import spf
import structlog

from connectors.email.entrance.limits import is_within
from connectors.email.reading.addresses import read_addresses
from connectors.email.reading.headers import header_text
from connectors.email.trust import dmarc, name_server
from connectors.email.trust.name_server import NoAnswerNow, Questions
from hub.messages import Authentication
from hub.models import Channel

log = structlog.get_logger("connectors.email")

SECONDS = 5.0
"""All mails that are understood together wait so long for the DNS; what is unknown then is a temperror."""

SIGNATURES = 5
"""Of the signatures of a mail so many are looked at, from the top."""

BY = "omnihub"

HEADER = "authentication"
"""The envelope's header with what was found."""

_LOCAL = [
    ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
]
"""Peers whose address says nothing to the world's SPF records."""

_WORST_FIRST = ("fail", "temperror", "permerror", "none", "pass")

Arrived = tuple[Channel, bytes, Mapping[str, Any]]

_pool = ThreadPoolExecutor(8, thread_name_prefix="authentication")


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a mail came: the peer's address, its greeting, and the envelope's sender, "" for none."""

    peer: str
    helo: str
    sender: str

    @property
    def domain(self) -> str:
        """The domain that SPF is about (RFC 7208 §2.4)."""
        return self.sender.rpartition("@")[2] or self.helo


def enrich(batch: Sequence[Arrived]) -> list[Mapping[str, Any]]:
    """The envelopes' headers, with `HEADER` for those whose channel wants it and whose peer is a stranger.

    Within `SECONDS` for all of them; never raises.
    """
    questions = Questions(SECONDS)
    checks = [
        _pool.submit(_checked, raw, _origin(headers), questions) if _is_wanted(channel, headers) else None
        for channel, raw, headers in batch
    ]
    return [
        {**headers, HEADER: asdict(check.result())} if check is not None else headers
        for check, (_, _, headers) in zip(checks, batch, strict=True)
    ]


def _is_wanted(channel: Channel, headers: Mapping[str, Any]) -> bool:
    peer = str(headers.get("peer") or "")
    return bool(
        channel.config.get("authenticate")
        and peer
        and HEADER not in headers
        and not headers.get("trusted_peer")
        and not is_within(peer, _LOCAL)
    )


def _origin(headers: Mapping[str, Any]) -> Origin:
    return Origin(*(str(headers.get(name) or "") for name in ("peer", "helo", "sender")))


def _checked(raw: bytes, origin: Origin, questions: Questions) -> Authentication:
    try:
        return evaluate(raw, origin, questions)
    except Exception as error:  # noqa: BLE001 - libraries that read strangers' mails and records
        log.warning("mail_not_authenticated", error=type(error).__name__)
        return Authentication(dmarc="temperror", by=BY)


def evaluate(raw: bytes, origin: Origin, questions: Questions) -> Authentication:
    """What the DNS says of a mail; results in the words of RFC 8601."""
    spf_result = check_spf(origin, questions)
    signatures = check_signatures(raw, questions)
    domains = _from_domains(raw)
    passed = [domain for result, domain in signatures if result == "pass"]
    spf_domain = origin.domain if spf_result == "pass" else ""
    return Authentication(
        spf=spf_result,
        dkim=_best(signatures, domains),
        dmarc=_judged(domains, spf_domain, passed, questions, [spf_result, *(r for r, _ in signatures)]),
        domain=next(iter(domains), ""),
        by=BY,
    )


def check_spf(origin: Origin, questions: Questions) -> str:
    """pass, fail, softfail, neutral, none, temperror or permerror."""
    if not questions.seconds_left:
        return "temperror"
    result, _ = spf.check2(
        i=origin.peer, s=origin.sender, h=origin.helo, querytime=max(questions.seconds_left, 0.1)
    )
    return str(result)


def check_signatures(raw: bytes, questions: Questions) -> list[tuple[str, str]]:
    """(result, signing domain) of each DKIM signature, topmost first."""
    try:
        mail = dkim.DKIM(raw)
    except dkim.DKIMException:
        return [("permerror", "")]
    count = sum(name.lower() == b"dkim-signature" for name, _ in mail.headers)
    return [_check_signature(mail, number, questions) for number in range(min(count, SIGNATURES))]


def _check_signature(mail: Any, number: int, questions: Questions) -> tuple[str, str]:
    mail.domain = b""
    found_keys: list[bytes] = []

    def key_of(name: bytes, timeout: float = 0.0) -> bytes:
        found_keys.extend(questions.texts(name.decode("ascii", "replace")))
        return found_keys[0] if found_keys else b""

    try:
        is_valid = mail.verify(idx=number, dnsfunc=key_of)
    except NoAnswerNow:
        return "temperror", _text(mail.domain)
    except dkim.ValidationError as error:
        # What the body says is another thing than what was signed; all else is a signature nobody can read.
        return ("fail" if "body hash" in str(error) else "permerror"), _text(mail.domain)
    except (dkim.DKIMException, ValueError, KeyError):
        return "permerror", _text(mail.domain)
    if not is_valid:
        return ("fail" if found_keys else "permerror"), _text(mail.domain)
    # With l= anybody may add to the text that is shown (RFC 6376 §8.2).
    return ("policy" if b"l" in mail.signature_fields else "pass"), _text(mail.domain)


def _text(domain: bytes) -> str:
    return domain.decode("utf-8", "replace").lower()


def _best(signatures: Sequence[tuple[str, str]], domains: Sequence[str]) -> str:
    """The result to show: of a signature of the From domain if there is one, a valid one before others."""
    if not signatures:
        return "none"
    own = [
        result for result, signer in signatures if any(dmarc.is_aligned(d, signer, False) for d in domains)
    ]
    results = own or [result for result, _ in signatures]
    return "pass" if "pass" in results else results[0]


def _judged(
    domains: Sequence[str],
    spf_domain: str,
    signers: Sequence[str],
    questions: Questions,
    results: Sequence[str],
) -> str:
    """The worst of what DMARC says of the From domains; only a temporary fault may make a pass of a fail."""
    if not domains:
        return "permerror"
    try:
        found = {dmarc.judge(domain, spf_domain, signers, questions.texts) for domain in domains[:SIGNATURES]}
    except NoAnswerNow:
        return "temperror"
    worst = next(result for result in _WORST_FIRST if result in found)
    return "temperror" if worst == "fail" and "temperror" in results else worst


def _from_domains(raw: bytes) -> list[str]:
    """The domains of all addresses in all From headers, each once."""
    try:
        headers, _ = dkim.rfc822_parse(raw)
    except dkim.DKIMException:
        return []
    values = [
        re.sub(r"\r?\n", "", header_text(value)) for name, value in headers if name.strip().lower() == b"from"
    ]
    found = (address.address.rpartition("@")[2].lower() for address in read_addresses(values))
    return list(dict.fromkeys(domain for domain in found if domain))


def _spf_lookup(name: str, kind: str, tcpfallback: bool = True, timeout: float = 1.0) -> list[Any]:
    """pySPF's way to the DNS by our own resolver; it takes whatever stands under its module's global."""
    try:
        records = name_server.ask(str(name), kind, min(timeout, name_server.QUESTION_SECONDS))
    except NoAnswerNow as error:
        raise spf.TempError(f"DNS: no answer for {name}") from error
    return [((name, kind), _spf_data(record, kind)) for record in records]


def _spf_data(record: Any, kind: str) -> Any:
    match kind:
        case "A" | "AAAA":
            return record.address
        case "MX":
            return record.preference, record.exchange
        case "PTR":
            return record.target.to_text(True)
        case _:
            return record.strings


spf.DNSLookup = _spf_lookup
