"""Published values as published, shares and intervals as computed elsewhere, and gaps, breaks and exclusions as the catalogue says."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from facit import facts, table
from statsmodels.stats.proportion import proportion_confint

from dagster_project.deliveries.register import Register
from dagster_project.settings import EXAMPLES, SEEDS, Home

Ask = Callable[[str], pd.DataFrame]


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / "indicators" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def one(fraga: Ask, condition: str, mart: str = "indikator") -> pd.Series:
    found = fraga(f"select * from mart.{mart} where {condition}")
    assert len(found) == 1, condition
    return found.iloc[0]


# --- values -----------------------------------------------------------------------------------------------------------


def test_published_values_come_out_as_published(fraga: Ask, publicerat: pd.DataFrame) -> None:
    ours = fraga("select indikator_id, ar, region_kod, varde, varde_status from mart.indikator where kalla = 'kolada'")
    both = publicerat.merge(ours, how="left", on=["indikator_id", "ar", "region_kod"])
    assert len(both) == 22 * 11
    for row in both.itertuples():
        if row.tryckt == "–":
            assert (row.varde, row.varde_status) == (None, "x"), row
        else:
            assert Decimal(repr(row.varde)) == Decimal(row.tryckt), row


def test_trust_is_great_and_rather_great_of_those_who_took_a_stand(fraga: Ask) -> None:
    row = one(fraga, "storhet = 'fortroende' and ar = 2019 and region_kod = '00'", "sou_2018_39")
    assert (row.taljare, row.namnare, row.kalla) == (2700, 4000, "barometer")
    assert row.varde == pytest.approx(67.5)


def test_cost_share_by_every_definition(fraga: Ask) -> None:
    """Every region and year of the made-up costs, and the country out of the regions' sums, counted from the delivered file."""
    [path] = (EXAMPLES / "landing" / "rakenskap").glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        delivered = list(csv.DictReader(file, delimiter=";"))
    summed: dict[tuple[int, str], Counter[str]] = {}
    for row in delivered:
        parts = Counter({k: int(v) for k, v in row.items() if k not in ("År", "Region")})
        for region in (row["Region"], "Riket"):
            summed.setdefault((int(row["År"]), region), Counter()).update(parts)

    def share(
        c: Counter[str], more: Sequence[str] = (), less: Sequence[str] = (), only_total: Sequence[str] = ()
    ) -> Fraction:
        top = c["Primärvård exkl. läkemedel"]
        bottom = (
            top
            + c["Specialiserad somatisk vård"]
            + c["Specialiserad psykiatrisk vård"]
            + c["Övrig hälso- och sjukvård"]
        )
        primary = (
            top + sum(c[m] for m in more) - sum(c[x] for x in less[:1])
        )  # of what is taken away the first is primary care's
        whole = bottom + sum(c[m] for m in (*more, *only_total)) - sum(c[x] for x in less)
        return Fraction(100 * primary, whole)

    definitions: dict[str, dict[str, Sequence[str]]] = {
        "exkl_lakemedel": {},
        "inkl_lakemedel": {"more": ["Läkemedel i primärvården"], "only_total": ["Övriga läkemedel inom förmånen"]},
        "exkl_statsbidrag": {"less": ["Statsbidrag till primärvård", "Övriga statsbidrag"]},
        "inkl_kommunal": {"more": ["Kommunal primärvård"]},
    }
    ours = {
        (r.definition, r.ar, r.region): r.varde
        for r in fraga(
            "select * from mart.indikator where indikator_id = 'kostnadsandel_primarvard' and ar <= 2020"
        ).itertuples()
    }
    expected = {(d, *key): share(parts, **how) for d, how in definitions.items() for key, parts in summed.items()}
    assert len(expected) == 4 * 3 * 22
    assert ours.keys() == expected.keys()
    assert all(ours[key] == pytest.approx(float(value)) for key, value in expected.items())


def test_a_missing_cost_is_not_0(fraga: Ask) -> None:
    rows = fraga(
        "select region_kod, varde, varde_status from mart.sou_2018_39 where storhet = 'kostnadsandel' and ar = 2021"
    )
    found = {r.region_kod: (r.varde, r.varde_status) for r in rows.itertuples()}
    assert found["03"] == (20.0, None)
    assert found["12"] == (None, "x")
    assert found["00"] == (20.0, None)


def test_certificates_without_the_other_specialties_counted_twice(fraga: Ask) -> None:
    row = one(fraga, "storhet = 'specialistbevis' and ar = 2020", "sou_2018_39")
    assert (row.region_kod, row.taljare, row.namnare) == ("00", 420, 2060)


