"""Whole mails as many programs write them, well and badly: what is text, and what is a file."""

from __future__ import annotations

import base64

import pytest

from connectors.email.reading.files import suggested_filename
from connectors.email.reading.mail import Mail
from connectors.email.reading.parse import parse


def mail(headers: str, body: str | bytes = b"") -> bytes:
    """A mail with CRLF; `headers` without From."""
    raw = body.encode() if isinstance(body, str) else body
    head = "\n".join(filter(None, ("From: ann@example.net", headers, "\n"))).encode()
    return (head + raw).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def multipart(kind: str, *parts: str, parameters: str = "") -> bytes:
    """A mail of one multipart; each part is its headers, an empty line, its body."""
    inside = "".join(f"--frontier\n{part}\n" for part in parts)
    return mail(f"Content-Type: multipart/{kind}; boundary=frontier{parameters}", f"{inside}--frontier--\n")


def names(read: Mail) -> list[str]:
    """The files as they are called on screen."""
    return [suggested_filename(file, number) for number, file in enumerate(read.attachments, 1)]


TEXT = "Content-Type: text/plain\n\nSee below."
IMAGE = "Content-Type: image/png\nContent-ID: <i@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
INNER = "From: bob@example.org\nSubject: Broken: lamp / wheel\n\nInner words."


# Line ends, beginnings and boundaries


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfFrom: ann@example.net\r\nSubject: x\r\n\r\nHello",
        b"\r\n\r\nFrom: ann@example.net\r\nSubject: x\r\n\r\nHello",
        b"From ann Mon Jan  5 10:00:00 2026\nFrom: ann@example.net\nSubject: x\n\nHello",
        b"From: ann@example.net\rSubject: x\r\rHello",
        b"from : ann@example.net\nSUBJECT\t: x\n\nHello",
    ],
)
def test_careless_beginnings(raw: bytes) -> None:
    read = parse(raw)
    assert (read.from_[0].address, read.subject, read.text) == ("ann@example.net", "x", "Hello")


def test_a_boundary_that_is_not_the_one_in_the_header() -> None:
    raw = multipart("mixed", TEXT, IMAGE).replace(b"boundary=frontier", b'boundary="front*er"')
    read = parse(raw)
    assert read.text == "See below."
    assert [file.content_type for file in read.attachments] == ["image/png"]
    assert read.problems == ("multipart with another boundary than it says",)


def test_a_boundary_that_is_the_beginning_of_another() -> None:
    inner = "Content-Type: multipart/alternative; boundary=frontier-2\n\n--frontier-2\n\none\n--frontier-2--"
    assert parse(multipart("mixed", inner, TEXT)).shown_text == "one\nSee below."


def test_a_multipart_that_was_encoded_as_a_whole() -> None:
    inside = base64.encodebytes(b"--f\r\nContent-Type: text/plain\r\n\r\nHello\r\n--f--\r\n").decode()
    raw = mail("Content-Type: multipart/mixed; boundary=f\nContent-Transfer-Encoding: base64", inside)
    assert parse(raw).text == "Hello"


@pytest.mark.parametrize(
    "declared", ["text", "html", "", "text/", "foo bar baz", "; charset=utf-8", "text/plain; charset=", "???"]
)
def test_content_types_that_say_nothing_mean_text(declared: str) -> None:
    assert parse(mail(f"Content-Type: {declared}", "Hello")).text == "Hello"


def test_multipart_without_its_subtype() -> None:
    assert parse(multipart("mixed", TEXT).replace(b"multipart/mixed", b"multipart")).text == "See below."


# Charsets


