"""From a portfolio and a request to a plan, and from a plan to what carrying it out makes of the portfolio; pure."""
