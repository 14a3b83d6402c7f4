"""What conditions are asked of: the values of the fields at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.clock import now
from inbox.sla.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Subject:
    """The values of fields by name; a list is several at once (all addresses of a customer).

    What is missing, None or "" is not set. `names` are those of the rows whose ids occur, for reasons in
    words; `calendars` are by the id of their schedule.
    """

    values: Mapping[str, Any]
    at: datetime = field(default_factory=now)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def known(self, name: str) -> list[Any]:
        """The values of a field that are set."""
        found = self.values.get(name)
        several = found if isinstance(found, list | tuple) else [found]
        return [value for value in several if value is not None and value != ""]
