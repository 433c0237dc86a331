"""The command line: what it teaches, how it ends, and that it says in one line what to do."""

from __future__ import annotations

import ast
import csv
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from dagster_project import fetch
from dagster_project.cli import screen
from dagster_project.deliveries import intake
from dagster_project.release.releases import current
from dagster_project.settings import EXAMPLES, PROJECT, Home
from dagster_project.sources import all_sources

Run = Callable[..., Any]
EXAMPLE_FILES = [p for p in (EXAMPLES / "landing").rglob("*") if p.is_file() and not p.name.endswith(".leverans.yml")]
COMMANDS = ("init", "build", "check", "template", "deliveries", "query", "export", "releases", "serve")


def one_line(said: str) -> str:
    """The error, which is one line without a traceback."""
    lines = said.strip().splitlines()
    assert len(lines) == 1, said
    return lines[0]


def test_help_teaches(uppfoljning: Run) -> None:
    ran = uppfoljning("--help")
    assert ran.code == 0
    assert all(command in ran.out for command in COMMANDS)
    for taught in (
        "uppfoljning init --demo",
        "uppfoljning build --year 2020",
        "uppfoljning export --year 2020",
        "Exit codes",
    ):
        assert taught in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(uppfoljning: Run, command: str) -> None:
    ran = uppfoljning(command, "--help")
    assert ran.code == 0
    assert f"uppfoljning {command}" in ran.out


def test_init_is_idempotent_and_leaves_deliveries_alone(uppfoljning: Run, tmp_path: Path) -> None:
    home = tmp_path / "hem"
    assert uppfoljning("--home", home, "init").code == 0
    mine = home / "landing" / "webbtidbok" / "min.csv"
    mine.write_text("min", encoding="utf-8")
    ran = uppfoljning("--home", home, "init", "--demo")
    assert (ran.code, mine.read_text(encoding="utf-8")) == (0, "min")
    examples = {p.relative_to(EXAMPLES / "landing") for p in (EXAMPLES / "landing").rglob("*") if p.is_file()}
    assert {p.relative_to(home / "landing") for p in (home / "landing").rglob("*") if p.is_file()} == {
        *examples,
        Path("webbtidbok/min.csv"),
    }


# --- wrong use: exit code 2 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["build", "--year", 2020],
        ["query", "select 1"],
        ["deliveries", "--year", 2020],
        ["export", "--year", 2020, "--out", "ut"],
        ["releases"],
    ],
    ids=lambda command: command[0],
)
def test_no_home(uppfoljning: Run, tmp_path: Path, command: list[object]) -> None:
    ran = uppfoljning("--home", tmp_path / "finns-inte", *command)
    assert (ran.code, ran.out) == (2, "")
    assert one_line(ran.err).endswith(
        f"is no home folder: make one with 'uppfoljning --home {tmp_path / 'finns-inte'} init'"
    )


@pytest.mark.parametrize(
    "command", [["query", "select 1"], ["export", "--year", 2020, "--out", "ut"]], ids=lambda command: command[0]
)
def test_no_release(uppfoljning: Run, home: Home, command: list[object]) -> None:
    ran = uppfoljning("--home", home.root, *command)
    assert ran.code == 2
    assert one_line(ran.err).endswith("run 'uppfoljning build --year 2020' first")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select * from mart.finns_inte", "Table with name finns_inte does not exist"),
        ("selekt 1", "syntax error"),
        ("drop table mart.webbtidbok", "that is no question"),
        ("delete from mart.webbtidbok", "that is no question"),
        ("create table x as select 1", "that is no question"),
        ("select 1; select 2", "one select statement at a time"),
        ("", "that is no question"),
    ],
)
def test_bad_questions(uppfoljning: Run, example_home: Home, sql: str, says: str) -> None:
    ran = uppfoljning("--home", example_home.root, "query", sql)
    assert (ran.code, ran.out) == (2, "")
    assert says in one_line(ran.err)


