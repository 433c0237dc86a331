"""What lies in landing: files with any name are deliveries; links, pipes and folders with a file's name are told and left."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from dagster_project.reading import landing

NAMES = [
    "fil.csv",
    "d'Artagnan.csv",
    "rad\nbrytning.csv",
    "-rf.csv",
    "a" * 251 + ".csv",
    "Va\u0308stra.csv",
    "[b].csv",
    '"; copy.csv',
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "2020").mkdir()
    file = tmp_path / "2020" / name
    file.write_text("x")
    found = landing.look(tmp_path)
    assert (found.filer, found.ej_lasta) == ([file], [])
    shown = landing.shown(name)
    assert "\n" not in shown
    assert len(shown) <= 200
    assert unicodedata.is_normalized("NFC", shown)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux")
def test_what_is_not_followed_is_told(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("x")
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "bra.csv").write_text("x")
    (folder / "bra.csv.leverans.yml").write_text("period: 2020")
    (folder / "ensam.csv.leverans.yml").write_text("period: 2020")
    (folder / "link.csv").symlink_to(secret)
    (folder / "mapp").symlink_to(tmp_path)
    (folder / "folder.csv").mkdir()
    (folder / "folder.csv" / "inne.csv").write_text("x")
    (folder / ".dold.csv").write_text("x")
    (folder / "~$bra.xlsx").write_text("x")
    (folder / "halv.csv.part").write_text("x")
    os.mkfifo(folder / "pipe.csv")
    Path(os.fsdecode(os.fsencode(folder) + b"/v\xe5rd.csv")).write_text("x")
    found = landing.look(folder)
    assert found.filer == [folder / "bra.csv"]
    assert sorted(name for name, _ in found.ej_lasta) == sorted(
        ["ensam.csv.leverans.yml", "folder.csv", "link.csv", "mapp", "pipe.csv", "vård.csv"]
    )
    assert all(why.endswith(".") or why.endswith("?") for _, why in found.ej_lasta)
    for name, _ in found.ej_lasta:
        name.encode("utf-8")


def test_no_folder_is_nothing(tmp_path: Path) -> None:
    assert landing.look(tmp_path / "saknas") == landing.Landning()
