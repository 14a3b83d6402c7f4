"""Rules and macros over the API: written, tried without a trace, put in order, run; by whom, and of whom."""

import json
from datetime import timedelta
from typing import Any

import pytest

from hub.clock import now
from hub.models import Event, Macro, Membership, Message, Role, Rule, RuleRun, Skill, Status
from inbox import actions
from inbox.rules import log
from tests import factories as make
from tests.inbox.api import world as worlds
from tests.inbox.api.test_isolation import everything
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db

PARCEL: dict[str, Any] = {"all": [{"field": "message.text", "op": "contains", "value": "parcel"}]}
URGENT: dict[str, Any] = {"do": "set_priority", "priority": "urgent"}
STATUS: dict[str, Any] = {"on": ["conversation.status_changed"]}
RULE: dict[str, Any] = {
    "name": "Parcels first",
    "trigger": {"on": ["message.received"]},
    "conditions": PARCEL,
    "actions": [URGENT],
}


@pytest.fixture
def world() -> World:
    """A world in which no rule and no macro has been written yet."""
    found = worlds.build()
    found.rule.delete()
    found.macro.delete()
    return found


@pytest.fixture
def admin(world: World) -> Caller:
    return world.api(Role.ADMINISTRATOR)


def _errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422, answer.content
    return answer.json()["errors"]


