"""How much one delivery may ask of the machine, in one place.

Generous for real files and small for bombs: what is beyond a limit is refused with the limit named, never tried. The limits of cells
and unpacked size hold for what is read cell by cell in Python; text and Parquet files of many million rows are read by DuckDB.
"""

from __future__ import annotations

MB = 1 << 20

#: Bytes of a container when unpacked: all the parts of a workbook or document, or a gzip file.
UNPACKED = 400 * MB
#: Bytes of a text file that DuckDB reads, unpacked, and times that it may grow.
STREAMED, STREAMED_GROWTH = 64 * 1024 * MB, 300
#: Times that a container of more than :data:`SUSPECT` bytes may grow when unpacked.
GROWTH = 500
#: Bytes from which, packed or unpacked, a container is read in a process of its own.
SUSPECT = 20 * MB
#: Parts in a container.
PARTS = 5_000
#: Bytes of a text file read as a whole, and of a saved answer (JSON).
TEXT = 200 * MB
JSON = 64 * MB
#: Bytes of the description at the end of a Parquet file.
FOOTER = 16 * MB
#: Bytes of the file with facts about a delivery, and its nesting.
SIDECAR = 32 * 1024
SIDECAR_DEPTH = 4
#: Cells of a sheet from its first to its last filled one, and how many of them, at least, stand for each filled one before the
#: sheet counts as strewn over by mistake.
CELLS = 3_000_000
SPARSE, SPARSE_CELLS = 100, 500_000
#: Columns of a table (Excel's own limit), and characters of a cell.
COLUMNS = 16_384
CELL = 200_000
#: Pages of a document.
PAGES = 2_000
#: What a reader in a process of its own may use.
SECONDS = 120.0
MEMORY = 1_000 * MB
#: Seconds for the judgement of a delivery once it is read, by the database, and bytes from which a document is read in a process of its own.
JUDGED = 3_600.0
DOCUMENT = 64 * 1024
#: Findings of one kind that a reader lists one by one.
LISTED = 20
#: Levels of folders looked through in landing, and characters of a file's name.
FOLDERS = 10
NAME = 200
