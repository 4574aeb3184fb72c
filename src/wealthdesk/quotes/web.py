"""One request at a time to an address that the user configured, and to nothing else: bounded in time, size and pace."""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from wealthdesk import __version__
from wealthdesk.errors import BadInput, WealthDeskError
from wealthdesk.quotes.reading import MOST_BYTES

SECONDS: Final = 10
"""How long an answer may take, from the first step to its last byte."""

_PAUSE: Final = 1
"""Seconds between two requests to one host."""

_MOST_REDIRECTS: Final = 3
_PIECE: Final = 16_384
_A_MOMENT: Final = 0.05
_LONGEST_WAIT: Final = 24 * 3600
_USUAL_WAIT: Final = 60
"""Seconds to wait where a host asks to wait and does not say how long."""

Stop = Callable[[], bool]
"""Whether the user wants the work to end."""


class NoAnswer(WealthDeskError):
    """A request that brought nothing to read; the text goes on after the name of the source: “gave no answer …”.

    wait: the seconds for which the host asked not to be asked again. status: what it answered, 0: nothing.
    """

    def __init__(self, text: str, *, wait: int = 0, status: int = 0) -> None:
        super().__init__(text)
        self.wait, self.status = wait, status


@dataclass(slots=True)
class Web:
    """What asks hosts: seconds, pause: as above, shorter in tests. No cookie, no proxy, no other host than that asked.

    moments: host → when it was asked last, on the clock that only goes forward.
    """

    seconds: float = SECONDS
    pause: float = _PAUSE
    moments: dict[str, float] = field(default_factory=dict)

    def get(self, address: str, stop: Stop) -> bytes:
        """What stands at the address, at most 1 MB; NoAnswer with the reason, also where `stop` said so."""
        split = checked_address(address)
        if stop():
            raise NoAnswer("was not asked: it was stopped.")
        ends: float | None = None
        for _ in range(_MOST_REDIRECTS + 1):
            self._wait_for(split.netloc, stop)
            ends = ends or time.monotonic() + self.seconds
            found = self._asked(split, ends, stop)
            if isinstance(found, bytes):
                return found
            split = _followed(split, found)
        raise NoAnswer("sends from one address to the next without end.")

    def _wait_for(self, host: str, stop: Stop) -> None:
        free = self.moments.get(host, -self.pause) + self.pause
        while (left := free - time.monotonic()) > 0:
            if stop():
                raise NoAnswer("was not asked: it was stopped.")
            time.sleep(min(left, 0.05))
        self.moments[host] = time.monotonic()

    def _asked(self, split: SplitResult, ends: float, stop: Stop) -> bytes | str:
        """The answer, or the place that it sends to."""
        request, late = _Request(split, ends), f"gave no answer in {self.seconds:g} s."
        while not request.done.wait(_A_MOMENT):
            if stop():
                request.let_go()
                raise NoAnswer("was not heard to the end: it was stopped.")
            if time.monotonic() >= ends:
                request.let_go()
                raise NoAnswer(late)
        try:
            return request.told()
        except ssl.SSLCertVerificationError as error:
            what = f"has a certificate that this computer does not trust: {error.verify_message}."
            raise NoAnswer(what) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            is_late = isinstance(error, TimeoutError) or time.monotonic() >= ends
            raise NoAnswer(late if is_late else _why(error)) from error


_HEADERS: Final = {
    "User-Agent": f"WealthDesk/{__version__}",
    "Accept": "application/json, text/csv, */*",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}


def checked_address(text: str) -> SplitResult:
    """The parts of an address that may be asked: https, or http on this computer; BadInput with why it may not."""
    if any(ord(mark) <= 32 or ord(mark) == 127 for mark in text):
        raise BadInput("An address has no spaces and no control characters.")
    try:
        split = urlsplit(text)
        host, _ = split.hostname or "", split.port
    except ValueError as error:
        raise BadInput("This is no address. One is written like https://host/path?s={symbol}.") from error
    if split.username is not None or split.password is not None:
        raise BadInput("An address has no name and password in it. Write the key apart, and {key} where it stands.")
    if not host or not (split.scheme == "https" or (split.scheme == "http" and _is_of_this_computer(host))):
        raise BadInput("An address begins with https:// and a host, so that nobody else reads what is asked.")
    return split


