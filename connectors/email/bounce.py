"""Delivery reports: RFC 3464, feedback reports (RFC 5965), and mails that only say so in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from connectors.email.addresses import read_message_ids
from connectors.email.automatic import has_null_return_path
from connectors.email.bounce_words import judge
from connectors.email.headers import decode_words
from connectors.email.html_text import html_to_text
from connectors.email.mail import Bounce
from connectors.email.phrases import either, phrases
from connectors.email.structure import Budget, Part, header_groups, read_headers

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_DAEMON = re.compile(  # writes nothing but reports
    "^(?:"
    + either(r"""
        mailer-?_?daemon|mail-?daemon|daemon|mdaemon|mmdf|double-bounce|post_?master|mail[.]delivery[.]sys\w+
        maildelivery
    """)
    + r")\b",
    re.IGNORECASE,
)
_ROBOT = re.compile(  # writes reports, and much else
    r"^(?:mail-?er|mailadmin|mail-?gateway|postmast|bounces?|delivery|smtp|uucp|root|system|administrator|no-?reply)\b",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail(er)?[ -]?(delivery|daemon|system|admin)|postmaster|delivery subsystem|mail router", re.I
)
_SUBJECT = phrases(r"""
    undeliver|returned (mail|to sender|e-?mail)|failure notice
    delivery (status|fail|problem|error|report|notification|unsuccess)
    (mail|message|e-?mail) (delivery|system|could not|status|error|failure|undeliver|rejected)
    (mail|message|e-?mail) (not delivered|returned)
    non[ -]?(remis|delivery|recapitat)|nondeliverable|could not (be delivered|send)|unable to deliver
    cannot deliver|unzustellbar|nicht zugestellt|nicht zustellbar|zustellung|no se puede entregar
    no entregad|devuelto|onbestelbaar|mancato recapito|impossible de remettre|échec de la remise
    недоставлен|не доставлен|配信|エラー|送信失敗|returning message|problem(s)? (delivering|with)
    rejected (mail|message)|user unknown|bounce|warning: (could|message|unable)|delayed mail
    message delayed|退信|系统退信|failed (mail|delivery|to deliver)|dsn|mail failure
    error (in )?(sending|delivering)|message you sent|reject
