"""Where a line of text begins what a mail program or a lawyer put under the writer's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.email.reading.phrases import either

_SCANNED_CHARACTERS = 300
_SHORT_ENDING = 20
"""Lines with words that may follow a mark which people also use to divide what they write."""

_MARK = re.compile(r"^--\s?$")
_WEAK_MARK = re.compile(r"^\s*(?:—{1,3}|–{2,3}|-{2,3}|[_]{2,}|[*]{5,})\s*$")

_NAME = re.compile(r"^(?:-|[–—]\s?)([^\W\d_]{2,20}(?: [^\W\d_]{1,20}\.?){0,2})\s*$")

_SENT = either(r"""
    sent|envoyé|envoyée|gesendet|versendet|verschickt|enviado|enviada|enviat|inviato|inviata|verzonden
    verstuurd
    gestuurd|skickat|skickades|sendt|lähetetty|wysłan[eoy]|odesláno|odoslané|отправлено|надіслано|изпратено
    poslano|trimis|gönderildi|στάλθηκε|εστάλη|elküldve|küldve|išsiųsta|nosūtīts|saadetud|dikirim|gửi|נשלח
    أرسلت|أُرسلت|تم الإرسال|written|composed|typed
""")
_WITH = either(r"""
    from|via|using|with|on|by|de|depuis|avec|à partir de|mit|über|aus|von|vom|desde|con|do|da|dal|dalla|pelo
    com|vanaf|van|met|från|med|fra|z|ze|w|с|со|из|від|з|от|чрез|iz|sa|s|pomocí|pomocou|de pe|din|από|az|iš
    no|dari|từ|מה?|من|des|des de
""")
_MINE = either(r"my|mon|meinem|mi|meu|mio|mijn|min|mitt|moj(?:ego|eho|ega|i)?|mého|môjho|моего|мого|tôi|minu")
_DEVICE = either(r"""
    iphon\w{0,4}|ipad\w{0,3}|ipod|ios|android|blackberry|outlook|smartphone|handy|samsung|galaxy|huawei
    xiaomi|redmi|honor
    oneplus|nokia|sony|xperia|lumia|windows|phone|pixel|motorola|yahoo|aol|gmail|gmx|proton\s?mail|web\.de
    t-online|freenet|mail for|mail\.ru|yandex|mobile|tablet|telefoon|tele[fp]ono?|teléfono|celular|portable
    mobiltelefon|mobil|puhelin|айфон|superhuman|spark|front|missive|zoho|airmail|mailbird|thunderbird|hey\.com
    fastmail|tutanota|tuta|bluemail|k-9|fairemail|nine|polymail|mailspring|postbox|em client|edison|canary
    workspace one|boxer|mymail|orange|laposte|sfr|libero|virgilio|naver|qq邮箱|foxmail|apple|mac