def _is_of_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Request:
    """One request in a thread of its own, which is let go where it takes too long: what finds the address of a host
    cannot be ended by anybody. What was let go sends nothing any more, and what it hears is dropped.
    """

    def __init__(self, split: SplitResult, ends: float) -> None:
        self.done = threading.Event()
        self._split, self._ends = split, ends
        self._is_let_go = False
        self._socket: socket.socket | None = None
        self._heard: bytes | str | Exception = TimeoutError()
        threading.Thread(target=self._run, daemon=True).start()

    def let_go(self) -> None:
        """Nobody waits for it any more."""
        self._is_let_go = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def told(self) -> bytes | str:
        """What it heard; what went wrong is raised."""
        if isinstance(self._heard, Exception):
            raise self._heard
        return self._heard

    def _run(self) -> None:
        try:
            self._heard = self._ask()
        except Exception as error:  # whoever waits is told
            self._heard = error
        finally:
            self.done.set()

    def _ask(self) -> bytes | str:
        with closing(self._connected()) as connection:
            connection.request("GET", _target(self._split), headers=_HEADERS)
            with connection.getresponse() as answer:
                if answer.status in (301, 302, 303, 307, 308):
                    return answer.headers.get("Location", "")
                _refuse(answer)
                return _body(answer)

    def _connected(self) -> http.client.HTTPConnection:
        """A connection to the first address of the host that there is, made here so that it can be let go before."""
        host, is_open = self._split.hostname or "", self._split.scheme == "http"
        port = self._split.port or (http.client.HTTP_PORT if is_open else http.client.HTTPS_PORT)
        refused: OSError | None = None
        for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                self._socket = socket.create_connection((str(address[0]), port), self._left())
            except OSError as error:
                refused = error
                continue
            if is_open:
                connection = http.client.HTTPConnection(host, port)
            else:
                connection, self._socket = self._secured(host, port, self._socket)
            connection.sock = self._socket
            self._left()
            return connection
        raise refused or OSError("no address")

    @staticmethod
    def _secured(host: str, port: int, found: socket.socket) -> tuple[http.client.HTTPConnection, socket.socket]:
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with ExitStack() as closed:
            closed.callback(found.close)
            secured = context.wrap_socket(found, server_hostname=host)
            closed.pop_all()
        return http.client.HTTPSConnection(host, port, context=context), secured

    def _left(self) -> float:
        """The seconds that are left; TimeoutError where it was let go."""
        if self._is_let_go:
            raise TimeoutError
        return max(0.1, self._ends - time.monotonic())


def _target(split: SplitResult) -> str:
    return (split.path or "/") + (f"?{split.query}" if split.query else "")


def _followed(before: SplitResult, place: str) -> SplitResult:
    """Where it is sent to, on the same host and by the same way."""
    try:
        split = checked_address(urljoin(before.geturl(), place).partition("#")[0])
    except BadInput as error:
        raise NoAnswer("sends to an address that is none; nothing was asked there.") from error
    if (split.scheme, split.hostname, split.port) != (before.scheme, before.hostname, before.port):
        raise NoAnswer(f"sends to another host, {split.hostname}; nothing was asked there.")
    return split


def _refuse(answer: http.client.HTTPResponse) -> None:
    status = answer.status
    if status in (429, 503):
        wait = _seconds(answer.headers.get("Retry-After", ""), answer.headers.get("Date", ""))
        raise NoAnswer(f"asks to wait {wait} s.", wait=wait, status=status)
    if status in (401, 403):
        raise NoAnswer(f"refuses to answer ({status}): look at the key and at its terms.", status=status)
    if status != 200:
        raise NoAnswer(f"answered with {status} instead of prices.", status=status)


def _seconds(told: str, now: str) -> int:
    """How long it asks to wait: in seconds, or until a moment on its own clock."""
    if told.strip().isascii() and told.strip().isdigit():
        return min(int(told.strip()[:9]), _LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(told) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError):
        return _USUAL_WAIT
    return max(1, min(round(seconds), _LONGEST_WAIT))


def _body(answer: http.client.HTTPResponse) -> bytes:
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise NoAnswer(f"answered packed as {encoding[:20]}, which was not asked for.")
    told = _pieces(answer)
    return _unpacked(told) if "gzip" in encoding else _whole(told)


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    while piece := answer.read(_PIECE):
        yield piece
    if answer.length:
        raise http.client.IncompleteRead(b"")


def _whole(pieces: Iterator[bytes]) -> bytes:
    told = bytearray()
    for piece in pieces:
        told += piece
        if len(told) > MOST_BYTES:
            raise NoAnswer(_TOO_MUCH)
    return bytes(told)


def _unpacked(pieces: Iterator[bytes]) -> bytes:
    """Never more is unpacked than may be read, however much is packed."""
    unpacking, told = zlib.decompressobj(31), bytearray()
    try:
        for piece in pieces:
            told += unpacking.decompress(piece, MOST_BYTES + 1 - len(told))
            if len(told) > MOST_BYTES:
                raise NoAnswer(_TOO_MUCH)
    except zlib.error as error:
        raise NoAnswer("answered with something that is not packed as it says.") from error
    if not unpacking.eof:
        raise http.client.IncompleteRead(b"")
    return bytes(told)


_TOO_MUCH: Final = "answered with more than 1 MB, which is not read."


def _why(error: Exception) -> str:
    match error:
        case http.client.IncompleteRead():
            return "broke off in the middle of its answer."
        case socket.gaierror():
            return "is not found: there is no host of this name, or no network."
        case ConnectionRefusedError():
            return "is not there: nothing answers at this address."
        case ssl.SSLError():
            return "does not speak https here."
        case ConnectionError():
            return "broke off before it answered."
        case _:
            return "gave no answer that can be read."
