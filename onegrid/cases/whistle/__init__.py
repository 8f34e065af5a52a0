"""吹哨报到: the street calls departments, and they must come."""
