"""Support mails for benchmarks: the same ones for the same seed, plain and multipart, some with a file."""

import random
from collections.abc import Iterator
from email.message import EmailMessage

TO = "support@acme.test"

_WORDS = (  # noqa: SIM905 - easier to read than a list
    "order parcel invoice refund brake battery delivery address belt wheel lamp charger frame warranty "
    "return please today tomorrow week broken missing late wrong again thanks regards customer number "
    "question"
).split()


def mails(count: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """(sender, raw mail with CRLF) `count` times; one in four answers an earlier one of its sender."""
    chance = random.Random(seed)
    latest: dict[str, str] = {}
    for number in range(count):
        sender = f"customer{chance.randrange(count)}@example.net"
        if latest and chance.random() < 0.25:
            sender = chance.choice(list(latest))
        message = _mail(chance, number, sender, latest.get(sender))
        latest[sender] = str(message["Message-ID"])
        yield sender, message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _mail(chance: random.Random, number: int, sender: str, answers: str | None) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Customer {number} <{sender}>"
    message["To"] = TO
    message["Subject"] = ("Re: " if answers else "") + " ".join(chance.choices(_WORDS, k=5)).capitalize()
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = f"<bench-{number}-{chance.randrange(10**9)}@example.net>"
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    text = "\n\n".join(" ".join(chance.choices(_WORDS, k=chance.randrange(12, 60))) for _ in range(3))
    message.set_content(text + "\n\nZoë\n")
    if chance.random() < 0.6:
        message.add_alternative(f"<html><body><p>{text}</p><p>Zoë</p></body></html>", subtype="html")
    if chance.random() < 0.1:
        message.add_attachment(
            chance.randbytes(20_000), maintype="image", subtype="png", filename="photo.png"
        )
    return message
