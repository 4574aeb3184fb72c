"""Programs of the user that tell prices: symbols on their standard input, a list on their standard output."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from wealthdesk.quotes.reading import MOST_BYTES
from wealthdesk.quotes.web import NoAnswer, Stop

SECONDS: Final = 60
"""How long a program may take."""

_PIECE: Final = 16_384
_MOST_SAID: Final = 4_096
_A_MOMENT: Final = 2


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