def test_a_rule_is_written_changed_put_in_order_and_removed(world: World, admin: Caller) -> None:
    one = admin.post("rules", RULE).json()
    assert (one["position"], one["warnings"], one["runs"]) == (0, [], 0)
    two = admin.post("rules", {**RULE, "name": "Second"}).json()
    assert two["position"] == 1
    assert [row["name"] for row in admin.get("rules").json()["items"]] == ["Parcels first", "Second"]
    order = {"ids": [two["id"], one["id"]]}
    assert [row["name"] for row in admin.put("rules/order", order).json()["items"]] == [
        "Second",
        "Parcels first",
    ]
    assert admin.put("rules/order", {"ids": [one["id"]]}).json()["type"].endswith("rules-changed")
    changed = admin.patch(f"rules/{one['id']}", {"is_active": False}).json()
    assert (changed["is_active"], changed["conditions"]) == (False, PARCEL)
    assert admin.delete(f"rules/{one['id']}").status_code == 204
    assert admin.get(f"rules/{one['id']}").status_code == 404
    told = Event.objects.within(world.organization).filter(name="settings.updated")
    assert {row.data["noun"] for row in told} == {"rule"}
    assert told.latest("seq").data["is_removed"]


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"name": " "}, "name", ""),
        ({"trigger": {"on": []}}, "trigger", "Say on which events the rule acts."),
        ({"trigger": {"on": ["moon.full"]}}, "trigger", "There is no event “moon.full”."),
        ({"trigger": {"after": 5, "since": "created_at"}}, "trigger", "The time is at least one minute"),
        ({"trigger": {"after": 900, "since": "status"}}, "trigger", "Say which status"),
        ({"actions": []}, "actions", "Say what the rule does."),
        ({"actions": [{"do": "fly"}]}, "actions", "Nobody knows how to do “fly”."),
        (
            {"actions": [{"do": "assign_agent", "agent_id": "me"}]},
            "actions",
            "Assign to an agent: there is no “me”",
        ),
        ({"actions": [URGENT, {**URGENT, "priority": "low"}]}, "actions", "contradict each other"),
        ({"actions": [{"do": "set_priority"}]}, "actions", "Set the priority: something is missing."),
        ({"actions": [{"do": "set_priority", "priority": None}]}, "actions", "choose one."),
        ({"actions": [{"do": "add_labels", "labels": []}]}, "actions", "name 1 to 20 labels"),
        ({"actions": [{"do": "add_labels", "labels": "vip"}]}, "actions", "name 1 to 20 labels"),
        ({"actions": [{"do": "snooze", "minutes": 0}]}, "actions", "a whole number from 1 to"),
        ({"actions": [{"do": "add_note", "text": " "}]}, "actions", "write something."),
        ({"actions": [{"do": "notify", "text": "x"}]}, "actions", "say whom."),
        ({"actions": [{**URGENT, "colour": "red"}]}, "actions", "there is no “colour”"),
        (
            {"actions": [{"do": "add_note", "text": "{{contact.nme}}"}]},
            "actions",
            "There is no variable “{{contact.nme}}”.",
        ),
        (
            {"conditions": {"all": [{"field": "moon.phase", "op": "is", "value": "x"}]}},
            "conditions",
            "There is no field “moon.phase”.",
        ),
        (
            {
                "conditions": {
                    "all": [
                        {"field": "conversation.priority", "op": "is", "value": "low"},
                        {"field": "conversation.priority", "op": "in", "value": ["high", "urgent"]},
                    ]
                }
            },
            "conditions",
            "This can never match",
        ),
        ({"conditions": {"all": [{"any": []}]}}, "conditions", "A group of conditions is empty."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_plain_words(
    admin: Caller, change: dict[str, Any], field: str, reason: str
) -> None:
    found = _errors(admin.post("rules", {**RULE, **change}))
    assert list(found) == [field]
    assert reason in " ".join(found[field])
    if field != "name":
        body = {name: value for name, value in {**RULE, **change}.items() if name != "name"}
        assert list(_errors(admin.post("rules/dry-run", body))) == [field]


def test_names_are_taken_once_and_what_is_broken_can_be_switched_off(world: World, admin: Caller) -> None:
    gone = make.agent(world.organization, "Gone")
    body = {**RULE, "actions": [{"do": "assign_agent", "agent_id": str(gone.pk)}]}
    rule = admin.post("rules", body).json()
    assert "name" in _errors(admin.post("rules", RULE))
    Membership.objects.within(world.organization).filter(user=gone).update(is_active=False)
    path = f"rules/{rule['id']}"
    assert "actions" in _errors(admin.patch(path, {"stops_others": True}))
    assert admin.patch(path, {"is_active": False}).json()["is_active"] is False
    assert "actions" in _errors(admin.patch(path, {"is_active": True}))


def test_what_is_odd_is_said_and_may_be_saved(admin: Caller) -> None:
    always = {**RULE, "name": "All", "conditions": {}, "stops_others": True}
    assert admin.post("rules", always).json()["warnings"] == []
    body = {
        **RULE,
        "trigger": {"on": ["message.received", "note.created"]},
        "actions": [{"do": "add_note", "text": "x"}],
    }
    (warning,) = admin.post("rules", body).json()["warnings"]
    assert warning.startswith("What this rule does would set it off again")
    behind = admin.post("rules", {**RULE, "name": "Behind"}).json()["warnings"]
    assert behind == ["It is never reached: “All” comes before, always acts and stops the others."]
    answer = {**RULE, "name": "A", "conditions": {}, "actions": [{"do": "reply", "text": "Thanks"}]}
    assert "at most one a day" in admin.post("rules", answer).json()["warnings"][0]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(world: World, admin: Caller) -> None:
    body = {
        "trigger": RULE["trigger"],
        "conditions": PARCEL,
        "actions": [
            URGENT,
            {"do": "reply", "text": "Thanks"},
            {"do": "add_labels", "labels": ["new one"]},
            {"do": "set_status", "status": "resolved"},
        ],
    }
    before = everything(world.organization)
    found = admin.post("rules/dry-run", body).json()
    assert everything(world.organization) == before
    assert (found["looked_at"], found["matched"]) == (1, 1)
    (item,) = found["items"]
    assert item["matches"] and item["conversation"]["number"] == world.conversation.number
    assert item["why"] == [{"text": "Text of the message contains “parcel”", "holds": True, "depth": 0}]
    assert [deed["text"] for deed in item["would"]] == [
        "set the priority to urgent",
        "answer “Thanks”",
        "add the labels “new one”",
        "set the status to resolved",
    ]
    body["conditions"] = {"all": [{"field": "message.text", "op": "contains", "value": "bicycle"}]}
    (item,) = admin.post("rules/dry-run", body).json()["items"]
    assert (item["matches"], item["would"]) == (False, [])
    assert item["why"][0]["holds"] is False
    assert everything(world.organization) == before


def test_a_dry_run_sees_conversations_as_they_began_and_time_as_it_is(world: World, admin: Caller) -> None:
    actions.update(world.viewer(), world.conversation.pk, {"status": "resolved", "priority": "low"})
    began = {"all": [{"field": "conversation.status", "op": "is", "value": "new"}]}
    body = {"trigger": {"on": ["conversation.created"]}, "conditions": began, "actions": [URGENT]}
    assert admin.post("rules/dry-run", body).json()["matched"] == 1
    timed = {"after": 3600, "since": "status", "status": "resolved"}
    (item,) = admin.post("rules/dry-run", {**body, "trigger": timed, "conditions": {}}).json()["items"]
    assert item["matches"] is False
    assert item["why"][0]["text"].startswith("The time counts for less than a minute")


def test_the_log_says_what_a_rule_did_and_why(world: World, admin: Caller) -> None:
    rule = admin.post("rules", {**RULE, "conditions": {}, "trigger": STATUS}).json()
    for _ in range(3):
        actions.resolve(world.viewer(), world.conversation.pk)
        actions.reopen(world.viewer(), world.conversation.pk)
    page = admin.get(f"rules/{rule['id']}/runs", limit=4).json()
    assert len(page["items"]) == 4 and page["next_cursor"]
    rest = admin.get(f"rules/{rule['id']}/runs", limit=4, cursor=page["next_cursor"]).json()
    assert len(rest["items"]) == 2 and rest["next_cursor"] is None
    newest = page["items"][0]
    assert newest["conversation"]["number"] == world.conversation.number
    assert newest["did"][0]["changed"] is False, "it was urgent already"
    listed = admin.get("rules").json()["items"][0]
    assert (listed["runs"], listed["errors"]) == (6, 0)
    why = world.api().get(f"{world.url}/why").json()["rules"]
    assert why[0]["rule"]["name"] == "Parcels first" and why[0]["has_acted"]


def test_rules_are_for_administrators_and_of_one_organization(world: World, admin: Caller) -> None:
    other = worlds.build("Globex")
    rule = admin.post("rules", RULE).json()
    for role in (Role.AGENT, Role.SUPERVISOR):
        caller = world.api(role)
        assert caller.get("rules").status_code == 403
        assert caller.post("rules", RULE).status_code == 403
        assert caller.post("rules/dry-run", RULE).status_code in (403, 422)
    assert world.api(Role.SUPERVISOR).get("rules/vocabulary").status_code == 200
    assert world.api(Role.AGENT).get("rules/vocabulary").status_code == 403
    stranger = other.api(Role.ADMINISTRATOR)
    for path in (f"rules/{rule['id']}", f"rules/{rule['id']}/runs"):
        assert stranger.get(path).status_code == 404
    assert stranger.patch(f"rules/{rule['id']}", {"name": "Mine"}).status_code == 404
    assert stranger.delete(f"rules/{rule['id']}").status_code == 404
    tried = {"trigger": RULE["trigger"], "conditions": {}, "actions": [URGENT]}
    assert stranger.post("rules/dry-run", {**tried, "rule_id": rule["id"]}).status_code == 404
    assert "Acme" not in stranger.get("rules/vocabulary").content.decode()


def test_rules_and_macros_name_only_what_is_here(world: World, admin: Caller) -> None:
    other = worlds.build("Globex")
    skill = Skill.objects.within(other.organization).get()
    deeds = [
        {"do": "assign_agent", "agent_id": str(other.people[Role.AGENT].pk)},
        {"do": "assign_team", "team_id": str(other.team.pk)},
        {"do": "assign_queue", "queue_id": str(other.queue.pk)},
        {"do": "require_skill", "skill_id": str(skill.pk), "level": 5},
        {"do": "notify", "agent_ids": [str(other.people[Role.AGENT].pk)], "text": "x"},
        {"do": "notify", "team_id": str(other.team.pk), "text": "x"},
    ]
    for deed in deeds:
        assert "actions" in _errors(admin.post("rules", {**RULE, "actions": [deed]}))
        assert "actions" in _errors(admin.post("macros", {"name": "M", "actions": [deed]}))
    for field, value in {
        "conversation.queue_id": other.queue.pk,
        "conversation.team_id": other.team.pk,
        "conversation.assignee_id": other.people[Role.AGENT].pk,
        "conversation.channel_id": other.channel.pk,
        "schedule": other.queue.pk,
    }.items():
        op = "within_hours" if field == "schedule" else "is"
        conditions = {"all": [{"field": field, "op": op, "value": str(value)}]}
        assert "conditions" in _errors(admin.post("rules", {**RULE, "conditions": conditions}))
    assert admin.post("macros", {"name": "M", "text": "x", "team_id": str(other.team.pk)}).status_code == 404
    assert not Rule.objects.within(world.organization).exists()


def test_what_no_database_keeps_is_refused(admin: Caller) -> None:
    deep: dict[str, Any] = {"all": []}
    for _ in range(30):
        deep = {"all": [deep]}
    conditions: dict[str, Any]
    for conditions in (deep, {"all": [[]] * 6_000}):
        assert admin.post("rules", {**RULE, "conditions": conditions}).status_code == 422
    huge = json.dumps(
        {**RULE, "conditions": {"all": [{"field": "contact.custom.x", "op": "is", "value": 7}]}}
    )
    answer = admin.client.post(
        "/api/v1/rules",
        data=huge.replace(": 7}", ": 1e400}"),
        content_type="application/json",
        headers=admin.headers,
    )
    assert answer.status_code == 422


def test_a_macro_fills_its_text_and_does_its_deeds_as_the_agent(world: World) -> None:
    supervisor, agent = world.api(Role.SUPERVISOR), world.api()
    body = {
        "name": "Thank",
        "shortcut": "Thanks",
        "text": "Dear {{contact.name}}",
        "actions": [{"do": "assign_agent", "agent_id": "me"}, {"do": "set_status", "status": "resolved"}],
    }
    assert agent.post("macros", body).status_code == 403
    macro = supervisor.post("macros", body).json()
    assert (macro["shortcut"], macro["uses"]) == ("thanks", 0)
    ran = agent.post(f"{world.url}/macros/{macro['id']}", {}).json()
    assert ran["text"] == f"Dear {world.contact.name}"
    assert [deed["changed"] for deed in ran["did"]] == [True, True]
    assert (ran["errors"], ran["message"]) == ([], None)
    world.conversation.refresh_from_db()
    assert world.conversation.status == Status.RESOLVED
    assert world.conversation.assignee == world.people[Role.AGENT]
    acted = Event.objects.within(world.organization).filter(name="conversation.status_changed").latest("seq")
    me = world.people[Role.AGENT]
    assert acted.actor == {"type": "agent", "id": str(me.pk), "name": str(me)}
    items = agent.get(f"{world.url}/timeline").json()["items"]
    (line,) = [item for item in items if item["event"] and item["event"]["name"] == "macro_ran"]
    assert line["author"]["name"] == "Agent Acme" and line["event"]["data"]["macro"]["name"] == "Thank"


def test_a_macro_sends_when_asked_once_and_only_to_who_has_seen_all(world: World) -> None:
    body = {"name": "Thank", "text": "Thank you", "actions": [{"do": "set_status", "status": "resolved"}]}
    macro = world.api(Role.SUPERVISOR).post("macros", body).json()
    agent, path = world.api(), f"{world.url}/macros/{macro['id']}"
    blind = agent.post(path, {"send": True, "seen_seq": 0})
    assert (blind.status_code, blind.json()["type"].rsplit("/", 1)[-1]) == (409, "conversation-changed")
    assert Macro.objects.within(world.organization).get().uses == 0
    seen = {"send": True, "client_id": "c1", "seen_seq": 99}
    sent = agent.post(path, seen).json()
    assert sent["message"]["text"] == "Thank you"
    world.conversation.refresh_from_db()
    assert world.conversation.status == Status.RESOLVED, "deeds come after the answer, which opens"
    actions.reopen(world.viewer(), world.conversation.pk)
    again = agent.post(path, seen).json()
    assert again["message"]["id"] == sent["message"]["id"] and again["did"] == []
    assert Message.objects.within(world.organization).filter(text="Thank you").count() == 1


def test_macros_of_a_team_are_its_own_and_the_useful_come_first(world: World) -> None:
    supervisor = world.api(Role.SUPERVISOR)
    team = make.team(world.organization, name="Others")
    supervisor.post("macros", {"name": "A", "text": "a"})
    useful = supervisor.post("macros", {"name": "B", "text": "b"}).json()
    theirs = supervisor.post("macros", {"name": "C", "text": "c", "team_id": str(team.pk)}).json()
    supervisor.post("macros", {"name": "D", "text": "d", "team_id": str(world.team.pk)})
    agent = world.api()
    agent.post(f"{world.url}/macros/{useful['id']}", {})
    assert [row["name"] for row in agent.get("macros").json()["items"]] == ["B", "A", "D"]
    assert agent.post(f"{world.url}/macros/{theirs['id']}", {}).status_code == 404
    assert agent.get(f"macros/{theirs['id']}").status_code == 404
    assert [row["name"] for row in supervisor.get("macros", q="c").json()["items"]] == ["C"]
    assert supervisor.patch(f"macros/{theirs['id']}", {"team_id": None}).json()["team_id"] is None
    assert supervisor.delete(f"macros/{theirs['id']}").status_code == 204


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Thank"}, "text"),
        ({"name": "Thank", "text": "{{agent.shoe_size}}"}, "text"),
        ({"name": "Thank", "actions": [{"do": "reply", "text": "x"}]}, "actions"),
        ({"name": "Known", "text": "x"}, "name"),
        ({"name": "Thank", "text": "x", "shortcut": "known"}, "shortcut"),
    ],
)
def test_a_macro_that_cannot_be_is_refused_by_field(world: World, body: dict[str, Any], field: str) -> None:
    supervisor = world.api(Role.SUPERVISOR)
    supervisor.post("macros", {"name": "Known", "shortcut": "known", "text": "x"})
    assert list(_errors(supervisor.post("macros", body))) == [field]


def test_runs_go_with_their_time(world: World, admin: Caller) -> None:
    admin.post("rules", {**RULE, "conditions": {}, "trigger": STATUS})
    actions.resolve(world.viewer(), world.conversation.pk)
    RuleRun.objects.within(world.organization).update(at=now() - log.KEPT - timedelta(minutes=1))
    actions.reopen(world.viewer(), world.conversation.pk)
    log.forget_old()
    assert RuleRun.objects.within(world.organization).count() == 1
