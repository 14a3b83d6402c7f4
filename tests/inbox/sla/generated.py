"""Random lives of conversations through the inbox's own doors, out of a seed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hub.clock import held_at
from hub.models import Conversation, Queue, Status, Team, TimelineItem
from inbox import actions
from inbox.actions.reply import Draft
from inbox.errors import InboxError
from inbox.sla import sweep
from tests import factories
from tests.inbox.desk import Desk
from tests.inbox.sla.promised import MONDAY


@dataclass
class Lives:
    """Conversations of a desk and what happens to them, one thing after the other."""

    desk: Desk
    random: Random
    at: datetime = MONDAY
    ids: list[UUID] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    mails: int = 0

    @classmethod
    def begin(cls, desk: Desk, seed: int) -> "Lives":
        """Lives at this desk, with places to be moved to."""
        of = desk.organization
        return cls(
            desk,
            Random(seed),
            queues=[factories.queue(of), factories.queue(of)],
            teams=[factories.team(of), factories.team(of)],
        )

    def go_on(self, steps: int) -> None:
        """So many further things happen, now and then with a sweep of what fell due meanwhile."""
        for _ in range(steps):
            self.at += timedelta(seconds=self.random.choice((0, 1, 40, 600, 3_000, 9_000)))
            with held_at(self.at):
                if self.random.random() < 0.15:
                    sweep.sweep()
                self._step()

    def settle(self) -> None:
        """Sweep until nothing is due any more."""
        with held_at(self.at):
            while sweep.sweep():
                pass

    def _step(self) -> None:
        happens = self.random.choices(
            (
                "begin",
                "write",
                "robot",
                "answer",
                "note",
                "status",
                "snooze",
                "update",
                "assign",
                "merge",
                "split",
            ),
            (4, 5, 1, 6, 1, 4, 1, 3, 2, 0.6, 0.4),
        )[0]
        if happens == "begin" or not self.ids:
            return self._mail()
        try:
            getattr(self, f"_{happens}")(self.random.choice(self.ids))
        except InboxError:
            return None  # What cannot be done (an answer to a closed merge) is not done.
        return None

    def _mail(self, answers: str = "", *, is_automatic: bool = False) -> None:
        self.mails += 1
        key = f"m{self.mails}"
        sender = f"c{self.mails}@example.net"
        if not answers:
            self.ids.append(self.desk.mail(key, sender, subject=f"Question {key}").conversation_id)
        else:
            self.desk.mail(key, sender, in_reply_to=(answers,), automatic=is_automatic)

    def _reference(self, conversation_id: UUID) -> str:
        rows = TimelineItem.objects.within(self.desk.organization).filter(
            conversation_id=conversation_id, direction="inbound"
        )
        found = rows.exclude(message__reference="").values_list("message__reference", flat=True).first()
        return str(found or "")

    def _write(self, conversation_id: UUID) -> None:
        self._mail(self._reference(conversation_id))

    def _robot(self, conversation_id: UUID) -> None:
        self._mail(self._reference(conversation_id), is_automatic=True)

    def _answer(self, conversation_id: UUID) -> None:
        actions.reply(self.desk.viewer, conversation_id, Draft(text="It is on its way.", force=True))

    def _note(self, conversation_id: UUID) -> None:
        actions.note(self.desk.viewer, conversation_id, "Asked the carrier.")

    def _status(self, conversation_id: UUID) -> None:
        statuses = (Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED)
        actions.update(self.desk.viewer, conversation_id, {"status": self.random.choice(statuses)})

    def _snooze(self, conversation_id: UUID) -> None:
        actions.snooze(self.desk.viewer, conversation_id, self.at + timedelta(hours=3))

    def _update(self, conversation_id: UUID) -> None:
        changes = self.random.choice(
            (
                {"priority": self.random.choice(("low", "normal", "high", "urgent"))},
                {"labels": self.random.choice(([], ["vip"]))},
                {"custom": {"plan": self.random.choice(("free", "gold"))}},
                {"subject": "Another subject"},
            )
        )
        actions.update(self.desk.viewer, conversation_id, changes)

    def _assign(self, conversation_id: UUID) -> None:
        targets = self.random.choice(
            (
                {"queue_id": self.random.choice([None, *(queue.pk for queue in self.queues)])},
                {"team_id": self.random.choice([None, *(team.pk for team in self.teams)])},
                {"assignee_id": self.desk.viewer.user.pk},
            )
        )
        actions.assign(self.desk.viewer, conversation_id, **targets)

    def _merge(self, conversation_id: UUID) -> None:
        row = Conversation.objects.within(self.desk.organization).get(pk=conversation_id)
        if row.merged_into_id:
            actions.unmerge(self.desk.viewer, conversation_id)
        else:
            actions.merge(self.desk.viewer, conversation_id, self.random.choice(self.ids))

    def _split(self, conversation_id: UUID) -> None:
        rows = TimelineItem.objects.within(self.desk.organization).filter(
            conversation_id=conversation_id, kind="message"
        )
        found = list(rows.values_list("pk", flat=True))
        chosen = [key for key in found if self.random.random() < 0.4]
        self.ids.append(actions.split(self.desk.viewer, conversation_id, chosen).pk)
