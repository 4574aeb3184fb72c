"""Strategies and their targets: making, editing, choosing."""
