"""Signatures and templates: whose they are, who changes them, and how a template reads in a conversation."""

import pytest

from hub.models import Event, Signature
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


def test_everybody_has_a_signature_of_their_own(world: World, api: Caller) -> None:
    mine = api.put("signatures", {"of": "me", "text": "Amal"}).json()
    assert api.put("signatures", {"of": "me", "text": "Amal, Acme"}).json()["id"] == mine["id"]
    assert [row["text"] for row in api.get("signatures").json()["items"] if row["of"] == "me"] == [
        "Amal, Acme"
    ]
    others = world.api("administrator").get("signatures").json()["items"]
    assert [row["of"] for row in others] == ["organization"]
    told = Event.objects.within(world.organization).latest("seq")
    assert told.audience == f"user:{world.people['agent'].pk}"


@pytest.mark.parametrize("of", ["team", "channel", "organization"])
def test_shared_signatures_are_for_supervisors(world: World, api: Caller, of: str) -> None:
    owner = {"team": world.team, "channel": world.channel}.get(of)
    body = {"of": of, "text": "Yours"} | ({f"{of}_id": str(owner.pk)} if owner else {})
    assert api.put("signatures", body).status_code == 403
    saved = world.api("supervisor").put("signatures", body).json()
    assert saved["of"] == of
    assert api.delete(f"signatures/{saved['id']}").status_code == 403
    assert world.api("supervisor").delete(f"signatures/{saved['id']}").status_code == 204


def test_a_signature_names_its_owner_and_no_other(world: World) -> None:
    supervisor = world.api("supervisor")
    assert supervisor.put("signatures", {"of": "team", "text": "x"}).status_code == 422
    both = {"of": "me", "team_id": str(world.team.pk), "text": "x"}
    assert "team_id" in supervisor.put("signatures", both).json()["errors"]


def test_a_colleagues_signature_cannot_be_removed(world: World, api: Caller) -> None:
    theirs = Signature.objects.create(
        organization=world.organization, user=world.people["supervisor"], text="x"
    )
    assert api.delete(f"signatures/{theirs.pk}").status_code == 404
    assert Signature.objects.within(world.organization).filter(pk=theirs.pk).exists()


def test_markup_is_sanitised(world: World, api: Caller) -> None:
    saved = api.put("signatures", {"of": "me", "html": "<b>Amal</b><script>x</script>"}).json()
    assert "<b>Amal</b>" in saved["html"] and "script" not in saved["html"]


def test_templates_are_read_by_agents_and_written_by_supervisors(world: World, api: Caller) -> None:
    body = {"name": "Sorry", "shortcut": "Sorry-1", "text": "Dear {{contact.first_name}}"}
    assert api.post("templates", body).status_code == 403
    supervisor = world.api("supervisor")
    one = supervisor.post("templates", body).json()
    assert one["shortcut"] == "sorry-1"
    listed = api.get("templates", q="dear").json()
    assert [row["id"] for row in listed["items"]] == [one["id"]]
    assert "contact.first_name" in listed["variables"]
    path = f"templates/{one['id']}"
    assert supervisor.patch(path, {"team_id": str(world.team.pk)}).json()["team_id"] == str(world.team.pk)
    assert api.patch(path, {"name": "Mine"}).status_code == 403
    assert api.get(path).json()["name"] == "Sorry"
    assert supervisor.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [({"shortcut": "two words"}, "shortcut"), ({"name": ""}, "name"), ({"text": " "}, "text")],
)
def test_a_template_without_a_part_is_refused_by_field(
    world: World, change: dict[str, str], field: str
) -> None:
    body = {"name": "Sorry", "shortcut": "sorry", "text": "x"} | change
    answer = world.api("supervisor").post("templates", body)
    assert answer.status_code == 422 and field in answer.json()["errors"]


def test_a_shortcut_names_one_template(world: World) -> None:
    supervisor, body = world.api("supervisor"), {"name": "Sorry", "shortcut": "sorry", "text": "x"}
    supervisor.post("templates", body)
    answer = supervisor.post("templates", body | {"name": "Other"})
    assert answer.json()["errors"]["shortcut"] == ["Another template has this shortcut."]


def test_a_template_is_filled_for_the_conversation(world: World, api: Caller) -> None:
    found = api.get(f"conversations/{world.conversation.pk}/templates/{world.template.pk}").json()
    assert found["text"] == world.contact.name
    foreign = make.conversation(make.organization("Globex"))
    assert api.get(f"conversations/{foreign.pk}/templates/{world.template.pk}").status_code == 404


def test_events_carry_what_the_lists_have(world: World) -> None:
    supervisor = world.api("supervisor")
    supervisor.post("templates", {"name": "Sorry", "shortcut": "sorry", "text": "x"})
    told = Event.objects.within(world.organization).latest("seq").data["template"]
    assert told in world.api().get("templates").json()["items"]
    supervisor.put("signatures", {"of": "organization", "text": "Yours, Acme"})
    told = Event.objects.within(world.organization).latest("seq").data["signature"]
    assert told in world.api().get("signatures").json()["items"]
