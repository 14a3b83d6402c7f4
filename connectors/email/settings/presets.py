"""The servers of mail providers that many people have an address with, as their help pages name them."""

from __future__ import annotations

from typing import Any, NamedTuple

from connectors.email.fetching.mail_providers import app_password_hint
from hub.channel_form import Suggestion

TLS, STARTTLS = ("tls", 465), ("starttls", 587)


class Provider(NamedTuple):
    """Where a provider's mail is read (IMAP over TLS on 993) and handed in."""

    label: str
    domains: tuple[str, ...]
    imap: str = ""
    smtp: str = ""
    submission: tuple[str, int] = TLS
    sign_in: str = "password"
    advice: str = ""


PROVIDERS = (
    Provider("Gmail", ("gmail.com", "googlemail.com"), "imap.gmail.com", "smtp.gmail.com", STARTTLS),
    Provider(
        "Outlook.com",
        (
            *("outlook.com", "outlook.de", "outlook.fr", "outlook.es", "hotmail.com", "hotmail.de"),
            *("hotmail.fr", "hotmail.co.uk", "live.com", "live.de", "msn.com"),
        ),
        "outlook.office365.com",
        "smtp-mail.outlook.com",
        STARTTLS,
        "microsoft",
    ),
    Provider(
        "Yahoo",
        (
            *("yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "yahoo.co.uk", "yahoo.ca"),
            *("yahoo.in", "yahoo.co.in", "yahoo.com.br", "yahoo.com.mx", "yahoo.com.ar", "ymail.com"),
            "rocketmail.com",
        ),
        "imap.mail.yahoo.com",
        "smtp.mail.yahoo.com",
    ),
    Provider("AOL", ("aol.com",), "imap.aol.com", "smtp.aol.com"),
    Provider("iCloud", ("icloud.com", "me.com", "mac.com"), "imap.mail.me.com", "smtp.mail.me.com", STARTTLS),
    Provider("GMX", ("gmx.net", "gmx.de", "gmx.at", "gmx.ch"), "imap.gmx.net", "mail.gmx.net", STARTTLS),
    Provider("GMX", ("gmx.com", "gmx.us", "gmx.co.uk"), "imap.gmx.com", "mail.gmx.com", STARTTLS),
    Provider("WEB.DE", ("web.de",), "imap.web.de", "smtp.web.de", STARTTLS),
    Provider(
        "Telekom",
        ("t-online.de", "magenta.de"),
        "secureimap.t-online.de",
        "securesmtp.t-online.de",
        advice="Telekom needs the password for e-mail programs, which you set in the customer centre.",
    ),
    Provider("Fastmail", ("fastmail.com", "fastmail.fm"), "imap.fastmail.com", "smtp.fastmail.com"),
    Provider("Zoho Mail", ("zoho.com", "zohomail.com"), "imap.zoho.com", "smtp.zoho.com"),
    Provider("Zoho Mail", ("zoho.eu", "zohomail.eu"), "imap.zoho.eu", "smtp.zoho.eu"),
    Provider("mailbox.org", ("mailbox.org",), "imap.mailbox.org", "smtp.mailbox.org"),
    Provider("Posteo", ("posteo.de", "posteo.net", "posteo.org", "posteo.eu"), "posteo.de", "posteo.de"),
    Provider("Yandex", ("yandex.com", "yandex.ru"), "imap.yandex.com", "smtp.yandex.com"),
    Provider(
        "Mail.ru",
        ("mail.ru", "inbox.ru", "list.ru", "bk.ru"),
        "imap.mail.ru",
        "smtp.mail.ru",
        advice="Mail.ru needs a password for external applications (Settings, Security).",
    ),
    Provider(
        "Proton Mail",
        ("proton.me", "protonmail.com", "pm.me"),
        advice="Proton gives mail to programs only through Proton Mail Bridge on a machine of yours. Choose"
        " forwarding, or IMAP and SMTP with the server, ports and password that the Bridge shows.",
    ),
    Provider(
        "Tuta",
        ("tuta.com", "tutanota.com", "tutanota.de", "tutamail.com", "tuta.io"),
        advice="Tuta has neither IMAP nor POP3. Use an address of your own domain for this channel.",
    ),
)
_BY_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def suggestion(address: str) -> Suggestion | None:
    """The settings that fit an address at a known provider, else None."""
    local, _, domain = address.strip().lower().rpartition("@")
    provider = _BY_DOMAIN.get(domain)
    if not local or provider is None:
        return None
    advice = provider.advice or app_password_hint(provider.imap, address)
    return Suggestion(provider.label, _config(provider, local, address) if provider.imap else {}, advice)


def _config(provider: Provider, local: str, address: str) -> dict[str, Any]:
    security, port = provider.submission
    found: dict[str, Any] = {
        "receive_by": "imap",
        "sign_in": provider.sign_in,
        "imap_host": provider.imap,
        "imap_port": 993,
        "imap_security": "tls",
        "send_by": "smtp",
        "smtp_host": provider.smtp,
        "smtp_port": port,
        "smtp_security": security,
    }
    if provider.label == "iCloud":  # Apple wants the name alone for reading, the whole address for sending.
        found |= {"imap_user": local, "smtp_user": address.strip()}
    return found
