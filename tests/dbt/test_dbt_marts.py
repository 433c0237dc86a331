"""The marts against the printed tables and against a count of the same answers that does not use dbt."""

from __future__ import annotations

import math
import shutil
from fractions import Fraction
from pathlib import Path

import duckdb
import pandas as pd
import printed_deliveries
import pytest
from dbt_harness import DBT, Raw, dbt, query, seed
from facit import table as golden

MARTS = {path.stem for path in (DBT / "models" / "marts").glob("*/*.sql")}


def test_tabell_1(printed_year: Path) -> None:
    mart = query(
        printed_year,
        "select region, dokument, politiskt_beslut, gemensamt_dokument from mart.inriktningsdokument where ar = 2020",
    )
    assert mart.fillna("").to_dict("records") == printed_deliveries.golden("tabell_1")


def test_tabell_2_with_halland_corrected(printed_year: Path) -> None:
    mart = query(
        printed_year,
        "select region, visa_tid, boka_tid, leverans_id from mart.webbtidbok where period = date '2020-03-01'",
    )
    assert mart.drop(columns="leverans_id").astype(str).to_dict("records") == printed_deliveries.golden("tabell_2")
    assert (mart["visa_tid"].sum(), mart["boka_tid"].sum()) == (5076, 3150)
    assert set(mart["region"][mart["leverans_id"] == "webb-2"]) == {"Halland"}
    assert set(mart["leverans_id"]) == {"webb-1", "webb-2"}


def test_tabell_3(printed_year: Path) -> None:
    mart = query(
        printed_year,
        "select yrke, svarsalternativ, antal, andel_publicerad, n, andel from mart.legitimationsyrken_balans",
    )
    printed = pd.DataFrame(printed_deliveries.golden("tabell_3"))
    assert mart[["yrke", "svarsalternativ"]].equals(printed[["yrke", "svarsalternativ"]])
    for ours, theirs in {"antal": "antal", "andel_publicerad": "procent_tryckt", "n": "n"}.items():
        expected = printed[theirs].str.replace(",", ".").astype(float)
        assert mart[ours].tolist() == expected.tolist(), ours
    assert mart["andel"].tolist() == pytest.approx((100 * mart["antal"] / mart["n"]).tolist())


@pytest.mark.parametrize("row", printed_deliveries.golden("figur_5"), ids=lambda row: row["fraga"])
def test_figur_5(printed_year: Path, row: dict[str, str]) -> None:
    mart = query(
        printed_year,
        f"from mart.kommunenkat_resultat where niva = 'riket' and svarsalternativ = 'ja' and fraga = '{row['fraga']}'",
    )
    assert mart[["andel_publicerad", "n", "fraga_etikett"]].to_numpy().tolist() == [
        [float(row["procent"]), int(row["n"]), row["etikett"]]
    ]


def test_malbild(printed_year: Path) -> None:
    mart = query(printed_year, "from mart.kommunenkat_resultat where niva = 'riket' and fraga in ('2', '2a')")
    for row in printed_deliveries.golden("malbild"):
        ours = mart[(mart["fraga"] == row["fraga"]) & (mart["svarsalternativ"] == row["svarsalternativ"])]
        assert ours[["antal", "andel_publicerad", "n"]].to_numpy().tolist() == [
            [int(row["antal"]), float(row["procent"]), int(row["n"])]
        ]


def test_every_group_against_a_count_without_dbt(printed_year: Path) -> None:
    """Counts, n and shares of all groups, from the answers that were generated."""
    region = dict(seed("reference/kommuner")[["kommun_kod", "region_kod"]].itertuples(index=False))
    given = pd.DataFrame(
        [
            {"fraga": item, "svarsalternativ": answer, "grupp_kod": group}
            for item, by_code in printed_deliveries.answers().items()
            for code, answer in by_code.items()
            for group in ("00", region[code])
        ]
    )
    counted = given.value_counts().rename("antal").reset_index()
    counted["n"] = counted.groupby(["fraga", "grupp_kod"])["antal"].transform("sum")
    mart = query(printed_year, "from mart.kommunenkat_resultat")
    # 6 items with two options and 6 with five, in 22 groups: chosen or not, every combination is there.
    assert len(mart) == (6 * 2 + 6 * 5) * 22
    both = mart.merge(counted, how="outer", on=["fraga", "svarsalternativ", "grupp_kod"], suffixes=("", "_utan_dbt"))
    assert both["undersokning"].notna().all()
    assert both["antal"].tolist() == both["antal_utan_dbt"].fillna(0).tolist()
    chosen = both[both["antal"] > 0]
    assert chosen["n"].tolist() == chosen["n_utan_dbt"].tolist()
    assert chosen["andel"].tolist() == pytest.approx((100 * chosen["antal_utan_dbt"] / chosen["n_utan_dbt"]).tolist())
    nobody = mart[mart["n"] == 0]
    assert nobody["andel"].isna().all()
    assert nobody["andel_publicerad"].isna().all()
    assert (mart["varde_status"].eq("x") == mart["n"].eq(0)).all()
    asked = mart[(mart["n"] > 0) & mart["yrke_kod"].notna()]
    sums = asked[asked["niva"] == "riket"].groupby("fraga")["andel_publicerad"].sum()
    assert sums.tolist() == pytest.approx([100.0] * len(sums)), (
        "as printed, a question's shares of the country are 100 together"
    )
    regions = asked[asked["niva"] == "region"]
    half_up = [
        math.floor(Fraction(100 * int(a), int(n)) + Fraction(1, 2))
        for a, n in zip(regions["antal"], regions["n"], strict=True)
    ]
    assert regions["andel_publicerad"].tolist() == half_up


