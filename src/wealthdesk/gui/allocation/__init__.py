"""The allocation page with the deposit planner, and the target editor."""
