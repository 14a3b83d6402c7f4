"""What the refusals of Meta's Graph API mean: a table of codes, and who must act on each.

https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from collections.abc import Mapping
from typing import Any

from hub.messages import ErrorClass, SendError

CODES: Mapping[ErrorClass, Mapping[int, str]] = {
    ErrorClass.THROTTLED: {
        4: "Too many calls for this app.",
        80007: "Too many calls for this WhatsApp account.",
        130429: "Too many messages a second from this number.",
        131048: "WhatsApp takes fewer messages from this number for now, because some were reported as spam.",
        131056: "Too many messages to this customer within a short time.",
        131064: "The number of customers who may be written to today is reached.",
        133016: "The number was registered too often; WhatsApp wants a pause.",
    },
    ErrorClass.RETRY: {
        1: "WhatsApp has a fault.",
        2: "WhatsApp is down for a moment.",
        131000: "WhatsApp could not send it, and does not say why.",
        131016: "WhatsApp is overloaded.",
        131057: "The number is in maintenance.",
        135000: "WhatsApp could not send it, and does not say why.",
    },
    ErrorClass.WINDOW_CLOSED: {
        131047: "The customer last wrote more than 24 hours ago: only a template can be sent.",
    },
    ErrorClass.RECIPIENT: {
        131021: "The recipient is the sender's own number.",
        131026: "It cannot be delivered: the number is not on WhatsApp, or uses a version that is too old.",
        131030: "The recipient is not on the list of the test number.",
        131050: "The customer wants no more marketing messages from this business.",
        131062: "This can only be sent to a phone number, which the customer keeps to themselves.",
        137000: "The customer is no longer the one who wrote.",
    },
    ErrorClass.PERMANENT: {
        100: "WhatsApp does not understand what the hub asked for.",
        130472: "WhatsApp holds marketing messages to this customer back, as an experiment.",
        131008: "Something that WhatsApp needs is missing.",
        131009: "WhatsApp does not take one of the values.",
        131049: "WhatsApp did not deliver it: this customer has got enough marketing messages for now.",
        131051: "WhatsApp does not take messages of this type.",
        131052: "The customer's file could not be fetched.",
        131053: "WhatsApp does not take this file.",
        131063: "WhatsApp does not take this message.",
        132000: "The template has another number of gaps.",
        132001: "There is no such template in this language, or it is not approved.",
        132005: "The template becomes too long with these words.",
        132007: "The template breaks a rule of WhatsApp's.",
        132008: "The words do not fit the template's gaps.",
        132012: "The words do not fit the template's gaps.",
        132015: "The template is paused, because customers complained of it.",
        132016: "The template was switched off for good, because customers complained of it.",
        132068: "The form behind the template is blocked.",
        132069: "The form behind the template is slowed down.",
    },
    ErrorClass.RECONNECT: {
        0: "WhatsApp cannot sign the hub in: the access token does not work any more.",
        3: "The app may not do this: check its permissions.",
        10: "The app may not do this: a permission is missing or was taken away.",
        190: "The access token has expired or was taken back.",
        368: "WhatsApp has blocked the account for a time, because it broke a rule.",
        130497: "The account may not write to customers in this country.",
        131005: "The access token may not do this.",
        131031: "The account is locked.",
        131037: "The number's display name is not approved yet.",
        131042: "There is a problem with the payment method of the account.",
        131044: "There is a problem with the payment method of the account.",
        131045: "The number is not registered: its certificate is wrong.",
    },
}

_BY_CODE = {code: (row, words) for row, codes in CODES.items() for code, words in codes.items()}
_PERMISSIONS = range(200, 300)
_NO_SUCH_OBJECT = 33
_BY_STATUS = {401: ErrorClass.RECONNECT, 403: ErrorClass.RECONNECT, 429: ErrorClass.THROTTLED}
_OF_ONE_CUSTOMER = 131056

DEAD_ADDRESS = frozenset({"131026"})
"""Codes of failures that are told later, after which no other message arrives either."""


def refusal(status: int, said: Mapping[str, Any], headers: Mapping[str, str], account: str) -> SendError:
    """The error that an answer of the Graph API means; `account` is the destination of a whole number."""
    told = said.get("error")
    error = told if isinstance(told, dict) else {}
    code = _number(error.get("code"))
    error_class, words = _meaning(status, code, _number(error.get("error_subcode")))
    # A gateway that gave up does not know what happened behind it.
    is_uncertain = not error and status in (500, 502, 504)
    is_throttled = error_class is ErrorClass.THROTTLED
    return SendError(
        error_class,
        str(status if code is None else code),
        _with_details(words, error),
        retry_after=_seconds(headers.get("retry-after", "")),
        uncertain=is_uncertain,
        destination=account if is_throttled and code != _OF_ONE_CUSTOMER else "",
    )


def explained(error: Mapping[str, Any]) -> tuple[str, str]:
    """Code and words of an error in a webhook (https://developers.facebook.com/docs/whatsapp/webhooks)."""
    code = _number(error.get("code"))
    return "" if code is None else str(code), _with_details(_meaning(0, code, None)[1], error)


def error_class(code: str) -> ErrorClass:
    """Who must act on an error of this code."""
    return _meaning(0, _number(code), None)[0]


def _meaning(status: int, code: int | None, subcode: int | None) -> tuple[ErrorClass, str]:
    if code == 100 and subcode == _NO_SUCH_OBJECT:
        return ErrorClass.RECONNECT, "WhatsApp knows no such number, or the token may not use it."
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code in _PERMISSIONS:
        return ErrorClass.RECONNECT, "The access token lacks a permission."
    if status >= 500:
        return ErrorClass.RETRY, f"WhatsApp answered {status}."
    words = f"WhatsApp answered {status}." if status else "WhatsApp could not deliver it."
    return _BY_STATUS.get(status, ErrorClass.PERMANENT), words


def _with_details(words: str, error: Mapping[str, Any]) -> str:
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    said = details or error.get("message") or error.get("title")
    return f"{words} WhatsApp says: {said}"[:300] if said else words


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _seconds(value: str) -> float | None:
    return float(value) if value.isdecimal() and len(value) < 6 else None
