"""Imports as the API and the command show them: a progress in JSON, and an account of each mail as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.email.models import MailImport, MailImportEntry

COLUMNS = ("number", "state", "reason", "date", "message_id", "source", "conversation")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shape(run: MailImport) -> dict[str, Any]:
    """An import in JSON. Secrets and places on the server's disk stay here."""
    reasons = [(*key.partition(": ")[::2], count) for key, count in run.reasons.items()]
    by = run.created_by
    return {
        "id": str(run.pk),
        "channel_id": str(run.channel_id),
        "kind": run.kind,
        "name": run.name,
        "state": run.state,
        "phase": run.phase if run.is_going_on else "",
        "dry_run": bool(run.options.get("dry_run")),
        "options": {key: value for key, value in run.options.items() if key != "dry_run"},
        "total": run.total,
        "seen": run.seen,
        "imported": run.imported,
        "skipped": run.skipped,
        "failed": run.failed,
        "reasons": [
            {"state": state, "reason": reason, "count": count}
            for state, reason, count in sorted(reasons, key=lambda row: -row[2])
        ],
        "progress": round(run.seen / run.total, 4) if run.total else None,
        "error": run.error,
        "created_by": {"id": str(by.pk), "name": str(by)} if by else None,
        "created_at": moment(run.created_at),
        "started_at": moment(run.started_at),
        "finished_at": moment(run.finished_at),
    }


def moment(at: datetime | None) -> str | None:
    """An instant as all of the API writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def lines(run: MailImport) -> Iterator[str]:
    """The CSV, a line at a time: what became of each mail, in the order of the source."""
    yield _line(COLUMNS)
    rows = MailImportEntry.objects.within(run.organization_id).filter(mail_import=run).order_by("number")
    for row in rows.select_related("item__conversation").iterator(1000):
        conversation = f"#{row.item.conversation.number}" if row.item else ""
        source = row.place or f"{_file(run, row.part)}:{row.offset}"
        yield _line(
            (row.number, row.state, row.reason, moment(row.written_at), row.message_id, source, conversation)
        )


def _file(run: MailImport, part: int) -> str:
    files = run.source.get("files") or []
    return str(files[part].get("name", "")) if part < len(files) else ""


def _line(values: tuple[Any, ...]) -> str:
    """One line; what strangers wrote must not begin like a formula of a spreadsheet."""
    buffer = io.StringIO()
    cells = ["" if value is None else str(value) for value in values]
    csv.writer(buffer).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return buffer.getvalue()
