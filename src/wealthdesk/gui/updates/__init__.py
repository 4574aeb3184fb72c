"""Updating prices: the question before anything is sent, and what came of it before it is kept."""
