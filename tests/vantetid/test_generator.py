"""The generator keeps its promises, and the independent calculation agrees with answers worked out by hand."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest
import yaml
from reference import Cell, Contact, Delivery, Error, Frame, Key, Lists, cells, judge_delivery, plain, read_csv, wilson

from examples.generators.vantetid import (
    CONTACT_COLUMNS,
    DIRTY_KINDS,
    Extract,
    Generated,
    generate,
    holidays,
    main,
    months_between,
    write_frame,
)

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
LISTS = Lists.read(SEEDS)
DIRTY = {kind: 0.002 * number for number, kind in enumerate(DIRTY_KINDS, start=1)}
YEAR = months_between("2020-01", "2020-12")


# --- the generator --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def extract() -> Extract:
    return Extract(contacts=60_000, months=YEAR, units=150, seed=7, dirty=DIRTY)


@pytest.fixture(scope="module")
def generated(extract: Extract, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(extract, tmp_path_factory.mktemp("extract"))


@pytest.fixture(scope="module")
def frame(extract: Extract, tmp_path_factory: pytest.TempPathFactory) -> Frame:
    path = write_frame(extract, tmp_path_factory.mktemp("frame") / "enhetsregister.csv")
    return Frame.of(read_csv(path), LISTS)


@pytest.fixture(scope="module")
def judged(generated: Generated, frame: Frame) -> dict[str, tuple[list[Contact], list[Error]]]:
    return {path.name: judge_delivery(Delivery(read_csv(path)), frame, LISTS) for path in generated.files}


def test_one_file_per_month_with_the_columns_of_the_contract(generated: Generated) -> None:
    assert [path.name for path in generated.files] == [
        f"pahittad_vantetid_2020-{month:02d}.csv" for month in range(1, 13)
    ]
    for path in generated.files:
        header = path.read_text(encoding="utf-8").splitlines()[0]
        assert header == (
            "Regionkod;HSAIdVardenhet;VardkontaktId;Yrkeskategori;Kon;FodelseAr;Lkf;Vardgaranti;NyttEllerForsamrat;"
            "Avvikelse;Vardkontakt;KontaktDatum;BesokDatum"
        )
    assert sum(len(read_csv(path)) for path in generated.files) == generated.contacts == 60_000


def test_dirty_rows_are_counted_exactly(
    generated: Generated, judged: dict[str, tuple[list[Contact], list[Error]]]
) -> None:
    found = Counter(error.kind for _, errors in judged.values() for error in errors)
    expected = {kind: 120 * number for number, kind in enumerate(DIRTY_KINDS, start=1)}
    assert generated.dirty == expected
    assert found == {kind: count for kind, count in expected.items() if kind != "duplicate_id"}
    contacts = [contact for whole, _ in judged.values() for contact in whole]
    assert len(contacts) - len({(contact.region, contact.identity) for contact in contacts}) == expected["duplicate_id"]
    assert sum(contact.visit is None for contact in contacts) == generated.no_visit == 300


def test_every_file_holds_its_own_month_only(judged: dict[str, tuple[list[Contact], list[Error]]]) -> None:
    for name, (contacts, _) in judged.items():
        assert {f"{contact.visit or contact.contact:%Y-%m}" for contact in contacts} == {name[18:25]}


def test_shares_are_plausible(judged: dict[str, tuple[list[Contact], list[Error]]]) -> None:
    contacts = [contact for whole, _ in judged.values() for contact in whole if contact.visit]
    number = len(contacts)

    def share(condition: list[bool]) -> float:
        return sum(condition) / number

    waits = [(contact.visit - contact.contact).days for contact in contacts if contact.visit]
    assert 0.72 < share([wait <= 3 for wait in waits]) < 0.92
    assert {0, 1, 2, 3, 4, 5, 10, 20} <= set(waits) <= set(range(121))
    assert share([c.contact.month != c.visit.month for c in contacts if c.visit]) > 0.02
    assert share([c.deviation == "1" for c in contacts]) == pytest.approx(0.035, abs=0.02)
    assert share([c.sex == "K" for c in contacts]) == pytest.approx(0.555, abs=0.02)
    assert share([c.sex == "okant" for c in contacts]) == pytest.approx(0.01, abs=0.005)
    assert share([c.profession == "XS915" for c in contacts]) == pytest.approx(0.4, abs=0.03)
    assert {c.profession for c in contacts} == set(LISTS.licensed)
    assert {c.form for c in contacts} == LISTS.counted_forms | {"91"}
    assert share([c.visit.weekday() >= 5 for c in contacts if c.visit]) < 0.08
    midsummer_eve = sum(c.visit == dt.date(2020, 6, 19) for c in contacts)
    assert midsummer_eve < 0.25 * sum(c.visit == dt.date(2020, 6, 12) for c in contacts)


def test_units_differ_in_size_and_regions_in_level(
    extract: Extract, generated: Generated, frame: Frame, judged: dict[str, tuple[list[Contact], list[Error]]]
) -> None:
    contacts = [contact for whole, _ in judged.values() for contact in whole if contact.visit]
    sizes = sorted(Counter(contact.unit for contact in contacts).values())
    assert sizes[-1] > 5 * sizes[len(sizes) // 2]
    levels = {}
    for region in extract.regions:
        waits = [(c.visit - c.contact).days for c in contacts if c.region == region and c.visit]
        levels[region] = sum(wait <= 3 for wait in waits) / len(waits)
    assert len(levels) == 21
    assert max(levels.values()) - min(levels.values()) > 0.1
    moved = [unit for unit, rows in frame.units.items() if len(rows) == 2]
    assert moved, "no unit moves region"
    assert any(len({c.region for c in contacts if c.unit == unit}) == 2 for unit in moved)
    reported = {(contact.unit, f"{contact.visit:%Y-%m}") for contact in contacts}
    assert generated.silent
    assert not reported & set(generated.silent)


def test_same_seed_same_bytes_whatever_the_threads(extract: Extract, generated: Generated, tmp_path: Path) -> None:
    again = generate(extract, tmp_path, threads=1)
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in generated.files]
    other = generate(Extract(contacts=60_000, months=YEAR, units=150, seed=8, dirty=DIRTY), tmp_path)
    assert other.files[0].read_bytes() != generated.files[0].read_bytes()


def test_formats_and_layouts_hold_the_same_contacts(tmp_path: Path) -> None:
    extract = Extract(contacts=3_000, months=months_between("2019-12", "2020-01"), units=40, silent=0, dirty=DIRTY)
    monthly = generate(extract, tmp_path / "month")
    assert len(monthly.files) == 2
    lines = sorted(line for path in monthly.files for line in path.read_text(encoding="utf-8").splitlines()[1:])
    everything = generate(extract, tmp_path / "all", layout="all", file_format="csv.gz")
    assert [path.name for path in everything.files] == ["pahittad_vantetid_2019-12_2020-01.csv.gz"]
    assert sorted(gzip.decompress(everything.files[0].read_bytes()).decode().splitlines()[1:]) == lines
    apart = generate(extract, tmp_path / "apart", layout="region_month", file_format="parquet")
    assert len(apart.files) == 2 * 21
    table = duckdb.read_parquet([str(path) for path in apart.files])
    assert tuple(table.columns) == CONTACT_COLUMNS
    assert sorted(";".join(value or "" for value in row) for row in table.fetchall()) == lines


def test_a_later_month_fits_the_frame_of_the_year_before(extract: Extract, tmp_path: Path) -> None:
    later = Extract(contacts=500, months=months_between("2021-01", "2021-01"), units=150, seed=7)
    assert later.frame == extract.frame
    rows = read_csv(generate(later, tmp_path).files[0])
    frame = Frame.of(read_csv(write_frame(extract, tmp_path / "frame.csv")), LISTS)
    assert judge_delivery(Delivery(rows), frame, LISTS)[1] == []


def test_everything_says_that_it_is_invented(extract: Extract, generated: Generated, tmp_path: Path) -> None:
    for unit in read_csv(write_frame(extract, tmp_path / "frame.csv")):
        assert unit["Namn"].startswith("PÅHITTAD")
        assert unit["HSAIdVardenhet"].startswith("SE9999999999-E")
    for row in read_csv(generated.files[0]):
        assert row["HSAIdVardenhet"].startswith("SE9999999999-") or not row["HSAIdVardenhet"]
        assert row["VardkontaktId"].startswith("FEJK") or not row["VardkontaktId"]
    sidecar = yaml.safe_load(Path(f"{generated.files[0]}.leverans.yml").read_text(encoding="utf-8"))
    assert sidecar["pahittad"] is True
    assert (sidecar["kodsystem"], sidecar["mottagen"]) == ("skr", "2020-02-20T06:00:00")


def test_the_command_line_writes_contacts_and_frame(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = "--contacts 400 --months 2020-02:2020-03 --regions 13 14 --code-system scb --units 120 --dirty all=0.08"
    main([*arguments.split(), "--out", str(tmp_path)])
    assert json.loads(capsys.readouterr().out)["dirty"] == dict.fromkeys(DIRTY_KINDS, 4)
    rows = [row for path in (tmp_path / "vantetid_primarvard").glob("*.csv") for row in read_csv(path)]
    frame = Frame.of(read_csv(tmp_path / "enhetsregister" / "pahittad_enhetsregister.csv"), LISTS, "scb")
    contacts, errors = judge_delivery(Delivery(rows, code_system="scb"), frame, LISTS)
    assert len(rows) == 400
    assert len(errors) == 28
    assert {contact.region for contact in contacts} == {"13", "14"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dirty": {"smutsig": 0.1}}, "unknown kinds of dirty row: smutsig"),
        ({"regions": ["51"]}, "unknown region codes"),
        ({"units": 20}, "at least 21 units"),
        ({"dirty": {"unknown_unit": 0.6}}, "special rows wanted"),
    ],
)
def test_impossible_wishes_are_refused(wrong: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        generate(Extract(contacts=100, months=YEAR, **wrong), tmp_path)  # type: ignore[arg-type]


def test_holidays_of_2020() -> None:
    """Against the calendar of 2020: Easter 12 April, Ascension 21 May, midsummer 20 June, All Saints' 31 October."""
    named = ["01-01", "01-06", "04-10", "04-12", "04-13", "05-01", "05-21", "05-31", "06-06", "06-19", "06-20", "10-31"]
    christmas = ["12-24", "12-25", "12-26", "12-31"]
    assert holidays(2020) == {dt.date.fromisoformat(f"2020-{day}") for day in named + christmas}


