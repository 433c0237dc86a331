"""Proposals out to the analyst: a workbook per region with a row per proposal, to be confirmed, corrected, rejected or added to.

Its columns are those of the format ``kodning``, so that the workbook comes back through the door as it is.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from dagster_project.deliveries import formats
from dagster_project.errors import UserError
from dagster_project.settings import SEEDS, Home

BESLUT = ("bekräftad", "rättad", "avvisad", "tillagd")
TYPER = ("insats", "uppgift", "kostnad", "resultat", "tackning")
SHEETS = {
    "insats": "Insatser",
    "uppgift": "Uppgifter",
    "kostnad": "Kostnader",
    "resultat": "Resultat",
    "tackning": "Täckning",
}
WIDTHS = {"text": 70, "citat": 40, "falt": 30, "varde": 30, "beslut": 12, "kommentar": 30}
#: Proposals of the report that counts for a region, agreement and year.
REPORTS = """
    select f.* from read_parquet('{raw}/nulagesrapport/forslag/period=*/*.parquet', union_by_name = true) f
    join read_parquet('{raw}/register/tackning.parquet') t
        on f._leverans_id = t.leverans_id and f._respondent = t.respondent and f._period = t.period
    where t.kalla = 'nulagesrapport' and t.gallande and f.ar <= {ar} and f.typ in {typer}"""


def proposals(home: Home, ar: int) -> list[dict[str, Any]]:
    """The proposals of every report that counts in reporting year ``ar``, in the order of the reports.

    :raises UserError: nothing has been built yet.
    """
    if not (home.raw / "register" / "tackning.parquet").is_file():
        raise UserError(f"no report has been read yet: run 'uppfoljning build --year {ar}' first")
    with duckdb.connect() as con:
        sql = REPORTS.format(raw=home.raw.as_posix(), ar=ar, typer=TYPER)
        answer = con.execute(f"select * from ({sql}) order by region_kod, overenskommelse, typ, _rad, forslag_id")
        names = [d[0] for d in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def codings(home: Home, ar: int) -> list[dict[str, Any]]:
    """Every decision that counts, from raw."""
    with duckdb.connect() as con:
        answer = con.execute(f"""
            select k.* from read_parquet('{home.raw.as_posix()}/kodning/rader/period=*/*.parquet', union_by_name = true) k
            join read_parquet('{home.raw.as_posix()}/register/tackning.parquet') t
                on k._leverans_id = t.leverans_id and k._respondent = t.respondent and k._period = t.period
            where t.kalla = 'kodning' and t.gallande and k.ar <= {ar} order by all""")
        names = [d[0] for d in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def changed(home: Home, ar: int) -> list[tuple[str, str, str, str]]:
    """What the parser says now against what was coded: (region, what happened, field or type, words).

    A confirmed coding stands whatever the parser says; this list is all a new reading does to it.
    """
    now = {(p["region_kod"], p["overenskommelse"], p["forslag_id"]): p for p in proposals(home, ar)}
    coded = {(k["region_kod"], k["overenskommelse"], k["forslag_id"]): k for k in codings(home, ar) if k["forslag_id"]}
    regions = {key[:2] for key in coded}
    gone = [
        (key[0], "förslaget finns inte längre, kodningen står kvar", k["falt"] or k["typ"], (k["text"] or "")[:120])
        for key, k in sorted(coded.items()) if key not in now
    ]  # fmt: skip
    new = [
        (key[0], "nytt förslag, inte kodat", p["falt"] or p["typ"], (p["text"] or "")[:120])
        for key, p in sorted(now.items()) if key not in coded and key[:2] in regions and p["forekomst"] == "angivet"
    ]  # fmt: skip
    return gone + new


def write(home: Home, ar: int, folder: Path, kodare: str) -> list[Path]:
    """A workbook per region and agreement in ``folder`` for one coder; her earlier decisions are filled in.

    :raises UserError: a workbook of that name is there already: it may hold work not yet delivered.
    """
    found = proposals(home, ar)
    if not found:
        raise UserError(f"no status report counts in {ar}: put reports in {home.landing / 'nulagesrapport'} and build")
    mine = {
        (k["region_kod"], k["overenskommelse"], k["forslag_id"]): k for k in codings(home, ar) if k["kodare"] == kodare
    }
    folder.mkdir(parents=True, exist_ok=True)
    names = _regions()
    written = []
    for key in sorted({(p["region_kod"], p["overenskommelse"], p["ar"]) for p in found}):
        rows = [p for p in found if (p["region_kod"], p["overenskommelse"], p["ar"]) == key]
        path = folder / f"kodning_{names[key[0]]}_{key[1]}_{kodare}.xlsx"
        if path.exists():
            raise UserError(f"{path} exists and may hold codings: move it, or choose another folder")
        _workbook(path, rows, mine, kodare, names[key[0]])
        written.append(path)
    return written


def _regions() -> dict[str, str]:
    with duckdb.connect() as con:
        return dict(con.execute("select region_kod, region from read_csv(?, all_varchar = true)",
                                [str(SEEDS / "reference" / "regioner.csv")]).fetchall())  # fmt: skip


def labels() -> dict[tuple[str, str], str]:
    """The spelling that the door reads for each code."""
    with duckdb.connect() as con:
        rows = con.execute(
            "select lista, kod, stavning from read_csv(?, all_varchar = true)",
            [str(SEEDS / "formats" / "kodlistor.csv")],
        )
        return {(lista, kod): stavning for lista, kod, stavning in reversed(rows.fetchall())}


def _workbook(
    path: Path, rows: list[dict[str, Any]], mine: dict[tuple[Any, ...], dict[str, Any]], kodare: str, region: str
) -> None:
    spec = formats.load()["kodning"][0]
    names = labels()
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"Kodning av nulägesrapport, {region}", "created": datetime(2020, 1, 1)})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        dates = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for typ in TYPER:
            sheet = book.add_worksheet(SHEETS[typ])
            own = [r for r in rows if r["typ"] == typ]
            sheet.add_table(0, 0, len(own) + 20, len(spec.kolumner) - 1,
                            {"columns": [{"header": k.rubrik} for k in spec.kolumner], "name": SHEETS[typ].replace("ä", "a"), "autofilter": True})  # fmt: skip
            sheet.freeze_panes(1, 1)
            for i, column in enumerate(spec.kolumner):
                sheet.set_column(i, i, WIDTHS.get(column.namn, 14), wrap)
            sheet.data_validation(
                1, 0, len(own) + 20, 0, {"validate": "list", "source": list(BESLUT), "ignore_blank": True}
            )
            for nr, proposal in enumerate(own, 1):
                done = mine.get((proposal["region_kod"], proposal["overenskommelse"], proposal["forslag_id"]))
                values = _values(proposal, done, kodare, region)
                for i, column in enumerate(spec.kolumner):
                    value = values.get(column.namn)
                    if column.lista and value is not None:
                        value = names[(column.lista, str(value))]
                    if value is None or value == "":
                        continue
                    if column.namn == "kodningsdatum":
                        sheet.write_datetime(nr, i, value, dates)
                    else:
                        sheet.write(nr, i, value)


def _values(proposal: dict[str, Any], done: dict[str, Any] | None, kodare: str, region: str) -> dict[str, Any]:
    """A row of the workbook: the proposal, or the coder's own earlier decision on it."""
    key = {
        "region_kod": region, "period": f"{proposal['ar']}-01", "kodare": kodare, "kodram": proposal["regelversion"],
        "kodblad": f"{proposal['region_kod']}/{proposal['overenskommelse']}/{kodare}", "overenskommelse": proposal["overenskommelse"],
        "regel": proposal["regel"], "sakerhet": proposal["sakerhet"],
    }  # fmt: skip
    if done:
        return {**done, **key}
    place = {"rad_fran": proposal["_rad"] if proposal["rad_till"] else None, "citat": proposal["text"]}
    return {**proposal, **place, **key}
