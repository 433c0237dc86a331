"""The analysts' coding of the regions' reports: workbook and page out, search, and how good the reader's proposals are."""
