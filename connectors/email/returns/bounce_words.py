"""What mail servers say when they refuse, as a table: words to reason, status, and "the address is dead"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from connectors.email.reading.phrases import phrases


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of a refusal: `reason` in our words, `status` per RFC 3463, dead address or not."""

    reason: str
    status: str
    is_hard: bool
    is_declared: bool = True

    def status_in_class(self, digit: str) -> str:
        """The status; one that no server declared is put into the class "4" (later) or "5" (failed)."""
        return self.status if self.is_declared and self.status else f"{digit}{self.status[1:] or '.0.0'}"


class Reason(NamedTuple):
    """A row of the table: the words, and what they mean."""

    reason: str
    status: str
    is_hard: bool
    words: str


# The first row whose words occur wins: the more telling rows stand first.
_REASONS = (
    Reason(
        "user unknown",
        "5.1.1",
        True,
        # How Exchange Online refuses unknown recipients at its edge.
        r"recipient address rejected: access denied",
    ),
    Reason(
        "name service trouble",
        "4.4.3",
        False,
        r"""
        host not found,? try again
        (host|domain|name)( \S{1,40}){0,3} (lookup|resolution) (failure|failed|error)
        temporary (name|dns|lookup) (\S{1,40} )?(failure|error)
        name server: \S{1,80} (timed|no data|try again)
    """,
    ),
    Reason(
        "refused by the recipient",
        "5.7.1",
        False,
        # Japan's carriers give one answer for addresses unknown and for mail that a person's filter refuses.
        r"""
        recipient('s)? preferences|address rejected: on hold|\bon hold\b|not accepting mail from you
        (sender|you) (is|are|has been|have been) blocked by (the )?(recipient|user)
        550 : user unknown|unknown user \S{1,80}@(\S{1,80}\.)?(docomo|ezweb|softbank)\.
    """,
    ),
    Reason(
        "mailbox full",
        "5.2.2",
        False,
        r"""
        (mailbox|account|inbox|folder|user|recipient|storage|disk)\S{0,30} (is |has )?(\w{1,40} )?\
            (full|over ?quota|exceed)
        quota (is )?exceed|exceed\w{0,5} (\w{1,40} ){0,3}(quota|storage|disk|space)
        over (its |the |disk )*quota
        insufficient (disk|storage|system storage)|not enough (disk|storage) space|mailbox_?full
        out of (disk )?space|mailfolder is full|quota violation|容量
    """,
    ),
    Reason(
        "message too big",
        "5.3.4",
        False,
        r"""
        message (size|length|is too|too) \w|too (big|large)|exceeds? (the )?(maximum|fixed|max|size)
        size limit|larger than
    """,
    ),
    Reason(
        "mailbox disabled",
        "5.2.1",
        False,
        r"""
        (mailbox|account|user|recipient|address)\S{0,30} (\S{1,40} )?\
            (is |has been |was )?(currently |temporarily )?\
            (disabled|suspended|inactive|deactivated|locked|frozen|expired)
        not active|inactive (user|account)|account (that you tried to reach )?is disabled
    """,
    ),
    Reason(
        "moved",
        "5.1.6",
        True,
        r"""
        has (been )?(moved|changed)|(address|user|recipient) (has )?(moved|changed)
        no longer (at|with) (this|us)|new address|replaced by
    """,
    ),
    Reason(
        "host unknown",
        "5.1.2",
        True,
        r"""
        host (name )?(unknown|not found|or domain name not found)|unknown host
        (domain|host)( name)? (does not|doesn't|did not) exist|name (service|server) error
        no such (domain|host)|unrouteable (mail )?domain
        domain (is )?(not found|must resolve|invalid|not exist)
        (could|can)(not| not|n't) (find|resolve|be resolved)\b.{0,40}(host|domain|mail exchanger|name)
        nxdomain|illegal host|bad (destination )?(host|system|domain)|all relevant mx records|no mx
        mail (server|exchanger) .{0,40}(not found|unknown)|host not found|name or service not known
        unknown domain|domain is not reachable|no mx (record )?found|domain not exist|no existe el dominio
    """,
    ),
    Reason(
        "not accepting mail",
        "5.3.2",
        True,
        r"""
        does not accept (mail|message|e-?mail)|nullmx|null mx
        (domain|host|server) (does|do)(es)? not (accept|receive) (any )?(mail|e-?mail|incoming)
        no mail (is )?accepted|doesn't accept (mail|e-?mail)
    """,
    ),
    Reason(
        "refused by policy",
        "5.7.1",
        False,
        r"""
        \bspam\b|blacklist|black list|blocked|block(ed)? list|blocklist|dnsbl|\brbl\b|spamhaus|spamcop
        reputation|virus|policy|dmarc|\bspf\b|dkim
        relay(ing)? (access )?(is )?(denied|not (permitted|allowed))|unable to relay
        not permitted to relay|access denied|content (rejected|filter)|banned|greylist|grey-?list
        authentication required|too many|rate ?limit|reverse (dns|lookup)|not allowed|not authori[sz]ed
        sender (address )?(rejected|denied|verify)|prohibited|refused by|permission
    """,
    ),
    Reason(
        "user unknown",
        "5.1.1",
        True,
        r"""
        (user|recipient|mailbox|address|addressee|account|alias|receiver|destinat\w{0,9}|person\
            |local[ -]?part|name)\S{0,30}\
            ( \S{1,40}){0,4} (is |was )?\
            (unknown|not found|not exist|nonexist|not known|not valid|invalid|not recogni[sz]ed\
            |not registered|unrouteable|undeliverable|not listed|not available|not be found|rejected)
        (unknown|invalid|no such|nonexistent|non-existent|bad|unrecogni[sz]ed|unable to find|not a valid\
            |not a known|no valid|undefined|ambiguous|illegal)( \S{1,40}){0,3} \
            (user|recipient|mailbox|address|addressee|account|alias|local|person|name|inbox)
        (does|do|did)(es)? ?(not|n't) (exist|have an? (\S{1,40} )?account|match)|doesn'?t (exist|have an?)
        no (mailbox|account|user) (here|by that name|with|found)|not (a |our )(customer|local)
        no such (user|person|account)|user\S{0,40} (is )?(not|un)( ?known| ?found| listed)
        recipient (address )?rejected
        not (listed in|in the|found in).{0,30}(directory|address book|name)|unknown (to|in)\b
        unrouteable address|no one by|isn't (an? )?(existing|valid)|recipnotfound|badrecipient
        nosuchuser|resolver\.adr
        宛先不明|見つかりません|存在しません|該当
        unbekannt|existiert nicht|inconnu|desconocido|n'existe pas|destinataire invalide|non esiste|onbekend
        bestaat niet|nie istnieje|nieznany|okänd|finns inte|ukendt|findes ikke|ei ole olemassa|не знайдено
        (?:用户|用戶|收件人|邮箱|郵箱|信箱|邮件地址).{0,10}(?:不存在|无效|無效|不正确)|알 수 없|존재하지 않
        no existe|sconosciut|不存在|нет такого|не существует|не найден
    """,
    ),
    Reason(
        "network trouble",
        "4.4.1",
        False,
        r"""
        connection (\S{1,40} )?(timed? ?out|refused|reset|lost|closed|dropped)|timed? ?out
        (could|can)( ?not|n't) connect|unable to (connect|contact)|no route|unreachable
        conversation .{0,40}(timed|lost)|retry (time|timeout)|too long|expired|undeliverable for
        hop count|too many hops|loop
    """,
    ),
    Reason(
        "system trouble",
        "5.3.0",
        False,
        r"""
        system (error|problem|resources|not)|local (error|configuration)|i/o error
        internal (server )?error|configuration|resources
    """,
    ),
)
_COMPILED = tuple((row, phrases(row.words)) for row in _REASONS)

