"""What a scope holds against its targets, class by class."""