# --- the code lists -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("which", "code", "pattern"),
    [
        ("vardgaranti", "ja", "1|j|J|ja|Ja|JA|t|T|true|True|TRUE"),
        ("vardgaranti", "nej", "2|n|N|nej|Nej|NEJ|f|F|false|False|FALSE"),
        ("nytt_eller_forsamrat", "ja", "1|j|J|ja|Ja|JA|t|T|true|True|TRUE"),
        ("nytt_eller_forsamrat", "nej", "2|n|N|nej|Nej|NEJ|f|F|false|False|FALSE"),
        ("kon", "K", "2|kvinna|Kvinna|KVINNA|k|K"),
        ("kon", "M", "1|man|Man|MAN|m|M"),
        ("kon", "okant", "3|okänt|Okänt|OKÄNT|o|O"),
        ("agarform", "region", "1"),
        ("agarform", "privat", "2"),
    ],
)
def test_every_spelling_of_the_specification_is_legal(which: str, code: str, pattern: str) -> None:
    """The patterns are those of SKR's schema for specialised care (JaNej, Kon), v1.1."""
    for spelling in pattern.split("|"):
        assert LISTS.code(which, spelling, dt.date(2020, 1, 1)) == code


def test_code_lists_are_unambiguous_and_complete() -> None:
    rows = read_csv(SEEDS / "formats" / "kodlistor_vantetid.csv", ",")
    assert len({(row["lista"], plain(row["stavning"])) for row in rows}) == len(rows)
    codes = {(row["lista"], row["kod"]) for row in rows}
    assert {code for which, code in codes if which == "yrkeskategori"} == {f"XS{n}" for n in range(910, 927)}
    assert {code for which, code in codes if which == "yrkeskategori"} == set(LISTS.licensed)
    forms = read_csv(SEEDS / "reference" / "kontaktformer.csv", ",")
    assert {code for which, code in codes if which == "vardkontakt"} == {row["vardkontakt"] for row in forms}
    assert LISTS.counted_forms == {*"012345678", "81", "82", "83"}
    assert {code for which, code in codes if which == "avvikelse"} == {"1", "2", "3"}


