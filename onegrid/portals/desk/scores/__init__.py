"""Measures and scores at the desk: indicators, ranks, one score, rules, appeals, signs."""
