"""Who may see what: the rows (`rows_of_…`), the world they speak of, and how they are walked. See test_matrix.py."""
