"""The reserves screen: funds, their companies, and what is planned for them."""
