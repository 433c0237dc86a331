"""What is hidden of a series of an indicator cannot be computed, within a release and between the releases of a year."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.release import sealed
from dagster_project.release.attack import attack, declared, published
from dagster_project.release.attack.published import Cell, Key, Published
from dagster_project.release.releases import Release

DECLARED = declared.load()
THRESHOLD = 20
REGIONS = ["09", "10", "23", "01", "12", "14"]


#: Two seeds at every change, more of them nightly, and as many as asked for by `make attack`.
SEEDS = [
    *range(2),
    *(
        pytest.param(seed, marks=pytest.mark.nightly)
        for seed in range(2, int(os.environ.get("UPPFOLJNING_SEEDS", "20")))
    ),
]


@dataclass(frozen=True)
class Row:
    """A row of ``int_indikatorvarden_summerade``."""

    region_kod: str
    kon: str
    taljare: int | None
    namnare: int | None
    leverans_id: str = "L1"
    angiven_status: str | None = None
    utesluten: bool = False


Protect = Callable[[list[Row]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def protect(empty_year: Path) -> Protect:
    """The SQL of the protection as dbt compiled it, over values made here: the rows of ``int_indikatorvarden_bedomda``."""
    compiled = empty_year / "target" / "compiled" / "uppfoljning" / "models" / "intermediate" / "indikatorer"
    con = duckdb.connect()
    con.execute(f"attach '{empty_year / 'build.duckdb'}' as byggd (read_only); attach ':memory:' as build")
    con.execute("create schema build.referens; create schema build.intermediate")
    con.execute("create table build.referens.brott as from byggd.referens.brott limit 0")
    values = "build.intermediate.int_indikatorvarden_summerade"
    con.execute(f"create table {values} as from byggd.intermediate.int_indikatorvarden_summerade limit 0")
    con.execute("detach byggd")
    levels, judged = (
        (compiled / f"int_indikatorvarden_{name}.sql").read_text("utf-8") for name in ("skyddsnivaer", "bedomda")
    )
    con.execute(f"create view build.intermediate.int_indikatorvarden_skyddsnivaer as {levels}")

    def over(rows: list[Row]) -> list[dict[str, Any]]:
        con.execute(f"delete from {values}")
        con.executemany(
            f"insert into {values} (kalla, indikator_id, definition, prioritet, ar, region_kod, kon, taljare, namnare, varde,"
            " troskel, angiven_status, utesluten, leverans_id)"
            " values ('vardenisiffror', 'aterinskrivning_30_dagar', 'publicerad', 1, 2019, ?, ?, ?, ?, 100.0 * ? / ?, ?, ?, ?, ?)",
            [
                (
                    r.region_kod,
                    r.kon,
                    r.taljare,
                    r.namnare,
                    r.taljare,
                    r.namnare,
                    THRESHOLD,
                    r.angiven_status,
                    r.utesluten,
                    r.leverans_id,
                )
                for r in rows
            ],
        )
        answer = con.execute(f"select * from ({judged}) order by region_kod, kon")
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    return over


def release(rows: list[dict[str, Any]]) -> Published:
    """The rows as one release of them."""
    cells = [
        Cell(
            "mart.indikator",
            Key(
                "serier",
                (row["kalla"], row["indikator_id"], row["definition"]),
                str(row["ar"]),
                row["region_kod"],
                "",
                (row["kon"],),
            ),
            row["varde_status"] == "c",
            {"namnare": row["namnare"], "taljare": row["taljare"]},
        )
        for row in rows
        if row["varde_status"] != "x"
    ]
    return Published(cells, {"aterinskrivning_30_dagar": THRESHOLD})


def by_sex(women: dict[str, tuple[int, int]], men: dict[str, tuple[int, int]]) -> list[Row]:
    """Women and men per region with their totals, and riket as their sum."""
    rows = [Row(region, kon, *pair) for kon, each in (("K", women), ("M", men)) for region, pair in each.items()]
    rows += [Row(r, "T", women[r][0] + men[r][0], women[r][1] + men[r][1]) for r in women]
    for kon in ("T", "K", "M"):
        mine = [row for row in rows if row.kon == kon and not row.utesluten]
        rows.append(Row("00", kon, sum(row.taljare or 0 for row in mine), sum(row.namnare or 0 for row in mine)))
    return rows


def test_a_region_is_hidden_with_the_sexes_of_another_and_not_with_one_of_them(protect: Protect) -> None:
    """Gotland has eleven women. Blekinge has the fewest women of the others and Jämtland the fewest men: if one sex of each were hidden,
    the other sex and the total would give both back, and then Gotland's."""
    women = {"09": (2, 11), "10": (9, 40), "23": (12, 90), "01": (80, 900)}
    men = {"09": (7, 60), "10": (12, 95), "23": (8, 50), "01": (70, 800)}
    rows = protect(by_sex(women, men))
    hidden = {(row["region_kod"], row["kon"]) for row in rows if row["varde_status"] == "c"}
    assert hidden == {("09", "K"), ("09", "M"), ("10", "K"), ("10", "M")}
    assert all(row["namnare"] is None and row["varde"] is None for row in rows if row["varde_status"] == "c")
    assert attack(DECLARED, [release(rows)]) == []


