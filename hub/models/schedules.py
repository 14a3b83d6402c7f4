"""Schedules: when an organization, a queue or a promise is at work."""

from django.db import models

from hub.clock import now
from hub.tenancy import TenantModel


class Schedule(TenantModel):
    """Opening hours, as `inbox.sla.calendar.Calendar` reads them.

    `intervals` are [weekday 0-6, "HH:MM", "HH:MM"], overnight where the end is not after the start;
    `holidays` are {"date": "YYYY-MM-DD", "name"}; `closures` are {"start": "YYYY-MM-DDTHH:MM",
    "end": …, "name"} on the wall clock of `time_zone`.
    """

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    intervals = models.JSONField(default=list)
    holidays = models.JSONField(default=list, blank=True)
    closures = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="schedule_name")]

    def __str__(self) -> str:
        return self.name
