"""After any change a build of what has changed equals a build from scratch; and it is no more than what has changed."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import printed_deliveries
import pytest
from dbt_harness import copied_project

from dagster_project.settings import Home
from dagster_project.validation import suites
from dagster_project.warehouse import corrections, dbt, state
from dagster_project.warehouse.graph import Nod

MARCH, APRIL = date(2020, 3, 1), date(2020, 4, 1)
#: The last region's contacts are corrected, and left alone otherwise.
UNITS = {"01": "SE01-1", "03": "SE03-1", "04": "SE04-1", "09": "SE09-1"}
CHANGING, CORRECTED = ["01", "03", "04"], "09"


class World:
    """A home folder with raw tables made by hand, and all that a build of it depends on, to be changed."""

    def __init__(self, home: Home, project: ModuleType, patch: pytest.MonkeyPatch, seed: int) -> None:
        self.home, self.project, self.chance = home, project, random.Random(seed)
        (
            project.DBT / "tests" / "ingen_ny_avvikelse_fran_trycket.sql"
        ).unlink()  # what is delivered here is not what is printed
        self.thresholds: dict[str, Any] = {k: dict(v) for k, v in printed_deliveries.TROSKLAR.items()}
        patch.setattr(suites, "thresholds", lambda *_: self.thresholds)
        patch.setattr(corrections, "FOLDER", project.SEEDS / "corrections")
        self.raw = printed_deliveries.deliveries()
        self.clock = datetime(2020, 6, 1)
        units = [
            {"region_kod": region, "vardenhet_id": unit, "giltig_fran": date(2010, 1, 1), "agarform": "region"}
            for region, unit in UNITS.items()
        ]
        self.raw.deliver("e1", self.clock, date(2010, 1, 1), "region_kod", {"enhetsregister/enheter": units})
        for month in (MARCH, APRIL):
            self.contacts(month, *UNITS)
        self.write()

    def contacts(self, month: date, *regions: str) -> None:
        rows = [
            {"region_kod": region, "vardenhet_id": UNITS[region], "kontakt_id": f"{region}{n}", "kon": "KM"[n % 2]}
            | {"yrkeskategori": "XS915", "vardgaranti": "ja", "nytt_eller_forsamrat": "ja", "vardkontakt": "0"}
            | {"kontakt_datum": month, "besok_datum": month + timedelta(days=self.chance.randint(0, 6))}
            for region in regions
            for n in range(self.chance.randint(60, 90))
        ]
        self._deliver(month, "vantetid_primarvard/kontakter", rows)

    def units(self, region: str) -> None:
        row = {"region_kod": region, "visa_tid": self.chance.randint(1, 99), "boka_tid": self.chance.randint(1, 99)}
        self._deliver(MARCH, "webbtidbok/mottagningar", [row])

    def _deliver(self, period: date, table: str, rows: list[dict[str, Any]]) -> None:
        self.clock += timedelta(days=1)
        self.raw.deliver(f"ny-{self.clock:%m%d}", self.clock, period, "region_kod", {table: rows})

    def write(self) -> None:
        shutil.rmtree(self.home.raw, ignore_errors=True)
        self.raw.write(self.home.raw)

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.project.DBT.parent / path
        text = file.read_text(encoding="utf-8")
        assert old in text, path
        file.write_text(text.replace(old, new), encoding="utf-8")

    # --- the changes --------------------------------------------------------------------------------------------------

    def added(self) -> None:
        self.contacts(date(2020, 5, 1), self.chance.choice(CHANGING))

    def replaced(self) -> None:
        self.contacts(self.chance.choice([MARCH, APRIL]), self.chance.choice(CHANGING))
        self.units(self.chance.choice(["01", "10"]))

    def withdrawn(self) -> None:
        self.clock += timedelta(days=1)
        block = {
            "kalla": "vantetid_primarvard",
            "respondent": self.chance.choice(CHANGING),
            "block": "",
            "period": MARCH,
        }
        empty = block | {"leverans_id": f"tom-{self.clock:%m%d}", "mottagen": self.clock, "rader": 0}
        self.raw.blocks[block["kalla"], block["respondent"], "", MARCH].append(empty)

    def judged_anew(self) -> None:
        """The rules of the door: the same deliveries, other rows."""
        for row in self.raw.rows["vantetid_primarvard/kontakter"]:
            if row["region_kod"] != CORRECTED and self.chance.random() < 0.1:
                row["vardgaranti"] = "nej"

    def threshold(self) -> None:
        self.thresholds["kommunenkat"] = {"svarsfrekvens": self.chance.choice([10.5, 99.5])}

    def correction(self) -> None:
        """A contact of a table that staging does not read block by block."""
        row = next(r for r in self.raw.rows["vantetid_primarvard/kontakter"] if r["region_kod"] == CORRECTED)
        key = ";".join(f"{name}={row[name]}" for name in ("_leverans_id", "_rad", "_respondent", "_period"))
        line = ("fel_garanti", "vantetid_primarvard", "kontakter", key, "vardgaranti", "ja", "nej")
        with (corrections.FOLDER / "prov.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerows([corrections.Correction.model_fields, (*line, "prov", "prov", "2020-05-04", 2020, 2020)])

    def macro(self) -> None:
        self.edit("dbt/macros/tre_dagar.sql", "s.dagar_till <= k.grans_dagar", "s.dagar_till < k.grans_dagar")

    def model(self) -> None:
        self.edit(
            "dbt/models/staging/webbtidbok/stg_webbtidbok__mottagningar.sql",
            "* exclude (_period, _respondent, _block)",
            "* exclude (_period, _respondent, _block) replace (visa_tid + 1 as visa_tid)",
        )

    def seed(self) -> None:
        self.edit("seeds/reference/kontaktformer.csv", "\n0,", "\n00,")

    # --- builds -------------------------------------------------------------------------------------------------------

    def build(self) -> list[Nod]:
        self.write()
        return dbt.build(self.home, 2020)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(dbt.build_db(self.home, 2020)), read_only=True) as con:
            return con.execute(sql).fetchall()

    def from_scratch(self, place: Path) -> dict[str, list[Any]]:
        other = Home(place)
        other.create()
        shutil.copytree(self.home.raw, other.raw, dirs_exist_ok=True)
        dbt.build(other, 2020)
        return marts(other)


def marts(home: Home) -> dict[str, list[Any]]:
    with duckdb.connect(str(dbt.build_db(home, 2020)), read_only=True) as con:
        names = con.execute("select table_name from information_schema.tables where table_schema = 'mart'").fetchall()
        return {name: con.execute(f"from mart.{name} order by all").fetchall() for (name,) in names}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that has been built."""
    with pytest.MonkeyPatch.context() as patch:
        home = Home(tmp_path_factory.mktemp("hem"))
        home.create()
        world = World(home, copied_project(tmp_path_factory.mktemp("projekt"), patch), patch, seed=1)
        world.build()
        yield world


