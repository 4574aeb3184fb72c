"""What keeps the file safe: opening, locks, looking at it, backups, and every way to make it whole again."""
