"""The texts that a channel's provider has approved: listed for some minutes, and filled to be read."""

from collections.abc import Sequence

from django.core.cache import cache

from hub import registry
from hub.connector import NotSupported
from hub.messages import ProviderTemplate, SendError, TemplateCall
from hub.models import Channel
from inbox.errors import Conflict, Invalid

KEPT_SECONDS = 300


def listed(channel: Channel) -> Sequence[ProviderTemplate]:
    """What the provider has, by name. Asks it at most every few minutes; raises `Conflict` in its words."""
    key = f"provider-templates:{channel.pk}"
    known: Sequence[ProviderTemplate] | None = cache.get(key)
    if known is not None:
        return known
    try:
        found = registry.connector(channel.kind).templates(channel)
    except (NotSupported, registry.UnknownKind):
        return []
    except SendError as error:
        raise Conflict(f"The templates cannot be fetched: {error.detail}", slug="provider-refuses") from error
    in_order = sorted(found, key=lambda template: (template.name, template.language))
    cache.set(key, in_order, KEPT_SECONDS)
    return in_order


def preview(channel: Channel, call: TemplateCall) -> str:
    """The words that a template will say; raises `Invalid` for one that may not be sent so."""
    found = next((one for one in listed(channel) if (one.id, one.language) == (call.id, call.language)), None)
    if found is None:
        raise Invalid({"template": [f"{channel.name} has no such template."]})
    if not found.usable:
        raise Invalid({"template": [f"This template cannot be sent now ({found.status})."]})
    missing = [name for name in found.variables if not call.variables.get(name, "").strip()]
    if missing:
        raise Invalid({f"template.variables.{name}": ["Fill this in."] for name in missing})
    return found.filled(call.variables)