def models(nodes: list[Nod]) -> set[str]:
    return {node.unique_id.split(".")[2] for node in nodes if node.unique_id.startswith("model.")}


def failing(nodes: list[Nod]) -> dict[str, str | None]:
    """What does not hold, and what is said of it."""
    return {node.unique_id.split(".")[2]: node.message for node in nodes if node.failed}


def test_nothing_new_makes_nothing_and_a_small_delivery_its_own_marts(here: World) -> None:
    here.build()
    assert here.build() == []
    here.units("10")
    made = models(here.build())
    assert {"stg_webbtidbok__mottagningar", "webbtidbok", "leveransstatus"} <= made
    others = {"int_vantetid_kontakter_summerade", "int_vantetid_celler", "kommunenkat_resultat", "komiljard_utfall"}
    assert not others & made
    assert not {"int_indikatorvarden_bedomda", "medicinsk_bedomning_tre_dagar"} & made, "views read what is there"


def test_a_test_that_fails_is_run_until_it_passes(here: World) -> None:
    here.build()
    kept, unknown = list(here.raw.rows["webbtidbok/mottagningar"]), "98"  # no region
    here._deliver(MARCH, "webbtidbok/mottagningar", [{"region_kod": unknown, "visa_tid": 2, "boka_tid": 1}])
    said = {"stg_webbtidbok__mottagningar_haller": "region_kod finns inte i regioner: 1 rader"}
    assert failing(here.build()) == said
    again = here.build()
    assert failing(again) == said
    assert not models([node for node in again if node.status == "success"]), (
        "what rests on it is not made of what fails"
    )
    here.raw.rows["webbtidbok/mottagningar"] = kept
    mended = here.build()
    assert {node.status for node in mended if node.unique_id.split(".")[2] in said} == {"pass"}
    assert here.build() == []