# --- the independent calculation ------------------------------------------------------------------------------------

HALLAND, GOTLAND = "SE9999999999-E000042", "SE9999999999-E000026"
MOVES = "SE9999999999-E000001"
FRAME = Frame.of(
    [
        {"HSAIdVardenhet": HALLAND, "Regionkod": "42", "GiltigFran": "2010-01-01", "GiltigTill": ""},
        {"HSAIdVardenhet": GOTLAND, "Regionkod": "26", "GiltigFran": "2010-01-01", "GiltigTill": ""},
        {"HSAIdVardenhet": MOVES, "Regionkod": "42", "GiltigFran": "2010-01-01", "GiltigTill": "2020-06-30"},
        {"HSAIdVardenhet": MOVES, "Regionkod": "26", "GiltigFran": "2020-07-01", "GiltigTill": "2020-08-31"},
    ],
    LISTS,
)
ORDINARY = {
    "Regionkod": "42",
    "HSAIdVardenhet": HALLAND,
    "VardkontaktId": "FEJK1",
    "Yrkeskategori": "XS915",
    "Kon": "2",
    "FodelseAr": "1950",
    "Lkf": "1380",
    "Vardgaranti": "1",
    "NyttEllerForsamrat": "JA",
    "Avvikelse": "",
    "Vardkontakt": "0",
    "KontaktDatum": "2020-01-07",
    "BesokDatum": "2020-01-08",
}


