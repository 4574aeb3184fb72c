"""Asking an address: only the host that was configured is asked, and whatever it answers ends in time and in bounds."""

import gzip
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quotes.servers import Answering, Authority, Host, a_host, packed, price, slow, told
from wealthdesk import __version__
from wealthdesk.errors import BadInput
from wealthdesk.quotes.web import NoAnswer, Web, checked_address

ANSWER = b'{"close": 1}'


def never() -> bool:
    return False


@pytest.fixture
def host() -> Iterator[Host]:
    with a_host() as opened:
        yield opened


def test_what_is_sent_is_the_address_and_who_asks_and_nothing_of_the_user(host: Host) -> None:
    host.answers["VTI"] = told(ANSWER, Set_Cookie="a=b")
    web = Web(pause=0)
    for _ in range(2):
        assert web.get(f"{host.address}/price?s=VTI&c=%C3%A9", never) == ANSWER
    assert host.asked == ["/price?s=VTI&c=%C3%A9"] * 2
    assert {name.lower() for name in host.headers[1]} == {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "user-agent",
    }
    assert host.headers[1]["User-Agent"] == f"WealthDesk/{__version__}"


@pytest.mark.parametrize(
    ("answer", "why", "wait"),
    [
        (told(b"no", 404), "answered with 404", 0),
        (told(b"no", 500), "answered with 500", 0),
        (told(b"no", 403), "refuses to answer (403)", 0),
        (told(b"no", 429, Retry_After="120"), "asks to wait 120 s", 120),
        (told(b"no", 429), "asks to wait 60 s", 60),
        (told(b"no", 503, Retry_After="Fri, 20 Nov 2026 12:02:00 GMT", Date="Fri, 20 Nov 2026 12:00:00 GMT"),
         "asks to wait", 120),
        (told(b"no", 429, Retry_After="9" * 30), "asks to wait 86400 s", 86_400),
        (told(b"", 302, Location="http://127.0.0.2:9/x"), "sends to another host, 127.0.0.2", 0),
        (told(b"", 302, Location="https://elsewhere.example/x"), "sends to another host, elsewhere.example", 0),
        (told(b"", 302, Location="ftp://127.0.0.1/x"), "sends to an address that is none", 0),
        (told(b"", 301, Location="/price?s=X"), "from one address to the next without end", 0),
        (told(b"x" * 1_000_001), "more than 1 MB", 0),
        (packed(b"x" * 50_000_000), "more than 1 MB", 0),
        (told(b"not packed", Content_Encoding="gzip"), "not packed as it says", 0),
        (told(gzip.compress(b"x" * 9_000)[:-20], Content_Encoding="gzip"), "broke off", 0),
        (told(ANSWER, Content_Encoding="br"), "packed as br", 0),
        (told(ANSWER, Content_Length="500"), "broke off in the middle", 0),
        (slow(3), "gave no answer in 1 s", 0),
        (slow(0, b"x" * 100, step=0.1), "gave no answer in 1 s", 0),
    ],
)  # fmt: skip
def test_a_host_that_does_not_answer_well_is_one_sentence(host: Host, answer: Answering, why: str, wait: int) -> None:
    host.answers["X"] = answer
    began = time.monotonic()
    with pytest.raises(NoAnswer) as refused:
        Web(seconds=1, pause=0).get(f"{host.address}/price?s=X", never)
    assert why in str(refused.value) and str(refused.value).endswith(".") and refused.value.wait == wait
    assert time.monotonic() - began < 2.5
    assert len(host.asked) <= 4


def test_within_its_host_it_may_send_further(host: Host) -> None:
    host.answers |= {"OLD": told(b"", 302, Location="/new?s=NEW"), "NEW": packed(ANSWER)}
    assert Web(pause=0).get(f"{host.address}/price?s=OLD", never) == ANSWER
    assert host.asked == ["/price?s=OLD", "/new?s=NEW"]


def test_a_host_is_asked_once_a_second(host: Host) -> None:
    host.answers["VTI"] = price("1")
    web = Web()
    began = time.monotonic()
    for _ in range(3):
        web.get(f"{host.address}/price?s=VTI", never)
    assert 2 <= time.monotonic() - began < 4


def test_it_is_stopped_while_it_waits_for_an_answer(host: Host) -> None:
    host.answers["VTI"] = slow(5)
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="stopped"):
        Web(pause=0).get(f"{host.address}/price?s=VTI", lambda: time.monotonic() - began > 0.3)
    assert time.monotonic() - began < 1.5


def test_a_search_for_a_host_that_hangs_is_let_go_at_once_and_sends_nothing_later(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, goes_on = threading.Event(), threading.Event()
    find = socket.getaddrinfo

    def hanging(*args: Any, **options: Any) -> Any:
        goes_on.wait(10)
        found.set()
        return find(*args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    began, stops_at = time.monotonic(), time.monotonic() + 0.2
    with pytest.raises(NoAnswer, match="it was stopped"):
        Web(pause=0).get(f"{host.address}/price?s=X", lambda: time.monotonic() >= stops_at)
    with pytest.raises(NoAnswer, match="gave no answer"):
        Web(seconds=0.3, pause=0).get(f"{host.address}/price?s=X", never)
    assert time.monotonic() - began < 5
    goes_on.set()
    assert found.wait(5)
    time.sleep(0.3)
    assert host.asked == []


def test_where_nothing_answers_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match="nothing answers at this address"):
        Web(pause=0).get(f"http://127.0.0.1:{port}/", never)


@pytest.mark.parametrize(
    "text",
    ["http://prices.example/", "ftp://127.0.0.1/", "file:///etc/passwd", "https://", "https://me:pw@prices.example/",
     "https://prices.example/a b", "https://prices.example/\n", "prices.example", "https://[::1/", "http://127.0.0.1.example/",
     "https://prices.example:999999/"],
)  # fmt: skip
def test_what_is_no_address_or_could_be_read_on_the_way_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checked_address(text)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates of the test's own are made by openssl")
def test_certificates_are_checked_by_the_authorities_of_this_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with a_host(authority) as host:
        host.answers["VTI"] = told(ANSWER)
        with pytest.raises(NoAnswer, match="a certificate that this computer does not trust"):
            Web(pause=0).get(f"{host.address}/price?s=VTI", never)
        assert host.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
        assert Web(pause=0).get(f"{host.address}/price?s=VTI", never) == ANSWER
        with pytest.raises(NoAnswer, match="certificate"):
            Web(pause=0).get(f"{host.address.replace('127.0.0.1', 'localhost')}/price?s=VTI", never)