def test_a_build_of_what_has_changed_equals_one_from_scratch(here: World, tmp_path: Path) -> None:
    here.build()
    code = [here.macro, here.model, here.seed]  # in one: each time they change the project is parsed anew
    data = [here.added, here.replaced, here.withdrawn, here.judged_anew, here.threshold, here.correction]
    here.chance.shuffle(data)
    steps = [data[:3], code, data[3:]]
    for some in steps:
        before = marts(here.home)
        for change in some:
            change()
        here.build()
        assert marts(here.home) != before
    stepwise, scratch = marts(here.home), here.from_scratch(tmp_path / "hem")
    assert stepwise.keys() == scratch.keys()
    for name, rows in scratch.items():
        assert stepwise[name] == rows, (name, [[change.__name__ for change in some] for some in steps])
    [(utfall,)] = here.ask("select utfall from mart.rattelser where rattelse_id = 'fel_garanti'")
    assert utfall == "tillampad"
    corrected = "select omfattas from staging.stg_vantetid_primarvard__kontakter where _rattelse = 'fel_garanti'"
    assert set(here.ask(corrected)) == {(False,)}, "also a table that is not read block by block is corrected"


def test_a_database_that_cannot_be_read_is_built_anew(
    here: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = Home(tmp_path / "hem")
    home.create()
    shutil.copytree(here.home.raw, home.raw, dirs_exist_ok=True)
    db = dbt.build_db(home, 2020)
    db.write_bytes(b"no longer a database" * 1000)
    with caplog.at_level("WARNING", "uppfoljning.warehouse"):
        nodes = dbt.build(home, 2020, "models/marts/webbtidbok")
    said = [record.getMessage() for record in caplog.records if record.name == "uppfoljning.warehouse"]
    assert said == ["2020.duckdb is damaged: it is removed and built anew"]
    assert "webbtidbok" in models(nodes)
    reference = {n.seconds for n in nodes if n.unique_id.startswith("seed.") and n.status == "success"}
    assert reference == {0}, "the reference tables were there, and are taken over"
    with duckdb.connect(str(db)) as con:
        con.execute("update mart.webbtidbok set visa_tid = -1")
    assert dbt.build(home, 2020, "models/marts/webbtidbok") == []
    assert "webbtidbok" in models(dbt.build(home, 2020, "models/marts/webbtidbok", full_refresh=True))
    with duckdb.connect(str(db)) as con:
        assert con.execute("select min(visa_tid) >= 0 from mart.webbtidbok").fetchone() == (True,)
    assert state.read_held(home, 2020) == {}
    state.write_held(home, 2020, {"webbtidbok": "Därför."})
    assert state.read_held(home, 2020) == {"webbtidbok": "Därför."}


@pytest.mark.parametrize("name", ["kopia", "o'briens [1] *kopia/raw"])
def test_a_home_folder_that_is_copied_reads_its_own_raw_tables(here: World, tmp_path: Path, name: str) -> None:
    """Views hold the folder that they read: those of a copy would read the home folder it was copied from. Nothing is made anew for that."""
    here.build()
    copy = Home(tmp_path / name)
    shutil.copytree(here.home.root, copy.root)
    before = marts(here.home)["webbtidbok"]
    shutil.rmtree(here.home.raw)  # written anew for every build
    assert dbt.build(copy, 2020) == []
    assert marts(copy)["webbtidbok"] == before
    with duckdb.connect(str(dbt.build_db(copy, 2020)), read_only=True) as con:
        views = con.execute("select view_name from duckdb_views() where schema_name = 'staging'").fetchall()
        assert len(views) > 20
        for (view,) in views:
            con.execute(f"from staging.{view}").fetchall()
        assert con.execute("select count(*) from staging.stg_webbtidbok__mottagningar").fetchone() == (len(before),)


def test_a_home_folder_whose_copied_database_cannot_read_its_raw_tables_is_built_anew(
    here: World, tmp_path: Path
) -> None:
    here.build()
    copy = Home(tmp_path / "kopia")
    copy.create()
    shutil.copytree(here.home.warehouse, copy.warehouse, dirs_exist_ok=True)
    shutil.copytree(here.home.raw, copy.raw, dirs_exist_ok=True, ignore=shutil.ignore_patterns("barometer"))
    assert "webbtidbok" in models(dbt.build(copy, 2020, "models/marts/webbtidbok"))
    assert marts(copy)["webbtidbok"] == marts(here.home)["webbtidbok"]
