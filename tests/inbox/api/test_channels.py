"""Setting up channels: by administrators alone, secrets never back, addresses once, sign-ins as begun."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.test import Client

from hub import registry
from hub.channel_form import Check, Field, InvalidSettings, Paste, Step, Suggestion
from hub.connector import Connector
from hub.messages import ErrorClass, SendError
from hub.models import Channel, Event
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


class Coop(Connector):
    """A kind of channel with one of everything that a form can hold."""

    kind = "coop"
    label = "Coop"

    def form(self) -> Sequence[Step]:
        way = Field("way", "Way", kind="choice", choices=(("east", "East"), ("west", "West")), default="east")
        deep = Field("greeting.text", "Greeting", kind="long_text")
        token = Field("token", "Token", secret=True, required=True)
        key = Field("oauth.key", "Key", secret=True)
        return [Step("fly", "Fly", "", (way, deep, token, key, Field("account", "Account", kind="sign_in")))]

    def normalise(self, address: str) -> str | None:
        return address.strip().lower() if address.lower().startswith("coop-") else None

    def suggest(self, address: str) -> Suggestion | None:
        return Suggestion("West", {"way": "west"}, "Mind the wind.") if "west" in address else None

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        if not secrets.get("token"):
            raise InvalidSettings({"token": ["It does not fly without."]})
        return config, secrets

    def test(self, channel: Channel) -> Sequence[Check]:
        return [Check("Wind", channel.config.get("way") != "west", "It blows from the west.")]

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        return [Paste("dns", "coop.test", "v=coop", "Perch", "TXT", found=False)]

    def sign_in_url(self, channel: Channel, redirect_url: str, state: str) -> str:
        return f"https://provider.test/?to={redirect_url}&state={state}"

    def finish_sign_in(
        self, channel: Channel, answer: Mapping[str, str], redirect_url: str
    ) -> Mapping[str, Any]:
        if answer.get("error"):
            raise SendError(ErrorClass.RECONNECT, "denied", "The provider says no.")
        return {"oauth": {"refresh_token": answer["code"]}}


NEW = {"kind": "coop", "name": "Loft", "address": "Coop-1", "secrets": {"token": "hush-hush"}}


@pytest.fixture(autouse=True)
def _coop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.connectors(), "coop", Coop())


@pytest.fixture
def admin(world: World) -> Caller:
    return world.api("administrator")


@pytest.fixture
def browser(world: World) -> Client:
    """A browser in which the administrator has signed in."""
    client = Client()
    client.force_login(world.people["administrator"])
    return client


def events(world: World) -> list[str]:
    rows = Event.objects.within(world.organization).order_by("seq")
    return list(rows.values_list("name", flat=True))


def made(admin: Caller, **fields: Any) -> dict[str, Any]:
    answer = admin.post("channels", {**NEW, **fields})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_kinds_come_with_their_questions(world: World, admin: Caller) -> None:
    kinds = {row["kind"]: row for row in admin.get("channels/kinds").json()["items"]}
    fields = {field["name"]: field for field in kinds["coop"]["steps"][0]["fields"]}
    assert fields["way"]["choices"][1] == {"value": "west", "label": "West"}
    assert fields["token"]["secret"] is True
    assert fields["account"]["kind"] == "sign_in"


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_only_administrators_set_up_channels(world: World, role: str) -> None:
    caller, path = world.api(role), f"channels/{world.channel.pk}"
    answers = [
        caller.get("channels/kinds"),
        caller.post("channels", NEW),
        caller.patch(path, {"name": "Mine"}),
        caller.delete(path),
        caller.post(f"{path}/test"),
        caller.get(f"{path}/pastes"),
        caller.post(f"{path}/sign-in"),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    one = caller.get(path).json()
    assert (one["config"], one["secrets"]) == (None, None)


def test_a_channel_is_made_and_its_secrets_are_kept_to_itself(world: World, admin: Caller) -> None:
    one = made(admin, config={"greeting.text": "Coo"})
    assert one["address"] == "coop-1"
    assert one["state"] == "draft"
    assert one["config"] == {"way": "east", "greeting.text": "Coo"}
    assert one["secrets"] == {"token": {"set": True}, "oauth.key": {"set": False}}
    row = Channel.objects.within(world.organization).get(pk=one["id"])
    assert row.config == {"greeting": {"text": "Coo"}}
    assert row.secrets["token"] == "hush-hush"
    assert events(world)[-1] == "channel.created"
    told = Event.objects.within(world.organization).latest("seq").data
    assert "hush-hush" not in str(told) and "config" not in told["channel"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"secrets": {}}, "token"),
        ({"address": "no coop"}, "address"),
        ({"kind": "gull"}, "kind"),
        ({"config": {"wings": 2}}, "wings"),
        ({"config": {"token": "in the open"}}, "token"),
        ({"secrets": {"way": "west", "token": "x"}}, "way"),
        ({"name": " "}, "name"),
    ],
)
def test_wrong_settings_are_refused_by_field(admin: Caller, change: dict[str, Any], field: str) -> None:
    answer = admin.post("channels", NEW | change)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


def test_an_address_belongs_to_one_channel_of_the_whole_hub(
    world: World, other: World, admin: Caller
) -> None:
    made(other.api("administrator"))
    answer = admin.post("channels", NEW)
    assert answer.status_code == 422
    assert "in use" in answer.json()["errors"]["address"][0]
    assert "Globex" not in answer.content.decode()


def test_what_is_not_named_stays(world: World, admin: Caller) -> None:
    one = made(admin, config={"way": "west"})
    path = f"channels/{one['id']}"
    changed = admin.patch(path, {"config": {"greeting.text": "Coo"}, "secrets": {"oauth.key": "k"}}).json()
    assert changed["config"] == {"way": "west", "greeting.text": "Coo"}
    assert changed["secrets"] == {"token": {"set": True}, "oauth.key": {"set": True}}
    assert admin.patch(path, {"config": {"way": None}}).json()["config"]["way"] == "east"
    assert admin.patch(path, {"secrets": {"token": None}}).status_code == 422
    told = Event.objects.within(world.organization).latest("seq")
    assert (told.name, told.data["changed"]) == ("channel.updated", ["config"])
    assert told.actor is not None and told.actor["id"] == str(world.people["administrator"].pk)


def test_it_is_switched_off_and_on(admin: Caller) -> None:
    path = f"channels/{made(admin)['id']}"
    for state in ("connected", "disabled"):
        assert admin.patch(path, {"state": state}).json()["state"] == state
    new = {"channel_id": path.partition("/")[2], "to": "coop-2", "text": "Coo"}
    assert "switched off" in admin.post("conversations", new).json()["errors"]["channel_id"][0]
    assert admin.patch(path, {"state": "needs_reconnect"}).status_code == 422


def test_a_used_channel_is_archived_and_frees_its_address(world: World, admin: Caller) -> None:
    used = make.channel(world.organization, "coop", address="coop-1", secrets={"token": "x"})
    make.inbound(world.conversation, used)
    assert admin.delete(f"channels/{used.pk}").status_code == 204
    used.refresh_from_db()
    assert used.archived_at is not None and not used.is_active
    assert str(used.pk) not in [row["id"] for row in admin.get("channels").json()["items"]]
    assert admin.patch(f"channels/{used.pk}", {"state": "connected"}).status_code == 404
    assert made(admin)["address"] == "coop-1"


def test_an_unused_channel_is_deleted(world: World, admin: Caller) -> None:
    one = made(admin)
    assert admin.delete(f"channels/{one['id']}").status_code == 204
    assert admin.get(f"channels/{one['id']}").status_code == 404
    assert events(world)[-1] == "channel.removed"


def test_a_test_says_what_was_tried_and_notes_the_health(world: World, admin: Caller) -> None:
    one = made(admin, config={"way": "west"}, state="connected")
    path = f"channels/{one['id']}"
    assert admin.post(f"{path}/test").json()["checks"][0] == {
        "name": "Wind",
        "ok": False,
        "detail": "It blows from the west.",
    }
    health = admin.get(path).json()["health"]
    assert (health["ok"], health["detail"]) == (False, "Wind: It blows from the west.")
    before = events(world)
    admin.post(f"{path}/test")
    assert events(world) == before, "what is known already is no news"
    admin.patch(path, {"config": {"way": "east"}})
    admin.post(f"{path}/test")
    assert events(world)[-1] == "channel.health_changed"
    assert admin.get(path).json()["health"]["ok"] is True


def test_the_same_key_gives_the_first_test_again(admin: Caller) -> None:
    path = f"channels/{made(admin)['id']}"
    first = admin.post(f"{path}/test", {}, Idempotency_Key="one")
    admin.patch(path, {"config": {"way": "west"}})
    again = admin.post(f"{path}/test", {}, Idempotency_Key="one")
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_channel_that_waited_is_connected_once_it_works(world: World, admin: Caller) -> None:
    one = make.channel(world.organization, "coop", state="needs_reconnect", secrets={"token": "x"})
    admin.post(f"channels/{one.pk}/test")
    assert admin.get(f"channels/{one.pk}").json()["state"] == "connected"


def test_pastes_and_suggestions_are_the_connectors(admin: Caller) -> None:
    paste = admin.get(f"channels/{made(admin)['id']}/pastes").json()["items"][0]
    assert (paste["record_type"], paste["found"]) == ("TXT", False)
    found = admin.get("channels/kinds/coop/suggestion", address="coop-west").json()
    assert found == {"label": "West", "config": {"way": "west"}, "advice": "Mind the wind."}
    assert admin.get("channels/kinds/coop/suggestion", address="coop-1").json()["label"] == ""
    assert admin.get("channels/kinds/gull/suggestion", address="x").status_code == 404


def begin(browser: Client, channel_id: str) -> str:
    """Begin a sign-in in this browser; answers its state."""
    token = browser.get("/api/v1/me").json()["csrf_token"]
    path = f"/api/v1/channels/{channel_id}/sign-in"
    answer = browser.post(path, "{}", content_type="application/json", headers={"X-CSRFToken": token})
    url: str = answer.json()["url"]
    assert "to=http://127.0.0.1:8000/settings/channels/signed-in" in url
    return url.partition("state=")[2]


def test_a_sign_in_comes_back_once_to_the_browser_that_began_it(
    world: World, admin: Caller, browser: Client
) -> None:
    one = made(admin, secrets={"token": "x", "oauth.key": "k"})
    state = begin(browser, one["id"])
    back = {"state": state, "code": "fresh"}
    stranger = Client()
    stranger.force_login(world.people["administrator"])
    assert "sign_in=failed" in stranger.get("/settings/channels/signed-in", back).headers["Location"]
    answer = browser.get("/settings/channels/signed-in", back)
    assert answer.headers["Location"] == f"/settings/channels/{one['id']}?sign_in=done"
    row = Channel.objects.within(world.organization).get(pk=one["id"])
    assert row.secrets["oauth"] == {"key": "k", "refresh_token": "fresh"}
    assert "sign_in=failed" in browser.get("/settings/channels/signed-in", back).headers["Location"]


def test_a_refused_sign_in_says_why(admin: Caller, browser: Client) -> None:
    one = made(admin)
    back = {"state": begin(browser, one["id"]), "error": "access_denied"}
    place = browser.get("/settings/channels/signed-in", back).headers["Location"]
    assert place.startswith(f"/settings/channels/{one['id']}?sign_in=failed")
    assert "The+provider+says+no" in place


def test_a_sign_in_needs_a_browser_and_a_channel_that_has_one(world: World, admin: Caller) -> None:
    assert admin.post(f"channels/{made(admin)['id']}/sign-in").status_code == 409


def test_agents_do_not_finish_sign_ins(world: World) -> None:
    client = Client()
    client.force_login(world.people["agent"])
    assert client.get("/settings/channels/signed-in", {"state": "x"}).status_code == 403


def test_events_carry_channels_as_the_list_has_them(world: World, admin: Caller) -> None:
    one = made(admin)
    admin.patch(f"channels/{one['id']}", {"name": "Attic", "state": "connected"})
    told = Event.objects.within(world.organization).latest("seq").data["channel"]
    assert told in world.api().get("channels").json()["items"]
