"""重复件: which open cases may be the same matter, and why."""
