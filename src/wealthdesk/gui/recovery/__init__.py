"""The page that is shown when a portfolio file cannot be opened."""
