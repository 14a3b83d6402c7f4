"""What large mail providers ask for beside a password."""

from __future__ import annotations

_GOOGLE = (
    "Google takes no usual password here: sign in with Google, or make an app password"
    " (Google account, Security, 2-Step Verification, App passwords)."
)
_MICROSOFT = (
    "Microsoft takes no passwords here: sign in with Microsoft, and let the administrator of the"
    " organization switch on IMAP or POP and authenticated SMTP for this mailbox."
)
_HINTS: dict[str, str] = {
    "gmail.com": _GOOGLE,
    "googlemail.com": _GOOGLE,
    "google.com": _GOOGLE,
    "outlook.com": _MICROSOFT,
    "office365.com": _MICROSOFT,
    "hotmail.com": _MICROSOFT,
    "live.com": _MICROSOFT,
    "yahoo.com": "Yahoo needs an app password (Account security, Generate app password).",
    "aol.com": "AOL needs an app password (Account security, Generate app password).",
    "icloud.com": "iCloud needs an app-specific password (account.apple.com, Sign-In and Security).",
    "me.com": "iCloud needs an app-specific password (account.apple.com, Sign-In and Security).",
    "fastmail.com": "Fastmail needs an app password (Settings, Privacy & Security).",
    "zoho.com": "Zoho needs an app password when two-factor sign-in is on, and IMAP switched on.",
    "yandex.com": "Yandex needs an app password, and IMAP switched on in the mailbox's settings.",
    "gmx.net": "GMX needs IMAP and POP3 switched on in the mailbox's settings (E-Mail, POP3/IMAP).",
    "web.de": "WEB.DE needs IMAP and POP3 switched on in the mailbox's settings (E-Mail, POP3/IMAP).",
}


def app_password_hint(host: str, user: str) -> str:
    """What the owner of a mailbox on this server has to do before a program may sign in; often empty."""
    for name in (host.lower().rstrip("."), user.lower().rpartition("@")[2]):
        labels = name.split(".")
        for start in range(len(labels) - 1):
            if hint := _HINTS.get(".".join(labels[start:])):
                return hint
    return ""
