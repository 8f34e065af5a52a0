"""How the platform does (运行状况)."""
