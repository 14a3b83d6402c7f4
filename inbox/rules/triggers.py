"""What sets a rule off: something that happens, or so much time since something happened."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from hub.models import Conversation, Status, TimelineItem

Direction = TimelineItem.Direction

SHORTEST: Final = 60
LONGEST: Final = 366 * 24 * 3600
"""Seconds that a rule on time may wait."""

RESTING: Final = (Status.PENDING, Status.SNOOZED, Status.RESOLVED, Status.CLOSED)
"""Statuses of which an index knows since when; of the others the wait for an answer counts."""


class Happening(NamedTuple):
    """Something that sets rules off: `event` of the log, of messages by `direction` written by people."""

    name: str
    label: str
    event: str
    direction: str = ""


HAPPENINGS: Final = (
    Happening("conversation.created", "A conversation begins", "conversation.created"),
    Happening("message.received", "The customer writes", "message.created", Direction.INBOUND),
    Happening("message.sent", "We answer", "message.created", Direction.OUTBOUND),
    Happening("message.created", "Somebody writes, also a machine", "message.created"),
    Happening("conversation.assigned", "A conversation is assigned", "conversation.assigned"),
    Happening("conversation.status_changed", "The status changes", "conversation.status_changed"),
    Happening("conversation.updated", "Priority, labels or fields change", "conversation.updated"),
    Happening("note.created", "A colleague writes a note", "note.created"),
)
"""Everything that can be named in {"on": [names]}, the usual first."""

SINCE: Final[Mapping[str, str]] = {
    "waiting_since": "the customer began to wait",
    "last_activity_at": "the last message",
    "created_at": "the conversation began",
    "status": "it has had the status",
}
"""From when {"after": seconds, "since": …} counts; "status" comes with a "status"."""

_BY_NAME: Final = {happening.name: happening for happening in HAPPENINGS}


class Timer(NamedTuple):
    """A trigger on time."""

    after: timedelta
    since: str
    status: str

    def began(self, conversation: Conversation) -> Any:
        """The moment from which it counts; None where there is none now."""
        if self.since == "status":
            return conversation.status_since if conversation.status == self.status else None
        if self.since == "waiting_since" and not conversation.is_active:
            return None
        return getattr(conversation, self.since)

    def occasion(self, conversation: Conversation) -> str:
        """What a rule acts on once: this moment of this conversation."""
        began = self.began(conversation)
        return f"{self.since}:{self.status}:{began.isoformat() if began else ''}"


def timer_of(trigger: Any) -> Timer | None:
    """The timer that a rule's trigger means; None for one on events, or one that is spoilt."""
    if not isinstance(trigger, Mapping) or not isinstance(after := trigger.get("after"), int):
        return None
    since, status = str(trigger.get("since")), str(trigger.get("status", ""))
    if since not in SINCE or not SHORTEST <= after <= LONGEST:
        return None
    return Timer(timedelta(seconds=after), since, status if since == "status" else "")


def is_set_off(trigger: Any, event: str, item: TimelineItem | None) -> bool:
    """Whether an event of the log, about an item where there is one, is what the trigger names."""
    return any(_matches(_BY_NAME[name], event, item) for name in names_of(trigger))


def names_of(trigger: Any) -> list[str]:
    """What a trigger on events names, of what there is."""
    named = trigger.get("on") if isinstance(trigger, Mapping) else None
    found = named if isinstance(named, list) else []
    return [name for name in found if isinstance(name, str) and name in _BY_NAME]


def _matches(happening: Happening, event: str, item: TimelineItem | None) -> bool:
    if happening.event != event:
        return False
    if not happening.direction:
        return True
    is_ours = happening.direction == Direction.OUTBOUND
    is_message = item is not None and item.kind == TimelineItem.Kind.MESSAGE
    if item is None or not is_message or item.direction != happening.direction:
        return False
    return not (is_ours and item.message.is_automatic)


def problems(trigger: Any) -> list[str]:
    """What is wrong with a trigger, in sentences."""
    if not isinstance(trigger, Mapping) or {"on", "after"} <= trigger.keys():
        return ["Say when the rule acts: on events, or after a time."]
    if "after" in trigger:
        return _problems_of_timer(trigger)
    named = trigger.get("on")
    if not isinstance(named, list) or not named or set(trigger) != {"on"}:
        return ["Say on which events the rule acts."]
    known = names_of(trigger)
    return [f"There is no event “{str(name)[:60]}”." for name in named if name not in known]


def _problems_of_timer(trigger: Mapping[str, Any]) -> list[str]:
    after, since = trigger["after"], trigger.get("since")
    if isinstance(after, bool) or not isinstance(after, int) or not SHORTEST <= after <= LONGEST:
        return ["The time is at least one minute and at most 366 days."]
    if since not in SINCE:
        return ["Say from when the time counts."]
    if since == "status" and trigger.get("status") not in RESTING:
        return [f"Say which status: {', '.join(RESTING)}."]
    if strange := set(trigger) - {"after", "since", "status"}:
        return [f"A trigger has no “{min(strange)[:60]}”."]
    return []


def in_words(trigger: Any) -> str:
    """The trigger as the beginning of a sentence: "When the customer writes"."""
    timer = timer_of(trigger)
    if timer is not None:
        since = f"it became {timer.status}" if timer.since == "status" else SINCE[timer.since]
        return f"{duration(timer.after)} after {since}"
    labels = [_BY_NAME[name].label for name in names_of(trigger)]
    said = " or ".join(label[0].lower() + label[1:] for label in labels)
    return f"When {said}" if said else "Never"


def duration(time: timedelta) -> str:
    """A time in words, to the minute: "2 days 3 hours"."""
    minutes = int(time.total_seconds() // 60)
    parts = [(minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute")]
    said = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return " ".join(said) or "less than a minute"
