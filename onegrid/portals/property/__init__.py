"""物业通: what a property firm, and the community beside it, look after in their compounds."""
