"""The whole road when something is wrong or lacking: one source only, broken files, and all put right; and the answer when nothing is new.

One home folder goes the road, with a build for each of the three. Every test reads it, or a copy of it, where it then stood.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from facit import SURVEY_COLUMNS
from road import (
    DUE_HERE,
    OTHER_THAN_PRINTED,
    Run,
    ask,
    begin,
    copied,
    deliver,
    golden,
    records,
    tables_alone,
    webbtidbok,
)

from dagster_project import build
from dagster_project.settings import EXAMPLES, Home

REPO = Path(__file__).resolve().parents[1]
WEBB = "period: 2020-03\nmottagen: 2020-04-01T12:00:00\n"
RATES = "select inkomna, forvantade from mart.svarsfrekvens where niva = 'riket' and kalla = "


@dataclass
class Built:
    """A home folder, and what was said when it was built."""

    home: Home
    said: Any

    def build(self, uppfoljning: Run) -> Built:
        self.said = uppfoljning("--home", self.home.root, "build", "--year", 2020)
        return self

    def copy(self, place: Path) -> Built:
        return Built(copied(self.home, place), self.said)


@pytest.fixture(scope="module", autouse=True)
def _only_tables() -> Iterator[None]:
    with tables_alone():
        yield


@pytest.fixture(scope="module")
def one_source(empty_home: Home, uppfoljning: Run, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Nothing but webbtidbok, of 20 of 21 regions, with a region that there is not."""
    home = begin(empty_home, tmp_path_factory.mktemp("en kalla"))
    deliver(home, "webbtidbok", "mars.csv", f"{webbtidbok(leave_out='Gotland')}Atlantis;1;1\n", WEBB)
    return Built(home, None).build(uppfoljning)


def answering() -> set[str]:
    """The municipalities that answer in the examples, read from the workbook itself."""
    (path,) = (EXAMPLES / "landing" / "kommunenkat").glob("*.xlsx")
    rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    return {str(row[0]).zfill(4) for row in rows if row[0] and str(row[0]).isdigit()}


