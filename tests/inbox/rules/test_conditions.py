"""Conditions: what each operator means, that nothing makes them fail, and that denying turns them round."""

import json
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.models import Schedule
from inbox.conditions import DEEPEST, FIELDS, OPERATORS, Subject, evaluate, in_words, problems
from inbox.conditions.checking import faults
from inbox.conditions.contradictions import contradictions
from inbox.sla.calendar import Calendar
from tests import factories

SUBJECT = Subject(
    {
        "conversation.priority": "high",
        "conversation.labels": ["VIP", "order late"],
        "conversation.waiting_minutes": 61,
        "conversation.team_id": None,
        "conversation.is_new": True,
        "conversation.custom.tier": 5,
        "contact.email": ["Carla@Example.net", "c@other.test"],
        "message.text": "Ｐlease   REFUND me, straße 5",
    },
    at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    calendars={"office": Calendar("UTC", [(0, time(9), time(17))])},
    names={"office": "Office hours"},
)


def _holds(field: str, op: str, value: Any = None) -> bool:
    return evaluate({"all": [{"field": field, "op": op, "value": value}]}, SUBJECT).holds


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("conversation.priority", "is", "high"),
        ("conversation.priority", "is_not", "low"),
        ("conversation.priority", "in", ["low", "high"]),
        ("conversation.labels", "contains", "vip"),
        ("conversation.labels", "contains", ["x", "Order late"]),
        ("conversation.labels", "not_contains", "order"),
        ("conversation.waiting_minutes", "more_than", 60),
        ("conversation.waiting_minutes", "less_than", "62"),
        ("conversation.waiting_minutes", "is", 61.0),
        ("conversation.team_id", "is_not_set", None),
        ("conversation.team_id", "is_not", "somebody"),
        ("conversation.is_new", "is", True),
        ("conversation.custom.tier", "is", "5"),
        ("conversation.custom.tier", "more_than", 4),
        ("conversation.custom.shoe", "is_not_set", None),
        ("contact.email", "is", "carla@example.net"),
        ("contact.email", "contains", "@other."),
        ("contact.email", "starts_with", "c@"),
        ("message.text", "contains", "please refund"),
        ("message.text", "contains", "STRASSE"),
        ("message.text", "not_contains", ["money", "back"]),
        ("schedule", "within_hours", "office"),
    ],
)
def test_what_holds(field: str, op: str, value: Any) -> None:
    assert _holds(field, op, value)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("conversation.priority", "is", "urgent"),
        ("conversation.priority", "contains", "hi"),
        ("conversation.labels", "contains", "order"),
        ("conversation.waiting_minutes", "more_than", "many"),
        ("conversation.age_minutes", "less_than", 5),
        ("conversation.age_minutes", "more_than", -5),
        ("conversation.is_new", "is", "true and more"),
        ("message.text", "contains", ""),
        ("message.text", "contains", []),
        ("schedule", "outside_hours", "office"),
        ("schedule", "within_hours", "gone"),
        ("schedule", "outside_hours", "gone"),
        ("moon.phase", "is", "full"),
    ],
)
def test_what_does_not_hold(field: str, op: str, value: Any) -> None:
    assert not _holds(field, op, value)


def test_every_part_is_asked_and_told() -> None:
    conditions = {
        "all": [
            {"field": "conversation.priority", "op": "is", "value": "urgent"},
            {
                "any": [
                    {"field": "conversation.team_id", "op": "is_set"},
                    {"field": "schedule", "op": "within_hours", "value": "office"},
                ]
            },
        ]
    }
    verdict = evaluate(conditions, SUBJECT)
    assert not verdict.holds
    assert verdict.why == [
        {"text": "Priority is “urgent”: it is “high”", "holds": False, "depth": 0},
        {"text": "At least one of these:", "holds": True, "depth": 0},
        {"text": "Team is set", "holds": False, "depth": 1},
        {"text": "Time is within “Office hours”", "holds": True, "depth": 1},
    ]
    assert in_words(conditions, {"office": "Office hours"}) == (
        "Priority is “urgent” and (Team is set or Time is within “Office hours”)"
    )
    assert evaluate({}, SUBJECT).holds


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(
    [field.name for field in FIELDS] + ["conversation.custom.x", "contact.custom.", ""]
)
operator_names = st.sampled_from(sorted({op for ops in OPERATORS.values() for op in ops}))
singles = st.fixed_dictionaries(
    {"field": field_names | json_values, "op": operator_names | json_values, "value": json_values}
)
documents = st.recursive(
    singles | json_values,
    lambda inner: st.lists(inner, max_size=4).flatmap(
        lambda parts: st.sampled_from([{"all": parts}, {"any": parts}, {"all": parts, "any": parts}])
    ),
    max_leaves=10,
)
subjects = st.dictionaries(field_names, json_values).map(lambda values: Subject(values))


@given(documents, subjects)
def test_no_data_makes_them_fail(document: Any, subject: Subject) -> None:
    verdict = evaluate(document, subject)
    assert isinstance(verdict.holds, bool)
    assert all(set(line) == {"text", "holds", "depth"} for line in verdict.why)
    json.dumps(verdict.why)
    faults(document)
    contradictions(document)
    in_words(document, {})


@given(documents, subjects)
def test_what_is_not_understood_does_not_hold_alone(document: Any, subject: Subject) -> None:
    if faults(document) and evaluate(document, subject).holds:
        assert "any" in document or "all" in document, "a part that is understood holds, or nothing is asked"


