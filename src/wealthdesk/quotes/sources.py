"""What a user may ask for prices: a file, a program that is run, an address, the European Central Bank."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote, urlsplit

from wealthdesk.domain.money import quotient, rounded
from wealthdesk.errors import BadInput
from wealthdesk.quotes.draft import Answer, Failed, Quote, Wanted
from wealthdesk.quotes.reading import MOST_BYTES, QuotePlaces, read_ecb, read_ecb_history, read_list, read_one
from wealthdesk.quotes.web import NoAnswer, Stop, Web, checked_address

ECB: Final = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
"""Where the European Central Bank tells the rates of the last working day, in one table."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_KNOWN: Final = frozenset({"symbol", "isin", "currency", "key"})
_SECRET: Final = re.compile(r"(?i)((?:api|access)?[-_]?(?:key|token|auth|secret|password|pwd)[\w-]*(?:=|\s+))[^&\s]+")
HIDDEN: Final = "•••"
"""What stands for a key wherever one is shown."""
SECONDS: Final = 60
"""How long a program may take."""

_PIECE: Final = 16_384
_MOST_SAID: Final = 4_096
_A_MOMENT: Final = 2


@dataclass(frozen=True, slots=True)
class FileSource:
    """A CSV or JSON file on this computer, read on demand: symbol, on, price, currency."""

    path: str

    def checked(self) -> "FileSource":
        """The same; BadInput unless it says from where on its path is."""
        if not self.path or "\0" in self.path or not Path(self.path).is_absolute():
            raise BadInput(
                "The path of a file begins at the root of its disk. Choose the file, or write all of its path."
            )
        return self

    @property
    def where(self) -> str:
        """Where it is, as it is shown."""
        return self.path


@dataclass(frozen=True, slots=True)
class CommandSource:
    """A program with its arguments, never a shell: symbols on standard input, a list on standard output."""

    arguments: tuple[str, ...] = field(repr=False)

    def checked(self) -> "CommandSource":
        """The same; BadInput where there is no program in it."""
        if not self.arguments or not self.arguments[0].strip() or any("\0" in each for each in self.arguments):
            raise BadInput("Write the program and its arguments, such as: pricehist fetch.")
        return self

    @property
    def where(self) -> str:
        """What is started, as it is shown."""
        return masked(" ".join(self.arguments))


@dataclass(frozen=True, slots=True)
class AddressSource:
    """An address with places for the symbol, and where in its answer price, date and currency stand.

    key: what stands for {key}; kept apart, and never shown. divide_by: what a price is divided by, such as 100.
    An address without {symbol} and {isin} is one list of all prices.
    """

    template: str = field(repr=False)
    places: QuotePlaces = field(default_factory=QuotePlaces)
    divide_by: Decimal = Decimal(1)
    key: str = field(default="", repr=False)

    @property
    def is_list(self) -> bool:
        """Whether one answer tells all prices."""
        return not {"symbol", "isin"} & set(_PLACEHOLDER.findall(self.template))

    def checked(self) -> "AddressSource":
        """The same; BadInput where it could send something elsewhere, or has places that nobody knows."""
        unknown = [name for name in _PLACEHOLDER.findall(self.template) if name not in _KNOWN]
        if unknown:
            raise BadInput(f"“{{{unknown[0][:20]}}}” is no place in an address. These are: {_LISTED}.")
        split = checked_address(self.template)
        if "{" in split.netloc or "}" in split.netloc or split.fragment:
            raise BadInput("Places such as {symbol} stand in the path or after the ?, never in the host or after a #.")
        if self.is_list and "{currency}" in self.template:
            raise BadInput("{currency} stands beside {symbol} or {isin}: without these, one list is asked for once.")
        if "{key}" in self.template and not self.key:
            raise BadInput("There is {key} in the address, but no key was told.")
        if not self.is_list and not self.places.price:
            raise BadInput("Say where the price stands in the answer: a column, or a path such as quote.0.close.")
        if not 0 < self.divide_by <= 1_000_000:
            raise BadInput("What a price is divided by is above 0 and at most 1,000,000.")
        return self

    @property
    def host(self) -> str:
        """The one host that is asked."""
        return urlsplit(self.template).netloc

    @property
    def where(self) -> str:
        """What is asked, as it is shown: without the key."""
        return masked(self.template.replace("{key}", HIDDEN))

    def address_for(self, asset: Wanted) -> str:
        """What is asked for one asset; BadInput where it has not what the address needs."""
        given = {"symbol": asset.code, "isin": asset.isin, "currency": asset.currency, "key": self.key}
        for name in set(_PLACEHOLDER.findall(self.template)):
            if not given[name]:
                raise BadInput(f"{asset.symbol}: it has no {name.upper()}, which {self.host} is asked by.")
        return _PLACEHOLDER.sub(lambda found: quote(given[found[1]], safe=""), self.template)


