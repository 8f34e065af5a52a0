"""Forms that several portals ask alike; what a portal says differently it says itself."""
