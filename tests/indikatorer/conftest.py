"""One build for 2025 of the example deliveries and of hand-made ones that are wrong, small, old or half there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import facit
import pandas as pd
import pytest
from kolada_svar import entry, page

from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.settings import EXAMPLES, Home
from dagster_project.sources import all_sources
from dagster_project.warehouse import dbt

SOURCES = (
    *("kolada", "befolkning", "rakenskap", "specialistbevis"),
    *("regionenkat", "yrkesexamensprogram", "invanartjanster", "personalstatistik"),
)
#: Answers per option: very great, rather great, neither, rather small, very small, do not know.
ANSWERS = {
    ("Riket", 2019): (900, 1800, 500, 500, 300, 250),
    ("Riket", 2020): (1000, 1900, 500, 400, 200, 100),
    ("Riket", 2021): (1000, 1800, 500, 400, 300, 100),
    ("Riket", 2022): (1000, 1700, 500, 500, 300, 100),
    ("Uppsala", 2022): (40, 60, 20, 20, 10, 30),
    ("Gotland", 2022): (4, 6, 3, 3, 3, 40),  # 19 who took a stand
    ("Skåne", 2022): (50, 50, 40, 30, 30, 5),
}
OPTIONS = ("Mycket stort", "Ganska stort", "Varken stort eller litet", "Ganska litet", "Mycket litet", "Vet inte")


def put(home: Home, name: str, content: str | dict[str, Any], mottagen: str = "2026-09-01T08:00:00") -> None:
    path = home.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    path.with_name(path.name + ".leverans.yml").write_text(f"mottagen: {mottagen}\n", encoding="utf-8")


def deliver(home: Home) -> None:
    for kalla in SOURCES:
        shutil.copytree(EXAMPLES / "landing" / kalla, home.landing / kalla)
    rows = [f"{ar};{region};{o};{n}" for (region, ar), ns in ANSWERS.items() for o, n in zip(OPTIONS, ns, strict=True)]
    put(home, "barometer/svar.csv", "\n".join(["År;Region;Svarsalternativ;Antal", *rows]))
    vis = "Oplanerade återinskrivningar inom 30 dagar;PAR;{};2018;{};%;{};{}"
    cells = (
        ("Riket", "17,0", 170, 1000),
        ("Uppsala", "15,0", 15, 100),
        ("Gotland", "UNK", "UNK", "UNK"),
        ("Skåne", "", 0, 0),
    )
    head = "Titel;Register/källa;Enhetsnamn;Mätperiod;Värde;Måttenhet;Täljare;Nämnare/antal fall"
    put(home, "vardenisiffror/export.csv", "\n".join([head, *(vis.format(*c) for c in cells)]))
    first = [
        entry("N71000", "0000", 2024, 6000),
        entry("N71000", "0001", 2024, 5900),
        entry("N71000", "0003", 2024, 5000),
    ]
    put(home, "kolada/N71000_1.json", page(first, 1, 3))
    put(
        home,
        "kolada/N71000_3.json",
        page([entry("N71000", "0003", 2024, 5100), entry("N71000", "0025", 2024, 7000)], 3, 3),
    )
    old = {"values": [entry("N79179", "0003", 2025, 55.1)], "count": 1, "next_url": None}
    put(home, "kolada/aldre.json", old, "2026-01-01T08:00:00")
    gone = {
        "values": [entry("N79179", "0003", 2023, 50.0), entry("N79179", "0005", 2023, 60.0, deleted=True)],
        "next_url": None,
    }
    put(home, "kolada/borttagen.json", gone)
    put(
        home,
        "rakenskap/ofullstandig.csv",
        "År;Region;Primärvård;Somatik;Psykiatri;Övrigt\n2021;Uppsala;2000000000;6000000000;1000000000;1000000000\n"
        "2021;Skåne;5000000000;;2000000000;1000000000\n",
    )

    # What three regions answered in 2019, of whom one cannot tell the kinds apart and one does not know; and what Inera and the regions
    # count, with nothing that is computed from it.
    put(
        home,
        "regionenkat/2019.csv",
        "År;Termin;Region;Ersättningsform;Inriktning;Antal beviljade\n2019;hela året;Uppsala;Utbildningstjänst;alla;30\n"
        "2019;hela året;Uppsala;Studielön;alla;10\n2019;hela året;Gotland;kan inte delas upp;alla;5\n"
        "2019;hela året;Skåne;Utbildningstjänst;alla;\n2019;hela året;Skåne;Studielön;alla;\n"
        "2019;ht;Uppsala;Utbildningstjänst;Psykiatri;4\n2019;ht;Uppsala;Studielön;Psykiatri;1\n"
        "2019;ht;Gotland;alla;Psykiatri;2\n2019;ht;Skåne;alla;Psykiatri;0\n",
    )
    put(
        home,
        "invanartjanster/2020.csv",
        "Period;Region;Mått;Värde\n2014-12;Uppsala;Anslutna vårdenheter;100\n2020-12;Uppsala;Anslutna vårdenheter;250\n"
        "2020-12;Uppsala;Anslutna till webbtidboken;50\n2020-12;Uppsala;Användarkonton;200000\n2020-12;Gotland;Anslutna vårdenheter;20\n"
        "2020-12;Uppsala;Inloggningar;1000000\n2020-12;Gotland;Inloggningar;60000\n",
    )


@pytest.fixture(scope="session")
def byggt(once: Callable[[str, Callable[[Path], object]], Path]) -> Home:
    """A home folder with the deliveries taken in and the indicators' marts of 2025 built, dbt's tests of them among it."""

    def make(folder: Path) -> None:
        home = Home(folder)
        home.create()
        deliver(home)
        for source in all_sources().values():
            assert intake.take_in(home, source).avvisade == [], source.kalla
        intake.write_register(home, Register(home.register), 2025)
        nodes = dbt.build(home, 2025, "models/marts/indikatorer")
        assert [n for n in nodes if n.failed] == []

    return Home(once("indikatorer", make))


@pytest.fixture(scope="session")
def fraga(byggt: Home) -> Iterator[Callable[[str], pd.DataFrame]]:
    """Ask the build in SQL."""
    with duckdb.connect(str(dbt.build_db(byggt, 2025)), read_only=True) as con:
        yield lambda sql: con.sql(sql).df().astype(object).where(lambda f: f.notna(), None)


@pytest.fixture(scope="session")
def publicerat() -> pd.DataFrame:
    """The published values as the sources print them: kpi, ar, region_kod and the printed text, ``–`` for none."""
    rows = []
    for row in facit.table("domain_sources"):
        for ar in range(2019, 2026):
            name = "medicinsk_bedomning_tre_dagar"
            rows.append((name, ar, row["region_kod"], row[f"{name}_{ar}"]))
        for name in (
            "telefon_samma_dag",
            "aterinskrivning_30_dagar",
            "fortroende_halso_och_sjukvard",
            "fortroende_vardcentral",
        ):
            rows.append((name, 2025, row["region_kod"], row[name]))
    return pd.DataFrame(rows, columns=["indikator_id", "ar", "region_kod", "tryckt"])
