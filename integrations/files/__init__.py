"""CSV files as people save them from a spreadsheet."""
