"""Files that lie elsewhere: from known hosts alone, limited, and with credentials for those alone."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from hub import remote_files, safe_http
from hub.messages import CannotFetch, RemoteFile
from tests.fakes.server import Answer, Asked, FakeProvider

LIMIT = 1_000


class Files(FakeProvider):
    def answer(self, asked: Asked) -> Answer:
        return Answer(200, b"x" * 900, {"Content-Type": "image/png; charset=binary"})


@pytest.fixture
def provider() -> Iterator[Files]:
    with Files() as server, override_settings(PROVIDER_BASE_URLS={"acme": server.base_url}):
        yield server


def fetch(url: str, *hosts: str, limit: int = LIMIT, **fields: object) -> object:
    file = RemoteFile(url=url, **fields)  # type: ignore[arg-type]
    return remote_files.fetch(
        file, hosts=hosts, headers={"Authorization": "Bearer secret"}, limit=limit, provider="acme"
    )


def test_a_file_at_the_provider_comes_with_its_credentials(provider: Files) -> None:
    file = fetch(f"{provider.base_url}/a/photo%20one.png")
    assert (file.filename, file.content_type, len(file.data)) == ("photo one.png", "image/png", 900)  # type: ignore[attr-defined]
    assert provider.requests[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a.png",
        "https://acme.example.evil.example/a.png",
        "https://notacme.example/a.png",
        "https://acme.example@evil.example/a.png",
        "http://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://[::1]/",
        "http://[bad/",
        "",
    ],
)
def test_other_places_are_not_asked(provider: Files, url: str) -> None:
    with pytest.raises(CannotFetch) as refused:
        fetch(url, "acme.example", ".acme.example")
    assert refused.value.is_lasting


def test_a_star_does_not_open_this_machine(provider: Files) -> None:
    with Files() as other, pytest.raises(CannotFetch) as refused:
        fetch(f"{other.base_url}/secret", "*")
    assert refused.value.is_lasting and not other.requests


def test_a_redirect_out_of_the_providers_place_is_checked_like_any_other(provider: Files) -> None:
    with Files() as other:
        provider.answer_next(Answer(302, b"", {"Location": f"{other.base_url}/secret"}))
        with pytest.raises(CannotFetch):
            fetch(f"{provider.base_url}/a.png")
        assert not other.requests


def test_what_is_too_large_is_given_up_early(provider: Files) -> None:
    for url, fields in ((f"{provider.base_url}/a", {"size": LIMIT + 1}), (f"{provider.base_url}/b", {})):
        with pytest.raises(CannotFetch) as refused:
            fetch(url, limit=LIMIT if fields else 800, **fields)
        assert refused.value.is_lasting and "larger" in refused.value.detail
    assert [asked.path for asked in provider.requests] == ["/b"]


@pytest.mark.parametrize(
    "status, is_lasting", [(404, True), (410, True), (403, True), (429, False), (503, False)]
)
def test_what_may_come_later_is_told_from_what_never_will(
    provider: Files, status: int, is_lasting: bool
) -> None:
    provider.answer_next(Answer(status))
    with pytest.raises(CannotFetch) as refused:
        fetch(f"{provider.base_url}/a.png")
    assert refused.value.is_lasting == is_lasting


def test_a_connection_that_breaks_may_be_tried_again(provider: Files) -> None:
    provider.drop()
    with pytest.raises(CannotFetch) as refused:
        fetch(f"{provider.base_url}/a.png")
    assert not refused.value.is_lasting


def test_only_calls_for_the_provider_may_go_where_it_was_put(provider: Files) -> None:
    assert safe_http.request("GET", f"{provider.base_url}/a", provider="acme").status == 200
    for other in ("", "beta"):
        with pytest.raises(safe_http.Refused):
            safe_http.request("GET", f"{provider.base_url}/a", provider=other)
    with Files() as neighbour, pytest.raises(safe_http.Refused):
        safe_http.request("GET", f"{neighbour.base_url}/a", provider="acme")
