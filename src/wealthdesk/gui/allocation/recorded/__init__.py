"""Recording a plan, and the plans that were recorded."""
