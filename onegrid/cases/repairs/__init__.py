"""Repairs (报修): matters inside a managed compound, which its firm handles by the ordinary steps."""
