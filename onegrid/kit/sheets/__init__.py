"""Tables for a spreadsheet: rows as CSV or Excel, however many, in constant memory."""

from onegrid.kit.sheets.writing import csv_pieces, workbook_pieces

__all__ = ["csv_pieces", "workbook_pieces"]
