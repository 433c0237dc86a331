"""What other systems read about a release: ``datapackage.json`` (Frictionless), ``dcat-ap-se.ttl`` (DCAT-AP-SE 3) and the data
dictionary as csv.

Everything is taken from the catalogue, the frozen database (whose dictionary is dbt's) and ``seeds/published/metadata.yml``.
Dates are the day of the report, and the periods it speaks of.
"""

from __future__ import annotations

import csv
import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from pydantic import BaseModel, ConfigDict

from dagster_project.release import csvfiles, database
from dagster_project.release.catalogue import Catalogue
from dagster_project.release.database import MADE_UP, MARK, MEANING
from dagster_project.release.manifest import INTERN
from dagster_project.release.publication import Publication
from dagster_project.release.tables import STATUS, PublishedTable
from dagster_project.settings import SEEDS, read_yaml
from dagster_project.warehouse.graph import SCHEMA

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

PARAMETERS = SEEDS / "published" / "metadata.yml"
PACKAGE, TURTLE, DICTIONARY, LINEAGE = "datapackage.json", "dcat-ap-se.ttl", "dataordlista", "harkomst"

_FIELD_TYPE = {
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}
_IANA = "https://www.iana.org/assignments/media-types/"
_FILETYPE = "http://publications.europa.eu/resource/authority/file-type/"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Record):
    uri: str
    namn: str
    typ: str


class Contact(_Record):
    namn: str
    epost: str


class Licence(_Record):
    namn: str
    uri: str


class Parameters(_Record):
    """The file ``metadata.yml``."""

    bas_uri: str
    beskrivning: str
    utgivare: Publisher
    kontakt: Contact
    licens: Licence
    sprak: str
    tema: str
    omrade: str
    frekvens: str
    nyckelord: list[str]


def parameters(path: Path = PARAMETERS) -> Parameters:
    return Parameters.model_validate(read_yaml(path))


def write(publication: Publication) -> None:
    """Describe the release whose csv files stand in its folder, and add the data dictionary and the lineage to them."""
    folder, con, ar, utgava = publication.folder, publication.con, publication.cover.ar, publication.cover.utgava
    about, warning = parameters(), [text for text in [publication.cover.warning] if text]
    described = _dictionary(con)
    _write_csv(folder / "csv" / f"{DICTIONARY}.csv", described[0] if described else {}, described)
    write_lineage(folder, publication.lineage)
    words = {(row["tabell"], row["kolumn"]): row for row in described if row["schema"] == SCHEMA}
    resources = [
        *(_resource(folder, table, _fields(publication.edition, table, words)) for table in publication.tables),
        _extra(
            folder,
            DICTIONARY,
            "Dataordlista",
            "Alla tabeller och kolumner i databasen.",
            _DICTIONARY_FIELDS,
            ["schema", "tabell", "kolumn"],
        ),
        _extra(folder, LINEAGE, "Härkomst", "Leveranserna bakom varje rad i tabellerna.", _LINEAGE_FIELDS, []),
    ]
    package = {
        "name": f"uppfoljning_{ar}",
        "id": f"{about.bas_uri}{utgava}",
        "title": publication.cover.title,
        "description": " ".join([about.beskrivning, *warning]),
        "version": utgava,
        "created": publication.cover.when.isoformat(),
        "licenses": [{"name": about.licens.namn, "path": about.licens.uri}],
        "contributors": [{"title": about.utgivare.namn, "role": "publisher"}],
        "keywords": about.nyckelord,
        "resources": resources,
    }
    (folder / PACKAGE).write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    graph = _catalogue(about, publication)
    (folder / TURTLE).write_text(graph.serialize(format="turtle").strip() + "\n", encoding="utf-8")


def write_lineage(folder: Path, lineage: Iterable[Mapping[str, Any]]) -> None:
    """Write the deliveries behind each row of each table beside the csv files in ``folder``."""
    _write_csv(folder / "csv" / f"{LINEAGE}.csv", dict.fromkeys(_LINEAGE_FIELDS), lineage)


def lineage_of(release: Path) -> list[dict[str, Any]]:
    """What a release says about the deliveries behind its tables, published or not."""
    found = []
    for path in (release / "csv" / f"{LINEAGE}.csv", release / INTERN / "csv" / f"{LINEAGE}.csv"):
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as stream:
                rows = csv.DictReader(stream)
                found += [{name: csvfiles.plain(cell) for name, cell in row.items()} for row in rows]
    return found


# --- csv and datapackage ------------------------------------------------------------------------------------------------

