"""`hub run` and the single roles: prepare, find the services, supervise them."""

import asyncio
import signal
import sys

from hub.cli import preparing
from hub.service import Service

EVERY_ROLE = frozenset({"web", "worker", "smtp", "listen", "media"})


def run_everything(*, demo: bool) -> int:
    """Every role in this process, until a signal. Raises `StartError`."""
    _leave_quietly()
    preparing.make_keys()
    preparing.require_keys()
    _require_ports()
    preparing.set_up_django()
    preparing.require_database()
    preparing.migrate()
    preparing.require_fitting_keys()
    _serve(EVERY_ROLE, demo=demo)
    return 0


def run_role(role: str) -> int:
    """One role in this process, until a signal. Raises `StartError`."""
    _leave_quietly()
    preparing.require_production(role)
    preparing.require_keys()
    preparing.set_up_django()
    preparing.require_database()
    preparing.require_migrations()
    preparing.require_fitting_keys()
    _serve(frozenset({role}))
    return 0


def services_of(roles: frozenset[str]) -> list[Service]:
    """The services of these roles: the floor's own, and those of rooms and connectors."""
    from hub import registry
    from hub.jobs.service import JobService
    from hub.listening import Listener
    from hub.web import WebService

    found: list[Service] = [WebService(), Listener(), JobService()]
    for _, module in registry.modules("services"):
        found += module.services()
    return [service for service in found if service.roles & roles]


def _serve(roles: frozenset[str], *, demo: bool = False) -> None:
    import structlog
    from django.db import connection

    from hub import health, runner
    from hub.cli import greeting
    from hub.web import event_loop_factory

    services = services_of(roles)
    if not services:
        structlog.get_logger("hub.cli").warning("role_without_services", roles=sorted(roles))
    connection.close()
    if demo:
        health.hold("demo", "the demo data is being loaded")

    async def after_start() -> None:
        has_demo = demo and await asyncio.to_thread(greeting.load_demo)
        if len(roles) > 1:
            print(greeting.greeting(services, demo=has_demo), flush=True)

    runner.run(
        services,
        loop_factory=event_loop_factory() if "web" in roles else None,
        after_start=after_start,
        before_drain=lambda: health.hold("stopping", "the hub is stopping"),
    )


def _require_ports() -> None:
    from django.conf import settings

    preparing.require_port("web", settings.HOST, settings.HTTP_PORT)
    preparing.require_port("smtp", settings.HOST, settings.SMTP_PORT)


def _leave_quietly() -> None:
    """A signal before anything runs simply ends the process; the supervisor takes over later."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
