"""Small files of the demo, made on the spot: a photo, an invoice, a list."""

import struct
import zlib

from hub.messages import File

_WIDTH, _HEIGHT = 320, 200


def make(name: str) -> File:
    """A file of this name; its ending says what is made: .png, .pdf, .csv, anything else is text."""
    ending = name.rsplit(".", 1)[-1].lower()
    if ending == "png":
        return File(name, "image/png", _picture(sum(name.encode())))
    if ending == "pdf":
        return File(name, "application/pdf", _document(name.rsplit(".", 1)[0].replace("-", " ").title()))
    if ending == "csv":
        return File(name, "text/csv", b"article;pieces\r\naxle 148 mm;2\r\nbelt 122T;1\r\n")
    return File(name, "text/plain", b"As agreed on the phone.\n")


def _picture(seed: int) -> bytes:
    """A PNG (RFC 2083): two colours that run into one another."""
    reds = bytes(90 + (x * 120) // _WIDTH for x in range(_WIDTH))
    rows = b"".join(_row(reds, 110 + (y * 90) // _HEIGHT, 100 + (seed * 7) % 110) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _row(reds: bytes, green: int, blue: int) -> bytes:
    row = bytearray(1 + 3 * _WIDTH)
    row[1::3], row[2::3], row[3::3] = reds, bytes([green]) * _WIDTH, bytes([blue]) * _WIDTH
    return bytes(row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _document(title: str) -> bytes:
    """A one-page PDF 1.4 with a title."""
    text = f"BT /F1 22 Tf 60 760 Td ({title}) Tj ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(out))
    )