def test_svarsfrekvens(printed_year: Path) -> None:
    mart = query(printed_year, "from mart.svarsfrekvens").set_index(["kalla", "niva", "grupp_kod"]).sort_index()
    survey = mart.loc[("kommunenkat", "riket", "00")]
    printed = printed_deliveries.golden("svarsfrekvens")[0]
    assert (survey["inkomna"], survey["forvantade"]) == (int(printed["inkomna"]), int(printed["forvantade"]))
    assert round(survey["svarsfrekvens"]) == int(printed["procent"])
    assert survey["svarsfrekvens"] == pytest.approx(100 * 226 / 290)
    assert (survey["troskel"], survey["uppfylld"]) == (70.0, True)
    # Blank somewhere: one for each item's missing answers, five of them with an item of their own to leave out.
    given = printed_deliveries.answers()
    blanks = {
        code
        for code in printed_deliveries.municipalities()
        for item in given
        if code not in given[item] and (item != "2a" or given["2"].get(code) == "nej")
    }
    assert survey["partiella"] == len(blanks) > 0
    coverage = mart.loc[("kommunenkat", "regiontackning", "00")]
    assert (coverage["inkomna"], coverage["forvantade"]) == (21, 21)
    regions = mart.loc[("kommunenkat", "region")]
    assert (len(regions), regions["inkomna"].sum(), regions["forvantade"].sum()) == (21, 226, 290)
    items = mart.loc[("kommunenkat", "fraga")]["inkomna"].to_dict()
    assert {k: items[k] for k in ("1a", "1b", "1c", "1d", "2", "2a", "3_farmaceut", "3_dietist")} == {
        "1a": 221,
        "1b": 223,
        "1c": 222,
        "1d": 220,
        "2": 225,
        "2a": 163,
        "3_farmaceut": 225,
        "3_dietist": 226,
    }
    assert mart.loc[("kommunenkat", "fraga", "2a")]["forvantade"] == 163
    for kalla in ("webbtidbok", "inriktningsdokument"):
        assert mart.loc[(kalla, "riket", "00")][["inkomna", "forvantade"]].tolist() == [21, 21]
        assert list(mart.loc[kalla].index) == [("riket", "00")]
    assert pd.isna(mart.loc[("inriktningsdokument", "riket", "00")]["uppfylld"])


def test_leveransstatus(printed_year: Path) -> None:
    mart = query(
        printed_year,
        "select kalla, status, leverans_id, count(*) as antal from mart.leveransstatus "
        "where kalla in ('inriktningsdokument', 'kommunenkat', 'webbtidbok') group by all order by all",
    )
    assert [tuple(row) for row in mart.astype(object).where(mart.notna(), None).itertuples(index=False)] == [
        ("inriktningsdokument", "inkommen", "dok-1", 20),
        ("inriktningsdokument", "inkommen", "dok-2", 1),
        ("kommunenkat", "inkommen", "enkat-1", 115),
        ("kommunenkat", "inkommen", "enkat-2", 110),
        ("kommunenkat", "saknas", None, 64),
        ("kommunenkat", "sen", "enkat-2", 1),
        ("webbtidbok", "inkommen", "webb-1", 20),
        ("webbtidbok", "inkommen", "webb-2", 1),
    ]


