"""Months are computed on their own: what has not changed is not read again, and what has changed is."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import duckdb
import pandas as pd
import pytest
import raw_vantetid
from compiled import TROSKLAR
from dbt_harness import dbt, query
from reference import Delivery, Frame, Key, Lists, cells, read_csv

from examples.generators.vantetid import Extract, Generated, generate, months_between, write_frame

LISTS = Lists.read(Path(__file__).resolve().parents[2] / "seeds")
EXTRACT = Extract(contacts=9_000, months=months_between("2020-01", "2020-03"), units=40, seed=21, silent=0.1)
TABLES = [
    "intermediate.int_vantetid_kontakter_summerade",
    "intermediate.int_vantetid_celler",
    "mart.medicinsk_bedomning_tre_dagar",
    "mart.medicinsk_bedomning_tre_dagar_ar",
    "mart.medicinsk_bedomning_dagar",
    "mart.medicinsk_bedomning_kontaktform",
    "mart.medicinsk_bedomning_agarform",
]
WANTED = tuple(f"+{table.partition('.')[2]}" for table in TABLES)


class Year:
    """A build of three months, and its deliveries."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.frame = Frame.of(read_csv(write_frame(EXTRACT, folder / "ram.csv")), LISTS)
        self.generated: Generated = generate(EXTRACT, folder / "leverans")
        self.deliveries = [
            Delivery(read_csv(path), f"2020-0{number}-20T00:00:00")
            for number, path in enumerate(self.generated.files, 2)
        ]

    def build(self, *flags: str, wanted: tuple[str, ...] = WANTED, seeds: bool = False) -> None:
        """What is looked at and what it rests on; of reference data only what that needs, and only when they have changed."""
        left_out = ("unit_test", "test") if seeds else ("unit_test", "test", "seed")
        chosen = ("--select", *wanted, "--exclude-resource-type", *left_out)
        dbt(self.folder, "build", *chosen, *flags, trosklar=TROSKLAR)

    def write(self) -> None:
        raw_vantetid.write(self.folder / "raw", self.deliveries, self.frame, LISTS)

    def contents(self) -> dict[str, pd.DataFrame]:
        return {
            table: query(self.folder, f"select * exclude (signatur) from (select null as signatur, * from {table})")
            if table.startswith("mart")
            else query(self.folder, f"select * exclude (signatur) from {table}")
            for table in TABLES
        }


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    year = Year(tmp_path_factory.mktemp("manader"))
    year.write()
    year.build(seeds=True)
    return year


@pytest.fixture(scope="module")
def received(year: Year) -> Year:
    """And what has come, of what was expected."""
    year.build(wanted=("+svarsfrekvens", "+leveransstatus"), seeds=True)
    return year


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for table in TABLES:
        columns = list(one[table].columns)
        left, right = (c[table].sort_values(columns, ignore_index=True) for c in (one, other))
        pd.testing.assert_frame_equal(left, right, obj=table)


def destroy(folder: Path, spared: Callable[[Path], bool]) -> None:
    """Contacts that cannot be read: whoever opens the file fails. Size and time are as they were, so that nothing seems new."""
    for path in (folder / "raw/vantetid_primarvard/kontakter").rglob("*.parquet"):
        if path.parent.name != "period=schema" and not spared(path):
            before = path.stat()
            path.write_bytes(b"PAR1 no longer PAR1".ljust(before.st_size))
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_corrected_and_a_withdrawn_month_come_out_as_if_built_from_scratch(year: Year) -> None:
    """Nothing new: no contacts are opened. February corrected for one region and January withdrawn for another: only
    those months' files are opened. The result is that of a build of everything, and the reference's."""
    before = year.contents()
    destroy(year.folder, spared=lambda _: False)
    year.build()
    same(year.contents(), before)

    corrected = replace(EXTRACT, contacts=200, regions=["14"], months=EXTRACT.months[1:2], seed=22)
    path = generate(corrected, year.folder / "rattad").files[0]
    year.deliveries += [
        Delivery(read_csv(path), "2020-05-01T00:00:00"),
        Delivery([], "2020-05-02T00:00:00", declares=frozenset({("01", EXTRACT.months[0])})),
    ]
    year.write()
    destroy(year.folder, spared=lambda path: path.parent.name != "period=2020-03-01")
    year.build()
    stepwise = year.contents()

    year.write()
    year.build("--full-refresh")
    same(stepwise, year.contents())
    expected = cells(year.deliveries, year.frame, LISTS)
    counted = query(
        year.folder, "select sum(bedomningar) as n from intermediate.int_vantetid_celler where niva = 'riket'"
    )
    assert counted["n"][0] == sum(cell.bedomningar for key, cell in expected.items() if key.niva == "riket")
    assert not any(key.region_kod == "01" and key.period == EXTRACT.months[0] for key in expected)


def test_response_rates_are_of_the_frame(received: Year) -> None:
    """Units that reported over units in the frame some day of the month, per region and in the country."""
    year = received
    rates = query(year.folder, "from mart.svarsfrekvens where kalla = 'vantetid_primarvard' and period = '2020-03-01'")
    silent = {unit for unit, month in year.generated.silent if month == "2020-03"}
    march = EXTRACT.months[2]
    valid = [unit for unit in EXTRACT.frame if unit.valid_on(march)]
    contacts = cells_units(year)
    for row in rates[rates["niva"] == "region"].itertuples():
        here = [unit for unit in valid if unit.region.scb == row.grupp_kod]
        answered = [unit for unit in here if unit.hsa_id in contacts]
        assert (row.forvantade, row.inkomna) == (len(here), len(answered))
        assert not {unit.hsa_id for unit in answered} & silent
        assert row.svarsfrekvens == pytest.approx(100 * len(answered) / len(here))
        assert (row.troskel, row.uppfylld) == (95.0, row.svarsfrekvens >= 95)
    country = rates[rates["niva"] == "riket"].iloc[0]
    assert (country["forvantade"], country["inkomna"]) == (len(valid), len(contacts))
    assert set(rates["niva"]) == {"riket", "region", "regiontackning"}


