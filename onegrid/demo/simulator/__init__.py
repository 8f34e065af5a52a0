"""The city simulator: makes the demo street live, by the same actions as people. Everything it does is invented."""
