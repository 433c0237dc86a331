"""What the project promises about itself: contracts, descriptions, units, decimals, and documentation that builds."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt_harness import DBT, dbt

from dagster_project.release import database
from dagster_project.warehouse import columns
from dagster_project.warehouse.graph import Graph


@pytest.fixture(scope="module")
def documented(empty_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dokumenterat")
    shutil.copytree(empty_year, folder, dirs_exist_ok=True)
    dbt(folder, "docs", "generate")
    return folder / "target"


def models(target: Path) -> list[dict[str, Any]]:
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    return [node for node in nodes if node["resource_type"] == "model"]


def test_documentation_builds(documented: Path) -> None:
    assert (documented / "index.html").is_file()
    catalog = json.loads((documented / "catalog.json").read_text(encoding="utf-8"))
    assert not catalog["errors"]
    for node in models(documented):
        assert list(catalog["nodes"][node["unique_id"]]["columns"]), node["name"]


def test_every_mart_column_has_description_unit_and_decimals(documented: Path) -> None:
    marts = [node for node in models(documented) if node["schema"] == "mart"]
    words = database.described(Graph(documented / "manifest.json"), {})
    assert {mart["name"] for mart in marts} == {path.stem for path in (DBT / "models" / "marts").glob("*/*.sql")}
    for mart in marts:
        assert mart["description"]
        assert mart["config"]["contract"]["enforced"]
        for name, said in words["mart", mart["name"]]["columns"].items():
            assert said["description"], f"{mart['name']}.{name}"
            assert said["enhet"], f"{mart['name']}.{name}"
            assert said["rubrik"], f"{mart['name']}.{name}"
            assert "decimaler" in said, f"{mart['name']}.{name}"
            # A number says how many decimals it is shown with, except where it is shown as it is.
            if mart["columns"][name]["data_type"] in ("bigint", "double") and name != "andel_publicerad":
                assert isinstance(said["decimaler"], int), f"{mart['name']}.{name}"


def test_the_dictionary_has_the_marts_columns_and_no_others(documented: Path) -> None:
    used = {name for node in models(documented) if node["schema"] == "mart" for name in node["columns"]}
    assert used == set(columns.load())


def test_doc_blocks_are_up_to_date() -> None:
    assert columns.DOC_BLOCKS.read_text(encoding="utf-8") == columns.doc_blocks(), "run `make schema`"


def test_a_mart_says_only_what_is_special_of_a_column(documented: Path) -> None:
    dictionary = columns.load()
    for node in models(documented):
        for name, column in node["columns"].items() if node["schema"] == "mart" else ():
            common = dictionary[name].model_dump()
            assert f"doc('{name}')" in _yml(node, name) or column["description"] != common["text"], (
                f"{node['name']}.{name}"
            )
            said = column["config"]["meta"]
            assert not [key for key in said if said[key] == common[key]], f"{node['name']}.{name}"


@cache
def _models_in(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return found


def _yml(node: dict[str, Any], name: str) -> str:
    """The description of a column as it is written."""
    [model] = [m for m in _models_in(DBT / node["patch_path"].split("://")[1]) if m["name"] == node["name"]]
    return next(str(column["description"]) for column in model["columns"] if column["name"] == name)


def test_every_model_says_its_grain(documented: Path) -> None:
    assert [node["name"] for node in models(documented) if not node["description"]] == []


def test_the_reporting_year_has_no_default() -> None:
    project = (Path(__file__).resolve().parents[2] / "dbt" / "dbt_project.yml").read_text(encoding="utf-8")
    assert "\n  ar:" not in project


def test_text_put_together_from_rows_has_an_order() -> None:
    """Without one it comes out in whatever order the threads were done, and a release is not rebuilt unchanged."""
    unordered = []
    for path in [*(DBT / "models").rglob("*.sql"), *(DBT / "macros").rglob("*.sql")]:
        sql = path.read_text(encoding="utf-8")
        for found in re.finditer(r"(?<![\w.])(list_sort\()?(string_agg|array_agg|list)\(", sql):
            depth, end = 1, found.end()
            while depth:
                depth += {"(": 1, ")": -1}.get(sql[end], 0)
                end += 1
            if not found[1] and "order by" not in sql[found.end() : end]:
                unordered.append(f"{path.name}: {sql[found.start() : end]}")
    assert not unordered
