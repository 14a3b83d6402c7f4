"""What the writer wrote now: a mail's text without quotations, their headings and the signature.

Nothing is deleted by this: the whole text stays with the mail, this is only what is shown first.
"""

from __future__ import annotations

import re

from connectors.email.body import Body
from connectors.email.html_text import QUOTE_MARK, html_to_text
from connectors.email.phrases import either

_LINE_LIMIT = 5_000  # lines looked at; what somebody wrote now is shorter
_SCANNED_CHARACTERS = 300  # of one line or heading; real headings are shorter

_VERBS = either(r"""
    wrote|writes|a écrit|a ecrit|schrieb|escribi[oó]|ha scritto|escreveu|schreef|napisał(?:\(a\)|a)?
    skrev|skreiv|kirjoitti|написал(?:\(а\)|а)?|пишет|писал(?:а)?|napsal(?:\(a\)|a)?|a scris|yazdı|έγραψε
    írta|ezt írta|geschrieben|さんは書きました|写道|於.{0,40}寫道|님이 작성
""")
_OPENERS = either(r"""
    on|le|am|el|il|em|op|w dniu|dnia|den|på|fre|mån|tis|ons|tor|lör|sön|man|tir|lø|søn|em|a|la|στις|в
    vào|dne|pe|ke|ma|ti|to|la|su|at|de|från|von|van|da|από
""")
_HEADING_END = re.compile(
    rf"(?:{_VERBS})\s*(?:<[^<>]*>)?\s*[:：]?\s*$|\b(?:{_VERBS})\b.{{0,150}}[:：]\s*$", re.IGNORECASE
)
_HEADING_START = re.compile(
    rf"^\W{{0,4}}(?:{_OPENERS}|\d{{1,4}}[-./年])(?=[\s\d,:])|@|<|\b20\d\d\b.{{0,40}}\d[:.h]\d\d",
    re.IGNORECASE,
)
_HAS_DATE = re.compile(r"\d{1,4}[-./:年]\d{1,2}|\b(19|20)\d\d\b|\d{1,2}(st|nd|rd|th)\b|<[^<>\s]+@[^<>\s]+>")
_DATE_THEN_ADDRESS = re.compile(
    r"(?:\b\d{1,2}[:.]\d{2}\b|^\d{4}[-/.]\d\d?[-/.]\d\d?).{0,120}<[^<>\s]+@[^<>\s]+>\s*:?\s*$"
)

_RULED_WORDS = either(r"""
    original (?:message|appointment|mail)|reply message|forwarded (?:message|mail|by .*)
    message original|ursprüngliche nachricht|original-?nachricht|weitergeleitete nachricht
    message d'origine|message transféré|mensaje original|mensaje reenviado|mensagem original
    mensagem encaminhada|messaggio originale|messaggio inoltrato|oorspronkelijk bericht
    doorgestuurd bericht|originalt? ?meddelande|ursprungligt meddelande|oprindelig meddelelse
    opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение
    пересылаемое сообщение|orijinal ileti|eredeti üzenet|元のメッセージ|原始邮件|邮件原件|원본 메시지
""")
_RULE = re.compile(rf"^[\s>]*[-_=*]{{2,}}\s*(?:{_RULED_WORDS})\s*[-_=*]*\s*$", re.IGNORECASE)
_FROM = either(r"""
    from|von|de|da|van|från|fra|lähettäjä|od|от|kimden|feladó|差出人|发件人|寄件者|보낸 사람
""")
_OTHERS = either(r"""
    sent|date|message du|copie à|sujet|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé(?: le)?|à
    objet|enviado(?: el| em)?|fecha|para|asunto|data|assunto|inviato|a|oggetto|verzonden|aan|onderwerp
    skickat|till|ämne|sendt|til|emne|dato|lähetetty|päiväys|vastaanottaja|aihe|wysłano|do|temat|odesláno
    komu|předmět|отправлено|дата|кому|тема|копия|gönderilen|tarih|kime|konu|elküldve|címzett|tárgy|日時|宛先
    件名|送信日時|发送时间|收件人|主题|日期|보낸 날짜|받는 사람|제목
""")
_FROM_LINE = re.compile(rf"^[\s>|*]*(?:{_FROM})\s*\*?\s*[:：]\*?\s*\S", re.IGNORECASE)
_OTHER_LINE = re.compile(rf"^[\s>|*]*(?:{_OTHERS}|{_FROM})\s*\*?\s*[:：]", re.IGNORECASE)

_SIGNATURE = re.compile(r"^(?:--|—|––)\s*$|^-{2,3}\s?$|^_{2,}\s*$")
_SENT = either(r"""
    sent|envoyé|gesendet|enviado|inviato|verzonden|skickat|sendt|lähetetty|wysłan[eo]|odesláno|отправлено
""")
_WITH = either(r"""
    from|via|using|with|on|by|de|depuis|avec|à partir|von|mit|über|aus|desde|do|da|dal|dalla|con|vanaf|van|met
    från|med|fra|z|ze|с|со|из
""")
_MINE = either(r"my|mon|meinem|mi|meu|mio|mijn|min|mobile|моего")
_DEVICE = either(r"""
    iphone|ipad|ios|android|blackberry|outlook|smartphone|handy|samsung|galaxy|huawei|xiaomi|windows|phone
    yahoo|gmail|gmx|proton\s?mail|web\.de|mail for|mobile|tablet|telefoon|telefono|teléfono|celular|portable
    mobiltelefon|айфона|iphonesta
""")
_MOBILE = re.compile(
    rf"^\W{{0,3}}(?:(?:{_SENT}) (?:{_WITH}) (?:(?:{_MINE})\b.{{1,60}}|.{{0,40}}\b(?:{_DEVICE})\b.{{0,60}})"
    rf"|(?:get|télécharge[rz]|holen sie sich|obtener|scarica|download) (?:outlook|yahoo|bluemail)\b.{{1,40}}"
    rf"|(?:diese nachricht wurde )?(?:von|desde|depuis|da|do) (?:{_MINE}) .{{1,40}}(?:{_SENT})?)\W*$",
    re.IGNORECASE,
)


