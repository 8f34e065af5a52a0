"""Visits (走访): households that are looked in on, why, how often, what came of it. Little is kept, and sealed."""
