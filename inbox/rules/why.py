"""Why rules did what they did to a conversation, and why the others would not act on it now."""

from typing import Any, Final

from hub.models import Conversation, Rule, RuleRun
from inbox.conditions import evaluate, subjects_of
from inbox.payloads import Shape, moment
from inbox.rules import triggers

_LATEST: Final = 50


def why(conversation: Conversation) -> list[Shape]:
    """The runs on a conversation, newest first, then for each active rule without one why it holds or not.

    Each is {"rule": {"id", "name"}, "when", "at", "has_acted", "why": [{"text", "holds", "depth"}], "did":
    [{"do", "text", "changed"}], "error"}; `at` is None for a rule that did nothing here.
    """
    organization = conversation.organization
    rows = RuleRun.objects.within(organization).filter(conversation=conversation).select_related("rule")
    runs = list(rows.order_by("-at", "-id")[:_LATEST])
    known = {run.rule_id for run in runs}
    others = [
        rule
        for rule in Rule.objects.within(organization).filter(is_active=True).order_by("position", "id")
        if rule.pk not in known
    ]
    return [*map(run_shape, runs), *_silent(conversation, others)]


def run_shape(run: RuleRun) -> Shape:
    """A run as the API tells it."""
    return _shape(
        run.rule, at=moment(run.at), has_acted=run.has_acted, why=run.why, did=run.did, error=run.error
    ) | {"id": str(run.pk)}


def _silent(conversation: Conversation, rules: list[Rule]) -> list[Shape]:
    if not rules:
        return []
    (subject,) = subjects_of(conversation.organization, [conversation], [rule.conditions for rule in rules])
    return [
        _shape(rule, at=None, has_acted=False, why=evaluate(rule.conditions, subject).why, did=[], error="")
        | {"id": None}
        for rule in rules
    ]


def _shape(rule: Rule, **more: Any) -> Shape:
    named = {"id": str(rule.pk), "name": rule.name}
    return {"rule": named, "when": triggers.in_words(rule.trigger), **more}
