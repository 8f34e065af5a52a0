"""指标: how matters are handled, counted over cases, stages and days; national and local indicators from formulas."""
