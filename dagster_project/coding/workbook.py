"""Proposals out to the analyst: a workbook and a page per region with a row per proposal, to be confirmed, corrected, rejected or added to.

Its columns are those of the format ``kodning``, so that the workbook comes back through the door as it is. Its rows link to their place in
the text, which is the page beside it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from dagster_project import sql
from dagster_project.coding import codingpage
from dagster_project.deliveries import wording
from dagster_project.errors import UserError
from dagster_project.reading import formats
from dagster_project.reading.formats import Format
from dagster_project.settings import SEEDS, Home

BESLUT = ("bekräftad", "rättad", "avvisad", "tillagd")
TYPER = ("insats", "uppgift", "kostnad", "resultat", "tackning")
#: What is shown beside the text and not coded.
NOTES = {"andel": "Andel", "belopp": "Belopp", "datum": "Datum", "dokument": "Dokument"}
SHEETS = {
    "insats": "Insatser",
    "uppgift": "Uppgifter",
    "kostnad": "Kostnader",
    "resultat": "Resultat",
    "tackning": "Täckning",
}
WIDTHS = {"text": 70, "citat": 40, "falt": 30, "varde": 30, "beslut": 12, "kommentar": 30}
#: Rows of the report that counts for a region, agreement and year: the region's newest, whatever its kind.
REPORTS = """
    select f.* from read_parquet({raw}, union_by_name = true) f
    join read_parquet({tackning}) t
        on f._leverans_id = t.leverans_id and f._respondent = t.respondent and f._block = t.block and f._period = t.period
    where t.kalla = 'nulagesrapport' and t.gallande and f.ar <= {ar} and f.avsandare = f.region_kod and {villkor}
    qualify dense_rank() over (
        partition by f.region_kod, f.overenskommelse, f.ar order by t.mottagen desc, t.leverans_id desc, f._block) = 1"""


def _raw(home: Home, kalla: str, tabell: str) -> str:
    return sql.path(home.raw / kalla / tabell, "period=*/*.parquet")


def _counting(home: Home) -> str:
    return sql.path(home.raw / "register" / "tackning.parquet")


def proposals(home: Home, ar: int, typer: tuple[str, ...] = TYPER) -> list[dict[str, Any]]:
    """The proposals of every report that counts in reporting year ``ar``, in the order of the reports.

    :raises UserError: nothing has been built yet.
    """
    if not (home.raw / "register" / "tackning.parquet").is_file():
        raise UserError(f"no report has been read yet: run 'uppfoljning build --year {ar}' first")
    with duckdb.connect() as con:
        reports = REPORTS.format(
            raw=_raw(home, "nulagesrapport", "forslag"), tackning=_counting(home), ar=ar, villkor=f"f.typ in {typer}"
        )
        answer = con.execute(f"select * from ({reports}) order by region_kod, overenskommelse, typ, _rad, forslag_id")
        names = [d[0] for d in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def blocks(home: Home, ar: int) -> list[dict[str, Any]]:
    """The text of the same reports, in order; running headers and the like left out."""
    with duckdb.connect() as con:
        reports = REPORTS.format(
            raw=_raw(home, "nulagesrapport", "block"),
            tackning=_counting(home),
            ar=ar,
            villkor="f.dokumenttyp = 'nulagesrapport' and f.slag <> 'artefakt'",
        )
        answer = con.execute(f"""
            select region_kod, overenskommelse, ar, _rad as rad, sida, slag, text from ({reports})
            order by region_kod, overenskommelse, ar, _leverans_id, segment, _rad, slag <> 'rubrik', text""")
        names = [d[0] for d in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def codings(home: Home, ar: int) -> list[dict[str, Any]]:
    """Every decision that counts, from raw."""
    with duckdb.connect() as con:
        answer = con.execute(f"""
            select k.* from read_parquet({_raw(home, "kodning", "rader")}, union_by_name = true) k
            join read_parquet({_counting(home)}) t
                on k._leverans_id = t.leverans_id and k._respondent = t.respondent and k._block = t.block and k._period = t.period
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
        for key, k in sorted(coded.items())
        if key not in now
    ]
    new = [
        (key[0], "nytt förslag, inte kodat", p["falt"] or p["typ"], (p["text"] or "")[:120])
        for key, p in sorted(now.items())
        if key not in coded and key[:2] in regions and p["forekomst"] == "angivet"
    ]
    return gone + new


def write(home: Home, ar: int, folder: Path, kodare: str) -> list[Path]:
    """A workbook and a page per region and agreement in ``folder`` for one coder; her earlier decisions are filled in.

    :raises UserError: a workbook of that name is there already: it may hold work not yet delivered.
    """
    found = proposals(home, ar)
    if not found:
        raise UserError(f"no status report counts in {ar}: put reports in {home.landing / 'nulagesrapport'} and build")
    mine = [k for k in codings(home, ar) if k["kodare"] == kodare]
    return _sheets(home, ar, folder, kodare, found, mine)


def adjudicate(home: Home, ar: int, folder: Path, kodare: str, con: duckdb.DuckDBPyConnection) -> list[Path]:
    """The same for the one who decides where coders differ: only what they differ about, with what each says as a comment.

    :param con: a database with ``mart.kodning_oenig``.
    :raises UserError: the coders agree, or a workbook of that name is there already.
    """
    answer = con.execute("select * from mart.kodning_oenig")
    names = [d[0] for d in answer.description or ()]
    differing = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    if not differing:
        raise UserError(f"the coders differ about nothing in {ar}")
    coded = codings(home, ar)
    rows = {(k["_leverans_id"], k["_blad"], k["_rad"]): k for k in coded}
    found = []
    for one in differing:
        base = rows[one["leverans_id"], one["blad"], one["leveransrad"]]
        blank = {"beslut": None, "kodningsdatum": None, "avgorande": "ja", "kommentar": one["kodarnas_bedomning"]}
        found.append({**base, **blank, "_rad": base["rad_fran"], "regelversion": base["kodram"], "upprepar": None})
    mine = [k for k in coded if k["kodare"] == kodare]
    return _sheets(home, ar, folder, kodare, found, mine)


