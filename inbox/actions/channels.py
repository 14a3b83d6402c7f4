"""Channels: made, changed, switched off and put away by administrators; their health, noted by all."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from hub import registry
from hub.channel_form import Check, InvalidSettings
from hub.clock import now
from hub.connector import Connector
from hub.models import Channel, InboundEnvelope, Message, Queue
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import channel_settings, payloads
from inbox.actions import channel_health, connecting
from inbox.change import actor_shape, as_id
from inbox.errors import Conflict, Invalid, NotFound
from realtime import events

log = structlog.get_logger("inbox.channels")
State = Channel.State

IN_USE = "This address is in use. An address can belong to one channel only."
_DETAIL_LENGTH = 500


def create_channel(
    viewer: Viewer,
    kind: str,
    name: str,
    address: str,
    *,
    queue_id: Any = None,
    config: Mapping[str, Any],
    secrets: Mapping[str, Any],
    state: str = State.DRAFT,
) -> Channel:
    """Make a channel; `config` and `secrets` go by the names of the connector's form.

    Raises `Invalid` with the reasons by field, also when any organization has the address, and
    `NotFound` for a queue that is not here.
    """
    channel = Channel(organization=viewer.organization, kind=kind, name=name, state=state)
    connector = _connector(kind)
    _configure(connector, channel, {"address": address, "config": config, "secrets": secrets})
    with unit():
        channel.queue = _queue(viewer, queue_id)
        _save(channel, is_new=True)
        _announce(viewer, channel, "channel.created", [])
    return channel


def change_channel(viewer: Viewer, channel_id: Any, changes: Mapping[str, Any]) -> Channel:
    """Change name, address, queue_id, state ("connected" or "disabled"), config or secrets.

    Settings that are not named stay; None takes one out. Raises `Invalid`, `NotFound`.
    """
    with unit():
        channel = lock_channel(viewer, channel_id)
        before = _told(channel)
        if {"address", "config", "secrets"} & changes.keys():
            _configure(_connector(channel.kind), channel, changes)
        if "queue_id" in changes:
            channel.queue = _queue(viewer, changes["queue_id"])
        channel.name = changes.get("name") or channel.name
        channel.state = changes.get("state") or channel.state
        after = _told(channel)
        if before != after:
            _save(channel)
            _announce(viewer, channel, "channel.updated", channel_settings.changed(before, after))
        return channel


def remove_channel(viewer: Viewer, channel_id: Any) -> None:
    """Delete a channel that nothing came or went by; archive any other, which frees its address."""
    with unit():
        channel = lock_channel(viewer, channel_id)
        used = (rows.within(viewer.organization) for rows in (Message.objects, InboundEnvelope.objects))
        if any(rows.filter(channel=channel).exists() for rows in used):
            channel.state, channel.archived_at = State.DISABLED, now()
            channel.save()
        else:
            channel.archived_at = now()
            Channel.objects.within(viewer.organization).filter(pk=channel.pk).delete()
        _announce(viewer, channel, "channel.removed", [])


def test_channel(viewer: Viewer, channel_id: Any) -> Sequence[Check]:
    """Try a channel's settings by real calls, and note its health by them.

    Takes seconds, and holds no transaction meanwhile. Raises `NotFound`.
    """
    found, connector = usable_channel(viewer, channel_id)
    checks = list(connector.test(found))
    wrong = [check for check in checks if check.ok is False]
    detail = " ".join(f"{check.name}: {check.detail}" for check in wrong)
    note_health(found, ok=not wrong, detail=detail)
    return checks


def note_health(channel: Channel, *, ok: bool, detail: str = "") -> None:
    """Keep how a channel is; tells everybody when that differs from before.

    A channel in trouble is connected again once all of it works.
    """
    with unit():
        rows = Channel.objects.within(channel.organization_id).select_for_update(of=("self",))
        fresh = rows.select_related("organization").filter(pk=channel.pk).first()
        if fresh is None:
            return
        detail = detail[:_DETAIL_LENGTH]
        is_news = (fresh.health.get("ok"), fresh.health.get("detail", "")) != (ok, detail)
        is_healed = ok and fresh.state in (State.NEEDS_RECONNECT, State.DEGRADED)
        state = State.CONNECTED if is_healed else fresh.state
        word = {"ok": ok, "code": "", "detail": detail, "by": "test", "at": payloads.moment(now())}
        fresh.health = {**fresh.health, **word}
        is_news |= state != fresh.state
        fresh.state = state
        fresh.save(update_fields=["health", "state"])
        if is_news:
            channel_health.announce(fresh)


def lock_channel(viewer: Viewer, channel_id: Any) -> Channel:
    """The channel, its row locked until the transaction ends; raises `NotFound`, also when it is archived."""
    rows = Channel.objects.within(viewer.organization).select_for_update(of=("self",))
    found = rows.filter(pk=as_id(channel_id), archived_at__isnull=True).first()
    if found is None:
        raise NotFound("There is no such channel.")
    return found


def usable_channel(viewer: Viewer, channel_id: Any) -> tuple[Channel, Connector]:
    """A channel and its connector; raises `NotFound`, `Conflict` when its connector is gone."""
    found = Channel.objects.within(viewer.organization).filter(pk=as_id(channel_id)).first()
    if found is None or found.archived_at is not None:
        raise NotFound("There is no such channel.")
    connector = registry.connectors().get(found.kind)
    if connector is None:
        raise Conflict("The connector of this channel is not installed.", slug="no-connector")
    return found, connector


def _connector(kind: str) -> Connector:
    try:
        return registry.connector(kind)
    except registry.UnknownKind:
        raise Invalid({"kind": ["No connector of this kind is installed."]}) from None


def _configure(connector: Connector, channel: Channel, changes: Mapping[str, Any]) -> None:
    """Put address and settings in place as the connector wants them kept. Raises `Invalid`."""
    config, secrets = changes.get("config") or {}, changes.get("secrets") or {}
    _check_names(connector, config, secrets)
    errors: dict[str, list[str]] = {}
    typed = str(changes.get("address", channel.address)).strip()
    address = connector.normalise(typed) if typed else ""
    if address is None:
        errors["address"] = ["This is no address that the channel could have."]
    try:
        kept_config, kept_secrets = connector.clean(
            address or "",
            channel_settings.merged(channel.config, config),
            channel_settings.merged(channel.secrets, secrets),
        )
    except InvalidSettings as error:
        raise Invalid({**error.errors, **errors}) from None
    if errors:
        raise Invalid(errors)
    channel.address, channel.config, channel.secrets = address or "", dict(kept_config), dict(kept_secrets)


def _check_names(connector: Connector, config: Mapping[str, Any], secrets: Mapping[str, Any]) -> None:
    known = channel_settings.fields(connector)
    strange = [name for name in config if name not in known or known[name].secret]
    strange += [name for name in secrets if name not in known or not known[name].secret]
    if strange:
        raise Invalid({name: ["There is no such setting."] for name in strange})


def _queue(viewer: Viewer, queue_id: Any) -> Queue | None:
    if queue_id is None:
        return None
    queues = Queue.objects.within(viewer.organization).filter(archived_at__isnull=True)
    queue = queues.filter(pk=as_id(queue_id)).first()
    if queue is None:
        raise NotFound("There is no such queue here.")
    return queue


def _save(channel: Channel, *, is_new: bool = False) -> None:
    try:
        with transaction.atomic():
            channel.save(force_insert=is_new)
    except IntegrityError:
        raise Invalid({"address": [IN_USE]}) from None


def _told(channel: Channel) -> dict[str, Any]:
    """What an audit compares; secrets only by name."""
    return {
        "name": channel.name,
        "address": channel.address,
        "queue_id": channel.queue_id,
        "state": channel.state,
        "config": channel.config,
        "secrets": dict(channel.secrets),
    }


def _announce(viewer: Viewer, channel: Channel, name: str, fields: list[str]) -> None:
    connecting.arrange(channel)
    actor = actor_shape(viewer)
    log.info(name, channel=str(channel.pk), user=str(viewer.user.pk), fields=fields)
    data = {"channel": payloads.channel(channel), "changed": fields}
    events.append(viewer.organization, name, data, actor=actor)
