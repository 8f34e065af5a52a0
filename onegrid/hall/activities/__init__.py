"""Activities (活动): a day, a place, and a list of who comes."""