def _sheets(
    home: Home, ar: int, folder: Path, kodare: str, found: list[dict[str, Any]], mine: list[dict[str, Any]]
) -> list[Path]:
    text, beside = blocks(home, ar), proposals(home, ar, tuple(NOTES))
    folder.mkdir(parents=True, exist_ok=True)
    names, spelled = wording.regions(), labels()
    spec = coders_format()
    written = []
    for key in sorted({_report(p) for p in found}):
        path = folder / f"kodning_{names[key[0]]}_{key[1]}_{kodare}.xlsx"
        if path.exists():
            raise UserError(f"{path} exists and may hold codings: move it, or choose another folder")
        rows = [
            {k.namn: _spelled(values.get(k.namn), k.lista, spelled) for k in spec.kolumner}
            for values in _values(
                [p for p in found if _report(p) == key], [k for k in mine if _report(k) == key], kodare, names[key[0]]
            )
        ]
        page = path.with_suffix(".html")
        _workbook(path, rows, spec, spelled, names[key[0]], page.name)
        codingpage.write(
            page,
            spec,
            spelled,
            rows,
            [b for b in text if _report(b) == key],
            region=names[key[0]],
            agreement=key[1],
            kodare=kodare,
            repeats={p["forslag_id"] for p in found if _report(p) == key and p["upprepar"]},
            notes=[(p["_rad"], f"{NOTES[p['typ']]}: {p['varde']}") for p in beside if _report(p) == key],
        )
        written += [path, page]
    return written


def coders_format() -> Format:
    """The coding's format with the columns that a coder sees: not what the door puts beside them."""
    return formats.load()["kodning"][0].for_senders()


def _report(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["region_kod"], row["overenskommelse"], row["ar"]


def labels() -> dict[tuple[str, str], str]:
    """The spelling that the door reads for each code."""
    with duckdb.connect() as con:
        rows = con.execute(
            "select lista, kod, stavning from read_csv(?, all_varchar = true)",
            [str(SEEDS / "formats" / "kodlistor.csv")],
        )
        return {(lista, kod): stavning for lista, kod, stavning in reversed(rows.fetchall())}


def _workbook(
    path: Path, rows: list[dict[str, Any]], spec: Format, spelled: dict[tuple[str, str], str], region: str, page: str
) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"Kodning av nulägesrapport, {region}", "created": datetime(2020, 1, 1)})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        dates = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for typ in TYPER:
            sheet = book.add_worksheet(SHEETS[typ])
            own = [r for r in rows if r["typ"] == spelled["kodningstyp", typ]]
            sheet.add_table(
                0,
                0,
                len(own) + 20,
                len(spec.kolumner) - 1,
                {
                    "columns": [{"header": k.rubrik} for k in spec.kolumner],
                    "name": SHEETS[typ].replace("ä", "a"),
                    "autofilter": True,
                },
            )
            sheet.freeze_panes(1, 1)
            for i, column in enumerate(spec.kolumner):
                sheet.set_column(i, i, WIDTHS.get(column.namn, 14), wrap)
            sheet.data_validation(
                1, 0, len(own) + 20, 0, {"validate": "list", "source": list(BESLUT), "ignore_blank": True}
            )
            for nr, values in enumerate(own, 1):
                for i, column in enumerate(spec.kolumner):
                    value = values.get(column.namn)
                    if value is None or value == "":
                        continue
                    if column.namn == "rad_fran":
                        sheet.write_url(
                            nr, i, f"external:{page}#rad-{value}", string=str(value), tip="Visa stället i rapporten"
                        )
                        sheet.write_number(nr, i, value)
                    elif column.namn == "kodningsdatum":
                        sheet.write_datetime(nr, i, value, dates)
                    else:
                        sheet.write(nr, i, value)


def _spelled(value: Any, lista: str | None, spelled: dict[tuple[str, str], str]) -> Any:
    return spelled[lista, str(value)] if lista and value is not None else value


def _values(
    proposals: list[dict[str, Any]], mine: list[dict[str, Any]], kodare: str, region: str
) -> list[dict[str, Any]]:
    """The rows of a report's code sheet: each proposal, or the coder's decision on it, and then what else she has decided.

    Her new sheet takes the place of her old one, so what she added, and what the reader no longer proposes, must be in it.
    """
    done = {k["forslag_id"]: k for k in mine if k["forslag_id"]}
    first = proposals[0]
    key = {
        "region_kod": region,
        "period": f"{first['ar']}-01",
        "kodare": kodare,
        "overenskommelse": first["overenskommelse"],
        "kodblad": f"{first['region_kod']}/{first['overenskommelse']}/{kodare}",
    }
    rows = []
    for p in proposals:
        reader = {"regel": p["regel"], "sakerhet": p["sakerhet"], "kodram": p["regelversion"]}
        place = {"rad_fran": p["_rad"] if p["rad_till"] else None, "citat": p["text"]}
        rows.append({**done.pop(p["forslag_id"], {**p, **place}), **key, **reader})
    return rows + [{**k, **key} for k in [*done.values(), *(k for k in mine if not k["forslag_id"])]]
