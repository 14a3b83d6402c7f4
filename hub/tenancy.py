"""Tenancy: every row but people and organizations belongs to one organization, and says so.

A queryset of a tenant model must be scoped before it touches the database: by
`within(organization)`, by a filter on the organization or on an instance of another tenant
model, or through a relation of such an instance. Anything else raises `UnscopedQuery`. The
few entrances that cannot know the organization yet say why: `unscoped("site key of a
visitor")`.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar

import uuid_utils.compat
from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    from hub.models.organization import Organization

Model = TypeVar("Model", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """A query on a tenant model that does not say which organization it is about."""


class ForeignTenant(ValidationError):
    """A row was about to refer to a row of another organization."""


def new_id() -> Any:
    """A UUIDv7 (RFC 9562): unique, and growing with time so that indexes stay compact."""
    return uuid_utils.compat.uuid7()


class TenantQuerySet(models.QuerySet[Model]):
    """A queryset that refuses to run before it was scoped to an organization."""

    _is_scoped = False

    def within(self, organization: "Organization | Any") -> Self:
        """Only the rows of this organization (an instance or its id)."""
        return self.filter(organization=organization)

    def unscoped(self, reason: str) -> Self:
        """Every organization's rows. `reason` names the entrance that needs it, for the reader."""
        if not reason:
            raise ValueError("say why this query crosses organizations")
        clone = self.all()
        clone._is_scoped = True
        return clone

    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: Any) -> None:
        if not negate and _pins(models.Q(*args, **kwargs)):
            self._is_scoped = True
        super()._filter_or_exclude_inplace(negate, args, kwargs)  # type: ignore[misc]

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._is_scoped = self._is_scoped
        return clone

    def refuse_unscoped(self) -> None:
        """Raise `UnscopedQuery` unless the query says whose rows it is about."""
        is_empty = self.query.is_empty()  # Applies the filter that a relation's manager defers.
        # Prefetching bypasses filter(), but hints at the row from which it started.
        starts_from_row = isinstance(self._hints.get("instance"), TenantModel)  # type: ignore[attr-defined]
        if not (is_empty or starts_from_row or self._is_scoped):
            raise UnscopedQuery(
                f"{self.model.__name__}: say whose rows with within(organization), "
                'or why not with unscoped("reason")'
            )

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self.refuse_unscoped()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self.refuse_unscoped()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self.refuse_unscoped()
        return super().count()

    def exists(self) -> bool:
        self.refuse_unscoped()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self.refuse_unscoped()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self.refuse_unscoped()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self.refuse_unscoped()
        return super().delete()


def _pins(condition: models.Q) -> bool:
    """Whether a condition can only be met by rows of one organization."""
    if condition.negated or condition.connector != models.Q.AND:
        return False
    return any(
        _pins(child) if isinstance(child, models.Q) else isinstance(child, tuple) and _names_a_tenant(*child)
        for child in condition.children
    )


def _names_a_tenant(lookup: str, value: Any) -> bool:
    """Whether this lookup names an organization, or a row that belongs to one."""
    if lookup.split("__")[-1] in ("organization", "organization_id"):
        return value is not None
    return isinstance(value, TenantModel) and "__" not in lookup


def insert(rows: Iterable["TenantModel"]) -> None:
    """Insert new rows of any models, in one statement each; raises what `save` raises."""
    by_model: defaultdict[type[TenantModel], list[TenantModel]] = defaultdict(list)
    for row in rows:
        row.refuse_foreign_rows()
        by_model[type(row)].append(row)
    for model, alike in by_model.items():
        model.objects.bulk_create(alike)


TenantManager = models.Manager.from_queryset(TenantQuerySet)
"""The default manager of tenant models."""


class TenantModel(models.Model):
    """A row that belongs to one organization, with a UUIDv7 as its public id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of its own: the composite ones that lists need begin with it.
    organization = models.ForeignKey(
        "hub.Organization", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    objects = TenantManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_foreign_rows()
        super().save(*args, **kwargs)

    def refuse_foreign_rows(self) -> None:
        """Raise `ForeignTenant` when a loaded relation belongs to another organization."""
        for field in self._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or not field.is_cached(self):
                continue
            other = field.get_cached_value(self)
            if isinstance(other, TenantModel) and other.organization_id != self.organization_id:
                raise ForeignTenant(f"{field.name} belongs to another organization")