_CODE = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]\d)")
_REPLY = re.compile(r"(?<![\d.@:-])([45]\d\d)[ -](?!\d{3,})")
_HARD_CODES = frozenset(("5.1.1", "5.1.0", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4", "5.3.2"))
_LIVING_CODES = re.compile(
    r"^5\.(2|7)\.|^5\.1\.[78]$"
)  # mailbox there but closed; policy; the sender's fault
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_WRAPPING = frozenset(("4.4.7", "5.4.7", "5.1.0"))
"""Codes with which a server sums up what another one said: given up, or "other address status"."""
_ANSWERED = re.compile(r"(?<![\d.])[45]\d\d[ -]{1,2}'?#?([45]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
_MISUSED = ("5.2.1", "5.7.1")  # servers say so, and "user unknown" behind it
_ELSEWHERE = re.compile(
    r"in reply to (?:end of )?data command|after end of (?:data|message)"
    r"|after (?:pipelined )?(?:data|mail from)\b"
    r"|in reply to mail from command|sender address rejected|did not like our (?:mail from|data)",
    re.IGNORECASE,
)
_SURELY_UNKNOWN = re.compile(
    r"user (?:is )?unknown|unknown (?:user|recipient)|no such user|invalid recipient"
    r"|user (?:does not|doesn't) exist"
    r"|mailbox not found|no mailbox here",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"^[245]\.0\.0$")


def first_status(text: str) -> str:
    """The first enhanced status code in a text (RFC 3463), such as "5.1.1", or ""."""
    match = _STATUS.search(text)
    return match[0] if match else ""


def judge(text: str, status: str = "", *, context: str = "") -> Verdict:
    """The meaning of a server's words. `status` is what a structured report declares, "" when nothing is.

    A code inside the words is more exact than a declared x.0.0, and than one that only says that somebody
    gave up; words decide whether the address is dead, codes where the words say nothing or where they are
    clear about it. `context` is the rest of the report: what a server answers to a mail's content or to its
    sender says nothing of the recipient.
    """
    text = " ".join(text.split())
    status = _most_exact(text, status)
    about_recipient = not _ELSEWHERE.search(context or text)
    row = next((row for row, words in _COMPILED if words.search(text)), None)
    if row is None:
        return Verdict("", status, status in _HARD_CODES and about_recipient)
    is_alive = bool(_LIVING_CODES.match(status)) and not (status in _MISUSED and _SURELY_UNKNOWN.search(text))
    is_hard = row.is_hard and about_recipient and not status.startswith(("2", "4")) and not is_alive
    if status:
        return Verdict(row.reason, status, is_hard)
    reply = _REPLY.search(text)
    usual = f"{reply[1][0]}{row.status[1:]}" if reply else row.status
    return Verdict(row.reason, usual, is_hard, is_declared=bool(reply))


def _most_exact(text: str, status: str) -> str:
    if status and status not in _WRAPPING and not _VAGUE.match(status):
        return status
    codes = [match[1] for match in _ANSWERED.finditer(text)]
    if status not in _WRAPPING:
        codes += [match[0] for match in _CODE.finditer(text)]
    useful = [code for code in codes if not _VAGUE.match(code)]
    return next((code for code in useful if code not in _WRAPPING), next(iter(useful), status))
