"""What a Linux system has to offer before Qt may start: its libraries, and a display that answers.

Without one of them Qt aborts the whole process with a misleading text that Python cannot catch, so this is asked first.
Only the standard library is imported here: the set-up script asks as well, before anything is installed.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

Load = Callable[[str], object]
Answers = Callable[[str], bool]

_EVERYWHERE: Final = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
_XCB: Final = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_WAYLAND: Final = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_LIBRARIES: Final = {"xcb": _EVERYWHERE | _XCB, "wayland": _EVERYWHERE | _WAYLAND}
_WITHOUT_ONE: Final = "for pictures of every page instead, add “--demo --screenshots FOLDER” to the command"


def missing_display_or_libraries(
    platform: str | None = None,
    environment: Mapping[str, str] = os.environ,
    load: Load = ctypes.CDLL,
    answers: Answers | None = None,
) -> str | None:
    """The sentence that says why Qt could not start here and how to mend it; None when it can.

    `platform` is what Qt is told to use (`offscreen`, `xcb` …); None: what QT_QPA_PLATFORM or the display says.
    `load` raises OSError for a library that is not there; `answers` says whether a display answers.
    """
    if not sys.platform.startswith("linux"):
        return None
    reasons = []
    for name in _platforms(platform, environment):
        reason = _reason(name, environment, load, answers)
        if reason is None:
            return None
        reasons.append(reason)
    return reasons[0] if reasons else _no_display()


def missing_packages(platform: str, load: Load = ctypes.CDLL) -> tuple[str, ...]:
    """The Debian packages of the libraries that Qt's `platform` needs and that cannot be loaded here, each once."""
    return tuple(dict.fromkeys(package for _, package in _missing(platform, load)))


def packages_of(platform: str) -> tuple[str, ...]:
    """The Debian packages of all libraries that Qt's `platform` needs, each once."""
    return tuple(dict.fromkeys(_LIBRARIES.get(platform, _EVERYWHERE).values()))


def wanted_platform(environment: Mapping[str, str] = os.environ) -> str:
    """The platform Qt would choose here: a display that is announced, or `offscreen` where none is."""
    return next(iter(_platforms(None, environment)), "offscreen")


def _platforms(platform: str | None, environment: Mapping[str, str]) -> list[str]:
    """The platforms that Qt tries, in its order: names are separated by `;` and may carry options after `:`."""
    named = platform or environment.get("QT_QPA_PLATFORM", "")
    if named:
        return [each.partition(":")[0].strip() for each in named.split(";") if each.strip()]
    announced = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return [name for name, variable in announced.items() if environment.get(variable)]


def _reason(name: str, environment: Mapping[str, str], load: Load, answers: Answers | None) -> str | None:
    missing = _missing(name, load)
    if missing:
        return _missing_libraries(missing)
    if name == "xcb":
        return _silent_display(environment.get("DISPLAY", ""), answers or _x_server_answers)
    if name.startswith("wayland"):
        return _silent_display(_wayland_socket(environment), answers or _socket_answers)
    return None


def _missing(platform: str, load: Load) -> list[tuple[str, str]]:
    libraries = _LIBRARIES.get(platform.partition("-")[0], _EVERYWHERE)
    return [(library, package) for library, package in libraries.items() if not _loads(library, load)]


def _loads(library: str, load: Load) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True


def _missing_libraries(missing: list[tuple[str, str]]) -> str:
    packages = " ".join(dict.fromkeys(package for _, package in missing))
    import shutil  # late, as socket below: a start that misses nothing does not wait for it

    if shutil.which("apt-get"):
        return (
            f"WealthDesk cannot open its window because system libraries are missing: "
            f"install them with “sudo apt-get install {packages}”."
        )
    libraries = ", ".join(library for library, _ in missing)
    return (
        f"WealthDesk cannot open its window because system libraries are missing: install the packages that hold "
        f"{libraries} (on Debian these are {packages})."
    )


def _no_display() -> str:
    return (
        "WealthDesk found no display for its window (neither DISPLAY nor WAYLAND_DISPLAY is set): "
        f"start it from a desktop session; {_WITHOUT_ONE}."
    )


def _silent_display(display: str, answers: Answers) -> str | None:
    if not display:
        return _no_display()
    if answers(display):
        return None
    return (
        f"The display “{display}” does not answer, so WealthDesk cannot open its window on it: "
        f"start it from a desktop session; {_WITHOUT_ONE}."
    )


def _x_server_answers(display: str) -> bool:
    """Connect as Qt will, by the same library, so that the user's authority file counts too."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    error = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not error


def _wayland_socket(environment: Mapping[str, str]) -> str:
    name = environment.get("WAYLAND_DISPLAY", "wayland-0")
    return str(Path(environment.get("XDG_RUNTIME_DIR", "/")) / name)


def _socket_answers(path: str) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(path)
        except OSError:
            return False
    return True
