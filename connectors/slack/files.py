"""Files of Slack's messages: fetched with the bot's token, sent in three steps."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.slack import web_api
from connectors.slack.places import Place
from hub import providers, remote_files
from hub.messages import CannotFetch, ErrorClass, File, OutboundFile, RemoteFile, SendError
from hub.models import Channel

HOST = "files.slack.com"

Told = Mapping[str, Any]

_ELSEWHERE = frozenset(["external", "tombstone", "hidden_by_limit"])


def files_of(event: Told) -> Iterator[RemoteFile]:
    """The files of a message that lie with Slack."""
    for told in event.get("files") or ():
        if told.get("mode") in _ELSEWHERE or told.get("is_external"):
            continue
        size = told.get("size")
        yield RemoteFile(
            external_id=str(told["id"]),
            url=str(told.get("url_private_download") or told.get("url_private") or ""),
            filename=str(told.get("name") or told.get("title") or "file")[:255],
            content_type=str(told.get("mimetype") or "application/octet-stream")[:127],
            size=size if isinstance(size, int) else None,
        )


def links_of(event: Told) -> list[str]:
    """The addresses of files that lie elsewhere, such as in a cloud drive."""
    files = event.get("files") or ()
    return [str(told["url_private"]) for told in files if told.get("is_external") and told.get("url_private")]


def fetch(channel: Channel, file: RemoteFile, limit: int) -> File:
    """The file; where one from another workspace lies, Slack is asked. Raises `CannotFetch`."""
    if not file.url:
        file = _located(channel, file)
    found = remote_files.fetch(
        file,
        hosts=(HOST,),
        headers={"Authorization": f"Bearer {channel.secrets.get('bot_token') or 'none'}"},
        limit=limit,
        provider=web_api.PROVIDER,
    )
    if "html" not in file.content_type and found.data[:200].lstrip().lower().startswith(_PAGE):
        # Whoever may not have a file gets the page to sign in, and 200.
        raise CannotFetch("Slack does not give the file: the app lacks files:read.", is_lasting=True)
    return found


_PAGE = (b"<!doctype html", b"<html")


def _located(channel: Channel, file: RemoteFile) -> RemoteFile:
    try:
        told = web_api.call(channel, "files.info", {"file": file.external_id})["file"]
    except SendError as error:
        is_lasting = error.error_class not in (ErrorClass.RETRY, ErrorClass.THROTTLED)
        raise CannotFetch(f"Slack does not give the file: {error.detail}", is_lasting=is_lasting) from error
    url = str(told.get("url_private_download") or told.get("url_private") or "")
    if not url:
        raise CannotFetch("Slack does not say where the file is.", is_lasting=True)
    size = told.get("size")
    return dataclasses.replace(
        file,
        url=url,
        filename=str(told.get("name") or file.filename)[:255],
        content_type=str(told.get("mimetype") or file.content_type)[:127],
        size=size if isinstance(size, int) else file.size,
    )


def share(channel: Channel, place: Place, comment: str, files: Sequence[OutboundFile]) -> str:
    """Upload the files and share them as one message; its id, or `<channel>:<file's id>`. Raises `SendError`.

    Only the call that completes the upload shows anything to anybody. Slack answers it with the files,
    and may tell only later which message they became.
    """
    uploaded = [{"id": _uploaded(channel, file), "title": file.filename} for file in files]
    parameters = {
        "files": uploaded,
        "channel_id": place.channel,
        "thread_ts": place.thread,
        "initial_comment": comment,
    }
    told = web_api.call(channel, "files.completeUploadExternal", parameters)
    shared = (told.get("files") or [{}])[0]
    first = uploaded[0]["id"]
    try:
        stamp = _stamp(shared, place) or _stamp(_info(channel, first), place)
    except SendError:
        stamp = ""
    return place.message(stamp) if stamp else f"{place.channel}:{first}"


def message_of(channel: Channel, place: Place, file_id: str) -> str:
    """The time stamp of the message that a file of ours became; "" while nobody knows. Raises `SendError`."""
    return _stamp(_info(channel, file_id), place)


def _info(channel: Channel, file_id: str) -> Told:
    told = web_api.call(channel, "files.info", {"file": file_id}).get("file")
    return told if isinstance(told, dict) else {}


def _stamp(told: Told, place: Place) -> str:
    for kind in ("public", "private"):
        shares = ((told.get("shares") or {}).get(kind) or {}).get(place.channel) or ()
        for share in shares:
            return str(share.get("ts") or "")
    return ""


def _uploaded(channel: Channel, file: OutboundFile) -> str:
    parameters = {"filename": file.filename or "file", "length": len(file.data)}
    told = web_api.call(channel, "files.getUploadURLExternal", parameters)
    url = str(told.get("upload_url") or "")
    if not _is_slacks(url):
        words = "Slack wants the file on a server that is not its own."
        raise SendError(ErrorClass.PERMANENT, "upload_url", words)
    web_api.upload(url, file.data)
    return str(told["file_id"])


def _is_slacks(url: str) -> bool:
    parts = urlsplit(url)
    place = (parts.scheme, parts.hostname or "", parts.port or 443)
    return place == ("https", HOST, 443) or place == providers.moved_origin(web_api.PROVIDER)
