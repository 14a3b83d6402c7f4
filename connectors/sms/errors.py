"""What refusals mean, as a table (https://www.twilio.com/docs/api/errors): who must act, in whose words.

The provider splits and changes its codes over time, so the HTTP status counts first.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hub.messages import ErrorClass, SendError

OPTED_OUT = 21610


class Row(NamedTuple):
    """Who must act, and words for an agent or an administrator."""

    error_class: ErrorClass
    words: str


_RETRY, _THROTTLED = ErrorClass.RETRY, ErrorClass.THROTTLED
_RECIPIENT, _PERMANENT, _RECONNECT = ErrorClass.RECIPIENT, ErrorClass.PERMANENT, ErrorClass.RECONNECT

ROWS: Mapping[int, Row] = {
    10001: Row(_RECONNECT, "The Twilio account is not active."),
    12300: Row(_PERMANENT, "Twilio could not use the file."),
    20003: Row(_RECONNECT, "Twilio does not accept the account's credentials."),
    20005: Row(_RECONNECT, "The Twilio account is not active."),
    20429: Row(_THROTTLED, "Twilio is asked too much at once."),
    21211: Row(_RECIPIENT, "This is no number that an SMS can go to."),
    21212: Row(_PERMANENT, "The channel's number cannot be used as a sender."),
    21408: Row(_PERMANENT, "The Twilio account may not send to this country."),
    21602: Row(_PERMANENT, "The message says nothing."),
    21606: Row(_PERMANENT, "The channel's number does not belong to the account, or sends no SMS."),
    21609: Row(_RECONNECT, "Twilio cannot reach the hub's public address."),
    OPTED_OUT: Row(_RECIPIENT, "They asked for no more SMS from this number (STOP)."),
    21612: Row(_PERMANENT, "There is no way from the channel's number to this one."),
    21614: Row(_RECIPIENT, "This number is not a mobile one."),
    21617: Row(_PERMANENT, "The text is too long for an SMS."),
    21620: Row(_PERMANENT, "Twilio could not use the file."),
    21659: Row(_PERMANENT, "The channel's number does not belong to the account."),
    30001: Row(_RETRY, "Too many messages wait at Twilio."),
    30002: Row(_RECONNECT, "The Twilio account is suspended."),
    30003: Row(_RETRY, "The telephone could not be reached: it is off, or abroad."),
    30004: Row(_RECIPIENT, "The number blocks this message."),
    30005: Row(_RECIPIENT, "The number does not exist, or not any more."),
    30006: Row(_RECIPIENT, "The number is a landline, or its carrier takes no SMS."),
    30007: Row(_PERMANENT, "The carrier took it for unwanted and filtered it."),
    30008: Row(_RETRY, "The carrier did not deliver it, and does not say why."),
    30011: Row(_PERMANENT, "Files cannot be sent to this number: send a link instead."),
    30022: Row(_THROTTLED, "The carrier takes no more messages of this campaign now."),
    30034: Row(_PERMANENT, "US carriers want the channel's number to be registered first (10DLC)."),
}

_BY_STATUS = {401: _RECONNECT, 403: _RECONNECT, 404: _RECONNECT, 408: _RETRY, 429: _THROTTLED}
_UNSURE = frozenset([500, 502, 504])
"""What a gateway says of a server that may have done what was asked for."""


def refusal(status: int, said: Mapping[str, Any], retry_after: float | None = None) -> SendError:
    """Who must act on a refusal, by its status and by what it says."""
    code = number(said.get("code"))
    row = ROWS.get(code)
    if status >= 500:
        error_class = _RETRY
    elif status in (401, 429) or row is None:
        error_class = _BY_STATUS.get(status, _PERMANENT)
    else:
        error_class = row.error_class
    told = str(said.get("message") or said.get("detail") or f"Twilio answered {status}.")
    words = row.words if row else told[:300]
    is_unsure = status in _UNSURE and not code
    return SendError(error_class, str(code or status), words, retry_after=retry_after, uncertain=is_unsure)


def words(code: int, told: str = "") -> str:
    """What a code says to an agent; the provider's own words for one that is not in the table."""
    row = ROWS.get(code)
    return row.words if row else told[:300]


def is_dead(code: int) -> bool:
    """Whether nothing will ever reach the number."""
    row = ROWS.get(code)
    return row is not None and row.error_class == _RECIPIENT


def number(value: Any) -> int:
    """A code as a number; 0 for none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
