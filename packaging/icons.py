"""The icons of the program and of its files, drawn from packaging/icons/*.svg in every size a system asks for."""

from __future__ import annotations

import os
import struct
from pathlib import Path

DRAWN = Path(__file__).resolve().parent / "icons"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_OF_WINDOWS = (16, 24, 32, 48, 64, 256)
_OF_MACOS = {"icp4": 16, "icp5": 32, "icp6": 64, "ic07": 128, "ic08": 256, "ic09": 512}


def pngs(name: str) -> dict[int, bytes]:
    """The icon of that name as PNG, by its size."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return {size: _drawn(DRAWN / f"{name}.svg", size) for size in SIZES}


def ico(images: dict[int, bytes]) -> bytes:
    """All of them in one file of Windows."""
    chosen = [(size, images[size]) for size in _OF_WINDOWS]
    header, where = struct.pack("<HHH", 0, 1, len(chosen)), 6 + 16 * len(chosen)
    for size, image in chosen:
        header += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), where)
        where += len(image)
    return header + b"".join(image for _, image in chosen)


def icns(images: dict[int, bytes]) -> bytes:
    """All of them in one file of macOS."""
    parts = [
        kind.encode() + struct.pack(">I", len(images[size]) + 8) + images[size] for kind, size in _OF_MACOS.items()
    ]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def _drawn(svg: Path, size: int) -> bytes:
    from PySide6.QtCore import QBuffer, QByteArray, QRectF
    from PySide6.QtGui import QImage, QImageWriter, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(kept.data())