def rows(*changes: dict[str, str]) -> list[dict[str, str]]:
    """Ordinary contacts with a change each, and ids of their own."""
    return [{**ORDINARY, "VardkontaktId": f"FEJK{number}", **change} for number, change in enumerate(changes)]


def measured(*changes: dict[str, str]) -> dict[Key, Cell]:
    return cells([Delivery(rows(*changes))], FRAME, LISTS)


def halland(result: dict[Key, Cell], month: str, profession: str = "alla", sex: str = "T") -> tuple[int, int, int]:
    cell = result.get(Key(dt.date.fromisoformat(f"{month}-01"), "region", "13", None, profession, sex), Cell())
    return cell.inom_tre_dagar, cell.bedomningar, cell.patientvald_vantan


@pytest.mark.parametrize(
    ("contact", "visit", "met"),
    [
        ("2020-01-07", "2020-01-07", True),  # day 0
        ("2020-01-07", "2020-01-10", True),  # day 3
        ("2020-01-07", "2020-01-11", False),  # day 4
        ("2020-01-30", "2020-02-02", True),  # day 3 over the end of a month
        ("2020-01-30", "2020-02-03", False),
        ("2020-02-27", "2020-03-01", True),  # leap year: day 3
        ("2021-02-26", "2021-03-01", True),  # no leap year: day 3
        ("2021-02-25", "2021-03-01", False),
        ("2020-02-26", "2020-03-01", False),  # leap year: day 4
        ("2020-03-27T23:30:00", "2020-03-30T00:15:00", True),  # summer time begins on 29 March
        ("2020-03-27T00:15:00", "2020-03-31T23:00:00", False),
        ("2020-10-23T00:15:00", "2020-10-26T23:45:00", True),  # summer time ends on 25 October: 96 hours, yet day 3
        ("20191230", "20200102", True),
    ],
)
def test_three_days(contact: str, visit: str, met: bool) -> None:
    result = measured({"KontaktDatum": contact, "BesokDatum": visit})
    month = visit[:7] if "-" in visit else "2020-01"
    assert halland(result, month) == (int(met), 1, 0)
    assert {key.period.isoformat() for key in result} == {f"{month}-01"}


