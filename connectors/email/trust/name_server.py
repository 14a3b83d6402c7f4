"""Asks the DNS, within a time that is set beforehand; answers are remembered as long as they are valid."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import dns.exception
import dns.rdatatype
import dns.resolver
from django.conf import settings

QUESTION_SECONDS = 2.0
REMEMBERED_ANSWERS = 10_000


class NoAnswerNow(Exception):
    """The DNS did not answer in time, or could not; ask again later."""


class Questions:
    """What may be asked until a deadline; each question has `QUESTION_SECONDS` at most."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """Until the deadline; 0 after it."""
        return max(0.0, self._deadline - time.monotonic())

    def ask(self, name: str, kind: str) -> list[Any]:
        """The records of a name, as dnspython has them; empty where there are none. Raises `NoAnswerNow`."""
        seconds = min(QUESTION_SECONDS, self.seconds_left)
        if not seconds:
            raise NoAnswerNow(name)
        return ask(name, kind, seconds)

    def texts(self, name: str) -> list[bytes]:
        """The TXT records of a name, each whole. Raises `NoAnswerNow`."""
        return [b"".join(record.strings) for record in self.ask(name, "TXT")]


def ask(name: str, kind: str, seconds: float) -> list[Any]:
    """`Questions.ask` for one question alone."""
    resolver = _resolver(settings.DNS_RESOLVER)
    try:
        return list(resolver.resolve(name, kind, lifetime=seconds, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.Timeout, dns.resolver.NoNameservers) as error:
        raise NoAnswerNow(name) from error
    except dns.exception.DNSException:
        return []  # no name that could have records
    except OSError as error:
        raise NoAnswerNow(name) from error


@cache
def _resolver(address: tuple[str, int] | None) -> dns.resolver.Resolver:
    try:
        resolver = dns.resolver.Resolver(configure=address is None)
    except dns.resolver.NoResolverConfiguration as error:
        raise NoAnswerNow("no name server is configured") from error
    if address is not None:
        host, port = address
        resolver.nameservers, resolver.port = [host], port
    resolver.timeout = QUESTION_SECONDS / 2  # so that a lost packet is asked for once more
    resolver.cache = dns.resolver.LRUCache(REMEMBERED_ANSWERS)
    return resolver
