"""What a verdict rests on: no rule can change without the deliveries judged by it being judged anew."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from dagster_project.deliveries import rulebook
from dagster_project.settings import PROJECT, SEEDS
from dagster_project.sources import all_sources


@pytest.mark.parametrize("kalla", sorted(all_sources()))
def test_every_seed_that_the_code_of_the_door_speaks_of_is_a_rule(kalla: str) -> None:
    files = rulebook.files(kalla)
    assert all(path.is_file() for path in files)
    code = "".join(path.read_text(encoding="utf-8") for path in files if path.suffix == ".py")
    spoken_of = {path for path in SEEDS.rglob("*.csv") if re.search(rf"\b{re.escape(path.name)}", code)}
    assert {path.stem for path in spoken_of} >= {"overenskommelser", "regioner", "serier", "fornamn"}
    assert spoken_of <= set(files)
    mine = [PROJECT / "expectations" / f"{kalla}.json", *(SEEDS / "formats" / kalla).glob("*.yml")]
    assert {*mine, PROJECT / "dagster_project" / "reading" / "amounts.py"} <= set(files)


@pytest.mark.parametrize(
    "changed",
    [
        "agreements/overenskommelser.csv",
        "agreements/skyldigheter.csv",
        "formats/kodlistor.csv",
        "reference/fornamn.csv",
    ],
)
def test_a_changed_seed_is_a_new_rulebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    copied = shutil.copytree(SEEDS, tmp_path / "seeds")
    monkeypatch.setattr(rulebook, "SEEDS", copied)
    before = rulebook.rulebook.__wrapped__("rekvisition")
    assert rulebook.rulebook.__wrapped__("rekvisition") == before
    with (copied / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert rulebook.rulebook.__wrapped__("rekvisition") != before
