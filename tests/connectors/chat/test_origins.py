"""Which pages may embed a widget."""

import pytest

from connectors.chat.origins import is_allowed


@pytest.mark.parametrize(
    "origin,entry,allowed",
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example:443", "https://shop.example", True),
        ("https://SHOP.example", "https://shop.example", True),
        ("https://shop.example:8443", "https://shop.example", False),
        ("http://shop.example", "https://shop.example", False),
        ("https://www.shop.example", "https://shop.example", False),
        ("https://www.shop.example", "https://*.shop.example", True),
        ("https://shop.example", "https://*.shop.example", False),
        ("https://evilshop.example", "https://*.shop.example", False),
        ("http://localhost:5173", "http://localhost:*", True),
        ("http://localhost:5173", "loopback", True),
        ("https://127.8.9.1:1", "loopback", True),
        ("http://[::1]:3000", "loopback", True),
        ("http://shop.localhost", "loopback", True),
        ("http://127.0.0.1.evil.example", "loopback", False),
        ("http://localhost.evil.example", "loopback", False),
        ("https://anything.example", "*", True),
        ("null", "https://shop.example", False),
        ("null", "*", True),
        ("file://", "loopback", False),
        ("http://[::1", "loopback", False),
        ("https://shop.example:99999999", "https://shop.example:*", False),
    ],
)
def test_an_origin_matches_an_entry(origin: str, entry: str, allowed: bool) -> None:
    assert is_allowed(origin, [entry]) is allowed


def test_no_entries_mean_no_pages_but_our_own() -> None:
    assert not is_allowed("https://shop.example", [])
    assert is_allowed("https://hub.example:8000", [], own_host="hub.example:8000")
    assert not is_allowed("https://hub.example", [], own_host="hub.example:8000")


def test_a_client_without_an_origin_is_no_browser() -> None:
    assert is_allowed("", [])
