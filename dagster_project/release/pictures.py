"""Figures that are the same as in an earlier release: they are taken over from it, for drawing costs more than all else of a release.

What the figures of a release were drawn from is kept beside its lineage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from dagster_project.release.figures import Kept, PublishedFigure, files
from dagster_project.release.releases import Release
from dagster_project.settings import Home

FOLDER = "figurer"
_NOTE = "figurer.json"


def note(folder: Path, figures: Iterable[PublishedFigure]) -> None:
    """Keep in ``folder`` what the figures were drawn from, with their words."""
    said = {f.ur: [f.spec.id, f.rubrik, f.alttext, f.meddelande, f.pahittad, f.drawn] for f in figures}
    (folder / _NOTE).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


def earlier(home: Home, last: Release | None) -> dict[str, Kept]:
    """The figures of a release whose pictures are what its manifest says, by a hash of what they were drawn from."""
    path = home.harkomst / last.id / _NOTE if last else None
    if last is None or path is None or not path.is_file():
        return {}
    found = {}
    for ur, (name, rubrik, alttext, meddelande, pahittad, drawn) in json.loads(
        path.read_text(encoding="utf-8")
    ).items():
        pictures = {file: _picture(last, f"{FOLDER}/{file}") for file in files(name)} if drawn else {}
        whole = {file: content for file, content in pictures.items() if content}
        if whole.keys() == pictures.keys():
            found[ur] = Kept(rubrik, alttext, meddelande, pahittad, whole or None)
    return found


def _picture(release: Release, file: str) -> bytes | None:
    """A file of a release, if it is what was published."""
    path = release.path / file
    content = path.read_bytes() if path.is_file() else b""
    return content if release.manifest["filer"].get(file) == sha256(content).hexdigest() else None