""")
_EXCUSES = (
    r"(?:[.,;:!–—-] ?[^.!?]{0,40}"
    r"\b(?:excus|pardon|forgiv|typo|brevity|brief|short|entschuldig|tippfehler).{0,120})"
)
_SENT_FROM_MINE = (
    rf"(?:this (?:e-?mail|message) was )?(?:{_SENT}) (?:{_WITH})\s?(?:[a-zà-ÿ]{{1,4}}\s)?"
    rf"(?:(?:{_MINE})\b[^.!?]{{1,60}}|[^.!?\n]{{0,40}}\b(?:{_DEVICE})\b[^.!?\n]{{0,60}})"
    rf"|(?:{_SENT}) (?:{_WITH})\s?(?:{_DEVICE}).{{0,60}}"
)
_FROM_MINE_SENT = (
    r"(?:diese (?:nachricht|e-?mail|mail) wurde )?(?:von|vom|mit|desde|depuis|da|do|über)\s(?:der |dem )?"
    rf"(?:(?:{_MINE})\s)?[^.!?\n]{{0,40}}\b(?:{_DEVICE})\b[^.!?\n]{{0,40}}(?:{_SENT})"
)
_OTHERS = either(r"""
    (?:get|télécharge[rz]|obtenez|holen sie sich|hol dir|obtener|obtén|obtenga|scarica|ottieni|download|baixe\
        |obter|hämta|hent|hanki|pobierz|získat|получить|скачать|descarga|téléchargez) (?:\w{1,12} )?\
        (?:outlook|yahoo|bluemail|aol|spark|gmx|proton)\b.{1,60}
    (?:iphone|ipad|android|スマートフォン|携帯|私の ?\w{1,12}).{0,20}(?:から送信|より送信|から送られ).{0,20}
    (?:发自|來自|来自|從|从)\s?(?:我的)?\s?.{1,30}(?:传送|傳送|发送|寄出|手机|iphone|ipad|android|华为|小米)
    (?:나의 |내 )?.{1,30}(?:에서 보냄|에서 보낸 메일|에서 전송).{0,10}
    .{1,30}(?:'?(?:umdan|ımdan|imden|ümden|dan|den)) gönderildi
    .{1,24}(?:-omról|-emről|-ról|-ről|ról|ről) küldve|(?:elküldve|küldve) (?:az |a )?.{1,24}r[óő]l
    (?:נשלח) .{1,30}|(?:أرسلت|تم الإرسال|أُرسلت) (?:من|بواسطة).{1,30}|(?:ส่งจาก|ส่งจากโทรศัพท์).{1,30}
    lähetetty .{1,30}(?:sta|stä|ltä|lta|stani|ltani)\b.{0,20}
    virus-?free[.,].{0,60}|virenfrei[.,].{0,60}|garanti sans virus.{0,60}|libre de virus.{0,60}
    (?:www\.)?(?:avast|avg)\.com
""")
_MOBILE = re.compile(
    rf"^[\W_]{{0,3}}(?:{_SENT_FROM_MINE}|{_FROM_MINE_SENT}|{_OTHERS})(?:{_EXCUSES})?[\s\W]*$", re.IGNORECASE
)
_NOT_A_DEVICE = re.compile(
    r"\b(?:desk|office|heart|side|wife|husband|colleague|boss|team|friend|account to|bank)\b", re.I
)

_LEGAL = re.compile(
    r"^[\s*_\"(]*(?:"
    + either(r"""
        (?:confidentiality|privacy|legal|important|privileged?|e-?mail|security)?,?\s?(?:and |& )?\
            (?:confidentiality|disclaimer|privileged)\s*(?:notice|note|statement|disclaimer)?\s*[:.\-–—*]
        (?:confidentiality|privacy|legal|disclaimer) (?:notice|note|statement)\b
        disclaimer\s*$|haftungsausschluss\s*[:.]?|vertraulichkeitshinweis|avis de confidentialité
        aviso (?:legal|de confidencial)|avviso di riservatezza|clausula de confidencial
        cláusula de confidencial
        (?:this|the) (?:information (?:contained )?in this )?(?:e-?mail|message|communication\
        |transmission)\b.{0,160}\
            \b(?:confidential|intended (?:solely|only|for)|privileged|legally|addressee)
        the information (?:contained |transmitted )?(?:in|by|with)? ?this (?:e-?mail|message).{0,160}
        (?:diese|die) (?:e-?mail|nachricht|mitteilung|information)\b.{0,160}\b(?:vertraulich|bestimmt\
        |geschützt)
        (?:ce|cet|le) (?:présent )?(?:message|courriel|courrier|e-?mail)\b.{0,160}\b(?:confidentiel\
        |destinataire)
        (?:este|el) (?:mensaje|correo|e-?mail)\b.{0,160}\b(?:confidencial|destinatario|dirigido)
        (?:esta|a) (?:mensagem|comunicação|informação)\b.{0,160}\b(?:confidencia|destinatário)
        (?:questo|il presente|le informazioni contenute in questo) (?:messaggio|e-?mail\
        |comunicazione)\b.{0,160}
        (?:dit|de informatie in dit) (?:bericht|e-?mail|e-mailbericht)\b.{0,160}\b(?:vertrouwelijk|bestemd)
        (?:detta|denna|denne|dette) .{0,20}(?:meddelande|e-?post|e-?mail|mail\
        |besked)\b.{0,160}\b(?:konfidentiel|avsed|fortrolig)
        (?:niniejsz|ta wiadomość|wiadomość ta).{0,160}\b(?:poufn|adresat)
        (?:это|данное|настоящее) (?:сообщение|письмо|электронное).{0,160}\b(?:конфиденциал|предназнач)
        please consider the environment.{0,80}|(?:bitte )?denken sie an die umwelt.{0,80}
        (?:p\s)?avant d'imprimer.{0,80}|piense en el medio ambiente.{0,80}
    """)
    + r")",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[str]) -> int | None:
    """Index of the line with which the signature begins; None where there is none.

    A line of dashes or underscores counts when words stand above it and not many below; "-- " (RFC 3676
    §4.3) and "Sent from my phone" always count.
    """
    below = _words_below(lines)
    has_words = False
    for index, line in enumerate(lines):
        if is_sent_from(line):
            return index
        if has_words:
            if _MARK.match(line) and below[index] <= 4 * _SHORT_ENDING:
                return index
            if _WEAK_MARK.match(line[:_SCANNED_CHARACTERS]) and below[index] <= _SHORT_ENDING:
                return index
            if is_legal(line) or (below[index] <= 4 and _is_signed_name(lines, index)):
                return index
        has_words = has_words or bool(line.strip())
    return None


def _is_signed_name(lines: Sequence[str], index: int) -> bool:
    """Whether it is "-Ann Example" below an empty line, and no entry of a list."""
    name = _NAME.match(lines[index])
    if name is None or (index and lines[index - 1].strip()):
        return False
    before = next((line for line in reversed(lines[max(0, index - 5) : index]) if line.strip()), "")
    return name[1].istitle() and not before.lstrip().startswith(("-", "–", "—", "*"))


def is_sent_from(line: str) -> bool:
    """Whether a device or a mail program added the line: "Sent from my iPhone", in many languages."""
    line = line.strip()
    if not 8 <= len(line) <= 200:
        return False
    return bool(_MOBILE.match(line)) and not _NOT_A_DEVICE.search(line)


def is_legal(line: str) -> bool:
    """Whether a paragraph about confidentiality begins here."""
    return bool(_LEGAL.match(line[:_SCANNED_CHARACTERS]))


def _words_below(lines: Sequence[str]) -> list[int]:
    """For each line the number of lines with words after it."""
    counts, count = [0] * len(lines), 0
    for index in range(len(lines) - 1, -1, -1):
        counts[index] = count
        count += bool(lines[index].strip())
    return counts
