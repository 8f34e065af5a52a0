"""The engine: which minutes count (calendar), how they are counted (counting, bulk), one running clock (timer).

How the units count is one city's rule (Yuncheng, standards.md 1.5 [L]); the national definitions were not readable
[U], so nothing here is "the standard". Everything that differs between cities comes in with the calendar. Pure: no
clock, no database.
"""