_DICTIONARY_FIELDS = {
    "schema": "string",
    "tabell": "string",
    "kolumn": "string",
    "typ": "string",
    "rubrik": "string",
    "beskrivning": "string",
    "enhet": "string",
    "decimaler": "integer",
    MADE_UP: "boolean",
}
_LINEAGE_FIELDS = {
    "tabell": "string",
    "nyckel": "string",
    "leverans_id": "string",
    "avsandare": "string",
    "sha256": "string",
    "mottagen": "datetime",
    "dokument": "string",
    "plats": "string",
    "forsta_rad": "integer",
    "sista_rad": "integer",
    "rader": "integer",
    MADE_UP: "boolean",
}


def _dictionary(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The data dictionary. Its words rest on no delivery."""
    told = ", ".join(name for name in _DICTIONARY_FIELDS if name != MADE_UP)
    answer = con.execute(f"select {told}, false from referens.{database.DICTIONARY}")
    return [dict(zip(_DICTIONARY_FIELDS, row, strict=True)) for row in answer.fetchall()]


def _write_csv(path: Path, names: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(names), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            cells = {name: csvfiles.truth(cell) if isinstance(cell, bool) else cell for name, cell in row.items()}
            writer.writerow({name: csvfiles.safe(cell) for name, cell in cells.items()})


def _fields(
    edition: Catalogue, table: PublishedTable, words: Mapping[tuple[str, str], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The columns of a table's csv file: type and meaning as the data dictionary has them, heading and unit as printed."""
    spec = table.spec
    fields = []
    for name in table.tidy.columns:
        column = next((column for column in spec.kolumner if column.kolumn == name), None)
        own = words.get((spec.id, name), {})
        kind = _FIELD_TYPE.get(own.get("typ", "").split("(")[0], "string")
        options = list(edition.markeringar) if name == STATUS else list((column and column.etiketter) or ())
        title = (column.rubrik if column else None) or own.get("rubrik")
        unit = (column.enhet if column else None) or own.get("enhet")
        # An empty text in a key (the row of a whole table) is empty in csv too, as what is missing is.
        filled = name in spec.nyckel and not (table.tidy[name].astype(str) == "").any()
        constraints = {**({"required": True} if filled else {}), **({"enum": options} if options else {})}
        fields.append(
            {
                "name": name,
                "type": kind,
                **({"title": title} if title else {}),
                **({"description": own["beskrivning"]} if own.get("beskrivning") else {}),
                **({"unit": unit} if unit else {}),
                **({"trueValues": ["True"], "falseValues": ["False"]} if kind == "boolean" and name != MADE_UP else {}),
                **({"constraints": constraints} if constraints else {}),
            }
        )
    return fields


def _resource(folder: Path, table: PublishedTable, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **_file(folder, table.spec.id),
        "title": table.spec.heading,
        "description": _description(table),
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": table.spec.nyckel},
    }


def _description(table: PublishedTable) -> str:
    """What a table shows, and the reservations that follow it wherever it goes."""
    made_up = [f"{MARK} {MEANING}."] if table.tidy[MADE_UP].any() else []
    return " ".join([table.spec.undertitel.rstrip(".") + ".", *table.forbehall, *made_up])


def _extra(
    folder: Path, name: str, title: str, description: str, fields: Mapping[str, str], key: list[str]
) -> dict[str, Any]:
    listed = [
        {"name": field, "type": kind, **({"format": "any"} if kind == "datetime" else {})}
        for field, kind in fields.items()
    ]
    schema = {"fields": listed, "missingValues": [""], **({"primaryKey": key} if key else {})}
    return {**_file(folder, name), "title": title, "description": description, "schema": schema}


def _file(folder: Path, name: str) -> dict[str, Any]:
    content = (folder / "csv" / f"{name}.csv").read_bytes()
    return {
        "name": name,
        "type": "table",
        "path": f"csv/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{sha256(content).hexdigest()}",
    }


# --- DCAT-AP-SE ---------------------------------------------------------------------------------------------------------


def _catalogue(about: Parameters, publication: Publication) -> Graph:
    """A catalogue with a dataset per table, each with an xlsx and a csv distribution. Every node has an address of its own."""
    from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

    cover, workbook = publication.cover, publication.workbook
    utgava, ar = cover.utgava, cover.ar
    vcard = Namespace("http://www.w3.org/2006/vcard/ns#")
    rights = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
    graph = Graph()
    for prefix, space in (("dcat", DCAT), ("dcterms", DCTERMS), ("foaf", FOAF), ("vcard", vcard)):
        graph.bind(prefix, space)

    def say(subject: URIRef, *statements: tuple[Any, Any]) -> URIRef:
        for predicate, value in statements:
            graph.add((subject, predicate, value))
        return subject

    def swedish(text: str) -> Literal:
        return Literal(text, lang="sv")

    def node(name: str) -> URIRef:
        return URIRef(f"{about.bas_uri}{name}")

    issued = [(DCTERMS.issued, Literal(cover.rapport.rapportdatum.isoformat(), datatype=XSD.date))]
    publisher = say(
        URIRef(about.utgivare.uri),
        (RDF.type, FOAF.Agent),
        (FOAF.name, swedish(about.utgivare.namn)),
        (DCTERMS.type, URIRef(about.utgivare.typ)),
    )
    contact = say(
        node("kontakt"),
        (RDF.type, vcard.Organization),
        (vcard.fn, swedish(about.kontakt.namn)),
        (vcard.hasEmail, URIRef(f"mailto:{about.kontakt.epost}")),
    )
    catalogue = say(
        node("katalog"),
        (RDF.type, DCAT.Catalog),
        (DCTERMS.title, swedish(cover.title)),
        (DCTERMS.description, swedish(" ".join([about.beskrivning, *([cover.warning] if cover.warning else [])]))),
        (DCTERMS.publisher, publisher),
        (DCTERMS.language, URIRef(about.sprak)),
        (DCTERMS.spatial, URIRef(about.omrade)),
        (DCTERMS.license, URIRef(about.licens.uri)),
        (DCAT.themeTaxonomy, _theme_scheme(about.tema)),
        *issued,
    )
    windows = {source.kalla: (source.insamling_fran, source.insamling_till) for source in cover.sources}
    for table in publication.tables:
        name = table.spec.id
        first, last = _temporal(table, windows, ar)
        period = say(
            node(f"dataset/{name}#period"),
            (RDF.type, DCTERMS.PeriodOfTime),
            (DCAT.startDate, Literal(first.isoformat(), datatype=XSD.date)),
            (DCAT.endDate, Literal(last.isoformat(), datatype=XSD.date)),
        )
        distributions = []
        for kind, file, media in (("csv", f"csv/{name}.csv", "text/csv"), ("xlsx", workbook, _XLSX)):
            where = node(f"{utgava}/{file}")
            distributions.append(
                say(
                    node(f"dataset/{name}/{kind}"),
                    (RDF.type, DCAT.Distribution),
                    (DCTERMS.title, swedish(f"{table.spec.titel} ({kind})")),
                    (DCAT.accessURL, where),
                    (DCAT.downloadURL, where),
                    (DCAT.mediaType, URIRef(f"{_IANA}{media}")),
                    (DCTERMS.format, URIRef(f"{_FILETYPE}{kind.upper()}")),
                    (DCTERMS.license, URIRef(about.licens.uri)),
                    (DCTERMS.language, URIRef(about.sprak)),
                    *issued,
                )
            )
        dataset = say(
            node(f"dataset/{name}"),
            (RDF.type, DCAT.Dataset),
            (DCTERMS.title, swedish(table.spec.titel)),
            (DCTERMS.description, swedish(_description(table))),
            (DCTERMS.publisher, publisher),
            (DCAT.contactPoint, contact),
            (DCTERMS.identifier, Literal(f"{about.bas_uri}dataset/{name}")),
            (DCAT.theme, URIRef(about.tema)),
            (DCTERMS.spatial, URIRef(about.omrade)),
            (DCTERMS.temporal, period),
            (DCTERMS.accessRights, URIRef(rights)),
            (DCTERMS.accrualPeriodicity, URIRef(about.frekvens)),
            (DCTERMS.language, URIRef(about.sprak)),
            (URIRef(f"{DCAT}version"), Literal(utgava)),
            *((DCAT.keyword, swedish(word)) for word in about.nyckelord),
            *((DCAT.distribution, each) for each in distributions),
            *issued,
        )
        graph.add((catalogue, DCAT.dataset, dataset))
    return graph


def _theme_scheme(theme: str) -> URIRef:
    from rdflib import URIRef

    return URIRef(theme.rpartition("/")[0])


def _temporal(
    table: PublishedTable, windows: Mapping[str, tuple[date | None, date | None]], ar: int
) -> tuple[date, date]:
    """First and last day a table speaks of: its own periods, else its sources' collection, else the reporting year."""
    days: list[date] = []
    if "period" in table.tidy:
        first = [day for day in table.tidy["period"].dropna() if isinstance(day, date)]
        days = [*first, *(day.replace(day=monthrange(day.year, day.month)[1]) for day in first)]
    elif "ar" in table.tidy:
        days = [date(int(year), month, day) for year in table.tidy["ar"].dropna() for month, day in ((1, 1), (12, 31))]
    elif table.spec.kallor:
        days = [day for kalla in table.spec.kallor for day in windows.get(kalla, ()) if day]
    return (min(days), max(days)) if days else (date(ar, 1, 1), date(ar, 12, 31))
