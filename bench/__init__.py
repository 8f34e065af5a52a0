"""Measurements. Each module has `run(report)`; see bench/report.py for the form."""
