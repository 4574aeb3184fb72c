"""What is said about a Linux system before Qt may start."""

import shutil
import sys
from collections.abc import Callable

import pytest

from wealthdesk.system import missing_display_or_libraries, missing_packages, wanted_platform

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves these to the user")


def without(*libraries: str) -> Callable[[str], object]:
    """A loader on a system that lacks these libraries and has all others."""

    def load(library: str) -> object:
        if library in libraries:
            raise OSError(f"{library}: cannot open shared object file")
        return library

    return load


def everything(library: str) -> object:
    return library


def answers(display: str) -> bool:
    return True


def is_silent(display: str) -> bool:
    return False


def test_offscreen_needs_no_display() -> None:
    assert missing_display_or_libraries("offscreen", {}, everything) is None
    assert missing_display_or_libraries(None, {"QT_QPA_PLATFORM": "offscreen"}, everything) is None


def test_the_missing_packages_are_named_once_each_in_one_sentence() -> None:
    load = without("libEGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0")
    assert missing_packages("offscreen", load) == ("libegl1", "libglib2.0-0")
    sentence = missing_display_or_libraries("offscreen", {}, load)
    assert sentence is not None
    assert "libegl1 libglib2.0-0" in sentence
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")


def test_a_library_of_the_window_does_not_matter_offscreen() -> None:
    load = without("libxcb-cursor.so.0")
    assert missing_packages("offscreen", load) == ()
    assert missing_packages("xcb", load) == ("libxcb-cursor0",)
    assert "libxcb-cursor0" in (missing_display_or_libraries(None, {"DISPLAY": ":0"}, load, answers) or "")


def test_no_display_says_how_to_do_without() -> None:
    for environment in ({}, {"QT_QPA_PLATFORM": "xcb"}):
        sentence = missing_display_or_libraries(None, environment, everything, answers) or ""
        assert "no display" in sentence
        assert "--screenshots FOLDER" in sentence


def test_a_display_that_does_not_answer_is_named() -> None:
    sentence = missing_display_or_libraries(None, {"DISPLAY": ":77"}, everything, is_silent) or ""
    assert "“:77” does not answer" in sentence


def test_one_platform_that_works_is_enough() -> None:
    environment = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    load = without("libwayland-cursor.so.0")
    assert missing_display_or_libraries(None, environment, load, answers) is None
    assert missing_display_or_libraries("wayland;xcb", environment, load, answers) is None
    assert "libwayland-cursor0" in (missing_display_or_libraries("wayland", environment, load, answers) or "")


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({}, "offscreen"),
        ({"DISPLAY": ":0"}, "xcb"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"QT_QPA_PLATFORM": "minimal:option=1", "DISPLAY": ":0"}, "minimal"),
    ],
)
def test_the_platform_is_the_one_qt_would_choose(environment: dict[str, str], platform: str) -> None:
    assert wanted_platform(environment) == platform


def test_other_systems_bring_everything_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert missing_display_or_libraries("xcb", {}, without("libEGL.so.1")) is None


@pytest.mark.skipif(bool(missing_packages("xcb")), reason="the libraries of the window are not here")
@pytest.mark.parametrize("display", [":987", "nowhere", ":", "é:1"])
def test_a_real_display_that_is_not_there(display: str) -> None:
    assert "does not answer" in (missing_display_or_libraries("xcb", {"DISPLAY": display}) or "")


@pytest.mark.parametrize("name", ["wayland-987", "", "x" * 300])
def test_a_real_wayland_display_that_is_not_there(name: str) -> None:
    environment = {"WAYLAND_DISPLAY": name, "XDG_RUNTIME_DIR": "/nowhere"}
    sentence = missing_display_or_libraries("wayland", environment, everything) or ""
    assert "display" in sentence


@pytest.mark.skipif(bool(missing_packages("xcb")) or not shutil.which("Xvfb"), reason="there is no display to try")
def test_a_real_display_that_answers(screen: str) -> None:
    assert missing_display_or_libraries("xcb", {"DISPLAY": screen}) is None
