"""What the settings and the recovery screens both show of backups: their table, restoring one, and salvage."""