def visible_reply(body: Body) -> str:
    """The reply text of a mail: from its plain text, else from its HTML."""
    if body.text.strip():
        text = unflow(body.text, body.deletes_space) if body.is_flowed else body.text
        return reply_text(text)
    return reply_text(html_to_text(body.html, mark_quotes=True)) if body.html else ""


def unflow(text: str, deletes_space: bool = False) -> str:
    """Format=flowed text (RFC 3676) with its soft line ends joined; quoted lines keep their marks."""
    out: list[str] = []
    is_open = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        line = line[1:] if line.startswith(" ") else line
        if is_open and not quoted:
            out[-1] += line
        else:
            out.append(line)
        is_open = line.endswith(" ") and line != "-- " and not quoted
        if is_open and deletes_space:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def reply_text(text: str) -> str:
    """The text up to the first quoted mail, without quoted lines, and without the signature."""
    lines = text.split("\n")[:_LINE_LIMIT]
    kept = lines[: _quote_start(lines)]
    kept = _without_quoted_lines(kept)
    return "\n".join(_without_signature(kept)).strip()


def _quote_start(lines: list[str]) -> int:
    """Index of the line where the quoted mail begins, or the number of lines."""
    for index, line in enumerate(lines):
        if line == QUOTE_MARK or _RULE.match(line[:_SCANNED_CHARACTERS]):
            return index
        if _is_header_block(lines, index):
            return _with_rule_before(lines, index)
        height = _heading_height(lines, index)
        if height and _cuts(lines, index + height):
            return index
    return len(lines)


def _heading_height(lines: list[str], index: int) -> int:
    """Number of lines of an "On …, … wrote:" that starts here; 0 when none does."""
    first = lines[index].strip().lstrip("> ")
    if not first or len(first) > _SCANNED_CHARACTERS or not _HEADING_START.search(first):
        return 0
    joined = ""
    for height in range(1, 5):
        if index + height > len(lines):
            return 0
        piece = lines[index + height - 1].strip().lstrip("> ")
        if not piece:
            return 0
        joined = f"{joined} {piece}".strip()
        if len(joined) > _SCANNED_CHARACTERS:
            return 0
        if _HEADING_END.search(joined) and _HAS_DATE.search(joined):
            return height
        if (height == 1 or (height == 2 and joined.endswith(":"))) and _DATE_THEN_ADDRESS.search(joined):
            return height
    return 0


def _cuts(lines: list[str], after: int) -> bool:
    """Whether a heading ends the reply: not so when the writer answers below or between quoted lines."""
    rest = [line for line in lines[after:] if line.strip()]
    marks = _quoted_marks(rest)
    return not rest or not marks[0] or all(marks)


def _quoted_marks(lines: list[str]) -> list[bool]:
    """For each line whether it is quoted: marked by ">", or the broken-off end of a long quoted line."""
    marks = [line.lstrip().startswith(">") for line in lines]
    for index in range(1, len(lines) - 1):
        line, before = lines[index].strip(), lines[index - 1]
        if line and len(line) <= 30 and not marks[index] and marks[index + 1] and marks[index - 1]:
            marks[index] = len(before) >= 60 or (line[0].islower() and before[-1:].isalnum())
    return marks


def _is_header_block(lines: list[str], index: int) -> bool:
    """Whether the headers of a quoted mail start here, as Outlook writes them: From, Sent, To, Subject."""
    if not _OTHER_LINE.match(lines[index][:_SCANNED_CHARACTERS]):
        return False
    block = [line[:_SCANNED_CHARACTERS] for line in lines[index : index + 9] if line.strip()][:5]
    named = sum(1 for line in block if _OTHER_LINE.match(line))
    return named >= 3 and any(_FROM_LINE.match(line) for line in block)


def _with_rule_before(lines: list[str], index: int) -> int:
    """A rule of underscores or dashes above a quoted header belongs to it."""
    above = index - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and re.match(r"^\s*[-_=]{3,}\s*$", lines[above]) else index


def _without_quoted_lines(lines: list[str]) -> list[str]:
    kept: list[str] = []
    marks = _quoted_marks(lines)
    index = 0
    while index < len(lines):
        height = _heading_height(lines, index)
        if height and any(line.strip() for line in lines[index + height : index + height + 3]):
            index += height
        elif marks[index]:
            index += 1
        else:
            kept.append(lines[index])
            index += 1
    return kept


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at a signature mark that is not the first thing said, and at "Sent from my …"."""
    for index, line in enumerate(lines):
        has_text_before = any(earlier.strip() for earlier in lines[:index])
        if (has_text_before and _SIGNATURE.match(line)) or _MOBILE.match(line.strip()[:200]):
            return lines[:index]
    return lines