DENIED = {"is": "is_not", "contains": "not_contains", "is_set": "is_not_set"}
DENIED |= {no: yes for yes, no in DENIED.items()}
plain = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["message.text", "contact.email", "conversation.custom.x"]),
    st.sampled_from(sorted(DENIED)),
    st.text(max_size=3) | st.lists(st.text(max_size=3), max_size=3) | st.integers(-3, 3),
)
values = st.none() | st.text(max_size=4) | st.integers(-3, 3) | st.lists(st.text(max_size=3), max_size=3)
trees = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4).flatmap(
        lambda parts: st.sampled_from([{"all": parts}, {"any": parts}])
    ),
    max_leaves=8,
)


def _denied(document: Any) -> Any:
    if "all" in document:
        return {"any": [_denied(part) for part in document["all"]]}
    if "any" in document:
        return {"all": [_denied(part) for part in document["any"]]}
    return {**document, "op": DENIED[document["op"]]}


def _depth(document: Any) -> int:
    parts = document.get("all", document.get("any"))
    return 0 if parts is None else 1 + max(map(_depth, parts), default=0)


@given(
    trees,
    st.fixed_dictionaries(dict.fromkeys(("message.text", "contact.email", "conversation.custom.x"), values)),
)
def test_de_morgan(document: Any, known: dict[str, Any]) -> None:
    document = document if "field" not in document else {"all": [document]}
    if _depth(document) <= DEEPEST:
        subject = Subject(known)
        assert evaluate(_denied(document), subject).holds is not evaluate(document, subject).holds


def _both(*pairs: tuple[str, str, Any], word: str = "all") -> dict[str, Any]:
    return {word: [{"field": field, "op": op, "value": value} for field, op, value in pairs]}


PRIORITY, TEXT, WAIT = "conversation.priority", "message.text", "conversation.waiting_minutes"


@pytest.mark.parametrize(
    "conditions",
    [
        _both((PRIORITY, "is", "low"), (PRIORITY, "is", "high")),
        _both((PRIORITY, "in", ["low", "high"]), (PRIORITY, "is", "urgent")),
        _both((PRIORITY, "is", "low"), (PRIORITY, "is_not", "low")),
        _both((TEXT, "contains", "a"), (TEXT, "not_contains", ["a", "b"])),
        _both((TEXT, "is_set", None), (TEXT, "is_not_set", None)),
        _both((TEXT, "contains", "a"), (TEXT, "is_not_set", None)),
        _both((WAIT, "more_than", 10), (WAIT, "less_than", 10)),
        _both(("schedule", "within_hours", "s"), ("schedule", "outside_hours", "s")),
        {
            "all": [
                _both((PRIORITY, "is", "low"))["all"][0],
                _both((PRIORITY, "is", "high"), (PRIORITY, "is", "urgent"), word="any"),
            ]
        },
    ],
)
def test_what_can_never_hold_is_found(conditions: dict[str, Any]) -> None:
    assert contradictions(conditions)


@pytest.mark.parametrize(
    "conditions",
    [
        _both((PRIORITY, "is", "low"), (PRIORITY, "is", "high"), word="any"),
        _both((TEXT, "contains", "a"), (TEXT, "not_contains", "b")),
        _both((TEXT, "contains", ["a", "b"]), (TEXT, "not_contains", "b")),
        _both(("contact.email", "is", "a@x"), ("contact.email", "is", "b@x")),
        _both(("conversation.labels", "contains", "a"), ("conversation.labels", "contains", "b")),
        _both((WAIT, "more_than", 10), (WAIT, "less_than", 11)),
        {
            "all": [
                _both((PRIORITY, "is", "low"))["all"][0],
                _both((PRIORITY, "is", "low"), (TEXT, "contains", "x"), word="any"),
            ]
        },
    ],
)
def test_what_may_hold_is_left_alone(conditions: dict[str, Any]) -> None:
    assert contradictions(conditions) == []


@pytest.mark.django_db
def test_problems_are_said_in_words() -> None:
    organization = factories.organization()
    queue = factories.queue(organization, name="Support")
    foreign = factories.queue(factories.organization("Other"))
    schedule = Schedule.objects.create(
        organization=organization, name="Office", intervals=[[0, "09:00", "17:00"]]
    )

    def said(*pairs: tuple[str, str, Any]) -> list[str]:
        return problems(_both(*pairs), organization)

    assert (
        said(("conversation.queue_id", "is", str(queue.pk)), ("schedule", "within_hours", str(schedule.pk)))
        == []
    )
    assert said(("conversation.queue_id", "is", str(foreign.pk))) == [
        f"Queue: there is no “{foreign.pk}” here (any more)."
    ]
    assert said(("message.automatic", "is", "yes")) == [
        "Message was written by a machine: this value does not fit."
    ]
    assert said((TEXT, "more_than", 5)) == [
        "Text of the message cannot be asked whether it “is more than” something."
    ]
    assert said((TEXT, "contains", "")) == ["Text of the message: say what to compare it with."]
    assert said((TEXT, "starts_with", ["a", "b"])) == [
        "Text of the message: this compares with one value, not with several."
    ]
    assert said((PRIORITY, "is", "huge")) == ["Priority: there is no “huge” here (any more)."]
    assert said((PRIORITY, "is", "low"), (PRIORITY, "is", "high")) == [
        "This can never match: “Priority is “low”” and “Priority is “high””."
    ]
    assert problems([], organization) == ["Conditions begin with “all” or “any” and a list."]
    deep: Any = _both((TEXT, "is", "x"))
    for _ in range(DEEPEST):
        deep = {"any": [deep]}
    assert problems(deep, organization) == ["Groups of conditions stand in one another more than 3 deep."]
