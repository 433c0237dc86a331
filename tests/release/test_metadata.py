"""What other systems read: the data package against its files, the catalogue record against DCAT-AP-SE, the dictionary.

That they are the same bytes each time is shown of every file of a release in `test_road_again`."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, Resource
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace, URIRef

from dagster_project.release.releases import Release, export

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")


@pytest.fixture(scope="module")
def package(release: Release) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((release.path / "datapackage.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def graph(release: Release) -> Graph:
    return Graph().parse(release.path / "dcat-ap-se.ttl")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_data_package_holds_all_csv_files_and_they_are_as_it_says(
    release: Release, package: dict[str, Any]
) -> None:
    report = Package(str(release.path / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert report.valid
    files = {path.relative_to(release.path).as_posix() for path in (release.path / "csv").iterdir()}
    assert {resource["path"] for resource in package["resources"]} == files


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("tabell_2", "Blekinge,23,", "Blekinge,tjugotre,"),  # a type
        ("tabell_2", "2020-03-01,10,", "2020-03-01,,"),  # a part of the key that is missing
        ("tabell_2", "2020-03-01,10,Blekinge", "2020-03-01,13,Blekinge"),  # a key that is there already
        ("tabell_3", ",brist,132,", ",Brist,132,"),  # a code that is not among the labels
    ],
)
def test_a_file_that_is_not_as_it_says_is_found(
    release: Release, tmp_path: Path, table: str, old: str, new: str
) -> None:
    """So that the validation above is known to look."""
    folder = tmp_path / "ut"
    shutil.copytree(release.path, folder)
    path = folder / "csv" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.chmod(0o644)
    path.write_text(text.replace(old, new), encoding="utf-8")
    described = next(
        r for r in json.loads((folder / "datapackage.json").read_text())["resources"] if r["name"] == table
    )
    kept = {key: described[key] for key in ("name", "path", "schema", "encoding", "format")}
    assert not Resource.from_descriptor(kept, basepath=str(folder)).validate().valid


def test_fields_say_type_unit_key_and_missing(package: dict[str, Any]) -> None:
    tables = {resource["name"]: resource for resource in package["resources"]}
    schema = tables["tabell_2"]["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    assert (schema["primaryKey"], schema["missingValues"]) == (["period", "region_kod"], [""])
    assert {name: field["type"] for name, field in fields.items()} == {
        "period": "date",
        "region_kod": "string",
        "region": "string",
        "visa_tid": "integer",
        "boka_tid": "integer",
        "varde_status": "string",
        "pahittad": "boolean",
    }
    assert (fields["visa_tid"]["title"], fields["visa_tid"]["unit"]) == ("Visa tid", "antal mottagningar")
    assert fields["visa_tid"]["description"].startswith("Antal mottagningar där invånaren kan se")
    assert fields["region_kod"]["constraints"] == {"required": True}
    assert set(fields["varde_status"]["constraints"]["enum"]) == set("pbcuxzr")
    assert "Socialstyrelsen saknar uppgift om" in tables["tabell_2"]["description"], "the reservation travels along"
    shares = {field["name"]: field["type"] for field in tables["tabell_3"]["schema"]["fields"]}
    assert (shares["andel"], shares["antal"]) == ("number", "integer")


def test_the_dictionary_explains_every_column_of_the_marts(release: Release) -> None:
    found = rows(release.path / "csv" / "dataordlista.csv")
    marts = {row["tabell"] for row in found if row["schema"] == "mart"}
    assert {f"mart.{mart}" for mart in marts} == {
        name for name in release.manifest["tabeller"] if name.startswith("mart.")
    }
    assert [row for row in found if row["schema"] == "mart" and not (row["beskrivning"] and row["enhet"])] == []


def values(graph: Graph, subject: Any, predicate: URIRef) -> list[str]:
    return [str(value) for value in graph.objects(subject, predicate)]


def test_the_catalogue_has_what_dcat_ap_se_demands_and_recommends(graph: Graph) -> None:
    [catalogue] = graph.subjects(RDF.type, DCAT.Catalog)
    for needed in (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.publisher,
        DCAT.dataset,
        DCTERMS.language,
        DCTERMS.license,
        DCTERMS.issued,
        DCTERMS.spatial,
        DCAT.themeTaxonomy,
    ):
        assert values(graph, catalogue, needed), needed
    [publisher] = graph.objects(catalogue, DCTERMS.publisher)
    assert (publisher, RDF.type, FOAF.Agent) in graph
    assert values(graph, publisher, FOAF.name) == ["Socialstyrelsen"]
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert datasets == set(graph.objects(catalogue, DCAT.dataset))
    for dataset in datasets:
        for needed in (
            DCTERMS.title,
            DCTERMS.description,
            DCTERMS.publisher,
            DCAT.contactPoint,
            DCAT.keyword,
            DCAT.theme,
            DCTERMS.spatial,
            DCTERMS.temporal,
            DCTERMS.issued,
            DCTERMS.accessRights,
            DCTERMS.identifier,
        ):
            assert values(graph, dataset, needed), (dataset, needed)
        distributions = list(graph.objects(dataset, DCAT.distribution))
        assert len(distributions) == 2
        for distribution in distributions:
            assert (distribution, RDF.type, DCAT.Distribution) in graph
            for needed in (DCAT.accessURL, DCAT.downloadURL, DCTERMS.format, DCTERMS.license, DCTERMS.title):
                assert values(graph, distribution, needed), (distribution, needed)
    [email] = set(graph.objects(None, VCARD.hasEmail))
    assert str(email).startswith("mailto:")


def test_a_dataset_per_printed_table_with_its_period(graph: Graph, package: dict[str, Any]) -> None:
    tables = {resource["name"] for resource in package["resources"]} - {"dataordlista", "harkomst"}
    named = {str(dataset).rpartition("/")[2]: dataset for dataset in graph.subjects(RDF.type, DCAT.Dataset)}
    assert named.keys() == tables

    def period(name: str) -> tuple[list[str], list[str]]:
        [span] = graph.objects(named[name], DCTERMS.temporal)
        return values(graph, span, DCAT.startDate), values(graph, span, DCAT.endDate)

    assert period("tabell_2") == (["2020-03-01"], ["2020-03-31"])
    assert period("tabell_1") == (["2020-01-01"], ["2020-12-31"])
    assert period("tabell_3") == (["2019-12-16"], ["2020-01-27"]), "when the municipalities were asked"
    files = {url.rpartition("2020.1/")[2] for url in map(str, graph.objects(None, DCAT.downloadURL))}
    assert files == {"uppfoljning_2020.xlsx", *(f"csv/{name}.csv" for name in tables)}


def test_dates_are_the_day_of_the_report_and_not_of_the_newest_file(graph: Graph, package: dict[str, Any]) -> None:
    assert {str(value) for value in graph.objects(None, DCTERMS.issued)} == {"2021-06-30"}
    assert package["created"] == "2021-06-30T00:00:00"


def test_titles_do_not_name_the_publisher(graph: Graph) -> None:
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        [title] = values(graph, dataset, DCTERMS.title)
        assert "Socialstyrelsen" not in title


def test_the_export_is_self_contained(release: Release, tmp_path: Path) -> None:
    export(release, tmp_path / "ut")
    assert Package(str(tmp_path / "ut" / "datapackage.json")).validate().valid