@pytest.mark.parametrize(
    "change",
    [
        {"Vardgaranti": "nej"},
        {"NyttEllerForsamrat": "F"},
        {"Yrkeskategori": "XS920"},
        {"Yrkeskategori": "XS921"},
        {"Yrkeskategori": "XS922"},
        {"Yrkeskategori": "XS913", "KontaktDatum": "2019-06-28", "BesokDatum": "2019-06-30"},
        {"Vardkontakt": "91"},
        {"BesokDatum": ""},
    ],
)
def test_contacts_that_are_not_assessments(change: dict[str, str]) -> None:
    assert measured(change) == {}


def test_kurator_counts_from_the_first_of_july_2019() -> None:
    change = {"Yrkeskategori": "XS913", "KontaktDatum": "2019-06-28", "BesokDatum": "2019-07-01"}
    assert halland(measured(change), "2019-07", "XS913") == (1, 1, 0)


def test_patient_chosen_waiting_leaves_numerator_and_denominator() -> None:
    late = {"KontaktDatum": "2020-01-02", "BesokDatum": "2020-01-20"}
    result = measured({"Avvikelse": "1"}, {"Avvikelse": "1", **late}, {"Avvikelse": "2", **late}, {})
    assert halland(result, "2020-01") == (1, 2, 2)
    only_chosen = measured({"Avvikelse": "1"})
    assert halland(only_chosen, "2020-01") == (0, 0, 1)
    assert {cell.andel for cell in only_chosen.values()} == {None}


def test_unknown_sex_counts_in_the_total_only() -> None:
    result = measured({"Kon": "3"}, {"Kon": "K"}, {"Kon": "man"}, {"Kon": "okänt"})
    assert halland(result, "2020-01", sex="T") == (4, 4, 0)
    assert halland(result, "2020-01", sex="K") == (1, 1, 0)
    assert halland(result, "2020-01", sex="M") == (1, 1, 0)
    assert {key.kon for key in result} == {"T", "K", "M"}


def test_levels_and_number_of_regions() -> None:
    gotland = {"Regionkod": "26", "HSAIdVardenhet": GOTLAND}
    result = measured(
        {}, {"Yrkeskategori": "XS919"}, {**gotland, "KontaktDatum": "2020-01-02"}, {**gotland, "Vardgaranti": "2"}
    )
    january = dt.date(2020, 1, 1)
    riket = result[Key(january, "riket", "00", None, "alla", "T")]
    assert (riket.inom_tre_dagar, riket.bedomningar, riket.antal_regioner) == (2, 3, 2)
    assert riket.andel == pytest.approx(66.666667)
    assert (riket.ki_undre, riket.ki_ovre) == (pytest.approx(20.765960), pytest.approx(93.850808))
    nurses = result[Key(january, "riket", "00", None, "XS919", "T")]
    assert (nurses.bedomningar, nurses.antal_regioner) == (1, 2), "regions that report, not regions in the cell"
    assert result[Key(january, "region", "09", None, "alla", "T")].andel == 0
    assert result[Key(january, "vardenhet", "13", HALLAND, "alla", "K")].bedomningar == 2
    assert len(result) == 3 * 3 * 2 + 2 * 2 * 2  # riket, Halland and its unit: 3 professions; Gotland and its unit: 2


