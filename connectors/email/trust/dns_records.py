"""The DNS records that make a channel's mail trusted: what to paste, whether it is there, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from connectors.email.sending.letterhead import public_host
from connectors.email.sending.relays import relay_of
from connectors.email.trust.dkim_keys import public_record
from connectors.email.trust.dmarc import ascii_domain, organizational_domain
from connectors.email.trust.name_server import NoAnswerNow, ask
from hub import public_addresses
from hub.channel_form import Paste
from hub.messages import SendError
from hub.models import Channel

SECONDS = 4.0
"""For each question; all of them are asked at the same time."""

_INCLUDES = (
    (re.compile(r"\.(google|gmail)\.com$"), "_spf.google.com"),
    (re.compile(r"\.(office365|outlook)\.com$"), "spf.protection.outlook.com"),
    (re.compile(r"\.amazonaws\.com$"), "amazonses.com"),
    (re.compile(r"\.sendgrid\.net$"), "sendgrid.net"),
    (re.compile(r"\.mailgun\.org$"), "mailgun.org"),
    (re.compile(r"\.mailjet\.com$"), "spf.mailjet.com"),
    (re.compile(r"\.mtasv\.net$|\.postmarkapp\.com$"), "spf.mtasv.net"),
    (re.compile(r"\.zoho\.(com|eu|in)$"), "zohomail.com"),
    (re.compile(r"\.fastmail\.com$|\.messagingengine\.com$"), "spf.messagingengine.com"),
)
_VISIBLE_LATER = "New records take from minutes to a day until everybody sees them."


def pastes(channel: Channel) -> list[Paste]:
    """What to enter into the DNS of a channel's domain; each looked up, side by side. Never raises."""
    domain = ascii_domain(channel.address.rpartition("@")[2])
    wanted = list(_wanted(channel, domain))
    with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
        return list(pool.map(_looked_up, wanted))


def _wanted(channel: Channel, domain: str) -> Iterator[Paste]:
    config = channel.config
    if config.get("sign_dkim") and (record := _record_of(channel)):
        name = f"{config.get('dkim_selector') or 'hub'}._domainkey.{domain}"
        purpose = "DKIM: lets receivers check that your domain signed the mail."
        yield Paste("dns", name, record, purpose, "TXT")
    back = ascii_domain(str(config["return_domain"])) if config.get("return_domain") else ""
    purpose = "SPF: says which servers may send for your domain."
    yield Paste("dns", back or domain, f"v=spf1 {_mechanism(channel)} ~all", purpose, "TXT")
    if back:
        purpose = "Leads reports of undelivered mail back to this hub."
        yield Paste("dns", back, f"10 {public_host()}.", purpose, "MX")
    purpose = "DMARC: says what to do with mail that only claims to come from you. Start with p=none."
    yield Paste("dns", f"_dmarc.{domain}", "v=DMARC1; p=none", purpose, "TXT")


def _record_of(channel: Channel) -> str:
    try:
        return public_record(str(channel.secrets.get("dkim_private_key") or ""))
    except ValueError:
        return ""


def _mechanism(channel: Channel) -> str:
    """The part of an SPF record that allows the server which this channel sends through (RFC 7208 §5)."""
    try:
        relay = relay_of(channel, fresh_token=False)
    except SendError:
        relay = None
    host = ascii_domain(relay.host if relay else public_host())
    for pattern, include in _INCLUDES:
        if pattern.search(f".{host}"):
            return f"include:{include}"
    address = public_addresses.parse(host)
    if address is None:
        return f"a:{host}" if "." in host else "mx"
    return f"ip{address.version}:{host}" if public_addresses.is_public(address) else "mx"


def _looked_up(paste: Paste) -> Paste:
    try:
        found, detail = _judge(paste)
    except NoAnswerNow:
        found, detail = None, "The DNS did not answer in time; look again later."
    return Paste(
        paste.kind, paste.name, paste.value, paste.purpose, paste.record_type, found=found, detail=detail
    )


