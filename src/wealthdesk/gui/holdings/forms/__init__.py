"""The forms that add, change and merge what stands in the tables."""
