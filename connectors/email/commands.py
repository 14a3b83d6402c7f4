"""The command `hub email parse`: raw mail in, JSON out."""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from connectors.email.importing.command import add_import
from connectors.email.reading.mail import Address, Mail
from connectors.email.reading.parse import parse
from hub.messages import Invitation

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_commands(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `email parse` and `email import` to the `hub` command."""
    email = subparsers.add_parser("email", help="work on e-mail")
    verbs = email.add_subparsers(dest="verb", required=True)
    reader = verbs.add_parser("parse", help="read one raw mail on stdin, write one JSON object")
    reader.add_argument(
        "--jsonl", action="store_true", help="one base64 mail per input line, one JSON object per output line"
    )
    reader.set_defaults(run=run_parse)
    add_import(verbs)


def run_parse(arguments: argparse.Namespace) -> int:
    """Read standard input until its end; returns the exit status."""
    if not arguments.jsonl:
        sys.stdout.write(json.dumps(mail_as_json(parse(sys.stdin.buffer.read()))) + "\n")
        return 0
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_answer(line)) + "\n")
        sys.stdout.flush()
    return 0


def _answer(line: bytes) -> dict[str, Any]:
    try:
        raw = base64.b64decode(line.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        return {"error": f"not base64: {error}"}
    return mail_as_json(parse(raw))


def mail_as_json(mail: Mail) -> dict[str, Any]:
    """A mail as JSON values, without the contents of its files."""
    bounce = mail.bounce
    return {
        "subject": mail.subject,
        "from": _addresses(mail.from_),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "reply_to": _addresses(mail.reply_to),
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "html": mail.html,
        "reply_text": mail.reply_text,
        "folds": [[fold.start, fold.end, fold.kind] for fold in mail.folds],
        "invitation": mail.invitation and _invitation(mail.invitation),
        "attachments": [
            {
                "filename": file.filename,
                "content_type": file.content_type,
                "size": file.size,
                "content_id": file.content_id,
                "inline": file.inline,
            }
            for file in mail.attachments
        ],
        "auto_submitted": mail.auto_submitted,
        "bulk": mail.bulk,
        "bounce": bounce
        and {
            "status": bounce.status,
            "action": bounce.action,
            "recipients": list(bounce.recipients),
            "hard": bounce.hard,
        },
        "problems": list(mail.problems),
    }


def _invitation(invitation: Invitation) -> dict[str, Any]:
    fields = asdict(invitation)
    for name in ("starts_at", "ends_at"):
        fields[name] = fields[name] and fields[name].isoformat()
    return fields


def _addresses(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"name": address.name, "address": address.address} for address in addresses]
