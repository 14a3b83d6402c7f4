"""The demo's rules and macros: a few that every support desk would have."""

from collections.abc import Mapping
from typing import Any

from hub.models import Macro, Rule, Team
from inbox import actions
from inbox.demo.organizations import Cast

_REFUND = ["refund", "money back", "Erstattung", "reembolso"]


def make(cast: Cast) -> None:
    """Write rules and macros, each only where an organization has none at all."""
    viewer = cast.viewers["admin"]
    if not Rule.objects.within(cast.organization).exists():
        for fields in _rules(cast):
            actions.create_rule(viewer, fields)
    if not Macro.objects.within(cast.organization).exists():
        for fields in _macros(cast):
            actions.create_macro(viewer, fields)


def _said(words: list[str]) -> Mapping[str, Any]:
    return {"field": "message.text", "op": "contains", "value": words}


def _rules(cast: Cast) -> list[Mapping[str, Any]]:
    people = {"field": "message.automatic", "op": "is", "value": False}
    return [
        {
            "name": "Refunds first",
            "trigger": {"on": ["message.received"]},
            "conditions": {"all": [people, _said(_REFUND)]},
            "actions": [
                {"do": "set_priority", "priority": "high"},
                {"do": "add_labels", "labels": ["refund"]},
            ],
        },
        {
            "name": "Label what machines write",
            "trigger": {"on": ["message.created"]},
            "conditions": {"all": [{"field": "message.automatic", "op": "is", "value": True}]},
            "actions": [{"do": "add_labels", "labels": ["automatic"]}],
            "stops_others": True,
        },
        {
            "name": "Nobody waits a whole day",
            "trigger": {"after": 24 * 3600, "since": "waiting_since"},
            "conditions": {
                "all": [{"field": "conversation.priority", "op": "in", "value": ["low", "normal"]}]
            },
            "actions": [
                {"do": "set_priority", "priority": "high"},
                {"do": "notify", "assignee": True, "text": "{{contact.name}} has waited for a day."},
            ],
            "is_active": False,
        },
        {
            "name": "Close what stayed quiet for two weeks",
            "trigger": {"after": 14 * 24 * 3600, "since": "status", "status": "resolved"},
            "actions": [{"do": "set_status", "status": "closed"}],
            "is_active": False,
        },
    ]


def _macros(cast: Cast) -> list[Mapping[str, Any]]:
    team = Team.objects.within(cast.organization).order_by("name").first()
    return [
        {
            "name": "Thank and resolve",
            "shortcut": "thanks",
            "text": "Thank you, {{contact.first_name|there}}! I am glad that this is settled.",
            "actions": [{"do": "set_status", "status": "resolved"}],
        },
        {
            "name": "Ask for the order number",
            "shortcut": "order",
            "text": "Dear {{contact.first_name|customer}}, which order is it? The number is on the invoice.",
            "actions": [
                {"do": "add_labels", "labels": ["waiting for order number"]},
                {"do": "set_status", "status": "pending"},
            ],
        },
        {
            "name": "I take this over",
            "shortcut": "mine",
            "actions": [{"do": "assign_agent", "agent_id": "me"}, {"do": "set_priority", "priority": "high"}],
            "team_id": team.pk if team else None,
        },
    ]
