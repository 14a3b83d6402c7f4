"""Deeds: what rules, escalations and macros do to a conversation in hand, through everybody's verbs.

A deed is {"do": name, …its arguments}; `DEEDS` has them all. Whoever applies them is named as the actor of
every event and line that comes of it, so that the timeline says which rule did what.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from hub.models import ConversationLabel, TimelineItem
from inbox.change import Change
from inbox.errors import InboxError
from inbox.rules.means import Means
from inbox.rules.verbs import DEEDS, Doing, Kind, Standing

Deed = Mapping[str, Any]


class Done(NamedTuple):
    """What came of deeds: {"do", "text", "changed"} of each, and what failed, in words."""

    did: list[dict[str, Any]]
    errors: list[str]


def apply(
    change: Change,
    deeds: Sequence[Deed],
    *,
    by: Mapping[str, Any],
    means: Means | None = None,
    item: TimelineItem | None = None,
) -> Done:
    """Do them in their order on a conversation in hand, each as far as it can be done.

    `by` is who acts, as events remember it ({"type": "rule", "id", "name"}); an agent stays the actor of
    their own macro. `item` is the message that gave rise to it. What fails (an agent who is gone) is told
    and undoes nothing else.
    """
    done = Done([], [])
    means = means or Means(change.organization)
    with _acting(change, by):
        for deed in deeds:
            _do(Doing(change, deed, means, item), done)
    return done


def _do(doing: Doing, done: Done) -> None:
    kind = kind_of(doing.deed)
    if isinstance(kind, str):
        done.errors.append(kind)
        return
    try:
        is_changed, remark = kind.do(doing)
    except InboxError as error:
        done.errors.append(f"{kind.label}: {error.detail}")
    else:
        name, text = doing.deed["do"], kind.in_words(doing.deed, doing.means)
        done.did.append(_told(name, text, is_changed=is_changed, remark=remark))


def kind_of(deed: Any) -> Kind | str:
    """Of which sort a deed is; why it cannot be done, in words, where it is not written as it should be."""
    name = deed.get("do") if isinstance(deed, Mapping) else deed
    kind = DEEDS.get(name) if isinstance(name, str) else None
    if kind is None:
        return f"Nobody knows how to do “{str(name)[:40]}”."
    faults = (argument.fault(deed) for argument in kind.arguments)
    fault = next((fault for fault in faults if fault), "")
    return f"{kind.label}: {fault}" if fault else kind


def foresee(standing: Standing, deeds: Sequence[Deed], means: Means) -> list[dict[str, Any]]:
    """What `apply` would answer as done, as far as that can be known without doing it."""
    told = []
    for deed in deeds:
        kind = kind_of(deed)
        if not isinstance(kind, str):
            is_changed, remark = kind.would(standing, deed, means)
            text = kind.in_words(deed, means)
            told.append(_told(str(deed["do"]), text, is_changed=is_changed, remark=remark))
    return told


def _told(name: str, text: str, *, is_changed: bool, remark: str) -> dict[str, Any]:
    if not is_changed:
        text = f"{text} (not done: {remark or 'it is so already'})"
    return {"do": name, "text": text, "changed": is_changed}


def labels_of(change: Change) -> set[str]:
    """The labels of a conversation in hand."""
    rows = ConversationLabel.objects.filter(conversation=change.conversation)
    return set(rows.values_list("label__name", flat=True))


@contextmanager
def _acting(change: Change, by: Mapping[str, Any]) -> Iterator[None]:
    before, change.acting = change.acting, dict(by)
    try:
        yield
    finally:
        change.acting = before