def test_repeated_id_counts_once_with_its_last_row() -> None:
    late = {"KontaktDatum": "2020-01-02", "BesokDatum": "2020-01-20"}
    same = {"VardkontaktId": "FEJK-samma"}
    assert halland(measured(same, {**same, **late}), "2020-01") == (0, 1, 0)
    assert halland(measured({**same, **late}, same), "2020-01") == (1, 1, 0)
    next_month = {**same, "KontaktDatum": "2020-02-03", "BesokDatum": "2020-02-03"}
    other_region = {**same, "Regionkod": "26", "HSAIdVardenhet": GOTLAND}
    result = measured(same, next_month, other_region)
    assert sum(cell.bedomningar for key, cell in result.items() if key[1:] == ("riket", "00", None, "alla", "T")) == 3


def test_a_newer_delivery_replaces_the_months_it_holds_and_no_others() -> None:
    february = {"KontaktDatum": "2020-02-03", "BesokDatum": "2020-02-03"}
    first = Delivery(rows({}, {}, {}, february), received="2020-03-20T06:00:00")
    second = Delivery(rows({}, {"Vardgaranti": "nej"}), received="2020-04-01T06:00:00")
    for deliveries in ([first, second], [second, first], [first, second, second]):
        result = cells(deliveries, FRAME, LISTS)
        assert halland(result, "2020-01") == (1, 1, 0)
        assert halland(result, "2020-02") == (1, 1, 0)
    withdrawal = Delivery([], received="2020-05-01T06:00:00", declares=frozenset({("13", dt.date(2020, 1, 1))}))
    result = cells([first, second, withdrawal], FRAME, LISTS)
    assert {key.period for key in result} == {dt.date(2020, 2, 1)}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"KontaktDatum": "2020-01-09"}, "visit_before_contact"),
        ({"KontaktDatum": "2020-02-30"}, "impossible_date"),
        ({"BesokDatum": "2020-01-32"}, "impossible_date"),
        ({"KontaktDatum": "1899-12-30"}, "impossible_date"),
        ({"BesokDatum": "igår"}, "text_in_date"),
        ({"Yrkeskategori": "XS999"}, "unknown_code"),
        ({"Avvikelse": "4"}, "unknown_code"),
        ({"Vardkontakt": "9"}, "unknown_code"),
        ({"HSAIdVardenhet": "SE9999999999-X1"}, "unknown_unit"),
        ({"Regionkod": "13"}, "wrong_region_code"),  # SCB's Halland is SKR's Sörmland
        ({"Regionkod": "01"}, "wrong_region_code"),
        ({"VardkontaktId": " "}, "missing_required"),
        ({"KontaktDatum": ""}, "missing_required"),
        ({"HSAIdVardenhet": MOVES, "KontaktDatum": "2020-07-01", "BesokDatum": "2020-07-01"}, "wrong_region_code"),
        ({"HSAIdVardenhet": MOVES, "KontaktDatum": "2020-09-01", "BesokDatum": "2020-09-01"}, "unknown_unit"),
    ],
)
def test_rows_with_an_error_are_told_with_their_line(change: dict[str, str], kind: str) -> None:
    contacts, errors = judge_delivery(Delivery(rows({}, change)), FRAME, LISTS)
    assert len(contacts) == 1
    assert errors == [Error(3, kind)]


@pytest.mark.parametrize(
    ("met", "of", "lower", "upper"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18), (20, 20, 83.89, 100)],
)
def test_wilson(met: int, of: int, lower: float, upper: float) -> None:
    """The examples of Newcombe (1998), table I, method 3; the last is the third one turned round."""
    assert wilson(met, of) == (pytest.approx(lower, abs=0.005), pytest.approx(upper, abs=0.005))
