"""The whole road when something is wrong or lacking: broken files, corrections, one source only."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from facit import SURVEY_COLUMNS
from road import DUE_HERE, OTHER_THAN_PRINTED, Run, ask, deliver, records, webbtidbok

from dagster_project.settings import EXAMPLES, Home

REPO = Path(__file__).resolve().parents[1]


@pytest.mark.usefixtures("only_tables")
def test_bad_input_does_not_stop_the_rest(begun: Home, uppfoljning: Run) -> None:
    """One broken file, 20 of 21 regions, and a municipality that answers again twice in one file; then the files are put right."""
    home = begun
    shutil.copytree(EXAMPLES / "landing" / "kommunenkat", home.landing / "kommunenkat", dirs_exist_ok=True)
    broken = deliver(
        home,
        "inriktningsdokument",
        "dokument.xlsx",
        "inte en arbetsbok",
        "period: '2020'\nmottagen: 2020-04-30T12:00:00\n",
    )
    webb = "period: 2020-03\nmottagen: 2020-04-01T12:00:00\n"
    deliver(home, "webbtidbok", "mars.csv", webbtidbok(leave_out="Gotland"), webb)
    unanswered = sorted(
        {r["kommun_kod"] for r in records(REPO / "seeds" / "reference" / "kommuner.csv")} - answering()
    )[0]
    blank = [""] * 8
    answers = [
        [unanswered, "2020-01-20", "ja", "nej", "", "", *blank],
        [unanswered, "2020-01-10", "nej", "nej", "", "", *blank],
    ]
    deliver(
        home,
        "kommunenkat",
        "PAHITTAT_tillagg.csv",
        "\n".join(";".join(r) for r in [SURVEY_COLUMNS[:-2], *answers]) + "\n",
        "mottagen: 2020-01-29T08:00:00\n",
    )

    ran = uppfoljning("--home", home.root, "build", "--year", 2020)
    assert ran.code == 1, ran.err
    assert "Utgåva 2020.1 ur 3 leveranser" in ran.out
    assert "dokument.xlsx: avvisad. " in ran.out
    rates = "select inkomna, forvantade from mart.svarsfrekvens where niva = 'riket' and kalla = "
    assert ask(home, rates + "'webbtidbok'") == [(20, 21)]
    assert ask(home, rates + "'inriktningsdokument'") == [(0, 21)]
    assert ask(home, rates + "'kommunenkat'") == [(227, 290)]
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

    broken.unlink()
    shutil.copy(EXAMPLES / "landing" / "inriktningsdokument" / "inriktningsdokument_2020.xlsx", broken)
    deliver(home, "webbtidbok", "mars.csv", webbtidbok(), webb.replace("04-01", "04-02"))
    ran = uppfoljning("--home", home.root, "build", "--year", 2020)
    # Nothing is wrong with any delivery any more; what the one municipality more makes of the survey is not what is printed.
    assert [line.split(":")[0].strip() for line in ran.out.splitlines() if "status: fail, " in line] == [
        OTHER_THAN_PRINTED
    ]
    assert ran.code == 1
    assert "Utgåva 2020.2 ur 4 leveranser" in ran.out
    for kalla in ("webbtidbok", "inriktningsdokument"):
        assert ask(home, rates + f"'{kalla}'") == [(21, 21)]
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


def answering() -> set[str]:
    """The municipalities that answer in the examples, read from the workbook itself."""
    (path,) = (EXAMPLES / "landing" / "kommunenkat").glob("*.xlsx")
    rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    return {str(row[0]).zfill(4) for row in rows if row[0] and str(row[0]).isdigit()}


@pytest.mark.usefixtures("only_tables")
def test_only_one_source(begun: Home, uppfoljning: Run) -> None:
    home = begun
    shutil.copytree(EXAMPLES / "landing" / "webbtidbok", home.landing / "webbtidbok", dirs_exist_ok=True)
    ran = uppfoljning("--home", home.root, "build", "--year", 2020)
    assert ran.code == 0, ran.out
    assert ask(home, "select sum(visa_tid), sum(boka_tid) from mart.webbtidbok") == [(5076, 3150)]
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
        ("webbtidbok", "inkommen", 21),
    ]
    for mart in ("kommunenkat_resultat", "legitimationsyrken_balans", "inriktningsdokument"):
        statuses = {status for (status,) in ask(home, f"select distinct varde_status from mart.{mart}")}
        assert statuses <= {"x"}, mart