def test_one_sex_hidden_alone_is_found_by_the_attack(protect: Protect) -> None:
    """The attack sees what was published before: two regions with one sex each hidden, chosen per sex."""
    women = {"09": (2, 11), "10": (9, 40), "23": (12, 90), "01": (80, 900)}
    men = {"09": (7, 60), "10": (12, 95), "23": (8, 50), "01": (70, 800)}
    hide = {("09", "K"), ("09", "M"), ("10", "K"), ("23", "M")}
    rows = protect(by_sex(women, men))
    shown = {(row.region_kod, row.kon): row for row in by_sex(women, men)}
    for row in rows:
        key = row["region_kod"], row["kon"]
        row |= {"namnare": None, "taljare": None, "varde_status": "c"} if key in hide else {
            "namnare": shown[key].namnare, "taljare": shown[key].taljare, "varde_status": None
        }  # fmt: skip
    found = {
        (each.figure.key.region, each.figure.key.delar, each.figure.storhet): each.minst
        for each in attack(DECLARED, [release(rows)])
    }
    assert found[("09", ("K",), "namnare")] == 11
    assert found[("09", ("K",), "taljare")] == 2


def made(rng: random.Random) -> list[Row]:
    """A series of random regions: some small, some with nobody, some hidden by the source, some not counted."""
    regions = REGIONS[: rng.randint(2, len(REGIONS))]
    size = rng.choice([15, 40, 200])

    def pair() -> tuple[int, int]:
        whole = 0 if rng.random() < 0.1 else round(rng.expovariate(1 / size))
        return sum(rng.random() < 0.2 for _ in range(whole)), whole

    women, men = ({region: pair() for region in regions} for _ in range(2))
    rows = by_sex(women, men)
    if rng.random() < 0.3:
        rows = [row for row in rows if row.kon == "T"]
    if rng.random() < 0.2:
        hidden = rng.choice(regions)
        rows = [
            replace(r, taljare=None, namnare=None, angiven_status="c") if r.region_kod == hidden else r for r in rows
        ]
    return rows


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_can_be_computed_of_a_random_series(protect: Protect, seed: int) -> None:
    for number in range(5):
        rows = protect(made(random.Random(1000 * seed + number)))
        assert [str(each) for each in attack(DECLARED, [release(rows)])] == []


def database(folder: Path, nummer: int, rows: list[dict[str, Any]]) -> Release:
    """A release's marts, as far as the protection between releases needs them."""
    path = folder / f"2020.{nummer}"
    path.mkdir()
    made = Release(path, 2020, nummer)
    with duckdb.connect(str(made.database)) as con:
        con.execute("create schema mart; create schema referens")
        con.execute(
            f"create table referens.indikatorer as select 'aterinskrivning_30_dagar' as id, {THRESHOLD} as troskel_sekretess"
        )
        con.execute(
            "create table mart.indikator (kalla varchar, indikator_id varchar, definition varchar, ar integer, region_kod varchar,"
            " kon varchar, taljare bigint, namnare bigint, varde double, varde_status varchar, leverans_id varchar)"
        )
        names = [row[0] for row in con.execute("describe mart.indikator").fetchall()]
        con.executemany(
            f"insert into mart.indikator values ({', '.join('?' * len(names))})",
            [[row[n] for n in names] for row in rows],
        )
    return made


def shown(made: Release) -> dict[tuple[str, str], tuple[int | None, str | None]]:
    with duckdb.connect(str(made.database), read_only=True) as con:
        rows = con.execute("select region_kod, kon, namnare, varde_status from mart.indikator").fetchall()
    return {(region, kon): (namnare, status) for region, kon, namnare, status in rows}


def corrected(rows: list[Row], region: str, women: tuple[int, int], men: tuple[int, int]) -> list[Row]:
    """A new delivery of one region."""
    pairs = {(row.region_kod, row.kon): (row.taljare or 0, row.namnare or 0) for row in rows if row.region_kod != "00"}
    pairs |= {(region, "K"): women, (region, "M"): men}
    each = [{r: pair for (r, k), pair in pairs.items() if k == kon} for kon in ("K", "M")]
    return [replace(row, leverans_id="L2") if row.region_kod in (region, "00") else row for row in by_sex(*each)]


