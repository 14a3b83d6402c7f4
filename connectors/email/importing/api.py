"""Imports over HTTP, for administrators: begun by an upload or by naming an IMAP account, then watched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from connectors.email.fetching.mail_account import PORTS
from connectors.email.importing import actions as imports
from connectors.email.importing import report as import_report
from connectors.email.importing import source as import_source
from connectors.email.models import MailImport
from hub.failures import problem
from hub.models import Channel
from hub.tenancy import new_id
from hub.viewer import Viewer, viewer_from_session, viewer_from_token

LISTED = 50
FILES = 20
JSON_BYTES = 64 * 1024
KEPT_FREE = 500 * 1024 * 1024
"""An upload must leave so much of the disk free beside itself and its copy in the database."""


View = Callable[..., HttpResponseBase]


class Wrong(Exception):
    """The request cannot be carried out: a status of HTTP, and why."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail


def _invalid(detail: str) -> Wrong:
    return Wrong(422, "Some fields are not valid", detail)


def for_administrators(view: View) -> View:
    """The view with the caller's `Viewer` as second argument; others get 401 or 403.

    A bearer token decides alone; without one the session does, and then Django's CSRF check holds.
    """

    def answer(request: HttpRequest, viewer: Viewer | None, **kwargs: Any) -> HttpResponseBase:
        try:
            if viewer is None:
                raise Wrong(401, "Sign in first", "Send an API token, or sign in.")
            if not viewer.may("channels.manage"):
                raise Wrong(403, "Not allowed", "Your role lacks “channels.manage”.")
            return view(request, viewer, **kwargs)
        except Wrong as error:
            return problem(error.status, error.title, error.detail)
        except Http404:
            return problem(404, "Not found", "There is no such thing.")

    @csrf_protect
    def by_session(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return answer(request, viewer_from_session(request), **kwargs)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return by_session(request, **kwargs)
        viewer = viewer_from_token(secret.strip()) if scheme.lower() == "bearer" else None
        return answer(request, viewer, **kwargs)

    return guarded


@require_http_methods(["GET", "POST"])
@for_administrators
def channel_imports(request: HttpRequest, viewer: Viewer, channel_id: UUID) -> HttpResponseBase:
    """GET: the imports of a channel, newest first. POST: begin one."""
    channel = _one(Channel.objects.within(viewer.organization).filter(kind="email"), channel_id)
    if request.method == "GET":
        rows = MailImport.objects.within(viewer.organization).filter(channel=channel)
        found = rows.select_related("created_by").order_by("-created_at")[:LISTED]
        return JsonResponse({"items": [import_report.shape(run) for run in found]})
    if request.content_type == "multipart/form-data":
        run = _from_upload(request, viewer, channel)
    else:
        run = _from_account(_body(request), viewer, channel)
    return JsonResponse(import_report.shape(run), status=201)


@require_http_methods(["GET"])
@for_administrators
def mail_import(request: HttpRequest, viewer: Viewer, import_id: UUID) -> HttpResponseBase:
    """One import, as it is now."""
    return JsonResponse(import_report.shape(_import_of(viewer, import_id)))


@require_http_methods(["POST"])
@for_administrators
def change(request: HttpRequest, viewer: Viewer, import_id: UUID, act: str) -> HttpResponseBase:
    """Pause, resume or cancel an import; 409 where its state does not allow that."""
    acts = {"pause": imports.pause, "resume": imports.resume, "cancel": imports.cancel}
    try:
        return JsonResponse(import_report.shape(acts[act](_import_of(viewer, import_id))))
    except imports.WrongState as error:
        raise Wrong(409, "Conflict", str(error)) from error


@require_http_methods(["GET"])
@for_administrators
def report(request: HttpRequest, viewer: Viewer, import_id: UUID) -> HttpResponseBase:
    """What became of each mail, as CSV."""
    run = _import_of(viewer, import_id)
    response = StreamingHttpResponse(import_report.lines(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}.csv"'
    return response


def _import_of(viewer: Viewer, import_id: UUID) -> MailImport:
    rows = MailImport.objects.within(viewer.organization).select_related("created_by", "channel")
    return _one(rows, import_id)


def _one(rows: Any, pk: UUID) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _from_upload(request: HttpRequest, viewer: Viewer, channel: Channel) -> MailImport:
    files = request.FILES.getlist("file")
    if request.POST.get("kind", "mbox") != "mbox" or not 0 < len(files) <= FILES:
        raise _invalid(f"Send one to {FILES} mbox files as “file”.")
    options = _options(request.POST.dict())
    size = sum(file.size or 0 for file in files)
    if shutil.disk_usage(settings.DATA_DIR).free < 2 * size + KEPT_FREE:
        raise Wrong(413, "Too large", "There is not enough room on the hub's disk for these files.")
    run = MailImport(pk=new_id())
    folder = import_source.own_folder(run)
    folder.mkdir(mode=0o700, parents=True)
    try:
        kept = [_keep(file, folder / f"{number}.mbox") for number, file in enumerate(files)]
        name = ", ".join(str(file["name"]) for file in kept)
        return imports.begin(
            channel, MailImport.Kind.MBOX, name, {"files": kept}, options=options, by=viewer.user, pk=run.pk
        )
    except BaseException:
        import_source.clear(run)
        raise


def _keep(file: UploadedFile, path: Path) -> dict[str, Any]:
    with path.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    name = (file.name or "mail")[:120]
    return {"path": str(path), "name": name, "sent": import_source.looks_sent(name)}


def _from_account(body: Mapping[str, Any], viewer: Viewer, channel: Channel) -> MailImport:
    if body.get("kind") != "imap":
        raise _invalid("kind: “imap” is needed, or mbox files in a form.")
    folders = body.get("folders") or ["INBOX"]
    if not isinstance(folders, list) or not all(isinstance(name, str) and name for name in folders):
        raise _invalid("folders: a list of folders' names is needed.")
    source: dict[str, Any] = {"folders": folders[:100]}
    host = str(body.get("host") or "").strip()
    if host:
        source["account"] = _account(host, body)
    elif channel.config.get("receive_by") != "imap":
        raise _invalid("host: name the IMAP server; this channel has none of its own.")
    else:
        host = str(channel.config.get("imap_host") or "")
    return imports.begin(
        channel,
        MailImport.Kind.IMAP,
        f"{', '.join(folders)} on {host}",
        source,
        secrets={"password": str(body.get("password") or "")},
        options=_options(body),
        by=viewer.user,
    )


def _account(host: str, body: Mapping[str, Any]) -> dict[str, Any]:
    security = str(body.get("security") or "tls")
    if ("imap", security) not in PORTS:
        raise _invalid("security: tls, starttls or none.")
    try:
        port = int(body.get("port") or PORTS["imap", security])
    except (TypeError, ValueError):
        port = 0
    if not 0 < port < 65536:
        raise _invalid("port: a number from 1 to 65535 is needed.")
    if not body.get("user"):
        raise _invalid("user: who signs in?")
    return {"host": host, "port": port, "security": security, "user": str(body["user"])}


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of an import out of JSON or a form, in which everything is text."""
    days = str(given.get("open_days") or 0)
    if not days.isdecimal() or int(days) > 36500:
        raise _invalid("open_days: a number of days is needed.")
    own = given.get("own_addresses") or []
    own = own.split(",") if isinstance(own, str) else own
    if not isinstance(own, list) or not all(isinstance(address, str) for address in own):
        raise _invalid("own_addresses: a list of addresses is needed.")
    return {
        "dry_run": _is_set(given.get("dry_run")),
        "skip_automatic": _is_set(given.get("skip_automatic")),
        "sent": _is_set(given.get("sent")),
        "open_days": int(days),
        "own_addresses": [address.strip() for address in own if address.strip()][:100],
    }


def _is_set(value: Any) -> bool:
    return value is True or str(value).lower() in ("1", "true", "on", "yes")


def _body(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > JSON_BYTES:
        raise Wrong(413, "Too large", "This request is too large.")
    try:
        body = json.loads(request.body)
        if "\\u0000" in json.dumps(body):
            raise ValueError("it holds a NUL character")
    except (ValueError, RecursionError) as error:
        raise Wrong(400, "This request cannot be understood", f"The body is no JSON: {error}.") from error
    if not isinstance(body, dict):
        raise _invalid("An object is needed.")
    return body
