"""Subject, priority, labels and custom fields of a conversation."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.models import ConversationLabel, Label, TimelineItem
from inbox import payloads, search
from inbox.change import Change


def set_fields(
    change: Change, changes: Mapping[str, Any], line: tuple[str, dict[str, Any]] | None = None
) -> bool:
    """Set subject, priority, labels and custom of a conversation in hand; whether that changed anything.

    Says nothing when nothing changes, else also `line` (a name and its data) in the timeline.
    """
    rows = len(change.rows)
    if not _set_fields(change, changes):
        return False
    if line is not None:
        change.record(*line)
    lines = [row for row in change.rows[rows:] if isinstance(row, TimelineItem)]
    change.announce("conversation.updated", **({"item": payloads.item(lines[-1])} if lines else {}))
    return True


def _set_fields(change: Change, changes: Mapping[str, Any]) -> bool:
    conversation = change.conversation
    before = (conversation.subject, conversation.priority, conversation.custom)
    conversation.subject = (changes.get("subject", conversation.subject) or "")[:500]
    conversation.priority = changes.get("priority", conversation.priority)
    conversation.custom = changes.get("custom", conversation.custom) or {}
    if conversation.priority != before[1]:
        change.record("priority_changed", {"from": before[1], "to": conversation.priority})
    if conversation.subject != before[0]:
        search.index_conversation(conversation)
    relabelled = "labels" in changes and _set_labels(change, changes["labels"] or ())
    return relabelled or before != (conversation.subject, conversation.priority, conversation.custom)


def _set_labels(change: Change, names: Sequence[str]) -> bool:
    wanted = {name.strip() for name in names}
    change.is_labelled = change.is_labelled or bool(wanted)
    rows = ConversationLabel.objects.filter(conversation=change.conversation).select_related("label")
    present = {row.label.name: row for row in rows}
    for name in present.keys() - wanted:
        present[name].delete()
    for name in sorted(wanted - present.keys()):
        label, _ = Label.objects.within(change.organization).get_or_create(
            organization=change.organization, name=name
        )
        ConversationLabel(
            organization=change.organization, conversation=change.conversation, label=label
        ).save(force_insert=True)
    return wanted != present.keys()