@pytest.fixture(scope="module")
def bad_input(one_source: Built, uppfoljning: Run, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Besides, a broken file, the survey, and a municipality that answers again twice in one file."""
    built = one_source.copy(tmp_path_factory.mktemp("fel"))
    shutil.copytree(EXAMPLES / "landing" / "kommunenkat", built.home.landing / "kommunenkat", dirs_exist_ok=True)
    deliver(
        built.home,
        "inriktningsdokument",
        "dokument.xlsx",
        "inte en arbetsbok",
        "period: '2020'\nmottagen: 2020-04-30T12:00:00\n",
    )
    unanswered = sorted(
        {r["kommun_kod"] for r in records(REPO / "seeds" / "reference" / "kommuner.csv")} - answering()
    )[0]
    blank = [""] * 8
    answers = [
        [unanswered, "2020-01-20", "ja", "nej", "", "", *blank],
        [unanswered, "2020-01-10", "nej", "nej", "", "", *blank],
    ]
    deliver(
        built.home,
        "kommunenkat",
        "PAHITTAT_tillagg.csv",
        "\n".join(";".join(r) for r in [SURVEY_COLUMNS[:-2], *answers]) + "\n",
        "mottagen: 2020-01-29T08:00:00\n",
    )
    return built.build(uppfoljning)


def test_only_one_source(one_source: Built) -> None:
    home, ran = one_source.home, one_source.said
    assert ran.code == 0, ran.out
    assert "Utgåva 2020.1 ur 1 leverans\n" in ran.out
    there = [row for row in golden("tabell_2") if row["region"] != "Gotland"]
    printed = tuple(sum(int(row[name]) for row in there) for name in ("visa_tid", "boka_tid"))
    assert ask(home, "select sum(visa_tid), sum(boka_tid) from mart.webbtidbok") == [printed]
    missing = (
        f"select kalla, status, count(*) from mart.leveransstatus where kalla in {DUE_HERE} and status <> 'okand'"
        " group by all order by all"
    )
    assert ask(home, missing) == [
        ("inriktningsdokument", "saknas", 21),
        ("kommunenkat", "saknas", 290),
        ("nulagesrapport", "saknas", 21),
        ("vantetid_primarvard", "saknas", 12 * 21),  # December is due in February, and the report is of June
        ("vantetid_specialistvard", "saknas", 12 * 21),
        ("webbtidbok", "inkommen", 20),
        ("webbtidbok", "saknas", 1),
    ]
    for mart in ("kommunenkat_resultat", "legitimationsyrken_balans", "inriktningsdokument"):
        statuses = {status for (status,) in ask(home, f"select distinct varde_status from mart.{mart}")}
        assert statuses <= {"x"}, mart


def test_bad_input_does_not_stop_the_rest(bad_input: Built) -> None:
    home, ran = bad_input.home, bad_input.said
    assert ran.code == 1, ran.err
    assert "Utgåva 2020.2 ur 3 leveranser" in ran.out
    assert "dokument.xlsx: avvisad. " in ran.out
    assert ask(home, RATES + "'webbtidbok'") == [(20, 21)]
    assert ask(home, RATES + "'inriktningsdokument'") == [(0, 21)]
    assert ask(home, RATES + "'kommunenkat'") == [(227, 290)]
    status = "select respondent_kod from mart.leveransstatus where kalla = 'webbtidbok' and status = 'saknas'"
    assert ask(home, status) == [("09",)]
    assert ask(
        home, "select status, count(*) from mart.leveransstatus where kalla = 'inriktningsdokument' group by all"
    ) == [("okand", 21)]
    assert ask(home, "select count(*) from mart.webbtidbok where region_kod = '09' and visa_tid is not null") == [(0,)]
    assert ask(home, "select count(*) from mart.webbtidbok where visa_tid is not null") == [(20,)]
    said_yes = "select antal, n from mart.kommunenkat_resultat where fraga = '1a' and svarsalternativ = 'ja' and niva = 'riket'"
    examples_yes = 84  # of 221 in the examples, which say ja 84 times: 38 percent
    assert ask(home, said_yes) == [(examples_yes + 1, 222)]  # the newest answer, ja, and not the older nej


def test_what_is_put_right_counts(bad_input: Built, uppfoljning: Run, tmp_path: Path) -> None:
    built = bad_input.copy(tmp_path)
    home = built.home
    broken = home.landing / "inriktningsdokument" / "dokument.xlsx"
    broken.unlink()
    shutil.copy(EXAMPLES / "landing" / "inriktningsdokument" / "inriktningsdokument_2020.xlsx", broken)
    deliver(home, "webbtidbok", "mars.csv", webbtidbok(), WEBB.replace("04-01", "04-02"))
    ran = built.build(uppfoljning).said
    # Nothing is wrong with any delivery any more; what the one municipality more makes of the survey is not what is printed.
    assert [line.split(":")[0].strip() for line in ran.out.splitlines() if "status: fail, " in line] == [
        OTHER_THAN_PRINTED
    ]
    assert ran.code == 1
    assert "Utgåva 2020.3 ur 4 leveranser" in ran.out
    for kalla in ("webbtidbok", "inriktningsdokument"):
        assert ask(home, RATES + f"'{kalla}'") == [(21, 21)]
    assert ask(home, "select sum(visa_tid), sum(boka_tid) from mart.webbtidbok") == [(5076, 3150)]
    register = json.loads(uppfoljning("--home", home.root, "deliveries", "--year", 2020, "--format", "json").out)
    assert sorted((r["filnamn"], r["status"]) for r in register) == [
        ("PAHITTADE_SVAR_kommunenkat_2019.xlsx", "godkand"),
        ("PAHITTAT_tillagg.csv", "godkand_med_anmarkning"),
        ("dokument.xlsx", "avvisad"),
        ("dokument.xlsx", "godkand"),
        ("mars.csv", "ersatt"),
        ("mars.csv", "godkand"),
    ]
    kept = {p.read_bytes() for p in home.originals.glob("??/*")}
    assert b"inte en arbetsbok" in kept
    assert len(kept) == 6


NOTHING_IMPORTED = """
import sys
from dagster_project import cli
try:
    cli.main()
finally:
    found = {"dagster", "dbt", "great_expectations"} & {name.split(".")[0] for name in sys.modules}
    assert not found, found
"""


def test_when_nothing_is_new_the_answer_is_that_of_a_full_build(
    bad_input: Built, uppfoljning: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rejected file, and remarks: the summary and the exit code are the same, and nothing is loaded."""
    home, first = bad_input.home, bad_input.said
    command = ("--home", home.root, "build", "--year", 2020)
    for said in (
        "dokument.xlsx: avvisad. ",
        "mars.csv: delvis godkänd (1 rad räknas inte).",
        "20 av 21 väntade leveranser har kommit; 1 saknas.",
    ):
        assert said in first.out
    assert not re.search("[a-z]+-[0-9a-f]{12}|raw/|utfall", first.out.replace(str(home.root), "")), first.out

    asked = subprocess.run(
        [sys.executable, "-c", NOTHING_IMPORTED, *map(str, command)],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1, asked.stderr
    (home.releases / "current-2020.json").unlink()
    full = uppfoljning(*command)
    assert "loading Dagster" in full.err
    assert "Inget nytt: utgåva 2020.2" in full.out
    assert (asked.stdout, asked.returncode) == (full.out, full.code)

    def never(*_: object) -> None:
        raise AssertionError("it was built")

    monkeypatch.setattr(build, "_run", never)
    again = uppfoljning(*command)
    assert (again.out, again.code) == (full.out, full.code)
    with pytest.raises(AssertionError, match="it was built"):
        build.run(home, 2020, print, full_refresh=True)