@dataclass(frozen=True, slots=True)
class EcbSource:
    """The reference rates of the European Central Bank: one table against the euro, for which no symbol is sent."""

    address: str = ECB

    def checked(self) -> "EcbSource":
        """The same; BadInput for what is no address."""
        checked_address(self.address)
        return self

    @property
    def where(self) -> str:
        """What is asked."""
        return self.address

    @property
    def history(self) -> str:
        """Where the rates of all days are, in the same place as those of the last one; empty: nowhere."""
        place, found, _ = self.address.rpartition("eurofxref-daily.xml")
        return f"{place}eurofxref-hist.zip" if found else ""


SourceKind = FileSource | CommandSource | AddressSource | EcbSource
_LISTED: Final = "{symbol}, {isin}, {currency}, {key}"


@dataclass(frozen=True, slots=True)
class Asking:
    """How sources are asked: over which web, whether to stop, and who is told of every request.

    heard: told what was asked (keys hidden) and in one sentence what became of it.
    """

    web: Web
    stop: Stop
    heard: Callable[[str, str], None]
    step: Callable[[], None] = lambda: None


def masked(text: str) -> str:
    """The text without what looks like a key in it."""
    return _SECRET.sub(rf"\g<1>{HIDDEN}", text)


def sendable(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Those whose names can be sent: a name with control characters is left out."""
    return tuple(each for each in wanted if each.code.strip() and all(mark.isprintable() for mark in each.code))


def sent(kind: SourceKind, wanted: Iterable[Wanted]) -> tuple[str, ...]:
    """What leaves the computer of these assets, one text each; nothing where a whole list or table is asked for."""
    match kind:
        case CommandSource():
            return tuple(each.code for each in sendable(wanted))
        case AddressSource() if not kind.is_list:
            places = [name for name in ("symbol", "isin", "currency") if f"{{{name}}}" in kind.template]
            values = ({"symbol": each.code, "isin": each.isin, "currency": each.currency} for each in sendable(wanted))
            return tuple(" ".join(filter(None, (told[name] for name in places))) for told in values)
        case _:
            return ()


def ask(name: str, kind: SourceKind, wanted: Collection[Wanted], asking: Asking) -> Answer:
    """What the source of this name tells of these; what failed is in the answer, one sentence each."""
    match kind:
        case FileSource():
            return _of_file(name, kind)
        case CommandSource():
            return _of_command(name, kind, sendable(wanted), asking)
        case EcbSource():
            return _of_whole(name, kind.address, kind.where, asking, read_ecb)
        case AddressSource() if kind.is_list:
            where = kind.template.replace("{key}", quote(kind.key, safe=""))
            return _divided(_of_whole(name, where, kind.where, asking, read_list), kind.divide_by)
        case _:
            return _of_each(name, kind, sendable(wanted), asking)


def ask_history(name: str, kind: EcbSource, since: date, asking: Asking) -> Answer:
    """The rates of every day since one."""
    return _of_whole(name, kind.history, kind.history, asking, partial(read_ecb_history, since=since))


def _of_file(name: str, kind: FileSource) -> Answer:
    path = Path(kind.path)
    try:
        if not path.is_file():
            return _failed(name, "has no file at its path any more.")
        with path.open("rb") as file:
            return read_list(file.read(MOST_BYTES + 1), name)
    except OSError as error:
        return _failed(name, f"cannot be read: {error.strerror}.")


def _of_command(name: str, kind: CommandSource, wanted: Collection[Wanted], asking: Asking) -> Answer:
    try:
        told = output_of(kind.arguments, [each.code for each in wanted], asking.stop)
    except NoAnswer as refused:
        asking.heard(kind.where, masked(str(refused)))
        return _failed(name, masked(str(refused)))
    answer = read_list(told, name)
    asking.heard(kind.where, _count(answer))
    return answer


def _of_whole(name: str, address: str, shown: str, asking: Asking, read: Callable[[bytes, str], Answer]) -> Answer:
    try:
        told = asking.web.get(address, asking.stop)
    except NoAnswer as refused:
        asking.heard(shown, str(refused))
        return replace(_failed(name, str(refused)), wait=refused.wait)
    answer = read(told, name)
    asking.heard(shown, _count(answer))
    return answer


def _of_each(name: str, kind: AddressSource, wanted: Collection[Wanted], asking: Asking) -> Answer:
    """One request for each; a host that asks to wait, or is not there, is not asked for the others."""
    quotes, failed, wait = list[Quote](), list[Failed](), 0
    left = list(wanted)
    while left:
        asset = left.pop(0)
        try:
            quotes += _of_one(name, kind, asset, asking)
        except NoAnswer as refused:
            if refused.status == 404:
                failed.append(Failed(asset.code, f"{asset.symbol}: there is no “{asset.code}” at {name}."))
            else:
                failed.append(Failed(asset.code, f"{asset.symbol}: {name} {refused}"))
            wait = refused.wait
            if wait or refused.status == 0:
                failed += [Failed(each.code, f"{each.symbol}: not asked, since {name} {refused}") for each in left]
                break
        except BadInput as refused:
            failed.append(Failed(asset.code, f"{asset.symbol}: {refused}"))
        asking.step()
    return Answer(tuple(quotes), tuple(failed), wait=wait)


def _of_one(name: str, kind: AddressSource, asset: Wanted, asking: Asking) -> list[Quote]:
    """What one request tells of an asset; that it was asked is told whatever comes of it."""
    address = kind.address_for(asset)
    shown = masked(replace(kind, key=HIDDEN).address_for(asset).replace(quote(HIDDEN, safe=""), HIDDEN))
    try:
        found = read_one(asking.web.get(address, asking.stop), name, asset.code, kind.places)
    except (NoAnswer, BadInput) as refused:
        asking.heard(shown, str(refused))
        raise
    asking.heard(shown, "answered.")
    return [_divided_quote(each, kind.divide_by) for each in found]


def _divided(answer: Answer, by: Decimal) -> Answer:
    return replace(answer, quotes=tuple(_divided_quote(each, by) for each in answer.quotes))


def _divided_quote(told: Quote, by: Decimal) -> Quote:
    return told if by == 1 else replace(told, price=rounded(quotient(told.price, by)))


def _failed(name: str, what: str) -> Answer:
    return Answer(failed=(Failed("", f"{name} {what}"),))


def _count(answer: Answer) -> str:
    told = len(answer.quotes) + len(answer.rates)
    return "answered." if told else next(_sentences(answer), "answered without any price.")


def _sentences(answer: Answer) -> Iterator[str]:
    return (each.what for each in answer.failed)


def output_of(arguments: Sequence[str], codes: Sequence[str], stop: Stop, seconds: float = SECONDS) -> bytes:
    """What the program prints when it is told the codes, one a line; NoAnswer where it fails, hangs or prints too much.

    It is started without a shell, in the user's home, and ended with all that it started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 (the user's own, an argument list)
            list(arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path.home(),
            start_new_session=os.name == "posix",
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name has a mark that no name has"
        raise NoAnswer(f"cannot be started: {why}.") from error
    assert process.stdin and process.stdout and process.stderr
    out, said = _Heard(process.stdout, MOST_BYTES), _Heard(process.stderr, _MOST_SAID, goes_on=True)
    telling = threading.Thread(target=_tell, args=(process.stdin, codes), daemon=True)
    telling.start()
    try:
        _wait(process, out, stop, seconds)
    finally:
        _end(process)
        for each in (out, said):
            each.thread.join(_A_MOMENT)
    if out.is_too_much:
        raise NoAnswer("printed more than 1 MB and was ended.")
    if process.returncode:
        last = next((line.strip() for line in reversed(said.text().splitlines()) if line.strip()), "")
        raise NoAnswer(f"ended with {process.returncode}" + (f": {last[:200]}" if last else "."))
    return out.told()


class _Heard:
    """What a stream says, read beside the rest so that nothing waits for it. goes_on: what is too much is let go."""

    def __init__(self, stream: IO[bytes], most: int, *, goes_on: bool = False) -> None:
        self._stream, self._most, self._goes_on = stream, most, goes_on
        self._told = bytearray()
        self.is_too_much = False
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def told(self) -> bytes:
        return bytes(self._told)

    def text(self) -> str:
        return self.told().decode("utf-8", "replace")

    def _listen(self) -> None:
        with suppress(OSError, ValueError), self._stream:
            while piece := os.read(self._stream.fileno(), _PIECE):
                self._told += piece
                if len(self._told) > self._most:
                    if not self._goes_on:
                        self.is_too_much = True
                        return
                    del self._told[: -self._most]


def _tell(stream: IO[bytes], codes: Sequence[str]) -> None:
    """A program that does not listen is no reason to fail: it may know by itself what to tell."""
    with suppress(OSError, ValueError), stream:
        stream.write("".join(f"{code}\n" for code in codes).encode())


def _wait(process: subprocess.Popen[bytes], out: _Heard, stop: Stop, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while process.poll() is None:
        if out.is_too_much:
            return
        if stop():
            raise NoAnswer("was ended: it was stopped.")
        if time.monotonic() >= ends:
            raise NoAnswer(f"gave no answer in {seconds:g} s and was ended.")
        time.sleep(0.01)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With its children, those that outlive it too."""
    if os.name == "posix":
        import signal

        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        with suppress(OSError):
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)  # noqa: S603, S607
    process.kill()
    process.wait()
