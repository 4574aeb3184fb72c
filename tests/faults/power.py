"""What a power cut leaves of what a process did: names and bytes that were not synced may be there, or not.

shim.c writes down all that is done in a folder. Here it is done once more in memory, as far as a disk has to keep it at
a moment, and a bit further: names in their order, as journals of file systems keep them, and bytes in any.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

DONE = b"done 0 0 0\n"
"""The line of a log that says: from here on the user has been told that it is done."""

_SECTOR = 512


class Left(IntEnum):
    """What is left of what was not synced."""

    NOTHING = 0
    NAMES = 1
    """All names, and none of the bytes in them."""
    BYTES = 2
    """All bytes, and none of the names."""
    ANYTHING = 3
    """Some of the names, and of every write all, nothing, or some of its sectors."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the log: what was done, to which inode, a place or a size, and names or bytes."""

    what: str
    inode: int
    number: int
    data: bytes


@dataclass(slots=True)
class _File:
    """The bytes that are on the disk for certain, and what was done to them since."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[Step] = field(default_factory=list)


_Names = dict[int, dict[str, int]]
"""What is in each folder: names and what they name."""

_Change = Callable[[_Names], None]


def read_log(log: Path) -> list[Step]:
    """The steps of a log."""
    raw, at, steps = log.read_bytes(), 0, []
    while at < len(raw):
        end = raw.index(b"\n", at)
        what, inode, number, size = raw[at:end].decode().split()
        at = end + 1 + int(size)
        steps.append(Step(what, int(inode), int(number), raw[end + 1 : at]))
    return steps


class Disk:
    """A folder on a disk, as far as steps have brought it."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._ids: dict[int, int] = {}
        self._files: dict[int, _File] = {}
        self._names: _Names = {}
        self._kept: _Names = {}
        self._pending: list[tuple[set[int], _Change]] = []
        self.is_done = False
        for each in (folder, *sorted(folder.rglob("*"))):
            new = self._new(each.lstat().st_ino)
            if each.is_dir():
                self._names[new] = {}
            else:
                self._files[new] = _File(bytearray(each.read_bytes()))
            if each != folder:
                self._names[self._at(each.parent)][each.name] = new
        self._kept = {key: dict(names) for key, names in self._names.items()}

    def do(self, step: Step) -> None:
        """Go a step further."""
        match step.what:
            case "done":
                self.is_done = True
            case "write" | "truncate":
                if step.inode in self._ids:
                    self._files[self._ids[step.inode]].since.append(step)
            case "sync":
                self._sync(self._ids.get(step.inode, -1))
            case _:
                self._name(step)

    def lay_out(self, folder: Path, left: Left, seed: int) -> None:
        """Make the folder as a power cut at this moment may leave it."""
        chance = random.Random(seed)
        names = {key: dict(each) for key, each in self._kept.items()}
        many = {Left.NAMES: len(self._pending), Left.ANYTHING: chance.randint(0, len(self._pending))}.get(left, 0)
        for _, change in self._pending[:many]:
            change(names)
        folder.mkdir(mode=0o700)
        for path, content in self._tree(names, self._at(self._root), folder, left, chance):
            if content is None:
                path.mkdir(mode=0o700)
            else:
                path.touch(mode=0o600)
                path.write_bytes(content)

    def _tree(
        self, names: _Names, at: int, folder: Path, left: Left, chance: random.Random
    ) -> Iterator[tuple[Path, bytes | None]]:
        for name, key in names[at].items():
            if key in self._files:
                yield folder / name, _content(self._files[key], left, chance)
            else:
                yield folder / name, None
                yield from self._tree(names, key, folder / name, left, chance)

    def _new(self, inode: int) -> int:
        """A number of its own: inodes are used again."""
        self._ids[inode] = len(self._ids) + len(self._files) + len(self._names) + 1
        return self._ids[inode]

    def _at(self, path: Path) -> int:
        """What has this path now."""
        if path == self._root:
            return min(self._names)
        return self._names[self._at(path.parent)][path.name]

    def _sync(self, key: int) -> None:
        if key in self._files:
            file = self._files[key]
            file.synced, file.since = bytearray(_content(file, Left.BYTES, random.Random())), []
        # The journal of a file system keeps names in their order: with one, all before it.
        last = max((number for number, (folders, _) in enumerate(self._pending) if key in folders), default=-1)
        for _, change in self._pending[: last + 1]:
            change(self._kept)
        del self._pending[: last + 1]

    def _name(self, step: Step) -> None:
        path, _, other = step.data.decode().partition("\0")
        if step.what in ("create", "folder"):
            new = self._new(step.inode)
            if step.what == "create":
                self._files[new] = _File()
            self._change({self._at(Path(path).parent)}, _made(self._at(Path(path).parent), Path(path).name, new, step))
            return
        source = (self._at(Path(path).parent), Path(path).name)
        if step.what == "remove":
            self._change({source[0]}, lambda names: _drop(names, source))
            return
        target, key = (self._at(Path(other).parent), Path(other).name), self._at(Path(path))
        is_move = step.what == "rename"
        self._change({source[0], target[0]}, lambda names: _moved(names, source, target, key, is_move=is_move))

    def _change(self, folders: set[int], change: _Change) -> None:
        change(self._names)
        self._pending.append((folders, change))


def _made(folder: int, name: str, new: int, step: Step) -> _Change:
    def change(names: _Names) -> None:
        names[folder][name] = new
        if step.what == "folder":
            names.setdefault(new, {})

    return change


def _drop(names: _Names, place: tuple[int, str]) -> None:
    names[place[0]].pop(place[1], None)


def _moved(names: _Names, source: tuple[int, str], target: tuple[int, str], key: int, *, is_move: bool) -> None:
    if is_move:
        _drop(names, source)
    names[target[0]][target[1]] = key


def _content(file: _File, left: Left, chance: random.Random) -> bytes:
    content = bytearray(file.synced)
    for step in file.since if left in (Left.BYTES, Left.ANYTHING) else ():
        if step.what == "truncate":
            if left is Left.BYTES or chance.random() < 0.5:
                del content[step.number :]
                content.extend(bytes(step.number - len(content)))
            continue
        for start in range(0, len(step.data), _SECTOR):
            if left is Left.BYTES or chance.random() < 0.5:
                _put(content, step.number + start, step.data[start : start + _SECTOR])
    return bytes(content)


def _put(content: bytearray, at: int, data: bytes) -> None:
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data)] = data
