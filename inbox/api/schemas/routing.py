"""What is sent about who gets which work: queues, skills, capacity, reasons, and answers to offers."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox.api.schemas.kinds import Flag, Id, Line, Sent, Text, integral
from inbox.api.schemas.sent import Page, Presence
from inbox.api.schemas.settings import Name

_DAY = 24 * 60 * 60
_NAMED = "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$"
Level = Annotated[int, Field(strict=True, ge=1, le=10), BeforeValidator(integral)]
Weight = Annotated[int, Field(strict=True, ge=0, le=100), BeforeValidator(integral)]
Percent = Annotated[int, Field(strict=True, ge=1, le=100), BeforeValidator(integral)]
Position = Annotated[int, Field(strict=True, ge=0, le=32_767), BeforeValidator(integral)]
Few = Annotated[int, Field(strict=True, ge=0, le=1000), BeforeValidator(integral)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=30 * _DAY), BeforeValidator(integral)]
Goal = Annotated[int, Field(strict=True, ge=1, le=30 * _DAY), BeforeValidator(integral)]
WrapUp = Annotated[int, Field(strict=True, ge=0, le=_DAY), BeforeValidator(integral)]
ShortName = Annotated[str, StringConstraints(pattern=_NAMED, max_length=80)]
Key = Annotated[str, StringConstraints(pattern="^[a-z0-9-]{1,40}$")]
Kind = Literal["voice", "video", "chat", "sms", "social", "email"]
WorkClass = Literal["realtime", "live", "async"]
OfferStatus = Literal["pending", "accepted", "declined", "timeout", "rescinded"]


class Requirement(Sent):
    """A skill that work asks for, at this level or better."""

    skill: Id
    level: Level


Requirements = Annotated[list[Requirement], Field(max_length=20)]

_DEEDS = ("requirements", "team", "queue", "priority", "offer", "to")


class QueueStep(Sent):
    """What happens to what still waits after so many seconds: exactly one of the six.

    `requirements` replace those in force, the members of `team` may take it, too, it moves to `queue`
    with its age, gets another `priority`, its caller is offered a callback, or it ends as a voicemail or
    an e-mail. `closed` steps happen outside of the queue's hours alone; with `skip_if_nobody` a step
    comes at once when none of those who could take it is there.
    """

    after: Seconds
    requirements: Requirements | None = None
    team: Id | None = None
    queue: Id | None = None
    priority: Literal["low", "normal", "high", "urgent"] | None = None
    offer: Literal["callback"] | None = None
    to: Literal["voicemail", "email"] | None = None
    when: Literal["always", "closed"] = "always"
    skip_if_nobody: Flag = False

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if sum(getattr(self, name) is not None for name in _DEEDS) != 1:
            raise PydanticCustomError("one_deed", f"a step does exactly one of: {', '.join(_DEEDS)}")
        return self


Steps = Annotated[list[QueueStep], Field(max_length=30)]
_Ids = Annotated[list[Id], Field(max_length=1000)]
_OPEN = "Everybody takes work from it; without this and without any members it is open to all."


class QueueIn(Sent):
    """A new queue. Its members are all, else those of `team_id`, `member_team_ids` and `member_ids`."""

    name: Name
    key: Annotated[Key, Field(description="Made from the name, if missing.")] = ""
    icon: Annotated[Line, Field(max_length=32)] = ""
    position: Position = 0
    is_open_to_all: Annotated[Flag, Field(description=_OPEN)] = True
    team_id: Id | None = None
    member_ids: _Ids = []
    member_team_ids: _Ids = []
    handing: Annotated[
        Literal["offer", "take"], Field(description="Whether work is offered, or waits to be taken.")
    ] = "offer"
    schedule_id: Id | None = None
    requirements: Requirements = []
    steps: Steps = []
    sticky_seconds: Seconds = 0
    wrap_up_seconds: WrapUp | None = None
    service_level_percent: Percent = 80
    service_level_seconds: Goal = 60


class QueuePatch(Sent):
    """What changes; what is missing stays."""

    name: Name | None = None
    icon: Annotated[Line, Field(max_length=32)] | None = None
    position: Position | None = None
    is_open_to_all: Flag | None = None
    team_id: Id | None = None
    member_ids: _Ids | None = None
    member_team_ids: _Ids | None = None
    handing: Literal["offer", "take"] | None = None
    schedule_id: Id | None = None
    requirements: Requirements | None = None
    steps: Steps | None = None
    sticky_seconds: Seconds | None = None
    wrap_up_seconds: WrapUp | None = None
    service_level_percent: Percent | None = None
    service_level_seconds: Goal | None = None


class PreviewIn(Sent):
    """Work that might arrive in a queue now; `requirements` come on top of the queue's own."""

    kind: Kind
    requirements: Requirements | None = None


class SkillIn(Sent):
    """A skill."""

    name: ShortName


class AgentSkillIn(Sent):
    """How well an agent can do something."""

    skill_id: Id
    level: Level


class AgentSkillsIn(Sent):
    """Everything that an agent can do."""

    skills: Annotated[list[AgentSkillIn], Field(max_length=200)]


class AgentPatch(Sent):
    """What changes about an agent; null lets the default policy hold."""

    capacity_policy_id: Id | None = None


class CapacityPolicyIn(Sent):
    """How much of an agent's 100 each kind of work takes; what is missing weighs as the hub has it."""

    name: ShortName
    weights: dict[Kind, Weight] = {}
    is_default: Flag = False


class CapacityPolicyPatch(Sent):
    """What changes; what is missing stays. Weights are replaced as a whole."""

    name: ShortName | None = None
    weights: dict[Kind, Weight] | None = None
    is_default: Flag | None = None


class StateReasonIn(Sent):
    """A reason for a state, and of which classes of work its agents still get some."""

    state: Presence
    name: Name
    takes: Annotated[list[WorkClass], Field(max_length=3)] = []
    position: Position = 0


class StateReasonPatch(Sent):
    """What changes; what is missing stays."""

    state: Presence | None = None
    name: Name | None = None
    takes: Annotated[list[WorkClass], Field(max_length=3)] | None = None
    position: Position | None = None


class OfferFilter(Page):
    """Which of the caller's offers."""

    status: OfferStatus | Literal[""] = ""


class DeclineIn(Sent):
    """Why the work is not taken, in the agent's own words."""

    reason: Annotated[Line, Field(max_length=200)] = ""


class TransferIn(Sent):
    """To whom the work goes, exactly one of the three, and a note for them."""

    agent_id: Id | None = None
    team_id: Id | None = None
    queue_id: Id | None = None
    note: Annotated[Text, Field(max_length=20_000)] = ""

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if sum(one is not None for one in (self.agent_id, self.team_id, self.queue_id)) != 1:
            raise PydanticCustomError("one_target", "name an agent, a team or a queue, and only one")
        return self


class MePatch(Sent):
    """What the caller chooses for themselves."""

    returns_by_itself: Annotated[
        Flag, Field(description="Take work again with the first thing one does after not having answered.")
    ]


class RoutingSettingsPatch(Sent):
    """Numbers of one's own, all times in seconds; null takes one out, and the hub's holds again."""

    offer_seconds: dict[Literal["realtime", "live"], Few | None] | None = None
    missed_limit: dict[Literal["realtime", "live"], Few | None] | None = None
    wrap_up_seconds: dict[Kind, Seconds | None] | None = None
    park_after_seconds: dict[WorkClass, Seconds | None] | None = None
    return_after_seconds: Seconds | None = None
    skip_seconds: Seconds | None = None
    absent_seconds: Seconds | None = None
    returning_burst: Few | None = None
