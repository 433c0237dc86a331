"""Tables of a pdf page: pieces of text beside each other made into one line, with the cells by column."""

from __future__ import annotations

import itertools

from dagster_project.reading.pdf import Linje

#: Pieces whose tops differ by less stand on one line.
SAME = 2.5
#: A line of pieces is a row of a table if one of them is this short: the columns of a page set in two are longer.
SHORT = 25


def joined(page: list[Linje]) -> list[Linje]:
    """The lines of a page, from the top, each row of a table as one line with ``" | "`` between its cells."""
    rows = _rows(page)
    lines: list[Linje] = []
    for table, group in itertools.groupby(rows, key=lambda row: len(row) > 1):
        found = list(group)
        lines += _table(found) if table else [piece for row in found for piece in row]
    return lines


def _rows(page: list[Linje]) -> list[list[Linje]]:
    rows: list[list[Linje]] = []
    for piece in page:
        if rows and abs(rows[-1][0][0] - piece[0]) < SAME and len(rows[-1]) < 12:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    found: list[list[Linje]] = []
    for row in rows:
        row.sort(key=lambda piece: piece[1])
        if len(row) > 1 and min(len(piece[-1].strip()) for piece in row) <= SHORT:
            found.append(row)
        else:
            found += [[piece] for piece in row]
    return found


def _table(rows: list[list[Linje]]) -> list[Linje]:
    """The rows by the columns of the fullest one; one that begins in a later column goes on with the row above it."""
    columns = [piece[1] for piece in max(rows, key=len)]
    lines: list[Linje] = []
    cells: list[list[str]] = []
    for row in rows:
        own = [""] * len(columns)
        for piece in row:
            at = min(range(len(columns)), key=lambda i: abs(columns[i] - piece[1]))
            own[at] = f"{own[at]} {piece[-1].strip()}".strip()
        goes_on = cells and not own[0] and abs(lines[-1][0] - row[0][0]) < 2 * row[0][2]
        if goes_on:
            cells[-1] = [f"{a} {b}".strip() for a, b in zip(cells[-1], own, strict=True)]
        else:
            cells.append(own)
            lines.append(row[0])
    return [
        (*line[:5], " | ".join(c.replace("|", "/") for c in own).rstrip(" |"))
        for line, own in zip(lines, cells, strict=True)
    ]
