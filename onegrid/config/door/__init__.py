"""The door of a web process: how many requests it works on, how many may wait, and which comes first.

More than that is told to come back (429 with Retry-After) at once, before Django or the database is asked. Why:
docs/decisions, "Who comes first at a busy door". Nothing is imported here: `onegrid up` reads the rules only.
"""
