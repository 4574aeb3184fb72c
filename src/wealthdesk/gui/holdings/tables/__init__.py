"""The tables of holdings, assets, accounts, prices and rates."""
