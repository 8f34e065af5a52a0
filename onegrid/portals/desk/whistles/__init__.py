"""吹哨报到 at the desk: the street blows and follows, departments answer, the district decides."""
