"""Who owes which report by when, against the deadlines of the 2020 agreement and the obligations of the queue money's."""

from __future__ import annotations

from pathlib import Path

from dbt_harness import query, seed
from facit import table


def test_every_deadline_of_the_2020_agreement_is_in_the_calendar(empty_year: Path) -> None:
    printed = {
        row["kod"]: row["datum"]
        for row in table("seed000/tables/tidsfrister_och_rapporter")
        if row["typ"] in ("rapport", "ekonomi", "insats")
    }
    mart = query(empty_year, "select * from mart.kalender where overenskommelse = 'gnv_2020'")
    days = {
        (r.kalla, r.respondent_typ): "" if r.sista_dag is None or str(r.sista_dag) == "NaT" else str(r.sista_dag)[:10]
        for r in mart.itertuples()
    }
    expected = {
        ("handlingsplan_patientkontrakt", "region"): printed["handlingsplan_patientkontrakt"],
        ("delredovisning", "region"): printed["delredovisning_regioner"],
        ("delredovisning", "rss"): printed["delredovisning_rss"],
        ("delrapport", "skr"): printed["delrapport_skr"],
        ("rekvisition", "region"): printed["rekvisition_skr_regioner"],
        ("rekvisition", "skr"): printed["rekvisition_skr_regioner"],
        ("rekvisition", "rss"): printed["rekvisition_rss"],
        ("slutredovisning", "region"): printed["slutredovisning_regioner"],
        ("slutredovisning", "rss"): printed["slutredovisning_rss"],
        ("verksamhetsrapport", "skr"): printed["verksamhetsrapport_skr"],
    }
    for who in ("region", "rss", "skr"):
        expected["aterbetalning", who] = printed["aterbetalning"]
        expected["ekonomisk_redovisning", who] = printed["ekonomisk_redovisning"]
    assert len(printed) == 11
    assert {key: day for key, day in days.items() if key in expected} == expected
    count = mart.groupby(["kalla", "respondent_typ"]).size()
    assert {count[key] for key in expected if key[1] != "skr"} == {21}
    assert {count[key] for key in expected if key[1] == "skr"} == {1}


def test_what_goes_to_somebody_else_is_judged_at_the_day_of_the_report(empty_year: Path) -> None:
    """At the end of June 2021 the last days of September and of March have passed: nobody here knows of either."""
    rows = query(
        empty_year,
        "select distinct kalla, respondent_typ, status, paminnelse from mart.kalender "
        "where overenskommelse = 'gnv_2020' and kalla in ('delredovisning', 'slutredovisning')",
    )
    assert set(rows.itertuples(index=False, name=None)) == {
        ("delredovisning", "region", "okand", False),
        ("delredovisning", "rss", "okand", False),
        ("slutredovisning", "region", "okand", False),
        ("slutredovisning", "rss", "okand", False),
    }


def test_what_is_not_received_here_is_in_no_response_rate(empty_year: Path) -> None:
    rates = query(empty_year, "select distinct kalla from mart.svarsfrekvens")
    required = seed("agreements/leveranskrav")
    assert set(rates.kalla) == set(required[(required.foljs_till == "") | (required.foljs_till >= "2020")].kalla)
    assert "regionenkat" not in set(rates.kalla)  # the survey of 2018, which no later report follows


def test_obligations_with_a_day_are_those_printed_for_2019() -> None:
    printed = {
        row["deadline"]
        for row in table("seed001/derived/obligations")
        if row["deadline"].count("-") == 2 and "(" not in row["deadline"]
    }
    rows = seed("agreements/skyldigheter")
    ours = set(rows[(rows.overenskommelse.isin(["gnv_2019", "komiljard_2019"])) & (rows.sista_dag != "")].sista_dag)
    assert printed == {"2019-10-15", "2020-04-01", "2019-12-01", "2020-03-31"} == ours


def test_what_a_report_says_was_handed_in_to_somebody_else_is_handed_in(empty_year: Path) -> None:
    """002 L177: SKR handed its report in to the government on 31 March 2020; 004 L165–168: one on both agreements of 2018."""
    calendar = query(
        empty_year,
        "select overenskommelse, status from mart.kalender where kalla = 'verksamhetsrapport' and respondent_kod = 'skr' "
        "and sista_dag <= date '2020-12-31'",
    )
    found = dict(calendar.itertuples(index=False))
    assert found == {"gnv_2019": "inkommen", "professionsmiljarden_2017": "inkommen"}
