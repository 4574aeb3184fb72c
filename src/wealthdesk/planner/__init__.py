"""The mathematics of planning: a problem in, a plan out; pure, heavy libraries imported only where needed."""
