"""Patrols (巡查): what is looked at in which place, how often, by whom, and what came of it."""
