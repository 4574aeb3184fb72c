"""Readers of files: bytes in, a draft with its problems out; no database."""
