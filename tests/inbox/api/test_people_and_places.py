"""Who and what is here, and who may see it."""

import pytest

from hub.models import Contact
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


def test_me_says_who_and_what_may_be_done(world: World, api: Caller) -> None:
    me = api.get("me").json()
    assert me["user"]["email"] == world.people["agent"].email
    assert me["organization"]["slug"] == world.organization.slug
    assert "conversations.answer" in me["permissions"]
    assert me["state"] == "offline"
    assert me["csrf_token"] is None


def test_presence_is_said_and_seen(world: World, api: Caller) -> None:
    said: dict[str, object] = {"state": "offline", "reason": "", "unavailable": {}, "since": None}
    assert api.get("presence").json() == said
    assert api.post("presence", {"state": "away", "reason": "Lunch"}).json()["reason"] == "Lunch"
    agents = api.get("agents").json()["items"]
    assert {row["state"] for row in agents if row["id"] == str(world.people["agent"].pk)} == {"away"}


def test_contacts_are_listed_found_and_changed(world: World, api: Caller) -> None:
    for number in range(5):
        make.contact(world.organization, f"Person {number}")
    first = api.get("contacts", limit=4).json()
    rest = api.get("contacts", limit=4, cursor=first["next_cursor"]).json()
    names = [row["name"] for row in first["items"] + rest["items"]]
    assert names == sorted(names)
    assert len(names) == 6
    assert [row["id"] for row in api.get("contacts", q="carla").json()["items"]] == [str(world.contact.pk)]
    changed = api.patch(f"contacts/{world.contact.pk}", {"name": "Karla", "custom": {"plan": "gold"}})
    assert changed.json()["name"] == "Karla"
    assert Contact.objects.within(world.organization).get(pk=world.contact.pk).custom == {"plan": "gold"}
    assert api.get("contacts", q="karla").json()["items"]
    assert not api.get("contacts", q="carla of").json()["items"]


def test_channels_show_what_they_can_and_no_secret(world: World, api: Caller) -> None:
    world.channel.secrets = {"token": "hush"}
    world.channel.save()
    answer = api.get("channels")
    assert b"hush" not in answer.content
    assert answer.json()["items"][0]["capabilities"]["can_start"] is True
    one = api.get(f"channels/{world.channel.pk}").json()
    assert one == answer.json()["items"][0] | {"config": None, "secrets": None}


@pytest.mark.parametrize("path", ["queues", "teams", "labels"])
def test_the_furniture_is_listed(world: World, api: Caller, path: str) -> None:
    body = api.get(path).json()
    assert len(body["items"]) == 1
    assert body["next_cursor"] is None


@pytest.mark.parametrize("path", ["users", "envelopes"])
def test_some_lists_are_not_for_agents(world: World, api: Caller, path: str) -> None:
    assert api.get(path).status_code == 403
    assert world.api("administrator").get(path).status_code == 200
