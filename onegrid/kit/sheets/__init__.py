"""Tables for a spreadsheet: rows as CSV or Excel, however many, in constant memory; small ones read back."""

from onegrid.kit.sheets.books import Sheet, book_pieces, workbook_pieces
from onegrid.kit.sheets.reading import read_table
from onegrid.kit.sheets.writing import Cell, csv_pieces

__all__ = ["Cell", "Sheet", "book_pieces", "csv_pieces", "read_table", "workbook_pieces"]
