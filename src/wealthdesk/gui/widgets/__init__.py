"""Widgets that know Qt and domain values, nothing else."""
