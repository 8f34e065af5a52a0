"""Start: a street that is new here, step by step to its first closed matter."""
