"""Spoiled inputs for every reader, for some minutes: `python -m fuzz` from the folder of the tests.

Prints every input after which something is wrong, with its seed, and at the end what was tried and what it took. The
exit code is 1 where anything was wrong.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from fuzz.readers import READERS, Trial, made_sound, seeds, tried


def main(arguments: list[str]) -> int:
    """Spoil and judge until the time is over."""
    parser = argparse.ArgumentParser("python -m fuzz", description="Spoils the inputs of every reader.")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000_000, help="the first seed")
    parser.add_argument("--reader", choices=READERS, action="append", help="these readers and no others")
    parser.add_argument("--count", type=int, help="so many inputs, however long it takes")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where what went wrong is put")
    chosen = parser.parse_args(arguments)
    print(f"seeds from {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="wealthdesk-fuzz-") as folder:
        return _all(Path(folder), chosen)


def _all(folder: Path, chosen: argparse.Namespace) -> int:
    sound = made_sound(folder / "sound")
    ends = time.monotonic() + chosen.minutes * 60
    tally: dict[str, list[Trial]] = defaultdict(list)
    for number, (reader, seed) in enumerate(seeds(chosen.seed)):
        if number >= chosen.count if chosen.count is not None else time.monotonic() > ends:
            break
        if chosen.reader and reader not in chosen.reader:
            continue
        place = folder / "place"
        trial = tried(sound, place, reader, seed)
        tally[reader].append(trial)
        for wrong in trial.wrong:
            print(f"seed {seed} ({reader}): {wrong}{' · ' + trial.told if trial.told else ''}", flush=True)
        if trial.wrong and chosen.keep is not None:
            shutil.copytree(place, chosen.keep / f"{reader.replace(' ', '-')}-{seed}", dirs_exist_ok=True)
    return _summed_up(tally)


def _summed_up(tally: dict[str, list[Trial]]) -> int:
    for reader, trials in tally.items():
        runs = [each for trial in trials for each in trial.runs]
        codes = Counter(trial.runs[0].code for trial in trials)
        print(
            f"{reader:<17} {len(trials):>6} inputs, {sum(bool(each.wrong) for each in trials)} wrong; exit codes "
            f"{', '.join(f'{code}: {count}' for code, count in sorted(codes.items()))}; slowest "
            f"{max(each.took_s for each in runs):.2f} s, most memory {max(each.memory_mb for each in runs):.0f} MB"
        )
    wrong = sum(bool(each.wrong) for trials in tally.values() for each in trials)
    print(f"{sum(map(len, tally.values()))} inputs, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
