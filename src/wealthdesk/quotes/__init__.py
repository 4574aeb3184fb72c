"""Prices and exchange rates from sources that the user owns: what they answer becomes a draft; no database, no Qt."""
