"""What is still missing of a reporting year, in plain words: each finding says where and what, and what follows from it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from dagster_project import giltighet, rapporter
from dagster_project.errors import UserError
from dagster_project.rapporter import Rapport
from dagster_project.reading import formats
from dagster_project.release import catalogue, chapters
from dagster_project.release.attack import declared
from dagster_project.settings import DBT, SEEDS, read_yaml
from dagster_project.validation import suites
from dagster_project.year import CHECKLIST, OPEN

#: Tables whose rows hold for a time, with the column that tells them apart.
DATED = {
    "reference/regioner.csv": "region_kod",
    "reference/kommuner.csv": "kommun_kod",
    "reference/kallor.csv": "kalla",
}
#: What a table must say of itself, and how a reader calls it.
WORDS = {
    "titel": "titel",
    "undertitel": "undertitel",
    "kalla": "källrad (kalla)",
    "nyckel": "nyckel",
    "kolumner": "kolumner",
}
#: Files that the years share, where rows of a new year may be marked.
SHARED = (
    "agreements/*.csv",
    "surveys/*.csv",
    "reference/*.csv",
    "formats/*/*.yml",
    "nulagesrapport/*.csv",
    "underlag/*.csv",
)


class Brist(NamedTuple):
    """Something that is missing: where, and what."""

    var: str
    vad: str


def missing(ar: int) -> list[Brist]:
    """Everything that the report of ``ar`` still lacks, in the order in which it is best mended."""
    try:
        report = rapporter.of(ar)
    except (UserError, yaml.YAMLError, ValueError, TypeError) as error:
        return [Brist("rapport.yml", " ".join(str(error).split()))]
    if not report.id:
        return [Brist("seeds/rapporter", f"Rapporten för {ar} har ingen mapp. Börja med 'uppfoljning year new {ar}'.")]
    asked = (_open, _days, _agreements, _money, _surveys, _items, _tables, _sources, _validity, _printed)
    return [found for ask in asked for found in ask(report)]


def _open(report: Rapport) -> Iterator[Brist]:
    """What has been proposed and not yet decided."""
    paths = [p for pattern in SHARED for p in sorted(SEEDS.glob(pattern))]
    for path in [*sorted((SEEDS / "rapporter" / report.id).iterdir()), *paths]:
        if path.name == CHECKLIST:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if OPEN in line:
                cells = next(csv.reader([line])) if path.suffix == ".csv" else [line.replace("#", "")]
                said = "; ".join(
                    cell.replace(f"{OPEN}:", "").replace("  ", " ").strip() for cell in cells if OPEN in cell
                )
                yield Brist(f"{_shown(path)}, rad {number}", f"Inte bestämt: {said[:110]}")


def _days(report: Rapport) -> Iterator[Brist]:
    say = partial(Brist, f"seeds/rapporter/{report.id}/rapport.yml")
    if report.insamling is None:
        yield say("Insamlingen (insamling) saknas: omslaget säger inte när uppgifterna samlades in.")
    if report.brytdag is None:
        yield say("Brytdagen (brytdag) saknas: allt som kommer in används, också efter att rapporten är klar.")
    days = [*(report.insamling or ()), *([report.brytdag] if report.brytdag else [])]
    if days != sorted(days) or (report.brytdag and report.brytdag > report.rapportdatum):
        yield say("Dagarna står inte i ordning: insamlingens första och sista dag, brytdagen, rapportens dag.")
    if not report.overenskommelser:
        yield say("Ingen överenskommelse följs upp (overenskommelser).")


def _agreements(report: Rapport) -> Iterator[Brist]:
    known = {row["overenskommelse"]: row for row in _rows("agreements/overenskommelser.csv")}
    asked = [*_rows("agreements/leveranskrav.csv"), *_rows("agreements/skyldigheter.csv")]
    for name in report.overenskommelser:
        if name not in known:
            yield Brist("seeds/agreements/overenskommelser.csv", f"Överenskommelsen {name} finns inte.")
            continue
        of_it = [row for row in asked if row["overenskommelse"] == name]
        title = known[name]["namn"] or name
        if not of_it:
            yield Brist(
                "seeds/agreements/leveranskrav.csv",
                f"{title}: ingen är tillfrågad, så inget saknas och inget kommer sent.",
            )
        elif not any(row["sista_dag"] or row.get("dagar_efter") for row in of_it):
            yield Brist(
                "seeds/agreements/leveranskrav.csv", f"{title}: inget krav har en sista dag, så inget blir sent."
            )
        for path, lacking in (
            ("agreements/omraden.csv", "områdena saknas, så insatser kan inte föras till dem."),
            ("nulagesrapport/punkter.csv", "punkterna saknas, så rapporterna prövas inte mot vad den begär."),
        ):
            if not any(row["overenskommelse"] == name for row in _rows(path)):
                yield Brist(f"seeds/{path}", f"{title}: {lacking}")


def _money(report: Rapport) -> Iterator[Brist]:
    """What an agreement gives is there in whole: posts with a text, keys, and amounts for each region where there are any."""
    posts = {(r["overenskommelse"], r["tabell"], r["post"]): r for r in _rows("agreements/poster.csv")}
    keys = {row["nyckel"] for row in _rows("agreements/fordelningsnycklar.csv")}
    amounts: dict[tuple[str, str, str], set[str]] = {}
    for row in _rows("agreements/medelstabeller.csv"):
        amounts.setdefault((row["overenskommelse"], row["tabell"], row["kolumn"]), set()).add(row["region_kod"])
    mine = [row["overenskommelse"] for row in _rows("agreements/overenskommelser.csv") if _covers(row, report.ar)]
    regions = giltighet.in_force(_rows("reference/regioner.csv"), "region_kod", report.gallande).keys()
    for (name, table, post), row in posts.items():
        if name not in {*mine, *report.overenskommelser}:
            continue
        if not row["etikett"]:
            yield Brist("seeds/agreements/poster.csv", f"Posten {post} i {name} saknar text (etikett).")
        if row["nyckel"] and row["nyckel"] not in keys and not row["nyckel"].startswith("belopp_"):
            yield Brist(
                "seeds/agreements/fordelningsnycklar.csv",
                f"Nyckeln {row['nyckel']} finns inte: {post} i {name} kan inte räknas om.",
            )
        given = amounts.get((name, table, post), set()) - {"00"}
        if given and (lacking := sorted(regions - given)):
            yield Brist(
                "seeds/agreements/medelstabeller.csv", f"{post} i {name}, {table}: belopp saknas för {_named(lacking)}."
            )


def _surveys(report: Rapport) -> Iterator[Brist]:
    used = {kalla for table in _edition(report) for kalla in table.get("kallor", [])}
    asked = {row["kalla"] for row in _rows("surveys/undersokningar.csv")}
    of_report = {row["kalla"] for row in _of_report(report)}
    for kalla in sorted(used & asked - of_report):
        yield Brist(
            "seeds/surveys/undersokningar.csv",
            f"Enkäten {kalla}_{report.ar - 1} saknas: rapportens tabeller ur {kalla} blir tomma.",
        )


def _items(report: Rapport) -> Iterator[Brist]:
    """The questions of the report's surveys and the columns that their answers come in."""
    alternatives = {row["svarslista"] for row in _rows("surveys/svarsalternativ.csv")}
    themes = {row["kod"] for row in _rows("underlag/matt_teman.csv") if row["slag"] == "enkatfraga"}
    for survey in _of_report(report):
        name = survey["undersokning"]
        say = partial(Brist, "seeds/surveys/enkatfragor.csv")
        items = [row for row in _rows("surveys/enkatfragor.csv") if row["undersokning"] == name]
        for row in items:
            for column, word in (
                ("text_enkat", "frågans text"),
                ("etikett_rapport", "texten i rapporten (etikett_rapport)"),
            ):
                if not row[column]:
                    yield say(f"{name}, fråga {row['fraga']}: {word} saknas.")
            if row["fragetyp"] == "enval" and row["svarslista"] not in alternatives:
                yield Brist(
                    "seeds/surveys/svarsalternativ.csv",
                    f"{name}, fråga {row['fraga']}: svarslistan {row['svarslista'] or '(tom)'} finns inte.",
                )
            if row["fragetyp"] == "enval" and not row["avrundningsregel"]:
                yield say(f"{name}, fråga {row['fraga']}: avrundningsregel saknas.")
            if row["fragetyp"] == "enval" and row["fraga"] not in themes:
                yield Brist(
                    "seeds/underlag/matt_teman.csv",
                    f"{name}, fråga {row['fraga']}: temat saknas, så frågan är inte med i regionbilden.",
                )
        spec = next(
            (f for f in formats.load().get(survey["kalla"], ()) if f.konstanter.get("undersokning") == name), None
        )
        if spec is None:
            yield Brist(f"seeds/formats/{survey['kalla']}", f"Formatet {name} saknas: svaren kan inte läsas.")
            continue
        answers = {k.namn for k in spec.kolumner if k.svar}
        asked = {row["kolumn"]: row for row in items}
        for column in sorted(answers - asked.keys()):
            yield say(f"{name}: kolumnen {column} i formatet är ingen fråga, så svaren i den räknas inte.")
        for column in sorted(c for c, row in asked.items() if c not in {k.namn for k in spec.kolumner}):
            yield Brist(
                f"seeds/formats/{survey['kalla']}/{name}.yml",
                f"Fråga {asked[column]['fraga']}: kolumnen {column} finns inte i formatet.",
            )


