"""The map everybody may see: streets, houses, and the names and borders of grids."""