def test_every_printed_cell_is_compared(printed_year: Path) -> None:
    mart = query(printed_year, "from mart.avstamning where publikation = 'uppfoljning_2020'")
    cells = seed("rapporter/uppfoljning_2020/tryckta_varden")
    compared = mart.merge(cells.rename(columns={"rad": "nyckel"}), on=["tabell", "nyckel", "kolumn", "kallrad"])
    assert len(compared) == len(cells)
    assert compared["varde_beraknat"].notna().sum() == len(cells) - 4  # four cells of Tabell 1 are printed empty
    assert set(compared["utfall"]) == {"stammer", "kand_avvikelse"}
    # What differs is where the report contradicts itself: Figur 5's note, the summary's "omkring", n of Tabell 3, a share and a count.
    differing = mart[
        (mart["utfall"] == "kand_avvikelse") & mart["varde_beraknat"].notna() & mart["varde_tryckt"].notna()
    ]
    columns = ["rad", "kolumn", "varde_tryckt", "varde_beraknat", "avvikelse"]
    assert sorted(differing[columns].itertuples(index=False, name=None)) == [
        ("", "Jämtland Härjedalens andel av befolkningen", "1,5", "1,3", "X28"),
        ("", "antal_regioner_beslut_senast_2018", "13", "8", "X22"),
        ("1a", "ja_procent_sammanfattning", "Omkring 40", "38", "X06"),
        ("1a", "n_figurnot", "223", "221", "X05"),
        ("1c", "n_figurnot", "223", "222", "X05"),
        ("1d", "n_figurnot", "223", "220", "X05"),
        ("Farmaceut", "n", "226", "225", "X01"),
    ]
    assert dict(zip(differing["kolumn"], differing["differens"], strict=True))["n"] == -1


def test_what_the_report_of_2018_prints_is_computed_or_says_why_not(printed_year: Path) -> None:
    """Tabell 2 and 3 and the figures in its text, as they were written down from print. Its statistics are delivered in the examples."""
    mart = query(printed_year, "from mart.avstamning where publikation = 'uppfoljning_2018'")
    by_table = dict(iter(mart.groupby("tabell")))
    printed = golden("seed004/tables/tabell_2_fordelning_medel_2018")
    amounts = sorted(
        row[f"{k}_sek"] for row in printed for k in ("professionsmiljarden", "personalmiljarderna", "totalt")
    )
    assert sorted(by_table["Tabell 2"]["varde_beraknat"]) == [amount for amount in amounts if amount]
    assert set(by_table["Tabell 2"]["utfall"]) == {"stammer"}
    assert by_table["Tabell 8"]["utfall"].tolist() == ["ej_beraknad"] * 18
    documents = by_table["Tabell 3"][by_table["Tabell 3"]["rad"] != ""]
    assert documents["utfall"].tolist() == ["stammer"] * 15
    facts = {row["golden_id"]: row for row in golden("seed004/tables/golden_facts")}
    text = by_table["Löptext"].set_index("kolumn")["varde_beraknat"]
    assert text["specialistutbildning_andel_av_medlen"] == facts["G-19"]["forvantat"]
    assert text["omfordelat_till_skl_andel"].replace(",", ".") == facts["G-22"]["forvantat"]
    # Every figure that the reader of the report wrote down is there, with its lines; those that are not computed say why.
    numbers = [(r["derived_metric"], r["source_line"]) for r in golden("seed004/tables/nyckeltal_i_text")]
    listed = {(row.kolumn, row.kallrad.split("–")[0]) for row in by_table["Löptext"].itertuples()}
    assert set(numbers) <= listed
    assert mart[mart["utfall"] == "ej_beraknad"]["forklaring"].notna().all()
    specialities = [r["antal_regioner"] for r in golden("seed004/tables/specialistinriktningar_antal_regioner_ht2018")]
    assert sorted(by_table["Specialistutbildning hösten 2018"]["varde_tryckt"]) == sorted(specialities)


def test_a_coding_of_all_regions_gives_the_number_and_the_printed_word(printed_year: Path) -> None:
    """Every statement of the 2018 report about regions that uses a defined word, coded for all 21 (S002: 14, *flertalet*)."""
    expected = printed_deliveries.statements_of_2018()
    assert len(expected) > 80
    counted = query(printed_year, "from mart.utsaga where publikation = 'uppfoljning_2018'").set_index("utsaga_id")
    assert {ident: (row.antal, row.kvantifierare) for ident, row in counted[counted.antal.notna()].iterrows()} == {
        ident: (count, word) for ident, (_, count, word) in expected.items()
    }
    assert counted.loc["S002", "utsaga"] == "Flertalet regioner (14 av 21): har positiva resultat av uppgiftsväxling"
    printed = query(printed_year, "from mart.tryckt_utsaga where publikation = 'uppfoljning_2018'").set_index(
        "utsaga_id"
    )
    assert set(printed.index[printed.antal_enligt == "kodning"]) == set(expected)
    assert printed.loc[list(expected), "stammer"].all()


def test_the_statements_of_2018_with_word_number_and_lines(printed_year: Path) -> None:
    ours = query(printed_year, "from mart.tryckt_utsaga where publikation = 'uppfoljning_2018'").set_index("utsaga_id")
    printed = golden("seed004/tables/region_pastaenden_kvantifierade")
    assert len(printed) == 187
    assert len(ours) == 187 + 8  # eight that the reader had missed, S188 to S195
    for row in printed:
        held = ours.loc[row["statement_id"]]
        assert held.kvantifierare_tryckt == row["kvantifierare_printed"], held
        assert held.kallrad.split("–")[0] == row["source_line"], held
        least, most = (int(row[f"derived_antal_{end}"] or 0) for end in ("min", "max"))
        assert held.enhet == row["derived_unit"], held
        assert pd.isna(held.antal_tryckt) or least == most == held.antal_tryckt, held
    assert ours.utsaga.is_unique
    assert ours.tema.notna().all()