def _tables(report: Rapport) -> Iterator[Brist]:
    """The report's tables: what they say of themselves, whether there is something that prints them, and who they are about."""
    file = f"seeds/rapporter/{report.id}/{chapters.OWN}"
    before = 0
    for record in _edition(report):
        name = record.get("nummer") or record.get("blad") or record.get("id", "?")
        for field, word in WORDS.items():
            if not record.get(field):
                before += 1
                yield Brist(file, f"{name}: {word} saknas.")
    if before:
        return
    try:
        edition = catalogue.load(report.ar)
    except (UserError, KeyError, ValueError) as error:
        yield Brist(file, " ".join(str(error).split()))
        return
    models = {path.stem for path in (DBT / "models" / "tabeller").rglob("tab_*.sql")}
    protected = declared.load()
    known = {*protected.personer, *protected.redan_visat, *protected.organisationer}
    for table in edition.tabeller:
        wanted = {f"tab_{table.modell or table.id}", f"tab_{report.id}__{table.modell or table.id}"}
        if not wanted & models:
            yield Brist(
                f"dbt/models/tabeller/{report.id}",
                f"{table.heading}: ingen modell skriver tabellen ({sorted(wanted)[-1]}.sql).",
            )
        if f"tabell.{table.id}" not in known:
            yield Brist(
                "seeds/published/sekretess.yml",
                f"{table.heading}: det står inte om tabellen handlar om personer eller organisationer (tabell.{table.id}).",
            )