@pytest.mark.parametrize(
    "question",
    [
        "copy (select 1) to '{}/x.csv'",
        "explain analyze copy (select 1) to '{}/x.csv'",
        "select * from read_text('{}/hemlig.txt')",
        "from '{}/hemlig.csv'",
        "select * from glob('{}/*')",
        "select * from read_blob('/etc/passwd')",
        "attach '{}/ny.duckdb'",
        "export database '{}/ut'",
        "set enable_external_access = true",
        "reset lock_configuration",
        "install httpfs",
    ],
)
def test_a_question_reads_and_writes_no_files(
    uppfoljning: Run, example_home: Home, tmp_path: Path, question: str
) -> None:
    for name in ("hemlig.txt", "hemlig.csv"):
        (tmp_path / name).write_text("hemligt\n1\n", encoding="utf-8")
    ran = uppfoljning("--home", example_home.root, "query", question.format(tmp_path))
    assert (ran.code, ran.out) == (2, "")
    assert "hemligt" not in one_line(ran.err)
    assert {p.name for p in tmp_path.iterdir()} == {"hemlig.txt", "hemlig.csv"}


def test_a_question_may_be_explained(uppfoljning: Run, example_home: Home) -> None:
    ran = uppfoljning("--home", example_home.root, "query", f"explain {GOTLAND}")
    assert (ran.code, "webbtidbok" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["build"], "--year"),
        (["build", "--year", "tjugo"], "Invalid value for '--year'"),
        (["query", "select 1", "--format", "xml"], "xml"),
        (["bygg"], "bygg"),
    ],
)
def test_wrong_arguments(uppfoljning: Run, home: Home, args: list[str], says: str) -> None:
    ran = uppfoljning("--home", home.root, *args)
    assert (ran.code, ran.out) == (2, "")
    assert says in one_line(ran.err)


def test_no_arguments_show_the_help(uppfoljning: Run) -> None:
    ran = uppfoljning()
    assert (ran.code, ran.err) == (2, "")
    assert "uppfoljning init --demo" in ran.out


def test_a_year_that_is_no_reporting_year(uppfoljning: Run, home: Home) -> None:
    ran = uppfoljning("--home", home.root, "build", "--year", 2001)
    assert ran.code == 2
    assert ran.err.strip().splitlines()[-1] == (
        "uppfoljning: 2001 is no reporting year: no report, agreement or assignment is of it. "
        "Choose one of 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023"
    )


