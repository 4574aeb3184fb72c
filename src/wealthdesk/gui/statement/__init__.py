"""The policy statement: one page of a strategy's targets, bands and rules, why it is so, and a line to sign."""
