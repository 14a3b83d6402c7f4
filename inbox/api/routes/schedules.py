"""Schedules: opening hours, tried out before they are kept."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, File, Form, Router
from ninja.files import UploadedFile

from hub.clock import now
from hub.models import Schedule
from hub.viewer import Viewer
from inbox import payloads
from inbox.actions import schedules as actions
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.problems import TooLarge
from inbox.api.schemas import promises as schemas
from inbox.api.schemas import shapes
from inbox.api.schemas.shapes import promises as promised
from inbox.errors import Invalid
from inbox.payloads.promises import schedule as shape_of
from inbox.queries import one
from inbox.sla import ical, previewing
from inbox.sla.opening import calendar_of, hours_at, problems_of

router = Router(tags=["Schedules"])
manage = may("settings.manage")

_AHEAD = timedelta(days=14)
_BACK, _YEARS = timedelta(days=31), timedelta(days=5 * 366)


@router.get("/schedules", auth=may(), response=shapes.Listing[promised.Schedule])
def list_schedules(request: HttpRequest) -> HttpResponse:
    """Every schedule by name, and where it is used."""
    viewer = viewer_of(request)
    return listing(_shapes(viewer, list(Schedule.objects.within(viewer.organization).order_by("name"))))


@router.post("/schedules", auth=manage, response={201: promised.Schedule})
def create_schedule(request: HttpRequest, body: Body[schemas.ScheduleIn]) -> HttpResponse:
    """Keep opening hours; without an open hour, or with hours that overlap, they are refused in words."""
    viewer = viewer_of(request)
    return answer(_shapes(viewer, [actions.create_schedule(viewer, _fields(body))])[0], status=201)


@router.post("/schedules/preview", auth=may(), response=promised.SchedulePreview)
def preview_schedule(request: HttpRequest, body: Body[schemas.SchedulePreviewIn]) -> HttpResponse:
    """When something would be due by hours that are not saved, and what is wrong with them."""
    draft = Schedule(**{name: getattr(body, name) for name in ("time_zone",)})
    lists = body.model_dump(mode="json", include={"intervals", "holidays", "closures"})
    draft.intervals, draft.holidays, draft.closures = (
        lists[name] for name in ("intervals", "holidays", "closures")
    )
    problems = problems_of(draft)
    told = [problem._asdict() for problem in problems]
    if not all(problem.is_warning for problem in problems):
        return answer({"problems": told, "is_open": False, "due_at": None, "text": "", "openings": []})
    calendar, at = calendar_of(draft), body.at or now()
    due = previewing.due_in(calendar, at, body.seconds) if body.seconds else None
    return answer(
        {
            "problems": told,
            "is_open": calendar.is_open(at),
            "due_at": payloads.moment(due),
            "text": previewing.spoken(due, calendar.time_zone, at) if due else "",
            "openings": [
                {"start": payloads.moment(start), "end": payloads.moment(end)}
                for start, end in calendar.segments(at, at + _AHEAD)
            ],
        }
    )


@router.post(
    "/schedules/closures-from-ical",
    auth=manage,
    response=promised.CalendarFile,
    url_name="read_calendar_file",
)
def read_calendar_file(
    request: HttpRequest, file: File[UploadedFile], time_zone: Form[schemas.ZoneName]
) -> HttpResponse:
    """The holidays and closures of the next five years in an iCalendar file; nothing is saved."""
    if (file.size or 0) > ical.SIZE_LIMIT:
        raise TooLarge("A calendar file may have 1 MB.")
    first = date.fromisoformat(now().date().isoformat()) - _BACK
    try:
        found = ical.read_closures(file.read(), time_zone, first, first + _YEARS)
    except ical.Unreadable as wrong:
        raise Invalid({"file": [str(wrong)]}) from None
    except ValueError as wrong:
        raise Invalid({"time_zone": [str(wrong)]}) from None
    holidays = [{"date": day.isoformat(), "name": name} for day, name in sorted(found.holidays.items())]
    closures = [
        {"start": f"{day}T{start:%H:%M}", "end": f"{_end_day(day, start, end)}T{end:%H:%M}", "name": name}
        for (day, start, end), name in sorted(found.closures.items())
    ]
    return answer({"holidays": holidays, "closures": closures, "warnings": found.warnings})


@router.get("/schedules/{schedule_id}", auth=may(), response=promised.Schedule)
def get_schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """One schedule."""
    viewer = viewer_of(request)
    row = one(Schedule.objects.within(viewer.organization), schedule_id, "schedule")
    return answer(_shapes(viewer, [row])[0])


@router.patch("/schedules/{schedule_id}", auth=manage, response=promised.Schedule)
def change_schedule(
    request: HttpRequest, schedule_id: UUID, body: Body[schemas.SchedulePatch]
) -> HttpResponse:
    """Change opening hours; what is promised by them is reckoned anew, its pauses kept."""
    viewer = viewer_of(request)
    return answer(_shapes(viewer, [actions.change_schedule(viewer, schedule_id, _fields(body))])[0])


@router.delete("/schedules/{schedule_id}", auth=manage, response={204: None, 409: shapes.Problem})
def remove_schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Delete opening hours; 409 with `used_by` while anything goes by them."""
    actions.remove_schedule(viewer_of(request), schedule_id)
    return HttpResponse(status=204)


def _fields(body: schemas.ScheduleIn | schemas.SchedulePatch) -> dict[str, Any]:
    given = body.model_dump(mode="json", include=body.model_fields_set)
    return {name: value for name, value in given.items() if value is not None}


def _shapes(viewer: Viewer, rows: list[Schedule]) -> list[payloads.Shape]:
    used, at = actions.used_by(viewer, rows), now()
    return [shape_of(row, hours_at(row, at), used[str(row.pk)]) for row in rows]


def _end_day(day: date, start: Any, end: Any) -> date:
    return day + timedelta(days=1) if end <= start else day
