"""Compounds (小区), their buildings and dwellings, and which firm manages a compound from when to when."""
