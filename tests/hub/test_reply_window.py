"""Until when an answer may be written."""

from datetime import UTC, datetime, timedelta

from hub.messages import Capabilities, Exchange
from hub.reply_window import window_by_capabilities

AT = datetime(2026, 1, 2, 12, tzinfo=UTC)
DAY = 24 * 3600


def said(hours_ago: float | None, **fields: object) -> Exchange:
    last = AT - timedelta(hours=hours_ago) if hours_ago is not None else None
    return Exchange(at=AT, last_inbound_at=last, **fields)  # type: ignore[arg-type]


def test_a_channel_without_a_window_never_closes() -> None:
    assert window_by_capabilities(Capabilities(), said(None)).mode == "open"


def test_the_window_goes_from_open_over_tagged_to_templates_or_nothing() -> None:
    with_templates = Capabilities(reply_window=DAY, tag_window=7 * DAY, templates=True)
    bare = Capabilities(reply_window=DAY)
    found = window_by_capabilities(with_templates, said(23.9))
    assert (found.mode, found.until) == ("open", AT + timedelta(hours=0.1))
    assert window_by_capabilities(with_templates, said(24)).mode == "tagged"
    assert window_by_capabilities(with_templates, said(24)).tags == ("human_agent",)
    assert window_by_capabilities(with_templates, said(7 * 24)).mode == "template"
    assert window_by_capabilities(with_templates, said(None)).mode == "template"
    closed = window_by_capabilities(bare, said(25))
    assert closed.mode == "closed" and closed.reason


def test_who_asked_to_be_left_alone_is_where_that_counts() -> None:
    exchange = said(1, unsubscribed_at=AT)
    assert window_by_capabilities(Capabilities(consent=True), exchange).mode == "closed"
    assert window_by_capabilities(Capabilities(), exchange).mode == "open"
