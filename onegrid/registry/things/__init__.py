"""Things (部件): what stands in public space, by the classes of the national catalogue."""