def test_intervals_agree_with_statsmodels(fraga: Ask) -> None:
    rows = fraga("select taljare, namnare, ki_undre, ki_ovre from mart.indikator where ki_undre is not null")
    assert len(rows) > 8
    for row in rows.itertuples():
        low, high = proportion_confint(row.taljare, row.namnare, method="wilson")
        assert (row.ki_undre, row.ki_ovre) == (pytest.approx(100 * low), pytest.approx(100 * high))


def test_no_interval_without_a_denominator_or_for_money(fraga: Ask) -> None:
    rows = fraga(
        "select count(*) as n from mart.indikator where ki_undre is not null and (namnare is null or kalla = 'rakenskap')"
    )
    assert rows.n[0] == 0


# --- gaps, breaks, exclusions -----------------------------------------------------------------------------------------


def test_a_region_without_value_is_a_row_and_is_not_ranked(fraga: Ask, publicerat: pd.DataFrame) -> None:
    rows = fraga(
        "select * from mart.indikator where indikator_id = 'medicinsk_bedomning_tre_dagar' and kalla = 'kolada' and ar = 2019"
    )
    regions = rows[rows.region_kod != "00"]
    printed = publicerat[(publicerat.indikator_id == "medicinsk_bedomning_tre_dagar") & (publicerat.ar == 2019)]
    values = {r.region_kod: float(r.tryckt) for r in printed.itertuples() if r.tryckt != "–" and r.region_kod != "00"}
    assert (len(regions), len(values)) == (21, 14)
    assert set(rows.antal_regioner) == {14}
    assert rows.medel_regioner.iloc[0] == pytest.approx(sum(values.values()) / 14)
    ranked = {r.region_kod: r.rang for r in regions.itertuples() if r.rang is not None}
    assert ranked == {code: 1 + sum(other > value for other in values.values()) for code, value in values.items()}
    assert set(regions[~regions.region_kod.isin(values)].varde_status) == {"x"}


def test_lower_readmission_ranks_higher(fraga: Ask) -> None:
    assert one(fraga, "storhet = 'aterinskrivning' and ar = 2025 and region_kod = '25'", "sou_2018_39").rang == 1
    assert one(fraga, "storhet = 'aterinskrivning' and ar = 2025 and region_kod = '09'", "sou_2018_39").rang == 19


def test_no_rank_where_no_direction_is_decided(fraga: Ask) -> None:
    assert (
        fraga("select count(rang) as n from mart.indikator where indikator_id = 'kostnadsandel_primarvard'").n[0] == 0
    )


def test_halved_regions_are_shown_and_not_counted(fraga: Ask) -> None:
    rows = fraga(
        "select * from mart.indikator where indikator_id = 'medicinsk_bedomning_tre_dagar' and kalla = 'kolada' and ar = 2025"
    )
    for code, value in (("18", 53.5), ("21", 52.6), ("25", 43.7)):
        row = rows[rows.region_kod == code].iloc[0]
        assert (row.varde, row.varde_status, row.rang, row.forandring) == (value, "u", None, None)
        assert "ungefär hälften" in row.anmarkning
    assert set(rows.antal_regioner) == {17}
    assert set(rows.uteslutna_regioner) == {"18 21 25"}


def test_reasons_for_gaps_are_told(fraga: Ask) -> None:
    row = one(fraga, "storhet = 'aterinskrivning' and ar = 2025 and region_kod = '14'", "sou_2018_39")
    assert (row.varde, row.varde_status, row.anmarkning) == (None, "x", "Västra Götaland redovisas inte i måttet.")


def test_no_change_across_a_break(fraga: Ask) -> None:
    rows = fraga("""
        select ar, varde, varde_status, forandring, serie, kalla from mart.sou_2018_39
        where storhet = 'fortroende' and region_kod = '00' order by ar""")
    found = {r.ar: (r.varde_status, r.forandring, r.serie) for r in rows.itertuples()}
    assert found[2019] == (None, None, 1)
    assert found[2020] == ("b", None, 2)
    assert found[2021] == ("b", None, 3)
    assert found[2022] == (None, pytest.approx(67.5 - 70.0), 3)
    assert found[2025] == ("b", None, 3)  # another source than in 2022


def test_riket_of_14_regions_is_not_compared_with_riket_of_21(fraga: Ask) -> None:
    condition = (
        "indikator_id = 'medicinsk_bedomning_tre_dagar' and kalla = 'kolada' and ar = 2020 and region_kod = '{}'"
    )
    assert one(fraga, condition.format("00")).forandring is None
    assert one(fraga, condition.format("03")).forandring == pytest.approx(72.9 - 72.3)


