"""What the tests share: Qt without a display, and a migrated portfolio file, copied per test."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
