"""The command `hub email import`: brings old mail into conversations, with its progress on the terminal."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from hub.service import StartError

if TYPE_CHECKING:
    from connectors.email.models import MailImport

PAUSE_SECONDS = 5.0
"""Between two tries while a server or the database is away."""

_SECURITY = {"imaps": "tls", "imap": "starttls", "imap+plain": "none"}


def add_import(verbs: Any) -> None:
    """Add `import` to the verbs of `hub email`."""
    parser = verbs.add_parser("import", help="bring mail from elsewhere into conversations")
    parser.add_argument("--channel", metavar="ADDRESS", help="the mailbox that it belongs to")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--mbox", metavar="FILE", nargs="+", type=Path)
    where.add_argument("--maildir", metavar="DIR", nargs="+", type=Path)
    where.add_argument("--imap", metavar="URL", help="imaps://user@host, imap:// for STARTTLS")
    where.add_argument("--resume", metavar="ID", help="go on with an import that was interrupted")
    parser.add_argument("--folder", metavar="NAME", nargs="+", default=["INBOX"], help="of IMAP")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    parser.add_argument("--skip-automatic", action="store_true", help="leave out what no person wrote")
    parser.add_argument("--open-days", metavar="N", type=int, default=0, help="keep younger ones open")
    parser.add_argument("--own-address", metavar="ADDRESS", nargs="+", default=[], help="was ours, too")
    parser.add_argument("--sent", action="store_true", help="all of it was sent by us")
    parser.add_argument("--report", metavar="FILE", type=Path, help="write what became of each mail, as CSV")
    parser.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Do the whole import in this process; returns 1 when it did not come to its end."""
    from hub.cli import preparing

    preparing.set_up_django()
    preparing.require_keys()
    preparing.require_database()
    preparing.require_migrations()
    run = _resumed(arguments.resume) if arguments.resume else _begun(arguments)
    sys.stderr.write(f"import {run.pk}\n")
    _work(run)
    return _account(run, arguments.report)


def _begun(arguments: argparse.Namespace) -> MailImport:
    from connectors.email.importing import actions as imports
    from connectors.email.importing import source as import_source
    from hub.models import Channel

    if not arguments.channel:
        raise StartError("--channel ADDRESS says which mailbox the mail belongs to")
    address = arguments.channel.strip().lower()
    rows = Channel.objects.unscoped("the operator names the channel").filter(kind="email", address=address)
    channel = rows.filter(archived_at__isnull=True).first()
    if channel is None:
        raise StartError(f"there is no e-mail channel with the address {address}")
    paths = [path.resolve() for path in arguments.mbox or arguments.maildir or ()]
    if missing := [str(path) for path in paths if not path.exists()]:
        raise StartError(f"there is no {missing[0]}")
    options = {
        "dry_run": arguments.dry_run,
        "skip_automatic": arguments.skip_automatic,
        "open_days": arguments.open_days,
        "own_addresses": arguments.own_address,
        "sent": arguments.sent,
    }
    if arguments.imap:
        account, password = _account_in(arguments.imap)
        name = f"{', '.join(arguments.folder)} on {account['host']}"
        source = {"account": account, "folders": arguments.folder}
        return imports.begin(
            channel,
            "imap",
            name,
            source,
            secrets={"password": password},
            options=options,
            is_for_worker=False,
        )
    kind = "mbox" if arguments.mbox else "maildir"
    files = [
        {"path": str(path), "name": path.name, "sent": import_source.looks_sent(path.name)} for path in paths
    ]
    name = ", ".join(path.name for path in paths)
    return imports.begin(channel, kind, name, {"files": files}, options=options, is_for_worker=False)


def _resumed(import_id: str) -> MailImport:
    from django.core.exceptions import ValidationError

    from connectors.email.importing import actions as imports
    from connectors.email.models import MailImport

    try:
        run = MailImport.objects.unscoped("the operator names the import").get(pk=import_id)
        return imports.resume(run, is_for_worker=False)
    except (MailImport.DoesNotExist, ValidationError) as error:
        raise StartError(f"there is no import {import_id}") from error
    except imports.WrongState as error:
        raise StartError(str(error)) from error


def _account_in(url: str) -> tuple[dict[str, Any], str]:
    parts = urlsplit(url)
    if parts.scheme not in _SECURITY or not parts.hostname or not parts.username:
        raise StartError("--imap: imaps://user@host or imap://user@host is needed")
    security = _SECURITY[parts.scheme]
    account = {
        "host": parts.hostname,
        "port": parts.port or (993 if security == "tls" else 143),
        "security": security,
        "user": unquote(parts.username),
    }
    password = unquote(parts.password) if parts.password else getpass.getpass("password: ")
    return account, password


def _work(run: MailImport) -> None:
    """Do step after step; what is only away is waited for."""
    from connectors.email.importing import run as import_run
    from hub.messages import SendError

    more = True
    while more:
        try:
            more = import_run.step(run.pk)
        except (SendError, import_run.Overtaken, *import_run.NOT_NOW) as error:
            sys.stderr.write(f"\nwaiting: {error}\n")
            time.sleep(PAUSE_SECONDS)
        run.refresh_from_db()
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{run.phase}: {run.seen} of {run.total if run.total is not None else '?'}  ")


def _account(run: MailImport, report: Path | None) -> int:
    from connectors.email.importing import report as import_report

    figures = f"{run.imported} imported, {run.skipped} skipped, {run.failed} failed"
    sys.stdout.write(f"{run.state}: {run.seen} seen, {figures}\n")
    for row in import_report.shape(run)["reasons"]:
        sys.stdout.write(f"  {row['count']} {row['state']}: {row['reason']}\n")
    if run.error:
        sys.stderr.write(f"{run.error}\nGo on with: hub email import --resume {run.pk}\n")
    if report is not None:
        with report.open("w", encoding="utf-8", newline="") as file:
            file.writelines(import_report.lines(run))
    return 0 if run.state == "done" else 1
