"""The made-up reports of ``examples/facit/``, written as the files a region would send, with their keys beside.

``python -m examples.generators.facit DIR`` writes them. A report is a text with marks: ``#`` a heading by its level, ``-`` a list item,
``|`` a row of a table, ``!`` a line of letterhead.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from examples.generators import nulagesrapport as made

FACIT = Path(__file__).parents[1] / "facit"
#: What each report is written as.
SOM = {"vasternorrland": ".docx", "sormland": ".txt", "jonkoping": ".pdf"}


def stycken(path: Path) -> Iterator[made.Stycke]:
    """The content of a marked text, piece by piece."""
    titled = False
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark.strip("#") == "" and mark:
            yield ("titel" if not titled else f"r{max(len(mark) - 1, 1)}"), text
            titled = True
        elif mark == "-":
            yield "punkt", text
        elif mark == "|":
            yield "tabell", text.rstrip(" |")
        elif mark == "!":
            yield "brev", text
        elif line:
            yield "p", line


def write(folder: Path) -> list[Path]:
    """Each report and its key in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    writers = {".docx": made.write_docx, ".txt": made.write_txt, ".pdf": made.write_pdf}
    written = []
    for name, suffix in SOM.items():
        path = folder / f"{name}{suffix}"
        writers[suffix](path, list(stycken(FACIT / f"{name}.txt")))
        written += [path, Path(shutil.copy(FACIT / f"{name}.facit.csv", folder))]
    return written


if __name__ == "__main__":
    for file in write(Path(sys.argv[1])):
        print(file)
