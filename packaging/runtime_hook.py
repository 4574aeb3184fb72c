"""Runs first in a bundle: programs that it starts, such as the manager of files, find the system's libraries.

The program starts itself again for the demo and for a copy. PyInstaller would take that for a part of this process and
leave out where the libraries of the bundle are, if the environment did not say that it begins anew.
"""

import os

os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
if (before := os.environ.pop("LD_LIBRARY_PATH_ORIG", None)) is not None:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