@pytest.mark.parametrize(
    "text, charset",
    [
        ("Здравствуйте, мой заказ не пришёл", "cp1251"),
        ("Здравствуйте, мой заказ не пришёл", "koi8-r"),
        ("Καλημέρα σας, θα ήθελα να ρωτήσω", "cp1253"),
        ("שלום, אני רוצה לדעת מתי ההזמנה שלי תגיע", "cp1255"),
        ("مرحبا، أريد أن أعرف متى سيصل طلبي", "cp1256"),
        ("お世話になっております。注文について", "cp932"),
        ("お世話になっております。注文について", "euc-jp"),
        ("お世話になっております。注文について", "iso-2022-jp"),
        ("你好！我的订单有问题，要求退款。", "gb18030"),
        ("您好，請問我的訂單什麼時候會到", "big5"),
        ("안녕하세요 주문한 상품이 언제 도착하나요", "cp949"),
        ("Größe und Straße, à bientôt", "latin-1"),
        ("Büro «Süß»", "cp1252"),
    ],
)
def test_raw_8bit_that_nobody_declared_is_recognised(text: str, charset: str) -> None:
    raw = mail("", b"").replace(b"From:", b"Subject: " + text.encode(charset) + b"\r\nFrom:") + text.encode(
        charset
    )
    read = parse(raw)
    assert (read.subject, read.text) == (text, text)
    assert parse(raw.replace(b"From:", b"Content-Type: text/plain; charset=utf-8\r\nFrom:")).text == text


def test_headers_are_taken_to_be_in_the_charset_of_the_body() -> None:
    raw = mail("Content-Type: text/plain; charset=iso-8859-2\nSubject: x").replace(
        b"x", "Łódź".encode("iso8859-2")
    )
    assert parse(raw).subject == "Łódź"


def test_html_says_its_charset_itself() -> None:
    html = '<meta http-equiv="Content-Type" content="text/html; charset=big5"><p>問題</p>'
    read = parse(mail("Content-Type: text/html", html.encode("big5")))
    assert "<p>問題</p>" in read.html
    assert "charset=utf-8" in read.html


# Format=flowed


def flowed(body: str, parameters: str = "") -> str:
    """What is shown of a flowed text."""
    return parse(mail(f"Content-Type: text/plain; format=flowed{parameters}", body)).shown_text


@pytest.mark.parametrize(
    "body, shown",
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("one \n\ntwo", "one \n\ntwo"),
        ("> one \n> two\nanswer", "> one two\nanswer"),
        (">> deep \n> flat \n> more", ">> deep \n> flat more"),
        (">> a\n>>  b", ">> a\n>>  b"),
        (" From here\n >not quoted", "From here\n>not quoted"),
        ("bye \n-- \nAnn \nLee", "bye \n-- \nAnn Lee"),
        ("> said \n-- \nAnn", "> said \n-- \nAnn"),
        ("", ""),
    ],
)
def test_flowed_text_is_unwrapped(body: str, shown: str) -> None:
    assert flowed(body) == shown


def test_flowed_text_of_languages_without_spaces() -> None:
    assert flowed("お世話に \nなります", "; delsp=YES") == "お世話になります"


def test_the_text_itself_stays_as_it_was_written() -> None:
    assert parse(mail("Content-Type: text/plain; Format=Flowed", "one \ntwo")).text == "one \ntwo"


