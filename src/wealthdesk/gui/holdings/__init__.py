"""The holdings page: accounts, assets, holdings, prices and exchange rates, with their dialogs."""