def test_every_known_inconsistency_of_the_documents_is_listed(printed_year: Path) -> None:
    mart = query(printed_year, "from mart.avstamning where avvikelse is not null and utfall <> 'ej_beraknad'")
    listed = set(mart["avvikelse"])
    assert listed >= {f"X{number:02d}" for number in range(1, 28)}  # the 27 of the reader of the report 2020
    assert listed >= {
        f"Y{number:02d}" for number in range(1, 18)
    }  # the 16 of the reader of the report 2018, and its Tabell 4
    assert mart["forklaring"].notna().all()
    assert mart["kallrad"].notna().all()


def test_a_new_difference_from_print_is_found(printed_year: Path, tmp_path: Path) -> None:
    """The test that stops the table, and the mart's SQL, run over a figure that has changed."""
    target = tmp_path / "build.duckdb"
    shutil.copyfile(printed_year / target.name, target)
    compiled = printed_year / "target" / "compiled" / "uppfoljning"
    sql = (compiled / "models" / "marts" / "tryckt" / "avstamning.sql").read_text(encoding="utf-8")
    found = (compiled / "tests" / "ingen_ny_avvikelse_fran_trycket.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(target)) as con:
        assert con.execute(found).fetchall() == []
        con.execute("update mart.webbtidbok set visa_tid = visa_tid + 1 where region = 'Blekinge'")
        con.execute("update mart.kommunenkat_resultat set n = n - 1 where yrke_kod = 'farmaceut' and niva = 'riket'")
        con.execute(f"create or replace table mart.avstamning as {sql}")
        new = con.execute(found).fetchall()
    # The known n of Farmaceut is 225 against the printed 226: another value is as new as that of a cell that agreed.
    assert sorted((row[1], row[2], row[3], row[4], row[5]) for row in new) == [
        ("Tabell 2", "Blekinge", "visa_tid", "23", "24"),
        ("Tabell 3", "Farmaceut", "n", "226", "224"),
    ]


def test_nothing_delivered(empty_year: Path) -> None:
    """All marts are there; what was expected stands as missing, never as zero."""
    assert (
        set(
            query(empty_year, "select table_name from information_schema.tables where table_schema = 'mart'")[
                "table_name"
            ]
        )
        == MARTS
    )
    status = query(
        empty_year,
        "select kalla, status, count(*) from mart.leveransstatus where kalla in (from (select kalla from referens.leveranskrav)) "
        "group by all order by all",
    )
    assert status.to_numpy().tolist() == [
        ["inriktningsdokument", "saknas", 21],
        ["kommunenkat", "saknas", 290],
        [
            "nulagesrapport",
            "okand",
            42,
        ],  # that of komiljard_2019 goes to somebody else, that of investering_2019 has no day
        ["nulagesrapport", "saknas", 21],
        ["vantetid_primarvard", "saknas", 12 * 21],
        ["vantetid_specialistvard", "saknas", 12 * 21],
        ["webbtidbok", "saknas", 21],
    ]
    for mart, value in {
        "webbtidbok": "visa_tid",
        "inriktningsdokument": "status",
        "kommunenkat_resultat": "andel",
    }.items():
        rows = query(
            empty_year, f"select count(*), count({value}), count(*) filter (where varde_status = 'x') from mart.{mart}"
        )
        total, with_value, missing = rows.iloc[0]
        assert (with_value, missing) == (0, total)
        assert total > 0
    rates = query(
        empty_year,
        "select sum(inkomna), min(svarsfrekvens), max(svarsfrekvens) from mart.svarsfrekvens where niva <> 'fraga'",
    )
    assert rates.iloc[0].tolist() == [0, 0, 0]
    assert set(query(empty_year, "select distinct kalla from mart.avstamning")["kalla"].dropna()) == set()


def test_nothing_is_expected_before_the_first_agreement(tmp_path: Path) -> None:
    Raw().write(tmp_path / "raw")
    wanted = ("--select", "+path:models/marts", "--exclude-resource-type", "unit_test", "test")
    dbt(tmp_path, "build", *wanted, year=2014)
    filled = {mart for mart in MARTS if query(tmp_path, f"select count(*) from mart.{mart}").iloc[0, 0]}
    # What the 2018 report prints, whatever has been delivered.
    assert filled == {"tryckt_utsaga", "tryckt_tabelltext", "tryckt_nyckeltal", "uppgiftsvaxling_erfarenhet"}
