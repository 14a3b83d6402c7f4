"""What agents write with: signatures and templates, kept by those whose they are."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub.clock import now
from hub.models import Channel, Signature, Team, Template
from hub.tenancy import TenantModel
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import html, payloads
from inbox.change import actor_shape, as_id
from inbox.errors import Forbidden, Invalid, NotFound
from realtime import events, visibility

MANAGE = "writing.manage"

_OWNERS: dict[str, type[TenantModel]] = {"team": Team, "channel": Channel}
_TEMPLATE_FIELDS = ("name", "shortcut", "subject", "text", "html")


def put_signature(viewer: Viewer, of: str, text: str, markup: str = "", *, owner_id: Any = None) -> Signature:
    """Set the signature of "me", a "team", a "channel" or the "organization".

    An empty one is one too: it hides those behind it. Raises `Forbidden` for others' without the
    right to manage them, `NotFound`, `Invalid`.
    """
    owner = _owner(viewer, of, owner_id)
    with unit():
        row, _ = Signature.objects.within(viewer.organization).update_or_create(
            **owner,
            organization=viewer.organization,
            defaults={"text": text.strip("\n"), "html": _clean(markup), "updated_at": now()},
        )
        _announce(viewer, "signature.updated", {"signature": payloads.signature(row)}, row)
        return row


def remove_signature(viewer: Viewer, signature_id: Any) -> None:
    """Take a signature away; the next one that applies takes its place. Raises `Forbidden`, `NotFound`."""
    with unit():
        row = _one(Signature.objects.within(viewer.organization), signature_id, "signature")
        if row.user_id is not None and row.user_id != viewer.user.pk:
            raise NotFound("There is no such signature.")
        if row.user_id is None:
            _must_manage(viewer)
        shape = payloads.signature(row)
        row.delete()
        _announce(viewer, "signature.removed", {"signature": shape}, row)


def create_template(viewer: Viewer, fields: Mapping[str, Any]) -> Template:
    """Keep a text that agents insert by its shortcut. Raises `Invalid`, also for a shortcut that is taken."""
    row = Template(organization=viewer.organization)
    with unit():
        _fill(viewer, row, fields)
        _announce(viewer, "template.created", {"template": payloads.template(row)})
    return row


def change_template(viewer: Viewer, template_id: Any, fields: Mapping[str, Any]) -> Template:
    """Change some fields of a template. Raises `Invalid`, `NotFound`."""
    with unit():
        row: Template = _one(
            Template.objects.within(viewer.organization).select_for_update(of=("self",)),
            template_id,
            "template",
        )
        _fill(viewer, row, fields)
        _announce(viewer, "template.updated", {"template": payloads.template(row)})
        return row


def remove_template(viewer: Viewer, template_id: Any) -> None:
    """Delete a template. Raises `NotFound`."""
    with unit():
        row = _one(Template.objects.within(viewer.organization), template_id, "template")
        shape = payloads.template(row)
        row.delete()
        _announce(viewer, "template.removed", {"template": shape})


def _owner(viewer: Viewer, of: str, owner_id: Any) -> dict[str, Any]:
    """The columns that say whose a signature is."""
    nobody: dict[str, Any] = {"user": None, "team": None, "channel": None}
    if of == "me":
        return nobody | {"user": viewer.user}
    _must_manage(viewer)
    if of == "organization":
        return nobody
    if owner_id is None:
        raise Invalid({f"{of}_id": [f"Say which {of}."]})
    return nobody | {of: _one(_OWNERS[of].objects.within(viewer.organization), owner_id, of)}


def _fill(viewer: Viewer, row: Template, fields: Mapping[str, Any]) -> None:
    for name in _TEMPLATE_FIELDS:
        if name in fields:
            setattr(row, name, fields[name] or "")
    row.name, row.shortcut = row.name.strip(), row.shortcut.lower()
    row.html = _clean(row.html)
    if "team_id" in fields:
        team_id = fields["team_id"]
        row.team = (
            None if team_id is None else _one(Team.objects.within(viewer.organization), team_id, "team")
        )
    errors = {name: ["This is needed."] for name in ("name", "shortcut") if not getattr(row, name)}
    if not (row.text.strip() or row.html.strip()):
        errors["text"] = ["Write something."]
    if errors:
        raise Invalid(errors)
    row.updated_at = now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid({"shortcut": ["Another template has this shortcut."]}) from None


def _one(rows: QuerySet[Any], row_id: Any, what: str) -> Any:
    found = rows.filter(pk=as_id(row_id)).first()
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found


def _must_manage(viewer: Viewer) -> None:
    if not viewer.may(MANAGE):
        raise Forbidden(f"Your role lacks “{MANAGE}”.")


def _clean(markup: str) -> str:
    return html.sanitise(markup) if markup.strip() else ""


def _announce(viewer: Viewer, name: str, data: dict[str, Any], signature: Signature | None = None) -> None:
    """Tell the organization; an agent's own signature concerns that agent alone."""
    is_own = signature is not None and signature.user_id is not None
    audience = visibility.to_user(viewer.user.pk) if is_own else ""
    events.append(viewer.organization, name, data, actor=actor_shape(viewer), audience=audience)
