"""Invented names: of places, firms and people. Nothing here is taken from a register."""
