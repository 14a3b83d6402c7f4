"""The one HTTP client keeps out of where strangers' words would lead it, and does not wait for ever."""

import gzip
import json
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hub import public_addresses, safe_http
from hub.clock import now
from hub.safe_http import Refused, TooLarge, Unreachable

Behaviour = Callable[[socket.socket, bytes], None]


class Server(socketserver.ThreadingTCPServer):
    """Answers each connection with `behaviour`, and remembers what was asked."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.asked: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        self.request.settimeout(10)
        try:
            asked = _whole_request(self.request)
            self.server.asked.append(asked)
            self.server.behaviour(self.request, asked)
        except OSError:
            pass  # the client hung up, as it should


def _whole_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def says(content: bytes = b"ok", *more: str, status: str = "200 OK") -> Behaviour:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *more])
    return lambda connection, asked: connection.sendall(head.encode() + b"\r\n\r\n" + content)


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], Server]]:
    servers: list[Server] = []

    def started(behaviour: Behaviour) -> Server:
        server = Server(behaviour)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return server

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


Serve = Callable[[Behaviour], Server]


@pytest.fixture
def loopback_is_allowed(settings: Any) -> None:
    settings.ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]


Names = dict[str, list[str]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Name servers of our own: each name's answers, one per question, the last one for ever."""
    known: Names = {}
    system = socket.getaddrinfo

    def lookup(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host not in known:
            return system(host, port, *args, **options)
        answers = known[host]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [row for one in answer.split() for row in system(one, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return known


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("100.100.100.200", "192.0.0.192", "168.63.129.16", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "192.88.99.1", "203.0.113.9", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1"),
        *("::ffff:169.254.169.254", "::ffff:0:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1", "3fff::1"),
        *(
            "2606:4700::5efe:7f00:1",
            "fe80::1",
            "fe80::1%lo",
            "fc00::1",
            "fd00:ec2::254",
            "fec0::1",
            "ff02::1",
        ),
    ],
)
def test_an_address_that_is_not_of_the_internet_is_refused(address: str) -> None:
    parsed = public_addresses.parse(address)
    assert parsed is not None
    assert not public_addresses.is_public(parsed)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_allowed(address: str) -> None:
    parsed = public_addresses.parse(address)
    assert parsed is not None
    assert public_addresses.is_public(parsed)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0x7f.1/", "http://2130706433/"),
        *("http://127.1/", "http://017700000001/", "http://[::ffff:127.0.0.1]/", "http://1.1.1.1:22/"),
        *("ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/", "http://me:secret@1.1.1.1/", "//x/"),
        *("javascript:alert(1)", "", "http://", "http://exa mple/", "http://[::1%25lo]/", "http://a\x00b/"),
    ],
)
def test_an_address_of_ours_or_none_is_refused(url: str) -> None:
    with pytest.raises((Refused, Unreachable)) as refusal:
        safe_http.request("GET", url, timeout=3)
    assert "secret" not in str(refusal.value)
    assert refusal.type is Refused or "not known" in str(refusal.value)


def test_one_private_address_among_public_ones_is_enough(names: Names) -> None:
    names["mixed.test"] = ["1.1.1.1 10.0.0.1"]
    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        safe_http.request("GET", "http://mixed.test/")


@pytest.mark.usefixtures("loopback_is_allowed")
def test_a_name_that_changes_its_address_after_the_check_gains_nothing(serve: Serve, names: Names) -> None:
    server = serve(says(b"checked"))
    names["rebinding.test"] = ["127.0.0.1", "127.0.0.2"]
    answer = safe_http.request("GET", f"http://rebinding.test:{server.port}/page?x=1")
    assert (answer.status, answer.content) == (200, b"checked")
    assert names["rebinding.test"] == ["127.0.0.2"], "asked once"
    assert server.asked[0].startswith(b"GET /page?x=1 HTTP/1.1\r\n")
    assert f"host: rebinding.test:{server.port}\r\n".encode() in server.asked[0].lower()


@pytest.mark.usefixtures("loopback_is_allowed")
@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.2/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "//[::1]/"),
        "http://inside.test/",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(serve: Serve, names: Names, target: str) -> None:
    names["inside.test"] = ["192.168.1.1"]
    server = serve(says(b"", f"Location: {target}", status="302 Found"))
    with pytest.raises(Refused):
        safe_http.request("GET", server.url)


@pytest.mark.usefixtures("loopback_is_allowed")
def test_redirects_end(serve: Serve) -> None:
    server = serve(says(b"", "Location: /again", status="302 Found"))
    with pytest.raises(Unreachable, match="too often"):
        safe_http.request("GET", server.url, redirects=3)
    assert len(server.asked) == 4


@pytest.mark.usefixtures("loopback_is_allowed")
def test_credentials_do_not_go_to_another_host(serve: Serve) -> None:
    there = serve(says(b"there"))
    here = serve(says(b"", f"Location: {there.url}/x", status="302 Found"))
    secrets = {"Authorization": "Bearer secret", "Cookie": "secret", "X-Api-Key": "secret", "Accept": "a/b"}
    answer = safe_http.request("POST", here.url, headers=secrets, form={"client_secret": "secret"})
    assert answer.content == b"there"
    assert answer.url == f"{there.url}/x"
    assert here.asked[0].count(b"secret") == 5
    assert b"secret" not in there.asked[0]
    assert there.asked[0].startswith(b"GET /x HTTP/1.1")
    assert b"accept: a/b" in there.asked[0].lower()


