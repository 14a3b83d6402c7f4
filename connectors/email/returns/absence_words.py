"""What automatic answers say, in many languages: in their subjects, and in their first sentences."""

from __future__ import annotations

import re

from connectors.email.reading.phrases import either

_PREFIXES = either(r"""
    auto(?:matic|mated|matische?|mat(?:isk|iskt))?[ -]?(?:reply|response|responder|antwort|antwoord|svar)
    automatic reply from .{1,60}|auto-?reply|\[auto-?reply\]|out[ -]of[ -](?:the[ -])?office(?: auto-?reply)?
    automatische antwort|abwesenheits(?:notiz|nachricht|meldung|assistent|benachrichtigung)|abwesend
    réponse automatique|reponse automatique|réponse d'absence|message d'absence|absence du bureau
    respuesta autom[aá]tica|resposta autom[aàá]tica|fuera de (?:la )?oficina|ausente|fora do escritório
    ausência temporária|risposta automatica|fuori (?:sede|ufficio)|assenza|automatisch antwoord
    afwezig(?:heid)?
    automatisk svar|automatiskt svar|autosvar|frånvaro|fraværende|fravær|automaattinen vastaus|poissa
    automatick[aáé] odpov[eěé]ď?|mimo kancelář|automatická odpoveď|automatyczna odpowiedź|autoodpowiedź
    poza biurem|automatski odgovor|samodejni odgovor|răspuns automat|automatikus válasz|házon kívül
    автоматический ответ|автоответ|нет на работе|автоматична відповідь|автоматичен отговор|αυτόματη απάντηση
    otomatik yanıt|otomatik cevap|ofis dışında|automatinis atsakymas|automātiska atbilde|automaatvastus
    מענה אוטומטי|תשובה אוטומטית|رد تلقائي|الرد التلقائي|balasan otomatis|jawaban otomatis|trả lời tự động
    ตอบกลับอัตโนมัติ|自動応答|自動返信|不在(?:通知|のお知らせ|連絡)|自动(?:回复|答复)|自動回覆|外出(?:通知|自动回复)
    자동 ?회신|자동 ?응답|부재 ?중
""")
_TELLING = re.compile(rf"^\W{{0,3}}(?:{_PREFIXES})(?!\w)", re.IGNORECASE)
_OF_EXCHANGE = re.compile(
    r"^(?:"
    + either(r"""
        automatic reply|automatische antwort|réponse automatique|respuesta automática|risposta automatica
        resposta automática|automatisch antwoord|automatiskt svar|automatisk svar|automaattinen vastaus
        automatická odpověď|automatická odpoveď|automatyczna odpowiedź|automatikus válasz|răspuns automat
        автоматический ответ|автоматична відповідь|otomatik yanıt|αυτόματη απάντηση|自動応答|自动答复|自動回覆
        자동 ?회신|respuesta automatica|reponse automatique
    """)
    + r")\s?[:：]",
    re.IGNORECASE,
)
_AUTO = re.compile(
    r"^(?:auto|vacation|away|holiday)\s?[:：]|^(?:away|on (?:vacation|holiday|leave))\b", re.IGNORECASE
)
_ABSENT = re.compile(
    either(r"""
        \b(?:i am|i'm|i will be|i'll be|we are) (?:currently |now |presently )?(?:away|on (?:vacation\
        |holiday|leave|annual)|\
            out (?:of|until|on)|not in|travel)
        out of (?:the |my )?office|limited access to (?:my )?e-?mail
        this is an automat(?:ed|ic) (?:reply|response|message)
        automatic(?:ally generated)? (?:reply|response)|upon my return|when i return
        thank you for your (?:e-?mail|message)
        ich bin .{0,60}(?:nicht im büro|nicht im hause?|abwesend|außer haus|im urlaub|nicht erreichbar\
        |wieder (?:da|im|erreichbar))
        (?:diese|ihre) (?:e-?mail|nachricht) wird nicht (?:weitergeleitet|gelesen)
        automatisch (?:generiert|erstellt|erzeugt)
        je suis (?:actuellement )?(?:absent|en congé|en vacances|en déplacement)|actuellement absent
        à mon retour
        estoy (?:actualmente )?(?:fuera|ausente|de vacaciones)|estaré (?:fuera|ausente|de vacaciones)
        estou (?:ausente|de férias|fora)|estarei (?:ausente|de férias|fora)|sono (?:assente|fuori|in ferie)
        sarò (?:assente|fuori)
        ik ben .{0,40}(?:afwezig|niet aanwezig|op vakantie|met verlof)
        jag är .{0,40}(?:ledig|på semester|inte på|tillbaka)
        jeg (?:er|har) .{0,40}(?:ferie|ikke på|fraværende|tilbage|tilbake)|olen .{0,40}(?:poissa|lomalla)
        (?:jestem|będę) .{0,40}(?:nieobecn|na urlopie|poza biurem)
        jsem .{0,40}(?:mimo kancelář|na dovolené|nepřítom)
        (?:я|буду) .{0,40}(?:в отпуске|отсутств|у відпустці)
        şu anda .{0,40}(?:izin|ofis)|不在に|出張|休暇|外出|不在办公室
        휴가|부재
    """),
    re.IGNORECASE,
)


def names_automatic_answer(subject: str) -> bool:
    """Whether the subject has the exact form that Exchange gives it: "Automatic reply: ", and so on."""
    return bool(_OF_EXCHANGE.match(subject[:200].strip()))


def may_name_automatic_answer(subject: str) -> bool:
    """Whether the subject says so in words that a person may use as well."""
    subject = subject[:200].strip()
    return bool(_TELLING.match(subject) or _AUTO.match(subject))


def tells_absence(text: str) -> bool:
    """Whether somebody says at once that they are away."""
    return bool(_ABSENT.search(" ".join(text[:600].split())))
