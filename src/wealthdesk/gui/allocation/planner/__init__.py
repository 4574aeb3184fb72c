"""What is typed into the planner, and the plan that comes of it."""
