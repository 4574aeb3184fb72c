"""Random problems of all modes, planned and judged by the thousand: `python -m deep` from the folder of the tests.

Prints every seed whose plan is wrong or misses something, and for each mode what the plans miss. The exit code is 1
where a plan is not allowed, empty or falsely proven, or where a mode misses more than it may.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deep.made_instances import MODES, SIZES, made, mode_of, size_of
from deep.trial import Verdict, verdict

COUNT = 2_000
P95, P99 = 1e-4, 1e-2
"""What the plans of a mode may miss of what could be gained, at the 95th and at the 99th percentile."""


def percentile(values: list[float], part: float) -> float:
    """The value that so many are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def figures(verdicts: list[Verdict]) -> Iterator[tuple[str, float, float]]:
    """A line for each mode that was judged, with what its plans miss at the two percentiles."""
    for mode in MODES:
        mine = [each for each in verdicts if each.mode == mode]
        regrets = [each.regret for each in mine if each.regret is not None]
        if not mine:
            continue
        p50, p95, p99, most = (percentile(regrets, part) for part in (0.5, 0.95, 0.99, 1.0))
        line = (
            f"{mode:<10} {len(mine):>5} problems, {sum(each.is_tried for each in mine)} with every plan tried: "
            f"false bounds {sum(each.is_false_bound for each in mine)}, "
            f"empty {sum(each.is_empty for each in mine)}, not allowed {sum(each.is_not_allowed for each in mine)}, "
            f"regret p50 {p50:.1e} p95 {p95:.1e} p99 {p99:.1e} max {most:.1e}, "
            f"proven {sum(each.bound == 0 for each in mine)}"
        )
        yield line, p95, p99


def main(arguments: list[str]) -> int:
    """Judges the problems of some seeds on every core."""
    parser = argparse.ArgumentParser("python -m deep", description="Judges the plans of random problems.")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, nargs="+", help="these seeds and no others")
    parser.add_argument("--mode", choices=MODES)
    parser.add_argument("--size", choices=sorted(set(SIZES)))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where problems are written whose plan misses much")
    chosen = parser.parse_args(arguments)
    seeds = chosen.seeds or [
        seed
        for seed in range(chosen.first, chosen.first + chosen.count)
        if chosen.mode in (None, mode_of(seed)) and chosen.size in (None, size_of(seed))
    ]
    return _all(seeds, chosen.workers, chosen.keep)


def _all(seeds: list[int], workers: int, keep: Path | None) -> int:
    started, verdicts = time.monotonic(), []
    print(f"{len(seeds)} problems, seeds {seeds[0]} to {seeds[-1]}", flush=True)
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for number, each in enumerate(pool.imap_unordered(verdict, seeds), 1):
            verdicts.append(each)
            if each.what:
                words = (
                    ("FALSE BOUND", each.is_false_bound),
                    ("EMPTY", each.is_empty),
                    ("NOT ALLOWED", each.is_not_allowed),
                )
                told = " ".join(word for word, is_so in words if is_so) or "misses"
                print(f"seed {each.seed} ({each.mode}, {each.size}): {told}: {each.what}", flush=True)
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"deep-{each.seed}.json").write_text(json.dumps(made(each.seed), indent=1), "utf-8")
            if number % 100 == 0:
                print(f"{number} of {len(seeds)} after {time.monotonic() - started:.0f} s", flush=True)
    return _summed_up(verdicts)


def _summed_up(verdicts: list[Verdict]) -> int:
    wrong = sum(each.is_wrong for each in verdicts)
    over = 0
    for line, p95, p99 in figures(verdicts):
        print(line)
        over += p95 > P95 or p99 > P99
    print(f"{wrong} plans are wrong, {over} modes miss more than {P95:g} at p95 or {P99:g} at p99")
    return 1 if wrong or over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
