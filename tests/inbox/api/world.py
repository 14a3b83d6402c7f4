"""Two organizations with one of everything, and callers of every role, for tests of the API."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from django.test import Client

from hub import registry, tokens
from hub.clock import now
from hub.connector import Connector, accept
from hub.messages import Capabilities, OutboundMessage, Receipt
from hub.models import (
    AgentSkill,
    ApiToken,
    Attachment,
    Backtest,
    CapacityPolicy,
    Channel,
    Contact,
    Conversation,
    Delivery,
    InboundEnvelope,
    Label,
    Macro,
    Message,
    Organization,
    PolicyTest,
    Queue,
    Role,
    Rule,
    Schedule,
    Signature,
    Skill,
    SlaClock,
    SlaPolicy,
    SlaTarget,
    StateReason,
    Team,
    Template,
    TimelineItem,
    User,
)
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import search
from media import attachments
from tests import factories as make


class Pigeon(Connector):
    """A channel that can do everything and does nothing, so that no real connector is needed."""

    kind: ClassVar[str] = "pigeon"
    label: ClassVar[str] = "Pigeon"
    identity_kind: ClassVar[str] = "email"

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        return Capabilities(send=True, html=True, subject=True, cc=True, files=50, can_start=True)

    def normalise(self, address: str) -> str | None:
        return address.strip().lower() if "@" in address else None

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        raise AssertionError("no test of the API sends anything")


def install_pigeon() -> None:
    """Make the kind known to this process."""
    registry.connectors()["pigeon"] = Pigeon()


@dataclass
class World:
    """One organization with one of everything."""

    organization: Organization
    people: dict[str, User]
    secrets: dict[str, str]
    channel: Channel
    queue: Queue
    team: Team
    label: Label
    contact: Contact
    conversation: Conversation
    inbound: Message
    outbound: Message
    delivery: Delivery
    attachment: Attachment
    envelope: InboundEnvelope
    template: Template
    signature: Signature
    skill: Skill
    capacity_policy: CapacityPolicy
    state_reason: StateReason
    policy_test: PolicyTest
    backtest: Backtest
    schedule: Schedule
    sla_policy: SlaPolicy
    rule: Rule
    macro: Macro
    extra: dict[str, Any] = field(default_factory=dict)

    def viewer(self, role: str = Role.AGENT) -> Viewer:
        return make.viewer(self.people[role], self.organization)

    def api(self, role: str = Role.AGENT) -> "Caller":
        return Caller(self.secrets[role])

    @property
    def url(self) -> str:
        return f"/api/v1/conversations/{self.conversation.pk}"

    @property
    def ids(self) -> dict[str, str]:
        """Every id by the name that routes give it."""
        return {
            "conversation_id": str(self.conversation.pk),
            "contact_id": str(self.contact.pk),
            "contact": str(self.contact.pk),
            "channel_id": str(self.channel.pk),
            "attachment_id": str(self.attachment.pk),
            "message_id": str(self.inbound.pk),
            "envelope_id": str(self.envelope.pk),
            "delivery_id": str(self.delivery.pk),
            "template_id": str(self.template.pk),
            "signature_id": str(self.signature.pk),
            "assignee_id": str(self.people[Role.AGENT].pk),
            "team_id": str(self.team.pk),
            "queue_id": str(self.queue.pk),
            "user_id": str(self.people[Role.AGENT].pk),
            "agent_id": str(self.people[Role.AGENT].pk),
            "skill_id": str(self.skill.pk),
            "capacity_policy_id": str(self.capacity_policy.pk),
            "reason_id": str(self.state_reason.pk),
            "rule_id": str(self.rule.pk),
            "macro_id": str(self.macro.pk),
            "test_id": str(self.policy_test.pk),
            "backtest_id": str(self.backtest.pk),
            "schedule_id": str(self.schedule.pk),
            "policy_id": str(self.sla_policy.pk),
        }


class Caller:
    """A client of the API with a token."""

    def __init__(self, secret: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def _send(self, verb: Callable[..., Any], path: str, **kwargs: Any) -> Any:
        path = path if path.startswith("/") else f"/api/v1/{path}"
        headers = {**self.headers, **kwargs.pop("headers", {})}
        return verb(path, headers=headers, **kwargs)

    def get(self, path: str, **query: Any) -> Any:
        return self._send(self.client.get, path, data=query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send(self.client.post, path, **_json(body), headers=named)

    def patch(self, path: str, body: Any) -> Any:
        return self._send(self.client.patch, path, **_json(body))

    def put(self, path: str, body: Any) -> Any:
        return self._send(self.client.put, path, **_json(body))

    def delete(self, path: str) -> Any:
        return self._send(self.client.delete, path)


def _json(body: Any) -> dict[str, Any]:
    if body is None:
        return {"data": "", "content_type": "application/json"}
    return {"data": json.dumps(body), "content_type": "application/json"}


def token(user: User, organization: Organization) -> str:
    """A new API token's secret."""
    secret = secrets.token_urlsafe(24)
    ApiToken.objects.create(
        organization=organization, user=user, name="test", digest=tokens.digest(secret), last_used_at=now()
    )
    return secret


