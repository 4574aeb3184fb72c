"""The portfolio file: its tables, how it is opened, kept and backed up, and rows turned into values and back."""
