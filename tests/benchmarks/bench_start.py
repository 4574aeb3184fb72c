"""The start beside a bare PySide6 window in the same run: first paint, first data, memory before the first plan."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROUNDS = 5

BARE = """
import sys, time
begun = float(sys.argv[1])
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.painted)

    def painted(self):
        print('{"painted": %f}' % (time.time() - begun), flush=True)
        app.exit()

app = QApplication([])
window = Window()
window.resize(1280, 832)
window.show()
app.exec()
"""

OURS = """
import contextlib, json, resource, sys, time
from pathlib import Path
begun = float(sys.argv[1])
from wealthdesk import app as program

application = program.make_application()
at = {}

def mark(name):
    at.setdefault(name, time.time() - begun)

with contextlib.ExitStack() as at_the_end:
    start = program.begin_window(program.Wanted(Path(sys.argv[2])), application, at_the_end)
    from PySide6.QtCore import QEvent, QObject, QTimer
    window = start.parent()
    window.first_painted.connect(lambda: mark("painted"))

    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, shown)
            return False

    def shown():
        mark("data")
        at["peak_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        application.exit()

    watch = Watch()
    start.opened.connect(lambda: window.page(window.page_keys()[0]).installEventFilter(watch))
    application.exec()
print(json.dumps(at), flush=True)
"""


def main() -> bool:
    """Print each number beside its bar; whether all of them are kept."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        file = Path(folder) / "Demo.wealthdesk"
        _make(file)
        rounds = [(_run(BARE, [], environment), _run(OURS, [str(file)], environment)) for _ in range(ROUNDS + 1)][1:]
    bare = median(each["painted"] for each, _ in rounds)
    painted, data = (median(ours[name] for _, ours in rounds) for name in ("painted", "data"))
    memory = median(ours["peak_kib"] for _, ours in rounds) / 1024
    print(f"\nA bare PySide6 window painted | {bare * 1000:.0f} ms | |")
    kept = [
        _say("first window painted", painted / bare, 1.5, f"× ({painted * 1000:.0f} ms)"),
        _say("first data shown", data / bare, 4.5, f"× ({data * 1000:.0f} ms)"),
        _say("memory before the first plan", memory, 110, " MiB"),
    ]
    return all(kept)


def test_start() -> None:
    assert main()


def _say(what: str, measured: float, bar: float, unit: str) -> bool:
    print(f"{what} | {measured:.2f}{unit} | ≤ {bar} | {'ok' if measured <= bar else 'TOO MUCH'}")
    return measured <= bar


def _environment(folder: str) -> dict[str, str]:
    """As for a user: nothing of this machine's settings, and compiled modules, which the first round leaves behind."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment | {"PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}


def _run(code: str, arguments: list[str], environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-c", code, repr(time.time()), *arguments]
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    told: dict[str, float] = json.loads(outcome.stdout.strip().splitlines()[-1])
    return told


def _make(file: Path) -> None:
    from wealthdesk.app import make_clock
    from wealthdesk.services.demo import make_demo

    make_demo(file, make_clock()).close()


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