@pytest.mark.usefixtures("loopback_is_allowed")
def test_content_is_not_passed_on_to_another_host(serve: Serve) -> None:
    there = serve(says())
    here = serve(says(b"", f"Location: {there.url}", status="307 Temporary Redirect"))
    with pytest.raises(Refused, match="pass on"):
        safe_http.request("POST", here.url, json={"token": "secret"})
    assert there.asked == []


@pytest.mark.usefixtures("loopback_is_allowed")
def test_content_goes_as_json_and_comes_back_decoded(serve: Serve) -> None:
    server = serve(says(gzip.compress(b'{"a": [1]}'), "Content-Encoding: gzip", "X-A: 1", "X-A: 2"))
    answer = safe_http.request("PUT", server.url, json={"b": 2})
    head, _, body = server.asked[0].partition(b"\r\n\r\n")
    assert json.loads(body) == {"b": 2}
    assert b"content-type: application/json" in head.lower()
    assert answer.ok
    assert answer.json() == {"a": [1]}
    assert answer.headers["x-a"] == "1, 2"


@pytest.mark.usefixtures("loopback_is_allowed")
@pytest.mark.parametrize(
    "content, headers",
    [
        (b"x" * 20_000, []),
        (gzip.compress(b"\0" * 50_000_000), ["Content-Encoding: gzip"]),
        (gzip.compress(b"x" * 30_000), ["Content-Encoding: GZIP"]),
    ],
    ids=["plain", "bomb", "compressed"],
)
def test_an_answer_that_is_too_large_is_not_read(serve: Serve, content: bytes, headers: list[str]) -> None:
    server = serve(says(content, *headers))
    with pytest.raises(TooLarge):
        safe_http.request("GET", server.url, max_bytes=10_000)


def _endless(connection: socket.socket, asked: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")


@pytest.mark.usefixtures("loopback_is_allowed")
def test_an_answer_without_end_is_left(serve: Serve) -> None:
    with pytest.raises(TooLarge):
        safe_http.request("GET", serve(_endless).url, max_bytes=100_000)


def _dripping(first: bytes) -> Behaviour:
    def drip(connection: socket.socket, asked: bytes) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(b"a")
            time.sleep(0.05)

    return drip


def _silent(connection: socket.socket, asked: bytes) -> None:
    connection.recv(1)


@pytest.mark.usefixtures("loopback_is_allowed")
@pytest.mark.parametrize(
    "behaviour",
    [
        _dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"),
        _dripping(b"HTTP/1.1 200 OK\r\nX-Long: "),
        _silent,
    ],
    ids=["content byte by byte", "headers byte by byte", "nothing"],
)
def test_a_slow_server_gets_no_more_than_the_whole_time(serve: Serve, behaviour: Behaviour) -> None:
    server = serve(behaviour)
    with pytest.raises(Unreachable, match="in time"):
        safe_http.request("GET", server.url, timeout=0.3)


@pytest.mark.usefixtures("loopback_is_allowed")
@pytest.mark.parametrize(
    "behaviour",
    [
        lambda connection, asked: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"),
        lambda connection, asked: connection.close(),
        says(b"not gzip", "Content-Encoding: gzip"),
        says(gzip.compress(b"half")[:-6], "Content-Encoding: gzip"),
        says(b"what", "Content-Encoding: br"),
        says(b"x", "X-Long: " + "a" * 300_000),
        lambda connection, asked: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
    ],
)
def test_an_answer_that_is_none_is_said_so(serve: Serve, behaviour: Behaviour) -> None:
    with pytest.raises(Unreachable):
        safe_http.request("GET", serve(behaviour).url, timeout=3)


def test_a_name_that_nobody_knows_is_unreachable(names: Names) -> None:
    with pytest.raises(Unreachable, match="not known"):
        safe_http.request("GET", "http://nowhere.invalid/")


@pytest.mark.usefixtures("loopback_is_allowed")
def test_tls_is_for_the_name_and_its_certificate_is_checked(
    serve: Serve, names: Names, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate("secure.test", tmp_path))
    greeted: list[str | None] = []
    context.sni_callback = lambda connection, name, _: greeted.append(name)
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listening.accept()
        with connection, pytest.raises(OSError):
            context.wrap_socket(connection, server_side=True)

    served = threading.Thread(target=answer)
    served.start()
    names["secure.test"] = ["127.0.0.1"]
    with listening, pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        safe_http.request("GET", f"https://secure.test:{listening.getsockname()[1]}/")
    served.join()
    assert greeted == ["secure.test"]


def _certificate(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("client", ["httpx", "urllib.request", "http.client", "httpcore"])
def test_no_other_client_passes_the_linter(client: str) -> None:
    command = [str(Path(sys.executable).with_name("ruff")), "check", "--select", "TID251", "-"]
    for room in ("hub", "media", "realtime", "inbox", "connectors/email"):
        result = subprocess.run(
            [*command, "--stdin-filename", f"{room}/planted.py"],
            input=f"import {client}\n",
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert "TID251" in result.stdout, result.stdout + result.stderr