def test_a_storhet_without_values_in_the_year_has_status_rows(fraga: Ask) -> None:
    rows = fraga(
        "select region_kod, varde, varde_status from mart.sou_2018_39 where storhet = 'kostnadsandel' and ar = 2025"
    )
    assert (len(rows), set(rows.varde), set(rows.varde_status)) == (22, {None}, {"x"})


# --- protection -------------------------------------------------------------------------------------------------------


def test_too_few_answers_are_hidden_and_cannot_be_computed_back(fraga: Ask) -> None:
    rows = fraga(
        "select region_kod, taljare, namnare, varde, ki_undre, varde_status from mart.sou_2018_39 where storhet = 'fortroende' and ar = 2022"
    )
    hidden = rows[rows.varde_status == "c"]
    assert set(hidden.region_kod) == {"09", "03"}  # 19 answered on Gotland; Uppsala is the smallest of the others
    assert hidden[["taljare", "namnare", "varde", "ki_undre"]].isna().all().all()
    assert rows[rows.region_kod == "12"].varde.iloc[0] == 50.0


def test_what_the_source_hides_is_hidden_and_has_company(fraga: Ask) -> None:
    """Of the two that are not shown, the one has 0 of 0: which of them is not told."""
    rows = fraga(
        "select region_kod, varde, varde_status from mart.sou_2018_39 where storhet = 'aterinskrivning' and ar = 2018"
    )
    found = {r.region_kod: (r.varde, r.varde_status) for r in rows.itertuples()}
    assert (found["00"], found["03"], found["09"], found["12"]) == (
        (17.0, None),
        (15.0, None),
        (None, "c"),
        (None, "c"),
    )


# --- answers that are wrong -------------------------------------------------------------------------------------------


def test_a_missing_page_and_pages_that_contradict_each_other(fraga: Ask) -> None:
    rows = fraga("select * from mart.indikator where indikator_id = 'kostnad_primarvard_per_invanare' and ar = 2024")
    by_region = {r.region_kod: r for r in rows.itertuples()}
    assert by_region["04"].varde_status == "x"
    assert by_region["04"].anmarkning == "Källans svar är ofullständigt: sida 2 saknas."
    assert (by_region["01"].varde, by_region["01"].varde_status, by_region["01"].anmarkning) == (5900.0, None, None)
    assert (by_region["03"].varde_status, by_region["03"].anmarkning) == ("u", "Källans svar ger två olika värden.")
    assert by_region["01"].antal_regioner == 2  # Stockholm and Norrbotten


def test_an_older_extraction_is_kept_and_not_used(fraga: Ask, byggt: Home) -> None:
    assert one(fraga, "indikator_id = 'telefon_samma_dag' and ar = 2025 and region_kod = '03'").varde == 92.3
    register = Register(byggt.register)
    (old,) = [d["leverans_id"] for d in register.leveranser() if d["filnamn"] == "aldre.json"]
    assert [t["gallande"] for t in register.tackning(2025) if t["leverans_id"] == old] == [False]


def test_a_deleted_value_is_no_value(fraga: Ask) -> None:
    condition = "indikator_id = 'telefon_samma_dag' and ar = 2023 and region_kod = '{}'"
    assert one(fraga, condition.format("03")).varde == 50.0
    assert one(fraga, condition.format("05")).varde_status == "x"


# --- comparisons ------------------------------------------------------------------------------------------------------


def test_similar_regions_are_the_nearest_in_population(fraga: Ask) -> None:
    rows = fraga("select liknande_region from mart.region_liknande where region_kod = '13' order by rang")
    # Halland 336 748: Jönköping 365 010, Örebro 305 643, Sörmland 299 401, Uppsala 388 394 (by ratio).
    assert rows.liknande_region.tolist() == ["Jönköpings län", "Örebro län", "Sörmland", "Uppsala"]
    row = one(fraga, "indikator_id = 'fortroende_vardcentral' and ar = 2025 and region_kod = '13'")
    assert row.medel_liknande == pytest.approx((70.6 + 55.5 + 60.4 + 67.6) / 4)
    assert row.skillnad_riket == pytest.approx(71.9 - 62.7)


# --- catalogue --------------------------------------------------------------------------------------------------------


def test_all_29_indicators_stand_in_the_catalogue() -> None:
    """What the report does not state is blank or marked as open: nothing is filled in as if it were the report's."""
    printed = facts("seed002/tables/indikatorer")
    ours = {row["nr"]: row for row in seed("indikatorer") if row["nr"]}
    assert list(printed) == list(ours) == [f"I{n:02}" for n in range(1, 30)]
    for nr, row in printed.items():
        for field in ("taljare", "namnare", "enhet", "population", "periodicitet"):
            if row[field].startswith("ej angivet i dokumentet"):
                assert not ours[nr][field] or field in ours[nr]["oppna"].split(";"), (nr, field)
        assert ours[nr]["belagg"], nr


