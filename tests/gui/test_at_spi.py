"""What assistive technology is told on Linux: the tree that a screen reader reads, from a window of its own.

It needs a bus of its own, the registry of AT-SPI, a screen in memory, and the bindings of the system's Python; where
one of them is missing it says so and is skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")

READER = """
import json, sys, time
import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi

def walk(node, depth=0):
    if node is None or depth > 30:
        return
    if node.get_state_set().contains(Atspi.StateType.SHOWING):
        yield [node.get_role_name(), node.get_name() or ""]
    for place in range(node.get_child_count()):
        yield from walk(node.get_child_at_index(place), depth + 1)

def found():
    desktop = Atspi.get_desktop(0)
    for place in range(desktop.get_child_count()):
        yield from walk(desktop.get_child_at_index(place))

deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    nodes = list(found())
    if ["heading", "Allocation"] in nodes and any(name.startswith("Total value: $2") for _, name in nodes):
        break
    time.sleep(0.5)
json.dump(nodes, open(sys.argv[1], "w"))
"""

SESSION = """
"$1" --launch-immediately &
sleep 1
"$2" -m wealthdesk --demo &
window=$!
"$3" "$4" "$5"
kill $window
"""


def missing() -> str:
    """What of all that is not here; "" where nothing is missing."""
    if not sys.platform.startswith("linux"):
        return "AT-SPI is of Linux"
    for tool in ("dbus-run-session", "Xvfb", SYSTEM_PYTHON):
        if not shutil.which(tool):
            return f"{tool} is not here"
    if not any(map(os.path.exists, LAUNCHERS)):
        return "at-spi2-core is not here"
    bindings = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if subprocess.run([SYSTEM_PYTHON, "-c", bindings], capture_output=True, check=False).returncode:
        return "python3-gi or gir1.2-atspi-2.0 is not here"
    return ""


@pytest.fixture(scope="module")
def nodes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Role and name of everything that the window of the demo shows."""
    if lacking := missing():
        pytest.skip(lacking)
    folder = tmp_path_factory.mktemp("at-spi")
    (folder / "reader.py").write_text(READER)
    read = folder / "nodes.json"
    launcher = next(each for each in LAUNCHERS if Path(each).exists())
    command = ["sh", "-c", SESSION, "sh", launcher, sys.executable, SYSTEM_PYTHON, str(folder / "reader.py")]
    command.append(str(read))
    environment = os.environ | {
        "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "LANG": "C.UTF-8",
        "DISPLAY": request.getfixturevalue("screen"),
        "XDG_DATA_HOME": str(folder / "data"), "XDG_RUNTIME_DIR": str(folder),
    }  # fmt: skip
    environment.pop("LC_ALL", None)
    environment.pop("TMPDIR", None)  # what the registry listens at is not found elsewhere
    whole = ["dbus-run-session", "--", *command]
    done = subprocess.run(whole, env=environment, capture_output=True, text=True, timeout=150, check=False)
    assert read.exists(), done.stderr
    return [(role, name) for role, name in json.loads(read.read_text())]


def test_pages_are_choices_with_their_names(nodes: list[tuple[str, str]]) -> None:
    for page in ("Allocation", "Holdings", "History", "Import", "Settings"):
        assert ("radio button", page) in nodes


def test_the_page_has_headings(nodes: list[tuple[str, str]]) -> None:
    assert {("heading", "Allocation"), ("heading", "Planner")} <= set(nodes)


def test_figures_and_choices_are_named_groups(nodes: list[tuple[str, str]]) -> None:
    groups = {name for role, name in nodes if role in ("panel", "grouping")}
    assert "Pages" in groups
    assert any(each.startswith("Total value: $2") for each in groups)


def test_combo_boxes_are_named_by_what_they_choose(nodes: list[tuple[str, str]]) -> None:
    names = {name for role, name in nodes if role == "combo box"}
    assert len(names) >= 2
    assert "" not in names
    assert "All Portfolio" not in names, "that is what is chosen"


def test_nothing_that_can_be_pressed_is_without_a_name(nodes: list[tuple[str, str]]) -> None:
    pressed = [
        node for node in nodes if node[0] in ("push button", "button", "toggle button", "check box", "radio button")
    ]
    assert len(pressed) > 15
    assert [node for node in pressed if not node[1].strip()] == []
