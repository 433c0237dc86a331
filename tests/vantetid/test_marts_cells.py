"""The cells of the three-day measure against the independent calculation, and how they react to what is delivered."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from compiled import MONTHS, Compiled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import Cell, Delivery, Frame, Key, Lists, Row, cells, read_csv

from examples.generators.vantetid import DIRTY_KINDS, Extract, generate, months_between, write_frame

LISTS = Lists.read(Path(__file__).resolve().parents[2] / "seeds")
FRAME = Frame(
    {
        "E1": [("01", dt.date(2010, 1, 1), dt.date.max)],
        "E2": [("01", dt.date(2010, 1, 1), dt.date.max)],
        "E3": [("13", dt.date(2010, 1, 1), dt.date.max)],
    }
)
#: SKR's codes of the regions above.
SKR = {"E1": "10", "E2": "10", "E3": "42"}
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ours(compiled: Compiled, deliveries: list[Delivery], frame: Frame = FRAME) -> dict[Key, Cell]:
    compiled.run(deliveries, frame, until="int_vantetid_celler")
    rows = compiled.rows(
        "select period, niva, region_kod, vardenhet_id, yrkeskategori, kon, inom_tre_dagar, bedomningar,"
        " patientvald_vantan, antal_regioner from intermediate.int_vantetid_celler"
    )
    return {Key(*row[:6]): Cell(*row[6:]) for row in rows}


# --- every cell -------------------------------------------------------------------------------------------------------


def test_every_cell_of_a_dirty_national_extract(compiled: Compiled, tmp_path: Path) -> None:
    """Units that open, close and move, silent units, every kind of dirty row; and a corrected file for two regions."""
    extract = Extract(
        contacts=30_000,
        months=months_between("2019-12", "2020-04"),
        units=90,
        seed=11,
        dirty=dict.fromkeys(DIRTY_KINDS, 0.004),
    )
    frame = Frame.of(read_csv(write_frame(extract, tmp_path / "ram.csv")), LISTS)
    files = generate(extract, tmp_path / "leverans").files
    deliveries = [Delivery(read_csv(path), f"2020-06-{day:02d}T00:00:00") for day, path in enumerate(files, start=1)]
    corrected = replace(extract, contacts=900, regions=["04", "14"], months=extract.months[2:3], seed=12)
    path = generate(corrected, tmp_path / "rattad").files[0]
    deliveries.append(Delivery(read_csv(path), "2020-07-01T00:00:00"))
    expected = cells(deliveries, frame, LISTS)
    assert {key.niva for key in expected} == {"riket", "region", "vardenhet"}
    assert len(expected) > 3000
    assert ours(compiled, deliveries, frame) == expected


def test_published_shares_and_intervals_are_those_of_the_reference(compiled: Compiled, tmp_path: Path) -> None:
    extract = Extract(contacts=20_000, months=months_between("2020-01", "2020-02"), units=40, seed=5)
    frame = Frame.of(read_csv(write_frame(extract, tmp_path / "ram.csv")), LISTS)
    deliveries = [Delivery(read_csv(path)) for path in generate(extract, tmp_path / "leverans").files]
    compiled.run(deliveries, frame)
    expected = cells(deliveries, frame, LISTS)
    shown = compiled.rows("from mart.medicinsk_bedomning_tre_dagar where varde_status = 'p'")
    assert len(shown) > 200
    for *key, met, of, share, lower, upper, chosen, regions, _ in shown:
        node = Key(*key)
        cell, whole = expected[node], (node.yrkeskategori, node.kon) == ("alla", "T")
        assert (met, of, chosen, regions) == (
            cell.inom_tre_dagar,
            cell.bedomningar,
            cell.patientvald_vantan if whole and node.niva != "vardenhet" else None,
            cell.antal_regioner,
        )
        assert (share, lower, upper) == pytest.approx((cell.andel, cell.ki_undre, cell.ki_ovre), abs=1e-9)
    hidden = compiled.rows("from mart.medicinsk_bedomning_tre_dagar where varde_status = 'c'")
    assert {tuple(row[6:12]) for row in hidden} == {(None,) * 6}
    small = {key for key, cell in expected.items() if cell.bedomningar < 20}
    assert small <= {Key(*row[:6]) for row in hidden}
    totals = compiled.rows("select period, region_kod from mart.medicinsk_bedomning_tre_dagar where niva = 'riket'")
    assert len(totals) > 0


def test_companions_are_sums_of_the_same_contacts(compiled: Compiled, tmp_path: Path) -> None:
    """Bands, contact forms, ownership and the year agree with the main mart wherever they show anything."""
    extract = Extract(contacts=40_000, months=months_between("2020-01", "2020-02"), units=25, seed=6)
    frame = Frame.of(read_csv(write_frame(extract, tmp_path / "ram.csv")), LISTS)
    ownership = {unit.hsa_id: {"1": "region", "2": "privat"}[unit.ownership] for unit in extract.frame}
    compiled.run([Delivery(read_csv(path)) for path in generate(extract, tmp_path / "x").files], frame, ownership)
    main = "mart.medicinsk_bedomning_tre_dagar"
    bands = compiled.rows(f"""
        select dagar_till, count(*), bool_and(b.bedomningar = m.bedomningar),
            bool_and(b.dagar_till != 3 or b.inom = m.inom_tre_dagar),
            bool_and(case when b.dagar_till < 3 then b.inom <= m.inom_tre_dagar else b.inom >= m.inom_tre_dagar end)
        from mart.medicinsk_bedomning_dagar as b
        inner join {main} as m on m.yrkeskategori = 'alla' and (b.period, b.niva, b.region_kod, b.kon)
            = (m.period, m.niva, m.region_kod, m.kon) and b.vardenhet_id is not distinct from m.vardenhet_id
        where b.bedomningar is not null group by all order by all""")
    assert [(row[0], *row[2:]) for row in bands] == [
        (0, True, True, True),
        (3, True, True, True),
        (7, True, True, True),
    ]
    assert bands[0][1] > 100
    for companion in ("kontaktform", "agarform"):
        rows = compiled.rows(f"""
            select m.bedomningar = sum(k.bedomningar), m.inom_tre_dagar = sum(k.inom_tre_dagar)
            from mart.medicinsk_bedomning_{companion} as k inner join {main} as m
                on (m.period, m.region_kod) = (k.period, k.region_kod) and m.niva = k.niva
            where m.yrkeskategori = 'alla' and m.kon = 'T'
            group by m.period, m.region_kod, m.bedomningar, m.inom_tre_dagar
            having bool_and(k.bedomningar is not null)""")
        assert len(rows) > 2
        assert set(rows) == {(True, True)}
    years = compiled.rows(f"""
        select count(*), bool_and(a.bedomningar = m.bedomningar and a.inom_tre_dagar = m.inom_tre_dagar)
        from mart.medicinsk_bedomning_tre_dagar_ar as a inner join (
            select niva, region_kod, vardenhet_id, yrkeskategori, kon, sum(bedomningar) as bedomningar,
                sum(inom_tre_dagar) as inom_tre_dagar, count(*) filter (where varde_status = 'c') as dolda
            from {main} where varde_status != 'x' group by all) as m
            on (a.niva, a.region_kod, a.yrkeskategori, a.kon) = (m.niva, m.region_kod, m.yrkeskategori, m.kon)
            and a.vardenhet_id is not distinct from m.vardenhet_id
        where (m.dolda = 0) = (a.varde_status = 'p') and m.dolda = 0""")
    assert years[0][0] > 100
    assert years[0][1]


# --- properties -------------------------------------------------------------------------------------------------------

DAYS = st.dates(dt.date(2019, 12, 1), dt.date(2020, 4, 30))
#: Days on which counting days goes wrong, if it does: month ends, the leap day, new year, clocks moved on 29 March 2020.
TRICKY = st.sampled_from([dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2020, 2, 29), dt.date(2020, 3, 1)]) | (
    st.sampled_from([dt.date(2020, 3, 29), dt.date(2020, 3, 30), dt.date(2020, 3, 31), dt.date(2020, 4, 1)])
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    visit = draw(DAYS | TRICKY)
    wait = draw(st.integers(0, 9))
    unit = draw(st.sampled_from(sorted(FRAME.units)))
    return {
        "Regionkod": SKR[unit],
        "HSAIdVardenhet": unit,
        "VardkontaktId": f"K{draw(st.integers(1, 12))}",
        "Yrkeskategori": draw(st.sampled_from(["XS915", "XS919", "XS913", "XS921"])),
        "Kon": draw(st.sampled_from(["1", "2", "3"])),
        "Vardgaranti": draw(st.sampled_from(["1", "1", "1", "2"])),
        "NyttEllerForsamrat": draw(st.sampled_from(["1", "1", "1", "2"])),
        "Avvikelse": draw(st.sampled_from(["", "", "", "1", "2"])),
        "Vardkontakt": draw(st.sampled_from(["0", "4", "8", "81", "91"])),
        "KontaktDatum": (visit - dt.timedelta(days=wait)).isoformat(),
        "BesokDatum": draw(st.sampled_from([visit.isoformat()] * 9 + [""])),
    }


@st.composite
def histories(draw: st.DrawFn) -> list[Delivery]:
    received = draw(st.permutations(["2020-05-01T00:00:00", "2020-05-02T00:00:00", "2020-05-03T00:00:00"]))
    withdrawn = st.frozensets(st.tuples(st.sampled_from(["01", "13"]), st.sampled_from(MONTHS)), max_size=2)
    return [
        Delivery(draw(st.lists(rows(), max_size=15)), time, declares=draw(withdrawn))
        for time in received[: draw(st.integers(1, 3))]
    ]


@SLOW
@given(history=histories())
def test_any_history_of_deliveries(compiled: Compiled, history: list[Delivery]) -> None:
    """Redelivered, withdrawn, doubled, unlicensed, not visited: whatever comes, the cells are the reference's."""
    assert ours(compiled, history) == cells(history, FRAME, LISTS)


