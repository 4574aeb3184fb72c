"""What WealthDesk is made with, and under which licence each part is."""

from typing import Final

COMPONENTS: Final = (
    ("Python", "PSF"),
    ("Qt and PySide6", "LGPL 3"),
    ("SQLite", "public domain"),
    ("SQLAlchemy", "MIT"),
    ("Alembic", "MIT"),
    ("numpy", "BSD"),
    ("HiGHS", "MIT"),
    ("python-calamine", "MIT"),
    ("platformdirs", "MIT"),
    ("portalocker", "BSD"),
    ("charset-normalizer", "MIT"),
    ("the typeface Inter", "OFL"),
)
