"""Figures for Prometheus: what this process served, and how work stands in the database."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import structlog
from django.db import connections
from django.db.models import Count, Min, Sum
from django.db.utils import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from hub import jobs
from hub.clock import now
from hub.models.channels import InboundEnvelope
from hub.models.events import EventCounter
from hub.models.outbound import Delivery

log = structlog.get_logger("hub.metrics")

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

REQUESTS = Counter(
    "hub_http_requests", "HTTP requests answered", ["method", "route", "status"], registry=REGISTRY
)
LATENCY = Histogram(
    "hub_http_request_seconds",
    "Time to answer an HTTP request",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
SOCKETS = Gauge("hub_sockets", "Open WebSockets of this process", ["endpoint"], registry=REGISTRY)

FRESH_SECONDS = 5.0

REASON = "figures over the whole hub, without any organization's data"
OPEN_ENVELOPES = ("received", "quarantined")
OPEN_DELIVERIES = ("queued", "sending", "failed", "unknown", "undelivered")
"""Final states grow for ever, so they are not counted here."""


class Database(Collector):
    """Counts rows that wait or need a person, at most once in `FRESH_SECONDS`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._known: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        """The figures; `hub_database_up 0` alone while the database cannot be asked."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._known = list(self._ask())
                self._until = time.monotonic() + FRESH_SECONDS
            yield from self._known

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering asks no database."""
        return []

    def _ask(self) -> Iterator[Metric]:
        try:
            figures = [figure() for figure in FIGURES]
        except DatabaseFault as error:
            log.warning("metrics_without_database", error=type(error).__name__)
            figures = []
        finally:
            connections.close_all()
        yield GaugeMetricFamily("hub_database_up", "Whether the database answers", value=bool(figures))
        for families in figures:
            yield from families


def queues() -> list[Metric]:
    """Live jobs by queue and state, and how long the longest-waiting due job has been due."""
    number = GaugeMetricFamily("hub_jobs", "Jobs by queue and state", labels=["queue", "state"])
    age = GaugeMetricFamily("hub_jobs_oldest_seconds", "How long the oldest job is due", labels=["queue"])
    for row in jobs.figures():
        age.add_metric([row.queue], row.oldest_seconds)
        for state in ("due", "scheduled", "running", "dead"):
            number.add_metric([row.queue, state], getattr(row, state))
    return [number, age]


def envelopes() -> list[Metric]:
    """Envelopes that wait for a worker or for a person."""
    number = GaugeMetricFamily("hub_envelopes", "Inbound envelopes by state", labels=["state"])
    age = GaugeMetricFamily("hub_envelopes_oldest_seconds", "Age of the oldest envelope", labels=["state"])
    rows = InboundEnvelope.objects.unscoped(REASON).filter(state__in=OPEN_ENVELOPES)
    for state, count, oldest in rows.values_list("state").annotate(Count("id"), Min("received_at")):
        number.add_metric([state], count)
        age.add_metric([state], _seconds_since(oldest))
    return [number, age]


def deliveries() -> list[Metric]:
    """Deliveries under way and those that need a person."""
    number = GaugeMetricFamily("hub_deliveries", "Deliveries by status", labels=["status"])
    rows = Delivery.objects.unscoped(REASON).filter(status__in=OPEN_DELIVERIES)
    for status, count in rows.values_list("status").annotate(Count("id")):
        number.add_metric([status], count)
    return [number]


def events() -> list[Metric]:
    """How many events the logs of all organizations hold."""
    total = EventCounter.objects.unscoped(REASON).aggregate(total=Sum("seq"))["total"]
    return [
        GaugeMetricFamily(
            "hub_events_seq", "Events numbered so far, over all organizations", value=total or 0
        )
    ]


FIGURES: tuple[Callable[[], list[Metric]], ...] = (queues, envelopes, deliveries, events)

REGISTRY.register(Database())


def metrics(request: HttpRequest) -> HttpResponse:
    """Everything in Prometheus' text format."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _seconds_since(moment: datetime | None) -> float:
    return max(0.0, (now() - moment).total_seconds()) if moment else 0.0