def test_what_is_blank_of_the_29_is_marked_as_open() -> None:
    asked = ("definition", "taljare", "namnare", "enhet", "population", "agare", "periodicitet")
    counts = {r["id"] for r in seed("indikatorer") if r["enhet"].startswith("antal") or r["enhet"] == "antal"}
    for row in seed("indikatorer"):
        if row["nr"]:
            blank = {c for c in asked if not row[c]} - ({"namnare"} if row["id"] in counts else set())
            known = set(row["oppna"].split(";"))
            assert blank - known <= {"taljare", "agare", "periodicitet"}, row["id"]


def test_tabell_8_is_rebuilt(fraga: Ask) -> None:
    """Every printed cell, and the totals that the parts make."""
    printed = table("seed004/tables/tabell_8_ersattning_och_nyborjare")
    names = {
        "Utbildningstjänst": "utbildningstjanst",
        "Studielön": "studielon",
        "Totalt": "totalt",
        "Barnmorska": "barnmorska",
        "Specialistsjuksköterska": "specialistsjukskoterska",
    }
    blocks = {"Antalet": "ersattning", "Totala": "nyborjare"}
    expected = {
        (blocks[r["block_printed"].split()[0]], names[r["rad_printed"]], ar): int(r[f"ar_{ar}"])
        for r in printed
        for ar in (2016, 2017, 2018)
    }
    ours = fraga("select block, kategori, ar, antal from mart.specialistutbildning where ar <= 2018")
    assert {(r.block, r.kategori, r.ar): r.antal for r in ours.itertuples()} == expected
    assert len(expected) == 18


def test_golden_facts_of_tabell_8(fraga: Ask) -> None:
    """G-24 to G-35 of the 2018 report, each with its stated outcome."""
    known = facts("seed004/tables/golden_facts")
    rows = fraga("select * from mart.specialistutbildning")
    n = {(r.kategori, r.block, r.ar): r.antal for r in rows.itertuples()}
    growth = {(r.kategori, r.block, r.ar): r.forandring_procent for r in rows.itertuples()}
    for fact, block, ar in (
        ("G-24", "ersattning", 2016),
        ("G-25", "ersattning", 2017),
        ("G-26", "ersattning", 2018),
        ("G-27", "nyborjare", 2016),
        ("G-28", "nyborjare", 2017),
        ("G-29", "nyborjare", 2018),
    ):
        assert n["totalt", block, ar] == int(known[fact]["forvantat"]), fact
    assert round(growth["totalt", "ersattning", 2017]) == int(known["G-30"]["forvantat"])

    def change(kategori: str, block: str, first: int, last: int) -> int:
        return int(n[kategori, block, last] - n[kategori, block, first])

    ratio = n["utbildningstjanst", "ersattning", 2017] / n["utbildningstjanst", "ersattning", 2016]
    assert (round(ratio, 4), known["G-31"]["tolerans"]) == (float(known["G-31"]["forvantat"]), ">2")
    assert ratio > 2
    for fact, ours in {
        "G-32": change("studielon", "ersattning", 2016, 2017),
        "G-33": change("barnmorska", "nyborjare", 2017, 2018),
        "G-34": change("specialistsjukskoterska", "nyborjare", 2016, 2018),
    }.items():
        assert ours == int(known[fact]["forvantat"]), fact
        assert (ours > 0) == (known[fact]["tolerans"] == ">0"), fact
    beginners = int(n["totalt", "nyborjare", 2018])
    low, high = map(int, known["G-35"]["forvantat"].split(".."))
    assert (math.floor(beginners / 1.105), math.ceil(beginners / 1.095)) == (low, high)


def test_support_is_never_divided_by_beginners(fraga: Ask) -> None:
    forbidden = {(r["taljare"], r["namnare"]) for r in seed("otillatna_kvoter")}
    assert ("specialistutbildning_med_ersattning", "specialistutbildning_nyborjare") in forbidden
    columns = fraga(
        "select column_name from duckdb_columns() where schema_name = 'mart' and table_name = 'specialistutbildning'"
    )
    assert set(columns.column_name) == {
        "block",
        "kategori",
        "ordning",
        "ar",
        "antal",
        "forandring",
        "forandring_procent",
    }
    rows = fraga(
        "select count(*) as n from mart.indikator where indikator_id like 'specialistutbildning%' and namnare is not null"
    )
    assert rows.n[0] == 0
