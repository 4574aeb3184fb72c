"""The mathematics of planning: a problem in, a plan out; pure, heavy libraries imported only where needed."""

import os

# Small products of matrices are many times slower in threads, and the order of a sum would depend on their number.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