#: What is slow to import, and what only a machine with Linux has: no command that reads needs it.
HEAVY = (
    "dagster",
    "dbt",
    "great_expectations",
    "pandas",
    "docx",
    "altair",
    "pydantic_settings",
    "sqlalchemy",
    "pyarrow",
)


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["query", "select 1"],
        ["query", "select 1", "--format", "csv"],
        ["deliveries", "--year", "2020"],
        ["releases"],
        ["diff", "2020.1", "2020.1"],
        ["trace", "tabell_2", "--where", "region = 'Blekinge'"],
        ["export", "--year", "2020", "--out", "ut"],
    ],
    ids=" ".join,
)
def test_what_reads_starts_without_what_builds(example_home: Home, tmp_path: Path, command: list[str]) -> None:
    asked = ["uppfoljning", "--home", str(example_home.root), *command]
    program = (
        f"import sys\nsys.argv = {asked!r}\nfrom dagster_project import cli\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('imported:', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "imported:"


def _imports_at_start(tree: ast.AST) -> Iterator[str]:
    """What a module imports when it is imported itself, so not in its functions nor for the type checker."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Try) and any("ImportError" in ast.unparse(h.type) for h in node.handlers if h.type):
            continue  # says what to do where it is not to be had
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _imports_at_start(node)


def test_the_package_starts_on_every_system() -> None:
    """Modules that Python only has on Unix are not imported at start, and no path is put together of text and "/"."""
    only_unix = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix", "crypt", "curses"}
    only_unix |= {"readline", "nis", "spwd"}
    glued = []
    for file in sorted((PROJECT / "dagster_project").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert only_unix.isdisjoint(_imports_at_start(tree)), file
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "Path"):
                glued += [
                    (file.name, node.lineno)
                    for part in node.args
                    if isinstance(part, ast.JoinedStr) and "/" in ast.unparse(part)
                ]
            if isinstance(node, ast.JoinedStr):
                for place, text in itertools.pairwise(node.values):
                    if isinstance(place, ast.FormattedValue) and isinstance(text, ast.Constant):
                        of_a_home = re.search(r"\bhome\b|folder|\.path\b|tmp|target", ast.unparse(place))
                        if str(text.value).startswith("/") and of_a_home and ".as_posix()" not in ast.unparse(place):
                            glued.append((file.name, node.lineno))
    assert glued == []


# --- query and deliveries ---------------------------------------------------------------------------------------------

GOTLAND = "select region, visa_tid, boka_tid, varde_status from mart.webbtidbok where region_kod = '09'"


def test_what_there_is_to_ask_can_be_asked(uppfoljning: Run, example_home: Home) -> None:
    def ask(*command: object, code: int = 0) -> str:
        ran = uppfoljning("--home", example_home.root, *command)
        assert ran.code == code, ran.err
        return str(ran.out) + str(ran.err)

    listed = ask("tables")
    assert "mart.webbtidbok" in listed
    assert "vy.webbtidbok" not in listed.split("Kolumnerna")[0]
    assert "vy.svarsfrekvens_region" in ask("tables", "--all")
    described = ask("describe", "webbtidbok")
    assert all(text in described for text in ("visa_tid", "bigint", "Regionens kod enligt SCB"))
    assert '"nyckel": "ja"' in ask("describe", "mart.webbtidbok", "--format", "json")
    assert "region" in ask("describe", "vy.svarsfrekvens_region")
    assert "do you mean webbtidbok" in ask("describe", "webtidbok", code=2)
    assert "mart.webbtidbok" in ask("query", "show tables")
    assert 'Did you mean "' in ask("query", "select * from webbtidbok", code=2)
    wrong = ask("query", "select regoin from mart.webbtidbok", code=2)
    assert 'Candidate bindings: "region"' in wrong
    assert wrong.count("\n") == 1


def test_every_example_question_has_an_answer_and_a_view_has_its_marts_rows(example_home: Home) -> None:
    release = current(example_home, 2020)
    assert release is not None
    for database in (release.house, release.database):
        with duckdb.connect(str(database), read_only=True) as con:
            for question, sql in con.execute("from referens.exempelfragor").fetchall():
                assert con.execute(sql).fetchone(), question
            marts = con.execute("select table_name from duckdb_tables() where schema_name = 'mart'").fetchall()
            for (mart,) in marts:
                counts = [con.execute(f"select count(*) from {s}.{mart}").fetchone() for s in ("mart", "vy")]
                assert counts[0] == counts[1], mart
            for level in ("riket", "region", "vardenhet"):
                doubled = con.execute(
                    f"select 1 from vy.medicinsk_bedomning_tre_dagar_{level} "
                    "group by period, region_kod, vardenhet_id having count(*) > 1"
                ).fetchall()
                assert not doubled, "a sum over the level counts nobody twice"
            hidden = (
                "select count(*) from vy.medicinsk_bedomning_tre_dagar where varde_status = 'c' and andel is not null"
            )
            assert con.execute(hidden).fetchone() == (0,)
            few = con.execute("select bool_and(fa_svarande = (n < 10)) from vy.kommunenkat_resultat_region").fetchone()
            assert few == (True,)
    with duckdb.connect(str(release.house), read_only=True) as con:
        answers = con.execute(
            "select count(*) from vy.kommunsvar where fraga = '3_sjukskoterska' and svarsalternativ = 'brist'"
        ).fetchone()
        counted = con.execute(
            "select antal from mart.kommunenkat_resultat where fraga = '3_sjukskoterska' and svarsalternativ = 'brist' and niva = 'riket'"
        ).fetchone()
        assert answers == counted
    with duckdb.connect(str(release.database), read_only=True) as con:
        internal = ("kommunsvar", "kommunuppgift", "kommunenkat_fritext", "kalender", "kodning_samstammighet")
        assert not con.execute(f"select 1 from duckdb_tables() where table_name in {internal}").fetchall()
        assert not con.execute(f"select 1 from duckdb_views() where view_name in {internal}").fetchall()


def test_equal_shares_of_two_regions_are_equal(example_home: Home) -> None:
    """A region's shares are rounded half up, each by itself: with the remainders dealt out, 5 of 7 was 72 in one region and 71 in another."""
    release = current(example_home, 2020)
    assert release is not None
    with duckdb.connect(str(release.database), read_only=True) as con:
        differ = con.execute(
            "select antal, n from mart.kommunenkat_resultat where niva = 'region' and n > 0 "
            "group by antal, n having count(distinct andel_publicerad) > 1"
        ).fetchall()
        wrong = con.execute(
            "select count(*) from mart.kommunenkat_resultat where niva = 'region' and n > 0 "
            "and andel_publicerad <> floor(100.0 * antal / n + 0.5)"
        ).fetchone()
    assert (differ, wrong) == ([], (0,))


def test_a_network_that_cannot_be_reached_has_an_exit_code_of_its_own(
    uppfoljning: Run, example_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hurried(fetch.Client):
        def __init__(self, **how: Any) -> None:
            super().__init__(interval=0, attempts=2, sleep=[].append, **how)

    monkeypatch.setattr(fetch, "Client", Hurried)
    asked = ("fetch", "kolada", "N79173", "--years", "2024", "--url", "http://127.0.0.1:9/v3")
    ran = uppfoljning("--home", example_home.root, *asked)
    first, last = ran.err.splitlines()
    assert (ran.code, ran.out) == (4, "")
    assert first.startswith("· 127.0.0.1: no answer (ConnectError); try 2 of 2"), "said at once"
    assert last.endswith("nothing was saved, try again later")


def test_an_export_goes_to_no_folder_with_other_files(uppfoljning: Run, example_home: Home, tmp_path: Path) -> None:
    for out, said in (
        (example_home.root / "ut", "lies in the home folder"),
        (example_home.root, "lies in the home folder"),
    ):
        ran = uppfoljning("--home", example_home.root, "export", "--year", 2020, "--out", out)
        assert (ran.code, said in ran.err) == (2, True)
    (tmp_path / "brev.docx").write_bytes(b"")
    ran = uppfoljning("--home", example_home.root, "export", "--year", 2020, "--out", tmp_path)
    assert (ran.code, "holds other files (brev.docx)" in ran.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["brev.docx"]


def test_query_formats(uppfoljning: Run, example_home: Home, tmp_path: Path) -> None:
    def ask(*more: object) -> str:
        ran = uppfoljning("--home", example_home.root, "query", GOTLAND, *more)
        assert (ran.code, ran.err) == (0, "")
        return str(ran.out)

    table = ask()
    assert all(word in table for word in ("region", "visa_tid", "Gotland", "13", "12"))
    assert ask("--format", "csv") == "region,visa_tid,boka_tid,varde_status\nGotland,13,12,\n"
    assert json.loads(ask("--format", "json")) == [
        {"region": "Gotland", "visa_tid": 13, "boka_tid": 12, "varde_status": None}
    ]
    assert ask("--format", "parquet", "--out", tmp_path / "svar.parquet") == ""
    assert duckdb.sql(f"from '{tmp_path / 'svar.parquet'}'").fetchall() == [("Gotland", 13, 12, None)]
    assert ask("--format", "csv", "--out", tmp_path / "svar.csv") == ""
    assert (tmp_path / "svar.csv").read_text(encoding="utf-8").splitlines()[1] == "Gotland,13,12,"


def test_parquet_needs_a_file(uppfoljning: Run, example_home: Home) -> None:
    ran = uppfoljning("--home", example_home.root, "query", GOTLAND, "--format", "parquet")
    assert ran.code == 2
    assert one_line(ran.err) == "uppfoljning: parquet is written to a file: say which with --out"


def test_deliveries(uppfoljning: Run, example_home: Home) -> None:
    table = uppfoljning("--home", example_home.root, "deliveries", "--year", 2020)
    assert table.code == 0
    assert all(word in table.out for word in ("webbtidbok_2020-03.xlsx", "Received", "Expected", "290", "226", "64"))
    rows = list(
        csv.DictReader(
            io.StringIO(uppfoljning("--home", example_home.root, "deliveries", "--year", 2020, "--format", "csv").out)
        )
    )
    listed = {r["filnamn"]: (r["status"], r["gallande"], r["rader"]) for r in rows}
    assert set(listed) == {path.name for path in EXAMPLE_FILES}
    assert listed["webbtidbok_2020-03.xlsx"] == ("godkand", "ja", "21")
    assert listed["inriktningsdokument_2020.xlsx"] == ("godkand", "ja", "21")
    assert listed["PAHITTADE_SVAR_kommunenkat_2019.xlsx"] == ("godkand", "ja", "226")
    assert listed["U70447_sida_001.json"] == ("godkand", "nej", "22")  # values of 2025 are kept and not used
    as_json = json.loads(uppfoljning("--home", example_home.root, "deliveries", "--year", 2020, "--format", "json").out)
    assert [r["leverans_id"] for r in as_json] == [r["leverans_id"] for r in rows]


def test_what_was_expected_and_whom_to_remind(uppfoljning: Run, example_home: Home) -> None:
    """Everybody due, under every status; 64 municipalities have not answered, and no region's form is asked for here."""

    def listed(show: str) -> list[dict[str, str]]:
        ran = uppfoljning("--home", example_home.root, "deliveries", "--year", 2020, "--show", show, "--format", "csv")
        assert (ran.code, ran.err) == (0, "")
        return list(csv.DictReader(io.StringIO(ran.out)))

    [survey] = [row for row in listed("expected") if row["kalla"] == "kommunenkat"]
    counts = ("forvantade", "inkomna", "sena", "saknas", "avvisade", "vantade", "okanda")
    assert [survey[k] for k in counts] == ["290", "226", "0", "64", "0", "0", "0"]
    [forms] = [
        r
        for r in listed("expected")
        if (r["kalla"], r["overenskommelse"], r["respondent_typ"]) == ("rekvisition", "gnv_2020", "region")
    ]
    assert [forms[k] for k in counts] == ["21", "19", "1", "0", "0", "0", "1"]
    reminders = listed("reminders")
    assert sum(row["respondent_typ"] == "kommun" for row in reminders) == 64
    assert {row["status"] for row in reminders} <= {"saknas", "avvisad"}
    assert not any(row["skyldighet"].startswith("Rekvisition") for row in reminders)
    received = listed("received")
    assert {"leverans_id", "status", "skal"} <= set(received[0])


def test_data_is_not_markup(uppfoljning: Run, home: Home) -> None:
    """What a sender writes is shown as it stands, whatever it means to the library that draws tables."""
    folder = home.landing / "webbtidbok"
    folder.mkdir(parents=True)
    (folder / "[b]fil[i].csv").write_text("Region;Visa tid;[/b]\nGotland;1;2\n", encoding="utf-8")
    (folder / "[b]fil[i].csv.leverans.yml").write_text("period: 2020-03\n", encoding="utf-8")
    intake.take_in(home, all_sources()["webbtidbok"])
    ran = uppfoljning("--home", home.root, "deliveries", "--year", 2020)
    assert (ran.code, ran.err) == (0, "")
    assert "[b]fil[i].csv" in ran.out
    screen.table("[/b]", ["[red]"], [["[/]", "[link=x]"][:1]])


def test_deliveries_of_an_empty_home(uppfoljning: Run, home: Home) -> None:
    ran = uppfoljning("--home", home.root, "deliveries", "--year", 2020)
    assert ran.code == 0
    assert "What was expected is shown after 'uppfoljning build --year 2020'." in ran.out


# --- check ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example of webbtidbok with its sidecar."""
    for path in (EXAMPLES / "landing" / "webbtidbok").iterdir():
        shutil.copy(path, tmp_path)
    return tmp_path / "webbtidbok_2020-03.xlsx"


@pytest.mark.parametrize("source", [[], ["--source", "webbtidbok"]], ids=["found", "stated"])
def test_check_a_good_file(uppfoljning: Run, home: Home, example: Path, tmp_path: Path, source: list[str]) -> None:
    ran = uppfoljning("--home", home.root, "check", example, *source, "--out", tmp_path / "granskning")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "Godkänd: Mottagningar med webbtidbok, 21 rader lästa, 21 räknas"
    assert {p.name for p in (tmp_path / "granskning" / example.name).iterdir()} == {"granskning.xlsx", "granskning.md"}
    assert not home.register.exists()  # judged, not loaded


@pytest.mark.parametrize("path", EXAMPLE_FILES, ids=lambda path: path.name)
def test_a_file_tells_which_source_it_is_for(path: Path) -> None:
    assert intake.identify(path) == [path.relative_to(EXAMPLES / "landing").parts[0]]


def test_check_a_bad_file(uppfoljning: Run, home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "fil.csv"
    bad.write_text("Region;Visa tid\nGotland;13\n", encoding="utf-8")
    ran = uppfoljning("--home", home.root, "check", bad, "--source", "webbtidbok", "--out", tmp_path / "granskning")
    assert ran.code == 1
    assert ran.out.splitlines()[:2] == [
        "Avvisad: Mottagningar med webbtidbok, 0 rader lästa, 0 räknas",
        "  Fel, rad 1, kolumn Boka tid: Kolumnen Boka tid saknas.",
    ]


@pytest.mark.parametrize(
    ("content", "source", "says"),
    [
        ("a;b\n1;2\n", None, "the content fits no source; say which with --source"),
        ("a;b\n1;2\n", "webtidbok", f"webtidbok is no source: choose one of {', '.join(sorted(all_sources()))}"),
        (None, "webbtidbok", "no such file"),
    ],
)
def test_check_what_cannot_be_checked(
    uppfoljning: Run, home: Home, tmp_path: Path, content: str | None, source: str | None, says: str
) -> None:
    path = tmp_path / "fil.csv"
    if content:
        path.write_text(content, encoding="utf-8")
    ran = uppfoljning(
        "--home", home.root, "check", path, *(["--source", source] if source else []), "--out", tmp_path / "granskning"
    )
    assert (ran.code, ran.out) == (2, "")
    assert says in one_line(ran.err)


def test_check_a_folder(uppfoljning: Run, home: Home, example: Path, tmp_path: Path) -> None:
    """Every file is judged, of whatever source, in one summary; the exit code says that one of them is rejected."""
    folder = tmp_path / "inkommet"
    (folder / "webbtidbok").mkdir(parents=True)
    for path in (example, example.with_name(f"{example.name}.leverans.yml")):
        shutil.copy(path, folder)
    out = tmp_path / "granskning"
    ran = uppfoljning("--home", home.root, "check", folder, "--out", out)
    assert (ran.code, ran.err) == (0, "")
    assert re.search(rf"{example.name} .*Mottagningar med webbtidbok .*Godkänd", ran.out)
    (folder / "webbtidbok" / "trasig.csv").write_text("Region;Visa tid\nGotland;13\n", encoding="utf-8")
    (folder / "annat.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    ran = uppfoljning("--home", home.root, "check", folder, "--out", out)
    assert (ran.code, ran.err) == (1, "")
    assert re.search(r"webbtidbok/trasig.csv .*Avvisad .*rad 1, kolumn Boka tid: Kolumnen Boka tid saknas", ran.out)
    assert re.search(r"annat.csv .*Kunde inte granskas .*Källan framgår inte", ran.out)
    assert {p.parent.relative_to(out).as_posix() for p in out.rglob("granskning.xlsx")} == {
        example.name,
        "webbtidbok/trasig.csv",
    }
    (folder / "tom").mkdir()
    ran = uppfoljning("--home", home.root, "check", folder / "tom", "--out", out)
    assert (ran.code, "no file in it is a delivery" in one_line(ran.err)) == (2, True)


def test_template(uppfoljning: Run, tmp_path: Path) -> None:
    to = tmp_path / "mallar" / "mall.xlsx"
    ran = uppfoljning("template", "inriktningsdokument", "--year", 2020, "--region", "Jönköping", "--out", to)
    assert (ran.code, ran.out.split()) == (0, [str(to), f"{to}.leverans.yml"])
    for args, says in (
        (["webbtidbok", "--region", "Atlantis"], "Atlantis is no region"),
        (["nulagesrapport"], "there is nothing to fill in"),
        (["webtidbok"], "webtidbok is no source"),
    ):
        ran = uppfoljning("template", *args, "--year", 2020, "--out", to)
        assert (ran.code, says in one_line(ran.err)) == (2, True)


# --- a home folder of any name, export, and a build that fails ---


def test_a_home_folder_may_have_any_name(uppfoljning: Run, example_home: Home, tmp_path: Path) -> None:
    home = Home(tmp_path / "åtgärd [1] *o'brien?")
    shutil.copytree(example_home.root, home.root, symlinks=True, ignore=shutil.ignore_patterns("dagster", "datadocs"))
    out = tmp_path / "ut [a]'s"
    for command in (
        ["deliveries", "--year", 2020],
        ["releases"],
        ["export", "--year", 2020, "--out", out],
        ["diff", "2020.1", "2020.1"],
        ["reports", "proposals", "--year", 2020, "--out", tmp_path / "kodning [x]'", "--coder", "AB"],
        ["reports", "masked"],
        ["query", GOTLAND, "--format", "parquet", "--out", out / "svar.parquet"],
    ):
        ran = uppfoljning("--home", home.root, *command)
        assert (ran.code, ran.err) == (0, ""), command
    assert pq.read_table(out / "svar.parquet").to_pylist()[0]["visa_tid"] == 13
    asked = ("trace", "tabell_2", "--where", "region = 'Gotland'", "--column", "visa_tid", "--format", "json")
    ran = uppfoljning("--home", home.root, *asked)
    [row] = json.loads(ran.out)["rader"]
    assert (ran.err, row["levererat"], row["varde"]) == ("", "13", "13")


# --- export, and a build that fails -----------------------------------------------------------------------------------


def test_export_again_beside_what_others_have_put_there(uppfoljning: Run, example_home: Home, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    for _ in range(2):
        ran = uppfoljning("--home", example_home.root, "export", "--year", 2020, "--out", out)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines()[-1].strip() == str(out / "uppfoljning_2020.xlsx")
        assert not (out / "intern").exists()
        (out / "mina anteckningar.txt").write_text("mitt", encoding="utf-8")
    ran = uppfoljning("--home", example_home.root, "export", "--year", 2020, "--out", out, "--intern")
    assert f"Not to be published: {out / 'intern'}" in ran.out
    assert (out / "intern" / "arbetslistor.xlsx").is_file()
    assert (out / "mina anteckningar.txt").read_text(encoding="utf-8") == "mitt"


def test_export_refuses_to_overwrite_what_it_did_not_write(
    uppfoljning: Run, example_home: Home, tmp_path: Path
) -> None:
    out = tmp_path / "ut"
    out.mkdir()
    (out / "uppfoljning_2020.xlsx").write_text("någon annans", encoding="utf-8")
    ran = uppfoljning("--home", example_home.root, "export", "--year", 2020, "--out", out)
    assert ran.code == 2
    assert "holds other files (" in one_line(ran.err)
    assert [p.name for p in out.iterdir()] == ["uppfoljning_2020.xlsx"]
    assert (out / "uppfoljning_2020.xlsx").read_text(encoding="utf-8") == "någon annans"


@pytest.mark.usefixtures("only_tables")
def test_nothing_published(uppfoljning: Run, example_home: Home, tmp_path: Path) -> None:
    """Another program has the build's database open, and there is something new: exit code 3, and the last release stands."""
    home = Home(tmp_path / "hem")
    shutil.copytree(example_home.root, home.root, symlinks=True)
    landing = home.landing / "webbtidbok" / "gotland.csv"
    landing.write_text("Region;Visa tid;Boka tid;Period\nGotland;14;12;2020-03\n", encoding="utf-8")
    program = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(home.warehouse / "2020.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        ran = uppfoljning("--home", home.root, "build", "--year", 2020)
        other.communicate("")
    assert ran.code == 3
    assert ran.err.strip().splitlines()[-1].startswith("uppfoljning: nothing was published, the last release stands: ")
    assert "Traceback" not in ran.err
    assert uppfoljning("--home", home.root, "query", GOTLAND, "--format", "csv").out.splitlines()[1] == "Gotland,13,12,"