def test_a_figure_that_the_year_has_shown_is_not_hidden_beside_one_that_it_has_shown(
    protect: Protect, tmp_path: Path
) -> None:
    """26 women on Gotland become 18. Hidden with them would be Blekinge's, which the first release shows: so the old figures stand."""
    women = {"09": (3, 26), "10": (9, 40), "23": (12, 90), "01": (80, 900)}
    men = {"09": (7, 60), "10": (12, 95), "23": (8, 50), "01": (70, 800)}
    first = by_sex(women, men)
    before = database(tmp_path, 1, protect(first))
    after = database(tmp_path, 2, protect(corrected(first, "09", (2, 18), (7, 60))))
    assert shown(after)["09", "K"] == (None, "c")
    kept = sealed.seal(after.database, [before], {})
    assert kept == [("serier", ("vardenisiffror", "aterinskrivning_30_dagar", "publicerad"), "2019")]
    assert shown(after) == shown(before)


def test_what_the_year_has_hidden_is_not_told_by_what_comes_later(protect: Protect, tmp_path: Path) -> None:
    """11 women on Gotland become 25, and then Blekinge's, hidden with them, would be shown: they are the first release's as well."""
    women = {"09": (2, 11), "10": (9, 40), "23": (12, 90), "01": (80, 900)}
    men = {"09": (7, 60), "10": (12, 95), "23": (8, 50), "01": (70, 800)}
    first = by_sex(women, men)
    before = database(tmp_path, 1, protect(first))
    after = database(tmp_path, 2, protect(corrected(first, "09", (4, 25), (7, 60))))
    assert shown(after)["10", "K"] == (40, None)
    assert sealed.seal(after.database, [before], {})
    assert shown(after) == shown(before)


def test_what_is_as_it_was_is_not_attacked_again(
    protect: Protect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also beside a release with its printed tables, which one that is being made has not yet."""
    women = {"09": (3, 26), "10": (9, 40), "23": (12, 90), "01": (80, 900)}
    rows = protect(by_sex(women, women))
    before, after = database(tmp_path, 1, rows), database(tmp_path, 2, rows)
    with duckdb.connect(str(before.database)) as con:
        con.execute("create table referens.serier as select kalla, indikator_id, definition from mart.indikator")
        con.execute("create schema tabell; create table tabell.storhet_aterinskrivning as from mart.indikator")
    said = {cell.tabell for cell in sealed._read(DECLARED, before.database).cells}
    assert said == {"mart.indikator", "tabell.storhet_aterinskrivning"}

    def attacked(*_: object) -> list[object]:
        raise AssertionError("attacked")

    monkeypatch.setattr(sealed.attack, "attack", attacked)
    assert sealed.seal(after.database, [before], {}) == []
    changed = database(tmp_path, 3, protect(corrected(by_sex(women, women), "09", (5, 31), (7, 60))))
    with pytest.raises(AssertionError, match="attacked"):
        sealed.seal(changed.database, [before], {})


def test_a_correction_that_tells_of_nobody_is_published(protect: Protect, tmp_path: Path) -> None:
    women = {"09": (3, 26), "10": (9, 40), "23": (12, 90), "01": (80, 900)}
    men = {"09": (7, 60), "10": (12, 95), "23": (8, 50), "01": (70, 800)}
    first = by_sex(women, men)
    before = database(tmp_path, 1, protect(first))
    after = database(tmp_path, 2, protect(corrected(first, "09", (5, 31), (7, 60))))
    assert sealed.seal(after.database, [before], {}) == []
    assert shown(after)["09", "K"] == (31, None)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_releases_of_a_year_tell_nothing_together(protect: Protect, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    rows = made(rng)
    while {row.kon for row in rows} != {"T", "K", "M"} or any(row.angiven_status for row in rows):
        rows = made(rng)
    out: list[Release] = []
    for nummer in (1, 2, 3):
        new = database(tmp_path, nummer, protect(rows))
        sealed.seal(new.database, out, {})
        out.append(new)
        region = rng.choice([row.region_kod for row in rows if row.region_kod != "00"])
        counts = [(min(a, b), max(a, b)) for a, b in ((rng.randint(0, 40), rng.randint(0, 40)) for _ in range(2))]
        rows = [
            replace(row, leverans_id=f"L{nummer}") if row.region_kod in (region, "00") else row
            for row in corrected(rows, region, *counts)
        ]
        said = []
        for each in out:
            with duckdb.connect(str(each.database), read_only=True) as con:
                said.append(published.of_database(DECLARED, con))
        assert [str(each) for each in attack(DECLARED, said)] == []


def test_an_open_figure_is_not_published(tmp_path: Path) -> None:
    """One region hidden alone, in the year's first release: there is nothing to keep."""
    row = {"kalla": "vardenisiffror", "indikator_id": "aterinskrivning_30_dagar", "definition": "publicerad", "ar": 2019, "kon": "T",
           "varde": None, "varde_status": None, "leverans_id": "L1"}  # fmt: skip
    numbers = {"00": (20, 200), "09": (None, None), "10": (19, 189)}
    rows = [
        row | {"region_kod": r, "taljare": t, "namnare": n, "varde_status": None if n else "c"}
        for r, (t, n) in numbers.items()
    ]
    with pytest.raises(sealed.ReleaseError, match="region 09: namnare is 11"):
        sealed.seal(database(tmp_path, 1, rows).database, [], {})
