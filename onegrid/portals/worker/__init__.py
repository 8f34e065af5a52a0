"""Grid workers (网格通): what waits for me on site."""
