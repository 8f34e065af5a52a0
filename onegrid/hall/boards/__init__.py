"""Sheets (张贴): what is written, put up for an area, and taken down again. The parts that all kinds share."""
