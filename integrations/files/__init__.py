"""Tables in and out of files, as people save them from a spreadsheet."""
