"""Supervision (督查): what presses now in somebody's area, and written instructions with reply clocks."""