@SLOW
@given(data=st.data())
def test_order_and_division_and_repetition_do_not_matter(compiled: Compiled, data: st.DataObject) -> None:
    """The same contacts in another order, divided on files by region, and delivered once more on top."""
    delivered = [{**data.draw(rows()), "VardkontaktId": f"U{number}"} for number in range(12)]
    once = ours(compiled, [Delivery(delivered)])
    assert ours(compiled, [Delivery(data.draw(st.permutations(delivered)))]) == once
    divided = [Delivery([row for row in delivered if row["Regionkod"] == region]) for region in ("10", "42")]
    assert ours(compiled, divided) == once
    assert ours(compiled, [Delivery(delivered), Delivery(delivered, "2020-05-02T00:00:00")]) == once


@SLOW
@given(visit=DAYS | TRICKY, sex=st.sampled_from(["1", "2"]))
def test_three_days_are_met_and_four_are_not(compiled: Compiled, visit: dt.date, sex: str) -> None:
    """On any day of the calendar, in the month of the visit."""
    whole = {
        "Regionkod": "10",
        "HSAIdVardenhet": "E1",
        "Yrkeskategori": "XS915",
        "Kon": sex,
        "Vardgaranti": "1",
        "NyttEllerForsamrat": "1",
        "Avvikelse": "",
        "Vardkontakt": "0",
        "BesokDatum": visit.isoformat(),
    }
    waited = [
        {**whole, "VardkontaktId": f"K{days}", "KontaktDatum": (visit - dt.timedelta(days=days)).isoformat()}
        for days in range(6)
    ]
    found = ours(compiled, [Delivery(waited)])
    assert {(key.period, cell.inom_tre_dagar, cell.bedomningar) for key, cell in found.items()} == {
        (visit.replace(day=1), 4, 6)
    }


def test_kurator_counts_from_the_day_of_the_licence(compiled: Compiled) -> None:
    """The code list says 2019-07-01; later months are counted, and nothing in the SQL knows the profession."""
    row = {
        "Regionkod": "10",
        "HSAIdVardenhet": "E1",
        "VardkontaktId": "K1",
        "Yrkeskategori": "XS913",
        "Kon": "2",
        "Vardgaranti": "1",
        "NyttEllerForsamrat": "1",
        "Avvikelse": "",
        "Vardkontakt": "0",
        "KontaktDatum": "2019-12-02",
        "BesokDatum": "2019-12-02",
    }
    compiled.con.execute("update referens.yrkeskategorier set legitimerad_fran = '2019-12-03' where namn = 'Kurator'")
    try:
        assert ours(compiled, [Delivery([row])]) == {}
        assert ours(compiled, [Delivery([{**row, "BesokDatum": "2019-12-03"}])]) != {}
    finally:
        compiled.con.execute(
            "update referens.yrkeskategorier set legitimerad_fran = '2019-07-01' where namn = 'Kurator'"
        )
    assert ours(compiled, [Delivery([row])]) == cells([Delivery([row])], FRAME, LISTS) != {}
