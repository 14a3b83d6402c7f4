"""Agents and a conversation for the benchmarks of a whole hub."""

import json
import subprocess
import sys
from typing import NamedTuple

from tests.hub_process import HubProcess

SOCKETS_PER_USER = 40
"""A user may hold fifty."""


class People(NamedTuple):
    """The tokens of new agents of one organization, and one conversation of theirs."""

    tokens: list[str]
    conversation_id: str


def people(hub: HubProcess, sockets: int) -> People:
    """Make as many agents as it takes to hold so many sockets."""
    count = -(-sockets // SOCKETS_PER_USER)
    command = [sys.executable, "-W", "ignore", "-m", "bench.people", str(count)]
    settings = {**hub.environment, "DJANGO_SETTINGS_MODULE": "hub.settings"}
    output = subprocess.run(command, env=settings, check=True, stdout=subprocess.PIPE).stdout
    return People(*json.loads(output))


def _make(count: int) -> People:
    import django

    django.setup()
    from tests import factories
    from tests.realtime.wire import bearer

    organization = factories.organization("Bench")
    agents = [
        factories.agent(organization, email=f"agent{number}@bench.test", password=None)
        for number in range(count)
    ]
    headers = [bearer(organization, agent)["Authorization"] for agent in agents]
    conversation = factories.conversation(organization)
    return People([header.removeprefix("Bearer ") for header in headers], str(conversation.pk))


if __name__ == "__main__":
    print(json.dumps(_make(int(sys.argv[1]))))
