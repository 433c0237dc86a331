"""The delivered files, opened to show a cell as its sender sees it: heading, column letter, content."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from dagster_project.reading import files as reading
from dagster_project.reading import formats
from dagster_project.reading.findings import Avvisad
from dagster_project.settings import Home

#: Originals larger than this are not opened.
_OPENED_UP_TO = 5_000_000


class Originals:
    """The originals of some deliveries (by ``leverans_id``, with ``kalla``, ``filnamn`` and ``sha256``), each read once.

    ``anmarkningar`` says which of them could not be shown because they are gone or are not what was delivered.
    """

    def __init__(self, home: Home, deliveries: dict[str, dict[str, Any]]) -> None:
        self.home, self.deliveries = home, deliveries
        self.anmarkningar: list[str] = []
        self._read: dict[str, dict[str | None, tuple[formats.Traff, dict[int, list[str]]]]] = {}

    def complete(self, row: dict[str, Any]) -> None:
        """Put the sender's own heading in place of our column name, and fill in what the cell said."""
        hit = self._sheets(row["leverans_id"]).get(row["blad"]) if row["kolumn"] else None
        if hit is None or row["kolumn"] not in hit[0].celler:
            return
        found, cells = hit
        spec, index = found.format.kolumn(row["kolumn"]), found.celler[row["kolumn"]]
        if spec.typ != "text":  # free text was masked at the door
            row["levererat"] = cells.get(row["rad"], [""] * (index + 1))[index]
        heading = found.blad.rader[found.rubrikrad][1][index]
        row["kolumn"] = f"{heading} (kolumn {xl_col_to_name(index) if found.blad.namn else index + 1})"

    def _sheets(self, leverans_id: str | None) -> dict[str | None, tuple[formats.Traff, dict[int, list[str]]]]:
        if leverans_id is None:
            return {}
        if leverans_id not in self._read:
            self._read[leverans_id] = self._open(self.deliveries[leverans_id])
        return self._read[leverans_id]

    def _open(self, delivery: dict[str, Any]) -> dict[str | None, tuple[formats.Traff, dict[int, list[str]]]]:
        digest = delivery["sha256"]
        if digest is None:  # not in the register that the release keeps
            return {}
        path = next((self.home.originals / digest[:2]).glob(f"{digest}*"), None)
        if path is None:
            return self._unshown(delivery, "is gone")
        if path.stat().st_size > _OPENED_UP_TO:
            return {}
        if sha256(path.read_bytes()).hexdigest() != digest:
            return self._unshown(delivery, "is not what was delivered any more", path)
        try:
            hits, _ = formats.recognise(delivery["kalla"], reading.read(path), None)
        except (Avvisad, KeyError):  # a kind of file without columns
            return {}
        return {hit.blad.namn: (hit, dict(hit.blad.rader)) for hit in hits}

    def _unshown(self, delivery: dict[str, Any], why: str, path: Path | None = None) -> dict[str | None, Any]:
        where = path or self.home.originals / delivery["sha256"][:2]
        self.anmarkningar.append(
            f"the original of {delivery['filnamn']} ({delivery['leverans_id']}) {why}, so its cells are not shown: "
            f"put it back in {where} from a backup or from the sender"
        )
        return {}