def test_text_signed_in_place_is_shown_without_its_armour() -> None:
    body = (
        "Hi\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -- Offer:\nBuy.\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert parse(mail("", body)).shown_text == "Hi\n-- Offer:\nBuy."


@pytest.mark.parametrize(
    "kind, body, text",
    [
        (
            "enriched",
            "<bold>Now</bold> is\nthe <param>x</param>time\n\nfor <<all>",
            "Now is the time\nfor <all>",
        ),
        (
            "richtext",
            "<bold>Now</bold> is\nthe time<nl>for <lt>all<comment>no</comment>",
            "Now is the time\nfor <all",
        ),
    ],
)
def test_what_mail_had_before_html(kind: str, body: str, text: str) -> None:
    assert parse(mail(f"Content-Type: text/{kind}", body)).text == text


# What is said in several parts


def test_a_mixture_of_text_and_html_is_shown_whole_in_either_form() -> None:
    read = parse(multipart("mixed", "Content-Type: text/html\n\n<p>One</p>", IMAGE, "\n2 < 3 & so"))
    assert read.html == "<p>One</p>"
    assert read.text == "2 < 3 & so"
    assert "<p>One</p>" in read.folded_html
    assert "2 &lt; 3 &amp; so" in read.folded_html
    assert read.shown_text == "One\n2 < 3 & so"


def test_alternatives_are_not_shown_twice() -> None:
    html = (
        "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<p>One</p>\n--r\n"
        + IMAGE
    )
    read = parse(multipart("alternative", "\nOne", f"{html}\n--r--"))
    assert read.folded_html == "<p>One</p>"
    assert read.shown_text == "One"
    assert [file.content_id for file in read.attachments] == ["i@x"]


def test_other_forms_of_the_same_are_out_of_sight() -> None:
    amp = "Content-Type: text/x-amp-html\n\n<html amp4email>"
    assert parse(multipart("alternative", TEXT, amp, "Content-Type: text/html\n\nHi")).attachments == ()


# Mails in mails


def test_an_attached_mail_is_called_by_its_subject() -> None:
    read = parse(multipart("mixed", TEXT, f"Content-Type: message/rfc822\n\n{INNER}"))
    assert names(read) == ["Broken lamp wheel.eml"]
    assert read.attachments[0].content.startswith(b"From: bob@example.org")
    assert read.text == "See below."


def test_an_attached_mail_gets_the_ending_that_it_needs() -> None:
    named = f'Content-Type: message/rfc822; name="Re: Broken lamp"\n\n{INNER}'
    assert names(parse(multipart("mixed", TEXT, named))) == ["Re: Broken lamp.eml"]


def test_an_attached_mail_in_base64() -> None:
    packed = base64.encodebytes(INNER.encode()).decode()
    part = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{packed}"
    assert names(parse(multipart("mixed", TEXT, part))) == ["Broken lamp wheel.eml"]


def test_a_digest_is_mails() -> None:
    read = parse(multipart("digest", f"\n{INNER}", f"\n{INNER.replace('lamp', 'bell')}"))
    assert names(read) == ["Broken lamp wheel.eml", "Broken bell wheel.eml"]
    assert read.text == "Inner words."


def test_prose_in_the_place_of_a_report_is_shown() -> None:
    read = parse(multipart("report", "Content-Type: message/delivery-status\n\nThis user moved away."))
    assert read.text == "This user moved away."


@pytest.mark.parametrize(
    "part, problem",
    [
        (
            'message/partial; id="x"; number=2; total=3',
            "this is only part 2 of 3 of a mail that was sent in pieces",
        ),
        (
            'message/external-body; access-type=anon-ftp; site="ftp.example.org"; name="a.txt"',
            "a part of the mail lies elsewhere and is not fetched: ftp.example.org/a.txt",
        ),
        (
            'message/external-body; access-type=URL; URL="https://example.org/a"',
            "a part of the mail lies elsewhere and is not fetched: https://example.org/a",
        ),
    ],
)
def test_parts_that_are_not_here(part: str, problem: str) -> None:
    read = parse(multipart("mixed", TEXT, f"Content-Type: {part}\n\nContent-Type: image/gif\n\nx"))
    assert read.problems == (problem,)
    assert len(read.attachments) == 1


# Files of other times and systems


UUENCODED = "begin 644 notes.txt\n%:&5L;&\\\n`\nend\n"


def test_a_uuencoded_file_in_the_text_is_a_file() -> None:
    read = parse(mail("", f"Here it is:\n\n{UUENCODED}\nRegards"))
    assert [(file.filename, file.content) for file in read.attachments] == [("notes.txt", b"hello")]
    assert read.text == "Here it is:\n\n\nRegards"


@pytest.mark.parametrize(
    "body",
    [
        "begin 644 words that go on\nand on and on, as people write them\nend\n",
        "begin 644 cut.txt\n%:&5L;&\\\n",
        "=ybegin line=128 size=5 name=x.bin\nabc\n=yend size=5\n",
    ],
)
def test_what_only_looks_like_a_file_stays_text(body: str) -> None:
    read = parse(mail("", body))
    assert read.attachments == ()
    assert read.text == body.rstrip("\n")


def test_apple_double_files_come_without_their_resource_fork() -> None:
    double = (
        "Content-Type: multipart/appledouble; boundary=a\n\n"
        "--a\nContent-Type: application/applefile; name=x.jpg\n\nfork\n"
        "--a\nContent-Type: image/jpeg; name=x.jpg\n\ndata\n--a--"
    )
    assert names(parse(multipart("mixed", TEXT, double))) == ["x.jpg"]


def test_files_without_names_get_the_ending_of_their_kind() -> None:
    parts = ("Content-Type: image/jpg\n\nx", "Content-Type: application/pdf\n\nx", "Content-Type: a/b\n\nx")
    assert names(parse(multipart("mixed", TEXT, *parts))) == [
        "attachment-1.jpg",
        "attachment-2.pdf",
        "attachment-3",
    ]


# Signatures and encryption


@pytest.mark.parametrize("kind", ["application/pgp-signature", "application/pkcs7-signature"])
def test_signed_mails_are_read_and_their_signature_is_out_of_sight(kind: str) -> None:
    signed = parse(multipart("signed", TEXT, f"Content-Type: {kind}\n\nMII"))
    assert (signed.text, signed.attachments, signed.problems) == ("See below.", (), ())
    named = parse(multipart("signed", TEXT, f"Content-Type: {kind}; name=smime.p7s\n\nMII"))
    assert names(named) == ["smime.p7s"]


def der(tag: int, content: bytes) -> bytes:
    """One element of DER."""
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def cms(kind: int, inside: bytes) -> bytes:
    """A CMS ContentInfo of PKCS #7's kind 2 (signed) or 3 (enveloped)."""
    oid = der(0x06, bytes.fromhex("2a864886f70d0107") + bytes([kind]))
    return der(0x30, oid + der(0xA0, inside))


ENTITY = b"Content-Type: text/plain\r\n\r\nSaid and signed."
DATA_OID = der(0x06, bytes.fromhex("2a864886f70d010701"))
CONTENTS = {
    "whole": der(0x04, ENTITY),
    "in pieces": der(0x24, der(0x04, ENTITY[:9]) + der(0x04, ENTITY[9:])),
    "of unknown length": b"\x24\x80" + der(0x04, ENTITY[:9]) + der(0x04, ENTITY[9:]) + b"\x00\x00",
}


@pytest.mark.parametrize("form", CONTENTS)
def test_opaque_signatures_are_opened(form: str) -> None:
    held = der(0x30, DATA_OID + der(0xA0, CONTENTS[form]))
    signed = cms(2, der(0x30, b"\x02\x01\x01" + der(0x31, b"") + held))
    headers = "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64"
    read = parse(mail(headers, base64.encodebytes(signed)))
    assert read.text == "Said and signed."
    assert names(read) == ["smime.p7m"]
    assert read.problems == ()
    for cut in range(0, len(signed), 7):
        parse(mail(headers, base64.encodebytes(signed[:cut])))


def test_encrypted_mails_say_so() -> None:
    headers = "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64"
    by_certificate = parse(mail(headers, base64.encodebytes(cms(3, der(0x30, b"\x02\x01\x00")))))
    by_key = parse(
        multipart(
            "encrypted",
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----",
        )
    )
    in_place = parse(mail("", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"))
    assert (names(by_certificate), names(by_key)) == (["smime.p7m"], ["encrypted.asc"])
    for read in (by_certificate, by_key, in_place):
        assert len(read.problems) == 1
        assert "encrypted" in read.problems[0]