def build(name: str = "Acme") -> World:
    """A new organization with one of everything."""
    install_pigeon()
    acme = make.organization(name)
    people = {role: make.member(acme, role, f"{role.title()} {name}") for role in Role.values}
    channel = make.channel(acme, "pigeon")
    contact = make.contact(acme, f"Carla of {name}")
    address = make.identity(contact)
    conversation = make.conversation(acme, contact, channel, subject=f"Parcel of {name}")
    kept = accept(channel, b"From: carla\r\n\r\nWhere is my parcel?", dedupe_key=f"first-{name}")
    envelope = InboundEnvelope.objects.within(acme).get(pk=kept.envelope_id)
    InboundEnvelope.objects.within(acme).update(state="quarantined", error="It cannot be read: garbled")
    inbound = make.inbound(
        conversation,
        channel,
        f"Where is the {name} parcel?",
        envelope=envelope,
        sender={"name": contact.name, "address": address.value},
        decisions=[{"about": "threading", "reason": "nothing earlier belongs to it"}],
    )
    outbound = make.outbound(conversation, channel, people[Role.AGENT])
    with unit():
        for row in TimelineItem.objects.filter(conversation=conversation).select_related("message"):
            search.index(row)
        search.index_contact(contact)
    skill = Skill.objects.create(organization=acme, name=f"German of {name}")
    schedule = Schedule.objects.create(
        organization=acme, name=f"Office of {name}", intervals=[[day, "09:00", "17:00"] for day in range(5)]
    )
    AgentSkill.objects.create(organization=acme, user=people[Role.AGENT], skill=skill, level=7)
    return World(
        organization=acme,
        people=people,
        secrets={role: token(person, acme) for role, person in people.items()},
        channel=channel,
        queue=make.queue(acme),
        team=make.team(acme, people[Role.AGENT]),
        label=make.label(acme, f"vip {name}"),
        contact=contact,
        conversation=conversation,
        inbound=inbound,
        outbound=outbound,
        delivery=make.delivery(outbound, address, status="failed", detail="The relay refused it."),
        attachment=attachments.create(
            acme, "photo.png", "image/png", b"\x89PNG", uploaded_by=people[Role.AGENT]
        ),
        envelope=envelope,
        template=Template.objects.create(
            organization=acme, name=f"Sorry of {name}", shortcut=f"sorry-{name}", text="{{contact.name}}"
        ),
        signature=Signature.objects.create(organization=acme, text=f"Yours, {name}"),
        skill=skill,
        capacity_policy=CapacityPolicy.objects.create(organization=acme, name=f"Part time of {name}"),
        state_reason=StateReason.objects.create(organization=acme, state="away", name=f"Lunch at {name}"),
        rule=Rule.objects.create(organization=acme, name=f"Rule of {name}", is_active=False),
        macro=Macro.objects.create(organization=acme, name=f"Macro of {name}", text="{{contact.name}}"),
        policy_test=PolicyTest.objects.create(
            organization=acme,
            name=f"Mail to {name}",
            given={"channel_id": str(channel.pk), "at": "2026-03-02T09:00"},
            expected={"priority": "normal"},
        ),
        backtest=Backtest.objects.create(
            organization=acme,
            begins_at=now() - timedelta(days=1),
            ends_at=now(),
            change={"extra_agents": 1},
        ),
        schedule=schedule,
        sla_policy=promise(conversation, schedule, f"Gold of {name}"),
    )


def promise(conversation: Conversation, schedule: Schedule, name: str) -> SlaPolicy:
    """A policy that is switched off, and a clock that ran by it."""
    of = conversation.organization
    policy = SlaPolicy.objects.create(organization=of, name=name, schedule=schedule, is_active=False)
    SlaTarget.objects.create(organization=of, policy=policy, clock="resolution", seconds=3600)
    SlaClock.objects.create(
        organization=of,
        conversation=conversation,
        policy=policy,
        clock="resolution",
        target_seconds=3600,
        started_at=now(),
        due_at=now() + timedelta(hours=1),
    )
    return policy
