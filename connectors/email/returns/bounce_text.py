"""Delivery reports that only say so in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.email.reading.headers import decode_words
from connectors.email.reading.html_text import html_to_text
from connectors.email.reading.mail import Bounce
from connectors.email.reading.phrases import either, phrases
from connectors.email.reading.structure import Part
from connectors.email.returns.automatic import has_null_return_path
from connectors.email.returns.bounce_words import Verdict, first_status, judge
from connectors.email.returns.returned import addresses_in, original_ids, unique

WORDS_LIMIT = 20_000
"""Characters of a report that are read; what follows is the mail that came back."""
_FORM_LIMIT = 3_000

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
_FORM_LETTERS = phrases(r"""
    this is the (?:mail(?:er)? (?:system|delivery)|postfix program|mailer-daemon|qmail-send program|\
        dragonfly mail agent|machine generated)
    this message was created automatically by (?:the )?mail (?:delivery|system|transfer)
    this is an automatically[- ]generated (?:delivery status|message from|email from the mail|mail delivery)
    \bthis report relates to a message you sent|your mail sent on:? .{0,80}\s{0,40}could not be delivered to
    -{3,}\s?the following addresses had (?:permanent|transient|delivery)
    delivery to the following recipients? (?:has )?(?:failed|been delayed)
    (?:your )?message (?:cannot|could not|did not|can't) (?:be delivered to|reach)\
        (?: some or all)?(?: of)?(?: the| your)? (?:following|intended|one or more|recipient)
    i(?:'m| am) (?:sorry|afraid) (?:to have to inform you|i wasn't able to deliver)
    a message (?:that )?you (?:have )?sent (?:could|to).{0,60}(?:not be delivered|was rejected)
    the (?:following|original) message .{0,60}(?:was received at|could not be delivered\
    |to <\S{1,80}> was undeliverable)
    the following (?:recipient|address|destination)\S{0,5} (?:could not be reached|failed|were? not reachable)
    送信できませんでした|配信できませんでした|送付できませんでした|配送できませんでした|お届けできませんでした
    ваше сообщение не (?:может быть|было) доставлено|ваше письмо не (?:может быть|было) доставлено
""")
_LIST_REFUSAL = phrases(r"""
    not (?:a )?member|loop alert|duplicated message-id|not allowed to post|cannot post
""")
_RECIPIENT_LINE = re.compile(r"^[ \t]{0,8}<?[^\s<>()@:]{1,64}@[\w.-]{1,253}>?:", re.MULTILINE)
_EVIDENCE = phrases(r"""
    \b[45]\d\d[ -]\S|\b[45]\.\d\.\d|smtp|mail(er)? (server|daemon|system|program)|original message|recipient
    e-?mail address
""")
_SPEAKS_SMTP = phrases(r"""
    \b[45]\d\d[ -]#?[45]\.\d\.\d|\bsmtp|rcpt to|(?:mail|message) (?:server|daemon|system|delivery|transfer)
    original message|(?:unknown|no such|invalid) (?:user|recipient|mailbox)
    (?:user|mailbox|recipient) (?:unknown|not found)
    \b[45]\d\d[ -].{0,40}(?:user|recipient|mailbox|relay|host|domain|message|spam)
""")
_DELAYED = phrases(r"""
    warning|delayed|will (keep|continue|be retried|try|retry)|still (trying|being|in the)
    not yet been delivered|do not need to resend|temporar(y|ily) (fail|error|problem|unable|undeliver)
""")
_GIVEN_UP = phrases(r"""
    giv(en|ing) up|permanent|gave up|too long|expired|no further attempts|will not be retried|final
""")
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


def read_text(root: Part, parts: Sequence[Part], text: str) -> Bounce | None:
    """What the words of a mail report, or None where it is no report.

    Who sent it and what it says must both look like a report: a person's mail has one sign at most.
    """
    sender, subject = root.value("from"), decode_words(root.value("subject"))
    told = html_to_text(text) if "<" in text and "</" in text else text
    told = told[:WORDS_LIMIT]
    failed_header = root.value("x-failed-recipients")
    if not failed_header and not _looks_like_report(root, sender, subject, told):
        return None
    report, returned = _split_returned(told)
    is_delayed = bool(_DELAYED.search(f"{subject}\n{report}")) and not _GIVEN_UP.search(report)
    own = set(addresses_in(sender)) | set(addresses_in(root.value("to")))
    recipients = unique(a for a in addresses_in(failed_header or report) if failed_header or a not in own)
    verdict = _verdict(subject, report)
    return Bounce(
        status=verdict.status_in_class("4" if is_delayed else "5"),
        action="delayed" if is_delayed else "failed",
        recipients=recipients[:20],
        hard=verdict.is_hard and not is_delayed,
        original_ids=original_ids(parts, returned),
        detail=verdict.reason,
    )


def _verdict(subject: str, report: str) -> Verdict:
    first = said_of_first(report)
    if first:
        verdict = judge(first, context=report)
        if verdict.reason and verdict.is_declared:
            return verdict
    return judge(f"{subject}\n{report}", first_status(report))


def said_of_first(report: str) -> str:
    """What a report says of the first recipient, where it speaks of several line by line; else ""."""
    starts = [match.start() for match in _RECIPIENT_LINE.finditer(report)]
    return report[starts[0] : starts[1]] if len(starts) > 1 else ""


def _looks_like_report(root: Part, sender: str, subject: str, told: str) -> bool:
    """Whether who sent it and what it says both look like a report; a person's mail has one sign at most."""
    mailbox = next(iter(addresses_in(sender)), sender.strip())
    is_daemon = bool(
        _DAEMON.match(mailbox) or _DAEMON_NAME.search(decode_words(sender)) or sender.endswith(("<>", "<@>"))
    )
    named = bool(_SUBJECT.search(subject))
    if is_daemon:
        return named or bool(_WORDS.search(told) and _EVIDENCE.search(told))
    if root.value("x-mlserver") and _LIST_REFUSAL.search(f"{subject}\n{told[:500]}"):
        return True
    is_robot = bool(_ROBOT.match(mailbox)) or has_null_return_path(root)
    if root.value("in-reply-to") or not (named or is_robot) or not _WORDS.search(told):
        return False
    if is_robot and _FORM_LETTERS.search(told[:_FORM_LIMIT]) and addresses_in(told[:_FORM_LIMIT]):
        return True
    is_report = root.content_type == "multipart/report"
    return named and (is_report or (is_robot and bool(_SPEAKS_SMTP.search(told))))


def _split_returned(text: str) -> tuple[str, str]:
    """The report's own words, and the mail that it quotes."""
    match = _RETURNED.search(text)
    return (text[: match.end()], text[match.end() :]) if match and match.start() > 20 else (text, "")