def _sources(report: Rapport) -> Iterator[Brist]:
    """The sources that the tables rest on: described, asked for, and readable."""
    described = giltighet.in_force(_rows("reference/kallor.csv"), "kalla", report.gallande)
    asked: dict[str, list[dict[str, str]]] = {}
    for row in _rows("agreements/leveranskrav.csv"):
        asked.setdefault(row["kalla"], []).append(row)
    years = (date(report.ar - 1, 1, 1), date(report.ar, 12, 31))
    for kalla in sorted({kalla for table in _edition(report) for kalla in table.get("kallor", [])}):
        if kalla not in described:
            yield Brist("seeds/reference/kallor.csv", f"Källan {kalla} är inte beskriven den {report.gallande}.")
            continue
        said = described[kalla]
        for field, word in (("kalltext", "källtext"), ("forbehall", "förbehåll")):
            if not said[field]:
                yield Brist("seeds/reference/kallor.csv", f"{said['namn']}: {word} saknas.")
        if kalla in asked and not any(
            r["period"] <= str(years[1]) and r["period_slut"] >= str(years[0]) for r in asked[kalla]
        ):
            yield Brist(
                "seeds/agreements/leveranskrav.csv",
                f"{said['namn']}: ingen är tillfrågad för {report.ar - 1}–{report.ar}.",
            )
        if kalla in formats.load() and not any(
            f.galler_fran <= years[1] and (f.galler_till or date.max) >= years[0] for f in formats.load()[kalla]
        ):
            yield Brist(f"seeds/formats/{kalla}", f"{said['namn']}: inget format gäller {report.ar}.")


def _validity(_: Rapport) -> Iterator[Brist]:
    for path, key in DATED.items():
        for fault in giltighet.faults(_rows(path), key):
            yield Brist(f"seeds/{path}", fault)
    for kalla, name, values in (
        (kalla, name, said)
        for kalla, limits in suites.stated_thresholds().items()
        for name, said in limits.items()
        if isinstance(said, list)
    ):
        for fault in giltighet.faults([{"namn": name, **row} for row in values], "namn"):
            yield Brist("expectations/trosklar.yml", f"{kalla}, {fault}")


def _printed(report: Rapport) -> Iterator[Brist]:
    """Printed cells that nothing can be held against."""
    names = {row["region"] for row in _rows("reference/regioner.csv")} | {
        row["kommun"] for row in _rows("reference/kommuner.csv")
    }
    for name in ("tryckta_varden.csv", "tryckta_tal.csv"):
        path = SEEDS / "rapporter" / report.id / name
        if not path.is_file():
            continue
        for number, row in enumerate(_rows(f"rapporter/{report.id}/{name}"), 2):
            if row["rad"] in names:
                yield Brist(
                    f"{_shown(path)}, rad {number}", f"{row['tabell']}: skriv koden i stället för namnet {row['rad']}."
                )
            if not row["kallrad"]:
                yield Brist(
                    f"{_shown(path)}, rad {number}",
                    f"{row['tabell']}: var i dokumentet uppgiften står (kallrad) saknas.",
                )


def _of_report(report: Rapport) -> list[dict[str, str]]:
    """The surveys that the report prints: those of the year before it."""
    return [row for row in _rows("surveys/undersokningar.csv") if row["undersokning"].endswith(f"_{report.ar - 1}")]


def _edition(report: Rapport) -> list[Mapping[str, Any]]:
    """The report's own records, as its file says them."""
    path = SEEDS / "rapporter" / report.id / chapters.OWN
    try:
        return list(read_yaml(path).get("tabeller", []))
    except (OSError, yaml.YAMLError, AttributeError):
        return []


def _covers(agreement: Mapping[str, str], ar: int) -> bool:
    return bool(agreement["ar_fran"]) and int(agreement["ar_fran"]) <= ar <= int(
        agreement["ar_till"] or agreement["ar_fran"]
    )


def _named(codes: list[str]) -> str:
    known = giltighet.at(_rows("reference/regioner.csv"), "region_kod")
    return ", ".join(known[code]["region"] if code in known else code for code in codes)


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shown(path: Path) -> str:
    return path.relative_to(SEEDS.parent).as_posix()
