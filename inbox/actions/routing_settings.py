"""How patient routing is: an organization's own numbers, checked before they count."""

from collections.abc import Mapping
from typing import Any

from hub.models import Organization
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.actions.settings import announce_setting
from inbox.errors import Invalid
from inbox.routing import settings
from inbox.routing.settings import RoutingSettings
from inbox.routing.waking import wake_waiting

_SHORTEST_OFFER = 3
_LONGEST_OFFER = 600


def change_routing_settings(viewer: Viewer, changes: Mapping[str, Any]) -> RoutingSettings:
    """Change some of the numbers of `RoutingSettings`; None takes an own one out again.

    Mappings are merged, entry by entry. Offers that stand keep their time. Raises `Invalid`.
    """
    with unit():
        rows = Organization.objects.select_for_update(of=("self",))
        organization = rows.get(pk=viewer.organization.pk)
        stored = dict(organization.settings.get("routing") or {})
        for name, value in changes.items():
            stored[name] = _merged(stored.get(name), value) if isinstance(value, Mapping) else value
        stored = {name: value for name, value in stored.items() if value is not None}
        _check(stored)
        organization.settings = {**organization.settings, "routing": stored}
        organization.save(update_fields=["settings"])
        viewer.organization.settings = organization.settings
        announce_setting(viewer, "routing", organization)
        wake_waiting(organization.pk)
        return settings.of(organization)


def _merged(own: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**(own if isinstance(own, Mapping) else {}), **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _check(stored: Mapping[str, Any]) -> None:
    errors: dict[str, list[str]] = {}
    for work_class, seconds in stored.get("offer_seconds", {}).items():
        if not _SHORTEST_OFFER <= seconds <= _LONGEST_OFFER:
            errors["offer_seconds"] = [
                f"An offer stands for {_SHORTEST_OFFER} to {_LONGEST_OFFER} seconds, {work_class} too."
            ]
    if any(limit < 1 for limit in stored.get("missed_limit", {}).values()):
        errors["missed_limit"] = ["At least one offer must be missed before an agent gets no more."]
    if stored.get("returning_burst", 1) < 1:
        errors["returning_burst"] = ["At least one item comes back at once, or none ever would."]
    if errors:
        raise Invalid(errors)
