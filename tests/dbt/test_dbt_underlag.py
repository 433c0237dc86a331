"""The other qualitative material: who was interviewed, what coders agree on, statements about municipalities, and a region side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt_harness import query, seed
from printed_deliveries import golden, municipalities


def rows(folder: Path, sql: str) -> list[list[Any]]:
    frame = query(folder, sql).astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def coded() -> dict[int, str]:
    """The municipalities whose free text is coded, by their place in the list of texts."""
    names = dict(seed("reference/kommuner")[["kommun_kod", "kommun"]].itertuples(index=False))
    return {place: names[kod] for place, kod in enumerate(municipalities()[140:150])}


def test_there_are_as_many_interviews_as_printed(printed_year: Path) -> None:
    found = rows(
        printed_year,
        "select avser, antal, antal_aktorer, antal_mojliga from mart.underlagsantal "
        "where slag = 'intervju' and indelning = 'alla' order by avser desc",
    )
    assert found == [["region", 42, 21, 21], ["kommun", 23, 19, 290]]
    how = "select grupp, antal_aktorer from mart.underlagsantal where avser = 'region' and indelning = '{}' order by grupp"
    assert rows(printed_year, how.format("fallstudie")) == [["ja", 4], ["nej", 17]]
    assert rows(printed_year, how.format("genomforande")) == [["besok", 3], ["distans", 18]]


def test_coders_agree_or_somebody_decides(printed_year: Path) -> None:
    kommun = coded()
    found = rows(
        printed_year,
        "select kommun, falt, varde, tillstand, antal_kodare, kodare from mart.kommunuppgift where fraga = '4'",
    )
    bemanning, omfordelning = "atgard_bemanningsforetag", "atgard_omfordelning_arbetsuppgifter"
    assert sorted(found) == sorted(
        [
            [kommun[0], bemanning, "ja", "ja", 2, "A, B"],
            [kommun[1], bemanning, None, "oenig", 2, "A, B"],
            [kommun[1], omfordelning, None, "oenig", 2, "A, B"],
            [kommun[2], bemanning, "ja", "ja", 2, "C"],
            [kommun[3], bemanning, None, "ej_angivet", 1, "A"],
            [kommun[5], "atgard_formaner", "arbetstider", "angivet", 1, "A"],
        ]
    )


def test_what_nobody_has_judged_is_proposed_and_what_has_no_code_is_judged(printed_year: Path) -> None:
    kommun = coded()
    found = rows(printed_year, "select kommun, falt, tillstand from mart.kommunenkat_fritext")
    judged = [f for f in found if f[2] not in ("forslag", "ej_bedomd")]
    assert [f for f in judged if f[0] == kommun[4]] == [[kommun[4], None, "inget"]]
    assert {f[0] for f in judged} == {kommun[place] for place in range(6)}
    assert sorted(f for f in found if f not in judged) == sorted(
        [
            [kommun[6], "atgard_bemanningsforetag", "forslag"],
            [kommun[6], "atgard_omfordelning_arbetsuppgifter", "forslag"],
            *([kommun[place], None, "ej_bedomd"] for place in (7, 8, 9)),
        ],
        key=str,
    )


def test_statements_about_municipalities_say_their_base(printed_year: Path) -> None:
    """226 answered. Four texts are not judged; where two coders differ the municipality is in no statement about that field.

    What is not judged for all of its base is published without its count.
    """
    found = {
        row[0]: row[1:]
        for row in rows(
            printed_year,
            "select utsaga_id, utsaga, bas, antal_bedomda, antal, kommuner, antal_tryckt, varde_status from mart.kommunutsaga",
        )
    }
    assert found["UK002"] == ["62 av 225 kommuner: överenskommen målbild finns", 225, 225, 62, None, 62, None]
    assert found["UK027"] == [
        "Ännu inte räknad (221 av 226 kommuner bedömda): anlitar bemanningsföretag",
        226,
        221,
        None,
        None,
        None,
        "x",
    ]
    assert found["UK021"][1:5] == [226, 222, None, None]
    assert found["UK028"][1:4] == [226, 221, None]
    assert found["UK015"][1:4] == [19, 3, None]
    for text, bas, judged, antal, _, _, status in found.values():
        waits = (True, "x", True) if judged < bas else (False, None, False)
        assert (antal is None, status, text.startswith("Ännu inte räknad")) == waits, text
    assert found["UK003"][1] == 221
    assert not {"UK004", "UK048"} & set(found)  # out of none of this material


def test_a_region_is_seen_from_all_sides_in_one_query(printed_year: Path) -> None:
    found = rows(
        printed_year,
        "select perspektiv, underlag, kod, innehall, antal, n, varde, varde_status, referens "
        "from mart.regionbild where region = 'Halland'",
    )
    sides = {(row[0], row[1]) for row in found}
    assert {side for side, _ in sides} == {"regionen", "kommunerna", "indikatorerna", "underlaget"}
    by_code = {(row[1], row[2]): row[3:] for row in found}
    assert by_code["sammanfattning", "sammanfattning"] == [
        "PÅHITTAD.",
        None,
        None,
        None,
        None,
        "Faktagranskning: rättad 2020-05-20",
    ]
    assert by_code["intervju", "region"][:4] == ["distans", 2, 1, 2]
    [tabell_2] = [row for row in golden("tabell_2") if row["region"] == "Halland"]
    assert by_code["indikator", "webbtidbok_visa_tid"][3] == int(tabell_2["visa_tid"])
    named = seed("published/namngivna_uppgifter")
    assert sum(row[1] == "namngiven_uppgift" for row in found) == (named["region_kod"] == "13").sum()
    answered, agreed = rows(
        printed_year,
        "select n, antal from mart.kommunenkat_resultat where fraga = '2' and svarsalternativ = 'ja' and grupp_kod = '13'",
    )[0]
    assert by_code["kommunenkat", "2/ja"][1:3] == [agreed, answered]
    assert not [row for row in found if row[1] == "synpunkt"]


def test_the_country_has_the_viewpoints_and_every_row_an_area(printed_year: Path) -> None:
    riket = rows(
        printed_year, "select kod, antal from mart.regionbild where region_kod = '00' and underlag = 'synpunkt'"
    )
    assert riket == [["patienter/kontinuitet", 2]]
    assert rows(printed_year, "select distinct kod from mart.regionbild where omrade = 'Övrigt' or tema is null") == []


def test_nothing_delivered_leaves_what_is_printed(empty_year: Path) -> None:
    printed = rows(
        empty_year,
        "select distinct underlag from mart.regionbild where kalla not in "
        "(select kalla from referens.tryckta_indikatorvarden)",
    )
    assert printed == [["namngiven_uppgift"]]
    assert rows(empty_year, "from mart.underlagsantal") == []
    assert rows(empty_year, "from mart.kommunutsaga") == []
