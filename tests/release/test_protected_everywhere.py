"""An open cell in any table or page that speaks of persons is refused: planted one by one in a copy of what the release says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dagster_project.release import ReleaseError, catalogue, sealed
from dagster_project.release.attack import declared, regionpages
from dagster_project.release.releases import Release

Plant = Callable[..., Path]
SMALL = 7
#: Gotland's first visits in September 2019, too few to be shown.
QUEUE = "region_kod = '09' and grupp = 'besok' and manad = 9 and ar = 2019"
HIDDEN = (
    "vantande = null, vantande_foregaende_ar = null, andel = null, andel_foregaende_ar = null, andel_inom_60 = null, "
)
HIDDEN += "forbattring_pe = null, varde_status = 'c'"
#: What Kolada has of Gotland and of the country, and the country's certificates of specialists, hidden.
KOLADA = (
    "kalla = 'kolada' and indikator_id = 'medicinsk_bedomning_tre_dagar' and ar = 2020 and kon = 'T' and region_kod = "
)
BEVIS = "kalla = 'specialistbevis' and ar = 2019 and kon = 'T' and region_kod = '00'"
GONE = "varde = null, taljare = null, namnare = null, varde_status = 'c'"


@pytest.fixture
def plant(release: Release, tmp_path: Path) -> Plant:
    """A database with some tables of the release, changed."""

    def made(tables: list[str], *changes: str) -> Path:
        path = tmp_path / "uppfoljning_2020.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute(f"attach '{release.database}' as ut (read_only)")
            con.execute("create schema mart; create schema tabell; create schema referens")
            for table in [*tables, "referens.indikatorer", "referens.serier", "referens.storheter"]:
                con.execute(f"create table {table} as from ut.{table}")
            for change in changes:
                assert con.execute(change).fetchone() != (0,), change
        return path

    return made


def refused(path: Path) -> str:
    with pytest.raises(ReleaseError) as error:
        sealed.written(path, catalogue.load(2020).part("publik"))
    return str(error.value)


@pytest.mark.parametrize(
    ("tables", "hide", "said"),
    [
        (
            ["mart.komiljard_utfall", "tabell.komiljard_utfall"],
            [f"update mart.komiljard_utfall set {HIDDEN} where {QUEUE}"],
            "tabell.komiljard_utfall shows a hidden figure: besok 9 2019, 20.., region 09, .*",
        ),
        (
            ["mart.indikator", "tabell.regionprofil"],
            [f"update mart.indikator set {GONE} where {KOLADA}'09'"],
            "tabell.regionprofil shows a hidden figure: kolada .* 2020, region 09, taljare",
        ),
        (
            ["mart.indikator", "tabell.regionprofil"],
            [f"update mart.indikator set {GONE} where {KOLADA}'00'"],
            "tabell.regionprofil shows a hidden figure: kolada .* 2020, riket, taljare",
        ),
        (
            ["mart.indikator", "mart.regionbild", "tabell.regionoversikt"],
            [f"update mart.indikator set {GONE} where {KOLADA}'09'"],
            "tabell.regionoversikt shows a hidden figure: kolada .* 2020, region 09, taljare",
        ),
        (
            ["mart.indikator", "tabell.storheter_riket"],
            [f"update mart.indikator set {GONE} where {BEVIS}"],
            "tabell.storheter_riket shows a hidden figure: specialistbevis .* 2019, riket, taljare",
        ),
    ],
    ids=["komiljard_utfall", "regionprofil", "regionprofil, riket", "regionoversikt", "storheter_riket"],
)
def test_a_table_that_shows_what_a_mart_hides_is_refused(
    plant: Plant, tables: list[str], hide: list[str], said: str
) -> None:
    assert re.fullmatch(said, refused(plant(tables, *hide)))


@pytest.mark.parametrize("column", ["vantande", "vantande_foregaende_ar"])
def test_a_group_that_is_too_small_and_not_hidden_is_refused(plant: Plant, column: str) -> None:
    path = plant(["mart.komiljard_utfall"], f"update mart.komiljard_utfall set {column} = {SMALL} where {QUEUE}")
    with pytest.raises(ReleaseError, match=rf"besok 9 2019, 201[89], region 09: namnare is {SMALL}"):
        sealed.seal(path, [], {})


@pytest.mark.parametrize("column", ["andel", "andel_foregaende_ar", "andel_inom_60", "forbattring_pe", "vantande"])
def test_a_hidden_month_of_the_queues_leaves_nothing_of_itself(plant: Plant, column: str) -> None:
    """Each number of a hidden month by itself; without any of them nothing is refused."""
    hide = f"update mart.komiljard_utfall set {HIDDEN} where {QUEUE}"
    back = f"update mart.komiljard_utfall set {column} = 50 where {QUEUE}"
    with pytest.raises(ReleaseError, match=r"region 09: .* is hidden, and stands in mart.komiljard_utfall"):
        sealed.seal(plant(["mart.komiljard_utfall"], hide, back), [], {})


def test_a_hidden_month_of_the_queues_is_let_through(plant: Plant) -> None:
    hide = f"update mart.komiljard_utfall set {HIDDEN} where {QUEUE}"
    assert sealed.seal(plant(["mart.komiljard_utfall"], hide), [], {}) == []


@pytest.mark.parametrize(
    ("table", "found", "put"),
    [
        ("regionprofil", r'(data-tabell="regionprofil".*?data-h="Värde">)[^<]*', r"\g<1>61,7"),
        ("tre_dagar", r'(data-tabell="tre_dagar".*?<td>)\[c\]', r"\g<1>61,7"),
        ("tre_dagar", r"(<p class=\"varde\"><strong>)[^<]*(.*?#tre_dagar\")", None),
    ],
    ids=["an indicator", "a hidden month", "its place"],
)
def test_a_regions_page_that_says_more_than_the_release_is_refused(
    release: Release, tmp_path: Path, table: str, found: str, put: str | None
) -> None:
    shutil.copyfile(release.path / "index.html", tmp_path / "index.html")
    (tmp_path / "region").mkdir()
    page = (release.path / "region" / "gotland.html").read_text(encoding="utf-8")
    known = declared.load()
    (tmp_path / "region" / "gotland.html").write_text(page, encoding="utf-8")
    assert list(regionpages.strange(known, tmp_path)) == []
    if put is None:  # Gotland has no place in what it hides: give it one
        card = (
            '<div class="plats"><h3><a href="../index.html?region=09#tre_dagar">Alla regioner</a></h3>'
            '<p class="varde"><strong>61,7 procent</strong></p></div>'
        )
        changed = page.replace("</main>", f"{card}</main>")
    else:
        changed, times = re.subn(found, put, page, count=1, flags=re.DOTALL)
        assert times == 1
    (tmp_path / "region" / "gotland.html").write_text(changed, encoding="utf-8")
    assert list(regionpages.strange(known, tmp_path)) == [
        f"region/gotland.html shows 61,7 in {table}, which index.html does not show"
    ]
