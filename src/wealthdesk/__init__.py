"""WealthDesk: what a portfolio holds, what it is meant to hold, and what a deposit buys."""

import os

__version__ = "0.1.0"

# Small products of matrices are many times slower in threads, and the order of a sum would depend on their number.
# It counts only until numpy is imported for the first time, wherever that is.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