""")
_WORDS = phrases(r"""
    (could|can|was|is|were|has|have|has been|did|does)( ?n[o']t| not|not) (be |been |get )?\
        (deliver|sen[dt]|accept|reach|complete|forward)
    undeliver|unable to (deliver|send|relay|complete)|permanent(ly)? (fail|error|fatal)
    delivery (has |to the following |of the .{0,30})?fail|(is |being )?(returned|bounced)|user unknown
    unknown (user|recipient|local|address)|no such (user|person|address|recipient|mailbox)
    mailbox (is )?(full|unavailable|not found|exceeded|disabled)|quota|rejected|transcript of session
    failed|host unknown|<<< [45]\d\d|\b5\d\d[ -]\d\.\d\.\d|[^\d][45]\.\d\.\d{1,2}\b|宛先|配送|届け|エラー
    unzustellbar|nicht (zugestellt|erreich)|отклонен|не (был|может)
""")
_EVIDENCE = phrases(r"""
    \b[45]\d\d[ -]\S|\b[45]\.\d\.\d|smtp|mail(er)? (server|daemon|system|program)|original message|recipient
    e-?mail address
""")
_DELAYED = phrases(r"""
    warning|delayed|will (keep|continue|be retried|try|retry)|still (trying|being|in the)
    not yet been delivered|do not need to resend|temporar(y|ily) (fail|error|problem|unable|undeliver)
""")
_GIVEN_UP = phrases(r"""
    giv(en|ing) up|permanent|gave up|too long|expired|no further attempts|will not be retried|final
""")
_COMPLAINT = re.compile(r"^complaint about message from ", re.IGNORECASE)  # Microsoft's, outside of RFC 5965
_RETURNED = re.compile(
    r"^[ >]{0,20}(?:"
    + either(r"""
        -{2,80}.{0,60}(?:original|copy|returned|unsent|undelivered|below|message|headers?).{0,60}-{2,80}
        .{0,60}\b(?:below this line|copy of (?:the|your) (?:original )?(?:message|mail)).{0,60}$
        .{0,60}\b(?:original message (?:follows|header)|unsent message).{0,60}$
    """)
    + r")",
    re.IGNORECASE | re.MULTILINE,
)
_WORDS_LIMIT = 20_000


def read_bounce(root: Part, text: str) -> Bounce | None:
    """What the mail reports about the delivery of another mail, or None when it is no report."""
    parts = list(root.walk())
    for part in parts:
        if part.content_type in ("message/delivery-status", "message/global-delivery-status"):
            return _from_status(part, parts, text)
        if part.content_type == "message/feedback-report":
            return _from_feedback(part, parts)
    return _from_words(root, parts, text)


def _from_status(part: Part, parts: list[Part], text: str) -> Bounce | None:
    groups = [dict(reversed(group)) for group in header_groups(part.content())]
    per_recipient = [
        g for g in groups if {"final-recipient", "original-recipient", "action", "status"} & g.keys()
    ]
    recipients = _unique(
        address
        for g in per_recipient
        for address in _addresses(g.get("final-recipient") or g.get("original-recipient", ""))
    )
    worst = _worst(per_recipient)
    action = worst.get("action", "").split(";")[0].split()[:1]
    status = _status(worst.get("status", ""))
    diagnostic = worst.get("diagnostic-code", "")
    verdict = judge(diagnostic, status) if diagnostic else judge(f"{text[:_WORDS_LIMIT]}", status)
    return Bounce(
        status=verdict.status,
        action=action[0].lower() if action else "",
        recipients=recipients,
        hard=verdict.is_hard and (not action or action[0].lower() == "failed"),
        original_ids=_original_ids(parts, ""),
        detail=diagnostic[:500],
    )


def _worst(groups: list[dict[str, str]]) -> dict[str, str]:
    """The group of the recipient for whom it failed, else the first."""
    failed = [group for group in groups if group.get("action", "").lower().startswith("failed")]
    return next(iter(failed or groups), {})


def _from_feedback(part: Part, parts: list[Part]) -> Bounce:
    fields = dict(entry for group in header_groups(part.content()) for entry in group)
    who = fields.get("original-rcpt-to", "") or fields.get("removal-recipient", "")
    return Bounce(
        "",
        "",
        _unique(_addresses(who)),
        False,
        _original_ids(parts, ""),
        fields.get("feedback-type", "")[:500],
    )


def _from_words(root: Part, parts: list[Part], text: str) -> Bounce | None:
    sender, subject = root.value("from"), decode_words(root.value("subject"))
    if _COMPLAINT.match(subject) and any(part.content_type == "message/rfc822" for part in parts):
        return Bounce("", "", (), False, _original_ids(parts, ""), "abuse")
    told = html_to_text(text) if "<" in text and "</" in text else text
    told = told[:_WORDS_LIMIT]
    failed_header = root.value("x-failed-recipients")
    if not failed_header and not _looks_like_report(root, sender, subject, told):
        return None
    report, returned = _split_returned(told)
    is_delayed = bool(_DELAYED.search(f"{subject}\n{report}")) and not _GIVEN_UP.search(report)
    verdict = judge(f"{subject}\n{report}", _status(report))
    own = set(_addresses(sender)) | set(_addresses(root.value("to")))
    recipients = _unique(a for a in _addresses(failed_header or report) if failed_header or a not in own)
    return Bounce(
        status=verdict.status_in_class("4" if is_delayed else "5"),
        action="delayed" if is_delayed else "failed",
        recipients=recipients[:20],
        hard=verdict.is_hard and not is_delayed,
        original_ids=_original_ids(parts, returned),
        detail=verdict.reason,
    )


def _looks_like_report(root: Part, sender: str, subject: str, told: str) -> bool:
    """Whether who sent it and what it says both look like a report; a person's mail has one sign at most."""
    mailbox = next(iter(_addresses(sender)), sender.strip())
    is_daemon = bool(_DAEMON.match(mailbox) or _DAEMON_NAME.search(decode_words(sender)))
    named = bool(_SUBJECT.search(subject))
    if is_daemon:
        return named or bool(_WORDS.search(told) and _EVIDENCE.search(told))
    if not named or root.value("in-reply-to") or not _WORDS.search(told):
        return False
    is_robot = bool(_ROBOT.match(mailbox)) or has_null_return_path(root)
    is_report = root.content_type == "multipart/report"
    return is_report or (is_robot and bool(_EVIDENCE.search(told)))


def _split_returned(text: str) -> tuple[str, str]:
    """The report's own words, and the mail that it quotes."""
    match = _RETURNED.search(text)
    return (text[: match.end()], text[match.end() :]) if match and match.start() > 20 else (text, "")


def _original_ids(parts: list[Part], returned: str) -> tuple[str, ...]:
    """Message-IDs of the mail that came back, from its attached or quoted headers."""
    for part in parts:
        if part.content_type == "text/rfc822-headers":
            raw = part.content().lstrip()
            headers, _ = read_headers(raw, 0, len(raw), Budget())
            found = [value.decode("latin-1") for name, value in headers if name.lower() == "message-id"]
            return read_message_ids(found)
        if part.content_type == "message/rfc822" and part.children:
            return read_message_ids(part.children[0].values("message-id"))
    lines = re.findall(r"^[ >]*Message-ID:\s*(<[^<>\s]+>)", returned, re.IGNORECASE | re.MULTILINE)
    return read_message_ids(lines[:1])


def _status(text: str) -> str:
    match = _STATUS.search(text)
    return match[0] if match else ""


def _addresses(text: str) -> list[str]:
    return [match[0].lower() for match in _ADDRESS.finditer(text)]


def _unique(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))
