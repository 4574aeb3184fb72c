"""Value, allocation and drift over time: the page, its three charts, and what happened on a day."""
