"""The start beside a bare PySide6 window in the same run: first paint, first data, memory before the first plan."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.figures import tell

ROUNDS = 7

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

MAKE = """
from wealthdesk import app as program, paths
from wealthdesk.services.demo import make_demo
paths.data_folder().mkdir(parents=True)
make_demo(paths.default_portfolio(), program.make_clock()).close()
print("{}")
"""

OURS = """
import faulthandler, json, sys, time
begun = float(sys.argv[1])
faulthandler.dump_traceback_later(30, exit=True)
from wealthdesk import app as program

def peak_kib():
    # Not ru_maxrss: Linux hands a process the peak of the one that started it.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

at, begin = {}, program.begin_window

def watched(wanted, application, at_the_end):
    start = begin(wanted, application, at_the_end)
    window = start.parent()
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def __init__(self, painted):
            super().__init__(window)
            self.painted = painted

        def eventFilter(self, painted, event):
            # As in the bare window: told once the event that painted it is over.
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, self.painted)
            return False

    def shown():
        at.setdefault("data", time.time() - begun)
        at["peak_kib"] = peak_kib()
        application.exit()

    window.installEventFilter(Watch(lambda: at.setdefault("painted", time.time() - begun)))
    start.opened.connect(lambda: window.page("allocation").installEventFilter(Watch(shown)))
    return start

program.begin_window = watched
program.main([])
print(json.dumps(at), flush=True)
"""


def test_start() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(folder)
        _run(MAKE, environment)
        rounds = [(_run(BARE, environment), _run(OURS, environment)) for _ in range(ROUNDS + 1)][1:]
    bare = median(each["painted"] for each, _ in rounds)
    painted, data = (median(ours[name] for _, ours in rounds) for name in ("painted", "data"))
    memory = median(ours["peak_kib"] for _, ours in rounds) / 1024
    print(f"\n{'a bare PySide6 window, painted':<48} {bare * 1000:8.0f} ms")
    tell(f"first window painted ({painted * 1000:.0f} ms)", painted / bare, 1.5, "×")
    tell(f"first data shown ({data * 1000:.0f} ms)", data / bare, 4.5, "×")
    tell("memory before the first plan", memory, 110, "MiB")


def _environment(folder: str) -> dict[str, str]:
    """As for a user: nothing of this machine's settings, and compiled modules, which the first round leaves behind."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment | {"PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}


def _run(code: str, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-c", code, repr(time.time())]
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    told: dict[str, float] = json.loads(outcome.stdout.strip().splitlines()[-1])
    return told
