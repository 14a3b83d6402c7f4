"""What every answer may be: a page of a list, or a problem."""

from typing import Any, Generic, TypeVar

from pydantic import Field

from inbox.api.schemas.kinds import Shape

Row = TypeVar("Row")


class Listing(Shape, Generic[Row]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[Row]
    next_cursor: str | None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """The name in the document: `ConversationList` for a list of `Conversation`."""
        return f"{params[0].__name__}List"


class Problem(Shape):
    """RFC 9457. `errors` has the reasons by field; a conflict may add what it is about."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] = Field(default_factory=dict)