def _judge(paste: Paste) -> tuple[bool, str]:
    if paste.record_type == "MX":
        return _judge_mx(paste)
    if paste.name.startswith("_dmarc."):
        return _judge_dmarc(paste)
    if paste.value.startswith("v=spf1"):
        return _judge_spf(paste)
    return _judge_dkim(paste)


def _texts(name: str) -> list[str]:
    return [
        b"".join(record.strings).decode("utf-8", "replace").strip() for record in ask(name, "TXT", SECONDS)
    ]


def _judge_dkim(paste: Paste) -> tuple[bool, str]:
    records = _texts(paste.name)
    if not records:
        doubled = _texts(f"{paste.name}.{_zone(paste.name)}")
        if doubled:
            return (
                False,
                f"The record stands under {paste.name}.{_zone(paste.name)}: leave out the domain there.",
            )
        return False, f"There is no record yet. {_VISIBLE_LATER}"
    if len(records) > 1:
        return False, "There are several records under this name; receivers may take the wrong one. Keep one."
    return _judge_key(_tags(records[0]), _tags(paste.value))


def _judge_key(there: Mapping[str, str], own: Mapping[str, str]) -> tuple[bool, str]:
    if there.get("v", "DKIM1") != "DKIM1":
        return False, "The record does not begin with v=DKIM1: it was changed on its way into the DNS."
    if there.get("p") == own["p"] and there.get("k", "rsa") == own["k"]:
        return True, ""
    if not there.get("p"):
        return False, "The record holds no key (p= is empty), which means that this key was withdrawn."
    if own["p"].startswith(there["p"]) or there["p"] in own["p"]:
        return (
            False,
            "The key was cut off: paste all of it, in pieces of 255 characters if the form wants that.",
        )
    if there.get("k", "rsa") != own["k"]:
        return False, f"The key there is of the kind {there.get('k', 'rsa')}, ours is {own['k']}."
    if _differences(there["p"], own["p"]) <= 5:
        return False, "The key differs in a few letters: there is a typing mistake. Paste it anew."
    return False, f"There is another key, perhaps an old one. Replace the record. {_VISIBLE_LATER}"


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def _judge_spf(paste: Paste) -> tuple[bool, str]:
    records = [text for text in _texts(paste.name) if text.lower().split()[:1] == ["v=spf1"]]
    if not records:
        return False, f"There is no SPF record yet. {_VISIBLE_LATER}"
    if len(records) > 1:
        return False, "There are several SPF records; with more than one, none counts. Join them into one."
    wanted = paste.value.split()[1]
    terms = [term.lstrip("+").lower() for term in records[0].split()[1:]]
    if wanted.lower() in terms:
        return True, ""
    return False, f"Add {wanted} to the record that is there: {records[0][:200]}"


def _judge_dmarc(paste: Paste) -> tuple[bool, str]:
    domain = paste.name.removeprefix("_dmarc.")
    for place in dict.fromkeys((domain, organizational_domain(domain))):
        records = [text for text in _texts(f"_dmarc.{place}") if _tags(text).get("v") == "DMARC1"]
        if len(records) > 1:
            return False, f"There are several DMARC records under _dmarc.{place}; none counts. Keep one."
        if records:
            policy = _tags(records[0]).get("p", "none")
            return True, "" if place == domain else f"The record of {place} holds here too (p={policy})."
    return False, f"There is no DMARC record yet. {_VISIBLE_LATER}"


def _judge_mx(paste: Paste) -> tuple[bool, str]:
    wanted = paste.value.split()[1].rstrip(".").lower()
    hosts = [str(record.exchange).rstrip(".").lower() for record in ask(paste.name, "MX", SECONDS)]
    if wanted in hosts:
        return True, ""
    if hosts:
        return False, f"Mail for {paste.name} goes to {_listed(hosts)}; it must go to {wanted}."
    return False, f"There is no MX record yet. {_VISIBLE_LATER}"


def _tags(record: str) -> dict[str, str]:
    """Tags of a record; blanks in values do not count (RFC 6376 §3.2)."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): re.sub(r"\s+", "", value) for name, _, value in pairs}


def _zone(name: str) -> str:
    return name.partition("._domainkey.")[2]


def _listed(words: Iterable[Any]) -> str:
    return ", ".join(map(str, words))
