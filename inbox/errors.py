"""What can go wrong in the inbox, in few types that the API turns into problem+json."""

from typing import Any, ClassVar


class InboxError(Exception):
    """An answer of the domain: `status` is HTTP's, `slug` names the type of problem."""

    status: ClassVar[int] = 400
    slug: str = "bad-request"
    title: ClassVar[str] = "The request cannot be carried out"

    def __init__(self, detail: str = "", *, slug: str = "", extra: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.slug = slug or type(self).slug
        self.extra = extra or {}


class NotFound(InboxError):
    """There is no such thing, or the viewer may not know that there is."""

    status = 404
    slug = "not-found"
    title = "Not found"


class Forbidden(InboxError):
    """The viewer's role does not allow this."""

    status = 403
    slug = "forbidden"
    title = "Not allowed"


class Conflict(InboxError):
    """The world has moved on since the caller looked; `slug` says how."""

    status = 409
    slug = "conflict"
    title = "Conflict"


class OfferGone(Conflict):
    """The offer does not stand any more; the words say what happened, such as "taken by Ana"."""

    slug = "offer-gone"
    title = "This offer is gone"


class Invalid(InboxError):
    """The caller's data is wrong; `errors` has the reasons by field."""

    status = 422
    slug = "invalid"
    title = "Some fields are not valid"

    def __init__(self, errors: dict[str, list[str]], detail: str = "") -> None:
        super().__init__(detail or "; ".join(text for texts in errors.values() for text in texts))
        self.errors = errors
        self.extra = {"errors": errors}
