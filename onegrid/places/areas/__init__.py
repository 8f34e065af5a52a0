"""Areas (区划与网格): divisions, streets, communities, grids."""
