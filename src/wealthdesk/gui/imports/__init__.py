"""The import page: choose a file, match its columns, check, keep."""
