"""Why a promise is due when it is: the clocks of a conversation, their stretches, and the policy."""

from collections import defaultdict
from uuid import UUID

from hub.models import Conversation, EscalationFired, SlaClock, SlaSegment, SlaStanding
from hub.viewer import Viewer
from inbox import payloads
from inbox.payloads import Shape
from inbox.payloads.promises import sla_clock, sla_segment
from inbox.sla.escalation import in_words

_MOST = 100


def reasons(viewer: Viewer, conversation: Conversation) -> list[Shape]:
    """The clocks of a conversation, live ones first, then the latest; with segments, and why the policy
    applies that applies now, in the words of its conditions."""
    rows = SlaClock.objects.within(viewer.organization).filter(conversation=conversation)
    clocks = list(rows.order_by("-is_live", "-started_at", "clock")[:_MOST])
    segments: defaultdict[UUID, list[Shape]] = defaultdict(list)
    found = SlaSegment.objects.within(viewer.organization).filter(clock__in=[clock.pk for clock in clocks])
    for segment in found.order_by("position"):
        segments[segment.clock_id].append(sla_segment(segment))
    fired: defaultdict[UUID, list[Shape]] = defaultdict(list)
    steps = EscalationFired.objects.within(viewer.organization).filter(clock__in=[row.pk for row in clocks])
    for one in steps.select_related("step").order_by("at"):
        fired[one.clock_id].append({"at": payloads.moment(one.at), "text": in_words(one.step)})
    why = _why(viewer, conversation)
    return [
        sla_clock(clock)
        | {
            "segments": segments[clock.pk],
            "escalations": fired[clock.pk],
            "why": why.get(str(clock.policy_id), []) if clock.is_live else [],
        }
        for clock in clocks
    ]


def _why(viewer: Viewer, conversation: Conversation) -> dict[str, list[Shape]]:
    """The reasons for which policies applied, by policy; the latest of each."""
    rows = SlaStanding.objects.within(viewer.organization).filter(conversation=conversation)
    standing = rows.first()
    return {str(policy): why for _, policy, _, why in standing.policies} if standing else {}
