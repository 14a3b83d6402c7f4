"""What rules make of a change, in its transaction, before promises and routing look at it."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from hub.models import Organization, Rule, RuleRun, TimelineItem
from hub.prepared import Prepared
from inbox.change import Change
from inbox.conditions import Case, Surroundings, asks_about_messages, evaluate, fields_in, latest_messages
from inbox.rules import deeds
from inbox.rules.means import Means
from inbox.rules.triggers import is_set_off, names_of

DEEPEST: Final = 10
"""Rules that may set one another off, one after the other."""

_rules = Prepared[Rule](
    lambda organization_id: (
        Rule.objects.within(organization_id).filter(is_active=True).order_by("position", "id")
    )
)


def follow(organization: Organization, changes: Sequence[Change]) -> None:
    """Have the rules look at what was announced of each change; one query where there are no rules."""
    rules = [rule for rule in _rules(organization.pk) if names_of(rule.trigger)] if changes else []
    named = [name for change in changes for name, _, _ in change.announced]
    if any(_may_be_set_off(rule, named) for rule in rules):
        _Following(organization, rules, changes).run()


def _may_be_set_off(rule: Rule, named: Iterable[str]) -> bool:
    """Whether it is worth a look; of messages only the item says for certain."""
    nouns = {name.partition(".")[0] for name in named}
    return any(name.partition(".")[0] in nouns for name in names_of(rule.trigger))


class _Occasion(NamedTuple):
    """One announcement, and the item that it is about."""

    event: str
    place: str
    item: TimelineItem | None

    @property
    def key(self) -> str:
        """What a rule acts on once."""
        return f"{self.event}:{self.place}"


class _Group(NamedTuple):
    """What came of one cause: announcements, their message, and the rules whose effect they are.

    A cause is what somebody did; each further message that came with it is a cause of its own.
    """

    cause: int
    occasions: Sequence[_Occasion]
    message: TimelineItem | None
    chain: tuple[UUID, ...] = ()


class _Following:
    """One look of all rules at changes that are about to be written."""

    def __init__(self, organization: Organization, rules: Sequence[Rule], changes: Sequence[Change]) -> None:
        self._rules = rules
        self._means = Means(organization)
        self._groups = {change: _groups(change) for change in changes}
        fields = fields_in(rule.conditions for rule in rules)
        self._latest = self._read_latest(organization) if asks_about_messages(fields) else {}
        cases = [self._case(change, group) for change, groups in self._groups.items() for group in groups]
        self._surroundings = Surroundings(organization, cases, fields)

    def run(self) -> None:
        """Let the rules act, on each cause in their order, then on what came of that."""
        for change, groups in self._groups.items():
            acted = {(rule_id, group.cause) for group in groups for rule_id in _chain_of(change)}
            waiting = deque(groups)
            while waiting:
                group = waiting.popleft()
                waiting += self._look(change, group, acted)

    def _look(self, change: Change, group: _Group, acted: set[tuple[UUID, int]]) -> Iterator[_Group]:
        """All rules at one group; what comes of those that act. A rule acts once on a cause, its own
        effects included."""
        for rule in self._rules:
            if (rule.pk, group.cause) in acted:
                continue
            occasion = next((o for o in group.occasions if is_set_off(rule.trigger, o.event, o.item)), None)
            if occasion is None:
                continue
            announced = len(change.announced)
            if not self._act(change, rule, group, occasion):
                continue
            acted.add((rule.pk, group.cause))
            if rule.stops_others:
                return
            if effects := _occasions(change, announced):
                yield group._replace(occasions=effects, chain=(*group.chain, rule.pk))

    def _act(self, change: Change, rule: Rule, group: _Group, occasion: _Occasion) -> bool:
        """Have one rule act if its conditions hold; keeps why. Whether it did."""
        case = self._case(change, group)
        verdict = evaluate(rule.conditions, self._surroundings.subject(case))
        if not verdict.holds:
            return False
        if len(group.chain) >= DEEPEST:
            text = f"Stopped: {DEEPEST} rules had already set one another off."
            change.rows.append(run_of(change, rule, occasion.key, verdict.why, deeds.Done([], [text])))
            return False
        by = actor_of(rule)
        done = deeds.apply(change, rule.actions, by=by, means=self._means, item=group.message)
        self._surroundings.forget_labels(change.conversation)
        change.rows.append(run_of(change, rule, occasion.key, verdict.why, done))
        return True

    def _case(self, change: Change, group: _Group) -> Case:
        item = group.message or self._latest.get(change.conversation.pk)
        return Case(change.conversation, item, change.is_new)

    def _read_latest(self, organization: Organization) -> dict[UUID, TimelineItem]:
        """The messages from before, of the conversations where nothing was said now."""
        silent = [
            change.conversation
            for change, groups in self._groups.items()
            if not change.is_new and any(group.message is None for group in groups)
        ]
        return latest_messages(organization, silent) if silent else {}


def actor_of(rule: Rule) -> dict[str, str]:
    """A rule, as events remember who acted."""
    return {"type": "rule", "id": str(rule.pk), "name": rule.name}


def run_of(change: Change, rule: Rule, occasion: str, why: list[dict[str, Any]], done: deeds.Done) -> RuleRun:
    """What the log keeps of a rule that acted."""
    return RuleRun(
        organization=change.organization,
        rule=rule,
        conversation=change.conversation,
        occasion=occasion,
        at=change.at,
        has_acted=bool(done.did),
        why=why,
        did=done.did,
        error=" ".join(done.errors)[:400],
    )


def _chain_of(change: Change) -> set[UUID]:
    """The rule on time whose act this change is, so that it cannot set itself off."""
    acting: list[Mapping[str, Any]] = [actor for _, _, actor in change.announced if actor]
    return {UUID(actor["id"]) for actor in acting if actor.get("type") == "rule"}


def _groups(change: Change) -> list[_Group]:
    """All announcements by their cause."""
    occasions = [] if _is_history(change) else _occasions(change, 0)
    said = [occasion for occasion in occasions if _is_message(occasion.item)]
    said = list(
        {occasion.item: occasion for occasion in said if occasion.event == "message.created"}.values()
    )
    others = [occasion for occasion in occasions if occasion not in said[1:]]
    first = _Group(0, others, said[0].item if said else None)
    return [first, *(_Group(number, [one], one.item) for number, one in enumerate(said[1:], 1))]


def _occasions(change: Change, begin: int) -> list[_Occasion]:
    """What was announced from the place `begin` on."""
    items = {row.seq: row for row in change.rows if isinstance(row, TimelineItem)}
    found = []
    for number, (name, data, _) in enumerate(change.announced[begin:], begin):
        shape = data.get("message") or data.get("note") or data.get("item") or {}
        item = items.get(shape.get("seq", 0))
        place = str(item.seq) if item is not None else f"v{change.conversation.version + 1}.{number}"
        found.append(_Occasion(name, place, item))
    return found


def _is_history(change: Change) -> bool:
    """Whether all that was said in it was said long ago, elsewhere: then only the beginning is announced."""
    is_said = any(_is_message(row) for row in change.rows if isinstance(row, TimelineItem))
    return is_said and not any(name == "message.created" for name, _, _ in change.announced)


def _is_message(item: TimelineItem | None) -> bool:
    return item is not None and item.kind == TimelineItem.Kind.MESSAGE
