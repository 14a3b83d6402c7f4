"""Older state with the events since applied is the state that is fetched afresh; for every event's name."""

import asyncio
import smtplib
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from jsonschema_rs import Draft202012Validator

from hub.client import Client, Event, Stream
from inbox.api.asyncapi import document
from inbox.api.schemas.events import EVENTS
from tests.client.picture import OTHERS, Picture, fetched
from tests.demo_data import DemoData
from tests.hub_process import HubProcess
from tests.journeys.desk import visitor

DEADLINE = 120.0
PARTS = (
    "conversations", "items", "agents", "contacts", "channels", "envelopes", "counters", "offers", "on",
)  # fmt: skip
SETTINGS = {
    f"{noun}.{verb}" for noun in ("channel", "template") for verb in ("created", "updated", "removed")
}
PROMISES = {"sla.warning", "sla.breached", "sla.met"}
ELSEWHERE = (
    {"message.updated", "message.deleted", "channel.health_changed", "signature.updated", "signature.removed"}
    | SETTINGS
    | PROMISES
)
"""Names that need more than a desk: their own tests make them happen."""


def test_every_event_is_taught_to_the_picture() -> None:
    assert OTHERS.keys() == EVENTS.keys()


async def test_events_applied_to_an_old_picture_give_the_fresh_one(demo: DemoData, tmp_path: Any) -> None:
    with demo.hub(tmp_path / "data") as hub:
        acme = hub.demo()["organizations"][0]
        async with Client(hub.base_url, acme["users"]["admin"]["api_token"]) as client:
            picture, told = await _followed(hub, acme, client)
            fresh = await fetched(client)
    for part in PARTS:
        old, new = getattr(picture, part), getattr(fresh, part)
        assert {key: (old.get(key), row) for key, row in new.items() if old.get(key) != row} == {}, part
    assert {event.name for event in told} >= EVENTS.keys() - ELSEWHERE
    for event in told:
        _check(event)


async def _followed(hub: HubProcess, acme: dict[str, Any], client: Client) -> tuple[Picture, list[Event]]:
    """A picture from before the day's work, every event of it applied."""
    async with asyncio.timeout(DEADLINE), client.stream() as stream:
        told: list[Event] = []
        listening = asyncio.create_task(_listen(stream, told, marker := uuid4().hex))
        await stream.is_live.wait()
        picture = await fetched(client)
        await _work(hub, acme, client)
        await client.update((await anext(client.conversations()))["id"], custom={"last": marker})
        await listening
    for event in told:
        picture.apply(event)
    return picture, told


async def _listen(stream: Stream, told: list[Event], marker: str) -> None:
    """Collect until the marker was told and nothing is on its way any more."""
    async for event in stream:
        told.append(event)
        if event.name == "conversation.updated" and marker in str(event.data["conversation"]["custom"]):
            return


async def _work(hub: HubProcess, acme: dict[str, Any], client: Client) -> None:
    """A little of everything that an organization does on a day; ends when every mail has left."""
    channel = acme["channels"]["email"]["id"]
    sender = f"{uuid4().hex}@customer.test"
    started = await client.start(channel, sender, "Hello.", subject="An offer")
    await client.reply(started["id"], "One more thing.")
    await asyncio.to_thread(_mail, hub, sender, acme["channels"]["email"]["address"])
    await asyncio.to_thread(_mail, hub, "", acme["channels"]["email"]["address"])
    identifier = started["id"]
    await client.note(identifier, "Known from before.")
    await client.act(identifier, "assign", assignee_id=acme["users"]["agent"]["id"])
    await client.update(
        identifier, labels=["vip"], priority="urgent", queue_id=acme["queues"]["support"]["id"]
    )
    await client.act(identifier, "snooze", until="2030-01-01T09:00:00Z")
    await client.act(identifier, "reopen")
    await client.act(identifier, "resolve")
    other = await client.start(channel, sender, "By the way.", subject="Another matter")
    await client.act(other["id"], "merge", into=identifier)
    await client.act(other["id"], "unmerge")
    said = [row async for row in client.timeline(identifier) if row["kind"] == "message"]
    await client.act(identifier, "split", item_ids=[said[1]["id"]])
    await client.request("PATCH", f"contacts/{started['contact']['id']}", body={"name": "Zoë Łuczak"})
    await client.set_presence("away", "Lunch")
    await client.request("POST", "skills", body={"name": f"Skill {uuid4().hex}"})
    await _chat(hub, acme, client)
    while not await _is_quiet(client, identifier):
        await asyncio.sleep(0.1)


async def _chat(hub: HubProcess, acme: dict[str, Any], client: Client) -> None:
    """A visitor is answered; whoever is online is offered the chat, and given the mail."""
    await client.set_presence("online")
    async with visitor(hub, acme["channels"]["chat"]["site_key"]) as widget:
        await widget.send(type="message", client_id=uuid4().hex, text="Is anybody there?")
        while not (ringing := [offer async for offer in client.offers()]):
            await asyncio.sleep(0.1)
        accepted = await client.accept(ringing[0]["conversation_id"])
        await client.request("PATCH", f"contacts/{accepted['contact']['id']}", body={"name": "A visitor"})


async def _is_quiet(client: Client, identifier: str) -> bool:
    """Whether both mails were understood and all answers have left."""
    sent = [row async for row in client.timeline(identifier) if row["kind"] == "message"]
    arrived = [row async for row in client.conversations(q="frostbitten") if row]
    set_aside = [row async for row in client.pages("envelopes")]
    waiting = [row for item in sent for row in item["deliveries"] if row["status"] in ("queued", "sending")]
    return bool(arrived and set_aside and not waiting)


def _mail(hub: HubProcess, sender: str, recipient: str) -> None:
    """One mail to the hub; without a sender it says nowhere whose it is, and is set aside."""
    mail = EmailMessage()
    mail["To"], mail["Subject"] = recipient, "A frostbitten parcel"
    if sender:
        mail["From"] = sender
    mail.set_content("It came frostbitten.")
    with smtplib.SMTP("127.0.0.1", hub.smtp_port) as client:
        client.sendmail(sender, [recipient], mail.as_bytes())


def _check(event: Event) -> None:
    """The event follows the document that describes it."""
    schema = document()["components"]["messages"][event.name]["payload"]
    frame = {"type": "event", "seq": event.position.seq, "event": event.name, "at": event.at}
    whole = {**schema, "components": document()["components"]}
    Draft202012Validator(whole).validate({**frame, "data": event.data})
