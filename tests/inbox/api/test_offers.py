"""Offers through the API: answered by those to whom they were made, and by nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest

from hub.models import Conversation, Event, Offer
from tests import factories as make
from tests.inbox.api.world import Caller, World, token
from tests.inbox.routing.floor import Floor

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor(db: None) -> Iterator[Floor]:
    """A floor with Ana and Ben, both online."""
    with Floor.open() as opened:
        opened.agent("Ana")
        opened.agent("Ben")
        yield opened


def caller(floor: Floor, name: str) -> Caller:
    """Somebody of the floor as a client of the API."""
    return Caller(token(floor.viewers[name].user, floor.organization))


def asked(floor: Floor) -> tuple[Conversation, Caller, Caller]:
    """A chat that rings: with whom, and with whom not."""
    conversation = floor.write()
    floor.run()
    ringing = floor.ringing(conversation)
    assert ringing in ("Ana", "Ben")
    return conversation, caller(floor, ringing), caller(floor, "Ben" if ringing == "Ana" else "Ana")


def url(conversation: Conversation, verb: str) -> str:
    return f"conversations/{conversation.pk}/{verb}"


def test_an_offer_is_listed_by_its_agent_alone_and_accepted_once(floor: Floor) -> None:
    conversation, chosen, other = asked(floor)
    (offer,) = chosen.get("offers", status="pending").json()["items"]
    assert (offer["conversation_id"], offer["kind"]) == (str(conversation.pk), "chat")
    assert offer["queue_id"] == str(floor.queue.pk)
    assert offer["expires_at"] > offer["created_at"]
    assert other.get("offers").json()["items"] == []
    standing = other.get(url(conversation, "work")).json()
    assert (standing["work"]["state"], standing["position"]) == ("offered", 1)
    accepted = chosen.post(url(conversation, "accept"))
    assert accepted.status_code == 200, accepted.content
    assert accepted.json()["assignee_id"] == offer["agent_id"]
    assert chosen.post(url(conversation, "accept")).status_code == 200
    assert chosen.get("offers", status="pending").json()["items"] == []
    assert chosen.get("offers", status="accepted").json()["items"][0]["id"] == offer["id"]
    standing = other.get(url(conversation, "work")).json()
    assert (standing["work"]["state"], standing["position"]) == ("active", None)
    names = Event.objects.within(floor.organization).order_by("seq").values_list("name", flat=True)
    assert [name for name in names if name.startswith("offer.")] == ["offer.created", "offer.updated"]


def test_nobody_answers_somebody_else_s_offer(floor: Floor) -> None:
    conversation, chosen, other = asked(floor)
    for verb in ("accept", "decline"):
        answer = other.post(url(conversation, verb))
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/offer-gone")
    assert Offer.objects.within(floor.organization).get().status == "pending"
    chosen.post(url(conversation, "accept"))
    gone = other.post(url(conversation, "accept")).json()
    assert gone["detail"] == f"taken by {floor.holder(conversation)}"
    assert gone["status"] == 409


def test_another_organization_s_offers_are_not_there(floor: Floor, other: World) -> None:
    conversation, _, _ = asked(floor)
    for role in ("agent", "supervisor", "administrator"):
        stranger = other.api(role)
        target = {"queue_id": str(other.queue.pk)}
        for verb, body in (("accept", None), ("decline", {}), ("take", None), ("transfer", target)):
            assert stranger.post(url(conversation, verb), body).status_code == 404, verb
        for what in ("work", "why"):
            assert stranger.get(url(conversation, what)).status_code == 404
        assert stranger.get("offers").json()["items"] == []
    assert Offer.objects.within(floor.organization).get().status == "pending"


def test_what_is_declined_rings_elsewhere_and_says_why(floor: Floor) -> None:
    conversation, chosen, other = asked(floor)
    assert chosen.post(url(conversation, "decline"), {"reason": "On the phone"}).status_code == 200
    again = chosen.post(url(conversation, "decline"), {})
    assert (again.status_code, again.json()["detail"]) == (409, "On the phone")
    floor.run()
    assert len(other.get("offers", status="pending").json()["items"]) == 1
    assert chosen.post(url(conversation, "accept")).status_code == 409
    assert other.post(url(conversation, "accept")).status_code == 200
    routing = other.get(url(conversation, "why")).json()["routing"]
    assert {"offer", "declined", "accepted"} <= {decision["about"] for decision in routing}
    passed_over = [one for decision in routing for one in decision["candidates"]]
    assert any(one["verdict"] == "passed_over" and one["reason"] for one in passed_over)


def test_too_late_is_told_as_what_it_is(floor: Floor) -> None:
    conversation, chosen, _ = asked(floor)
    floor.pass_time(31)
    late = chosen.post(url(conversation, "accept"))
    assert (late.status_code, late.json()["detail"]) == (409, "It was not answered in time.")


def test_the_same_key_gives_the_first_answer_again(floor: Floor) -> None:
    conversation, chosen, _ = asked(floor)
    body = {"reason": "Lunch"}
    first = chosen.post(url(conversation, "decline"), body, Idempotency_Key="once")
    again = chosen.post(url(conversation, "decline"), body, Idempotency_Key="once")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Offer.objects.within(floor.organization).filter(status="declined").count() == 1


def test_a_queue_that_offers_nothing_is_taken_from(floor: Floor) -> None:
    floor.queue.handing = "take"
    floor.queue.save()
    conversation = floor.write()
    floor.run()
    assert floor.ringing(conversation) is None
    ana, ben = caller(floor, "Ana"), caller(floor, "Ben")
    taken = ana.post(url(conversation, "take"))
    assert taken.json()["assignee_id"] == str(floor.viewers["Ana"].user.pk)
    assert ben.post(url(conversation, "take")).json()["assignee_id"] == str(floor.viewers["Ben"].user.pk)


def test_work_is_handed_on_with_a_note(floor: Floor) -> None:
    conversation, chosen, other = asked(floor)
    chosen.post(url(conversation, "accept"))
    to = str(next(v.user.pk for v in floor.viewers.values() if v.user.name != floor.holder(conversation)))
    moved = chosen.post(url(conversation, "transfer"), {"agent_id": to, "note": "Knows the bikes."})
    assert moved.status_code == 200, moved.content
    assert moved.json()["assignee_id"] == to
    items = other.get(url(conversation, "timeline")).json()["items"]
    assert "Knows the bikes." in [item["text"] for item in items if item["kind"] == "note"]
    second = make.queue(floor.organization)
    moved = other.post(url(conversation, "transfer"), {"queue_id": str(second.pk)}).json()
    assert (moved["assignee_id"], moved["queue_id"]) == (None, str(second.pk))


@pytest.mark.parametrize("targets", [{}, {"agent_id": "", "queue_id": ""}, {"note": "Where to?"}])
def test_a_transfer_names_exactly_one(floor: Floor, targets: dict[str, Any]) -> None:
    conversation = floor.write()
    body = {name: str(floor.queue.pk) if name.endswith("_id") else words for name, words in targets.items()}
    assert caller(floor, "Ana").post(url(conversation, "transfer"), body).status_code == 422


def test_a_preview_says_who_and_why_and_changes_nothing(floor: Floor) -> None:
    ana = caller(floor, "Ana")
    path = f"queues/{floor.queue.pk}/preview"
    found = ana.post(path, {"kind": "chat"}).json()
    assert found["agent_id"] in {str(viewer.user.pk) for viewer in floor.viewers.values()}
    assert found["text"].startswith("It would be offered to ")
    assert {one["name"] for one in found["candidates"]} == {"Ana", "Ben"}
    asked_for = [{"skill": str(floor.skill("Basque").pk), "level": 3}]
    nobody = ana.post(path, {"kind": "chat", "requirements": asked_for}).json()
    assert (nobody["agent_id"], nobody["text"]) == (None, "It would wait: nobody here has Basque ≥ 3.")
    assert not Offer.objects.within(floor.organization).exists()