def cells_units(year: Year) -> set[str]:
    """Units with a visit in the file of March."""
    return {str(row["HSAIdVardenhet"]) for row in read_csv(year.generated.files[2]) if row["BesokDatum"]}


def test_late_and_missing_months_are_rows(received: Year) -> None:
    """Due five weeks after the month: January by 6 March. What is due before the day of the report is missing."""
    year = received
    status = query(year.folder, "from mart.leveransstatus where kalla = 'vantetid_primarvard'")
    assert len(status) == 12 * 21
    due = status.groupby(status["period"].astype(str))["sista_dag"].first().astype(str)
    assert due["2020-01-01"] == "2020-03-06"
    assert due["2020-02-01"] == "2020-04-04"  # leap day
    assert due["2020-12-01"] == "2021-02-04"
    found = status.set_index([status["period"].astype(str), "respondent_kod"])["status"]
    assert found["2020-03-01", "03"] == "inkommen"
    assert found["2020-02-01", "14"] == "sen"  # the corrected file came on 1 May
    assert found["2020-01-01", "01"] == "saknas"  # withdrawn
    assert found["2020-04-01", "03"] == "saknas"
    assert found["2020-12-01", "03"] == "saknas"
    missing = query(year.folder, "from mart.medicinsk_bedomning_tre_dagar where varde_status = 'x'")
    assert ("2020-04-01", "00") in set(zip(missing["period"].astype(str), missing["region_kod"], strict=True))
    assert missing["bedomningar"].isna().all()


def test_changed_reference_data_and_a_changed_macro_reach_months_that_are_built(
    year: Year, own_project: ModuleType
) -> None:
    """A licence begins or ends within a month: contacts are counted by stretches of days between which none does, and the rule is
    about the day. And within three days becomes before the third: those at the limit fall out of the numerator."""
    begins, ends = date(2020, 2, 12), date(2020, 3, 3)
    column = {"XS919": ("legitimerad_fran", begins), "XS915": ("legitimerad_till", ends)}
    with (own_project.SEEDS / "reference" / "yrkeskategorier.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["yrkeskategori"] in column:
            name, day = column[row["yrkeskategori"]]
            row[name] = day.isoformat()
    with (own_project.SEEDS / "reference" / "yrkeskategorier.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    macro = own_project.DBT / "macros" / "tre_dagar.sql"
    sql = macro.read_text(encoding="utf-8")
    assert sql.count("s.dagar_till <= k.grans_dagar") == 1
    macro.write_text(sql.replace("s.dagar_till <= k.grans_dagar", "s.dagar_till < k.grans_dagar"), encoding="utf-8")
    year.build(seeds=True)
    licensed = {**LISTS.licensed, "XS919": (begins, date.max), "XS915": (date(2011, 1, 1), ends)}
    expected = cells(year.deliveries, year.frame, replace(LISTS, licensed=licensed))
    assert len(expected) != len(cells(year.deliveries, year.frame, LISTS))
    told = query(year.folder, f"select {', '.join(Key._fields)}, bedomningar from intermediate.int_vantetid_celler")
    found = {
        Key(row.period.date(), *(None if pd.isna(v) else v for v in row[1:6])): row.bedomningar
        for row in told.itertuples(index=False)
    }
    assert found == {key: cell.bedomningar for key, cell in expected.items()}
    [at_limit] = query(
        year.folder,
        "select sum(antal) as n from intermediate.int_vantetid_kontakter_summerade"
        " where raknas and not patientvald and dagar_till = 3",
    )["n"]
    assert at_limit
    country = [c for k, c in expected.items() if (k.niva, k.yrkeskategori, k.kon) == ("riket", "alla", "T")]
    inside, everybody = (sum(getattr(c, name) for c in country) for name in ("inom_tre_dagar", "bedomningar"))
    assert counted(year.folder) == (inside - at_limit, everybody)


def counted(folder: Path) -> tuple[int, int]:
    """Assessments within three days, and all, of the months that are built."""
    [row] = query(
        folder,
        "select sum(inom_tre_dagar), sum(bedomningar) from intermediate.int_vantetid_celler"
        " where niva = 'riket' and yrkeskategori = 'alla' and kon = 'T'",
    ).itertuples(index=False)
    return int(row[0]), int(row[1])


def test_raw_rows_judged_anew_reach_months_that_are_built(year: Year) -> None:
    """A spelling in a code list of the door is mapped to something else: same delivery, same number of rows, other content."""
    year.write()
    year.build()
    _, everybody = counted(year.folder)
    [path] = (year.folder / "raw/vantetid_primarvard/kontakter/period=2020-03-01").glob("*.parquet")
    with duckdb.connect() as con:
        con.execute(f"create table rader as from read_parquet('{path}', hive_partitioning = false)")
        con.execute("update rader set vardgaranti = 'nej' where _rad % 2 = 0")
        con.execute(f"copy rader to '{path}' (format parquet)")
    year.build()
    stepwise = year.contents()
    assert counted(year.folder)[1] < everybody
    year.build("--full-refresh")
    same(stepwise, year.contents())


def test_the_tests_of_the_project_hold(year: Year) -> None:
    """Of all that the measure rests on and all that rests on it."""
    measure = ("--select", "@medicinsk_bedomning_tre_dagar", "--indirect-selection", "cautious")
    dbt(year.folder, "build", *measure, "--exclude-resource-type", "unit_test", trosklar=TROSKLAR)
