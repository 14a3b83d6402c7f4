"""The two servers of `bench.accept`, each on a loop like the hub's: `accept_server hub|discard PORT`."""

import asyncio
import logging
import sys
from functools import partial

import uvloop


async def discard(port: int) -> None:
    """Answer 250 for everything, and keep nothing."""
    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Discarding:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            return "250 OK"

    loop = asyncio.get_running_loop()
    factory = partial(SMTP, Discarding(), enable_SMTPUTF8=True, data_size_limit=25 * 1024 * 1024, loop=loop)
    server = await loop.create_server(factory, "127.0.0.1", port)
    await server.serve_forever()


async def hub(port: int) -> None:
    """The hub's entrance, with one channel that takes the mail."""
    from connectors.email.services import SmtpService

    await asyncio.to_thread(_prepare)
    await SmtpService("127.0.0.1", port).start()
    await asyncio.Event().wait()


def _prepare() -> None:
    from django.core.management import call_command

    from hub.models import Channel, Organization

    call_command("migrate", verbosity=0)
    organization = Organization.objects.create(name="Acme", slug="acme")
    Channel.objects.create(
        organization=organization, kind="email", name="Support", address="support@acme.test"
    )


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    if sys.argv[1] == "hub":
        import django

        from hub.environment import generate_missing_keys

        generate_missing_keys()
        django.setup()
    uvloop.run((hub if sys.argv[1] == "hub" else discard)(int(sys.argv[2])))
