"""WealthDesk: what a portfolio holds, what it is meant to hold, and what a deposit buys."""

__version__ = "0.1.0"
