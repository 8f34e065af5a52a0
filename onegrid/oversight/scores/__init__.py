"""评分: explainable points and ranks of workers, grids, communities, streets and departments, by versioned rules."""
