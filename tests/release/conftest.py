"""A build database with the printed figures of the 2020 report, as the dbt run leaves it, and releases made from it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
from printed_tables import nodes, only
from road import copied, tables_alone

from dagster_project.release import catalogue, figures, publish
from dagster_project.release.manifest import Draft
from dagster_project.release.releases import Release, current
from dagster_project.settings import Home
from dagster_project.warehouse import dbt

REPO = Path(__file__).resolve().parents[2]
GOLDEN = REPO / "tests" / "golden"
SEEDS = REPO / "seeds"

DELIVERIES = [
    {
        "leverans_id": "L2",
        "kalla": "webbtidbok",
        "avsandare": "Inera",
        "sha256": "b" * 64,
        "mottagen": "2020-04-02T10:00:00",
        "status": "godkand",
    },
    {
        "leverans_id": "L1",
        "kalla": "kommunenkat",
        "avsandare": "Kommunerna",
        "sha256": "a" * 64,
        "mottagen": "2020-01-28T08:30:00",
        "status": "godkand",
    },
]

DBT_MANIFEST: dict[str, Any] = {
    "nodes": {
        **nodes(2020),
        "model.uppfoljning.webbtidbok": {
            "resource_type": "model",
            "name": "webbtidbok",
            "config": {"schema": "mart"},
            "depends_on": {"nodes": []},
            "schema": "mart",
            "alias": "webbtidbok",
            "description": "Mottagningar i webbtidbok.\nEn rad per region och period.",
            "columns": {
                "visa_tid": {
                    "description": "Mottagningar som kan visa tid, region's count",
                    "config": {"meta": {"enhet": "antal", "decimaler": 0}},
                }
            },
        },
        "test.uppfoljning.unik": {"resource_type": "test"},
    }
}

MARTS = """
create schema mart;
create schema referens;
create table referens.regioner as select *, row_number() over (order by region collate sv) as ordning_alfabetisk,
    row_number() over (order by region_kod) as ordning_scb from read_csv('{seeds}/reference/regioner.csv', all_varchar = true);
create table referens.kallor as from read_csv('{seeds}/reference/kallor.csv', types = {{'insamling_fran': 'date'}});
create table referens.enkatfragor as from read_csv('{seeds}/surveys/enkatfragor.csv', types = {{'fraga': 'varchar'}});
create table referens.overenskommelser as from read_csv('{seeds}/agreements/overenskommelser.csv', all_varchar = true);
create table referens.medelstabeller as from read_csv('{seeds}/agreements/medelstabeller.csv',
    types = {{'region_kod': 'varchar', 'varde': 'decimal(18, 4)'}});
create table referens.tryckta_ord as from read_csv('{seeds}/published/tryckta_ord.csv', all_varchar = true);
create table referens.yrken as from read_csv('{seeds}/reference/yrken.csv');
create table referens.serier as from read_csv('{seeds}/indicators/serier.csv', all_varchar = true);
create table referens.indikatorer as from read_csv('{seeds}/indicators/indikatorer.csv', all_varchar = true);
create table referens.uppdrag as from read_csv('{seeds}/agreements/uppdrag.csv', all_varchar = true);
create table referens.begrepp as
    select 'uppfoljning_2020' as publikation, * from read_csv('{seeds}/rapporter/uppfoljning_2020/begrepp.csv', all_varchar = true);
create table referens.forteckning as
    select 'uppfoljning_2020' as publikation, * from read_csv('{seeds}/rapporter/uppfoljning_2020/forteckning.csv', all_varchar = true);
create table referens.upprakningar as
    select 'uppfoljning_2020' as publikation, * replace (cast(nr as integer) as nr)
    from read_csv('{seeds}/rapporter/uppfoljning_2020/upprakningar.csv', all_varchar = true);
create table referens.redovisningar as
    select 'uppfoljning_2020' as publikation, * replace (cast(dag as date) as dag)
    from read_csv('{seeds}/rapporter/uppfoljning_2020/redovisningar.csv', all_varchar = true);
create table mart.webbtidbok as
    select date '2020-03-01' as period, r.region_kod, g.region, cast(g.visa_tid as bigint) as visa_tid,
        cast(g.boka_tid as bigint) as boka_tid, cast(null as varchar) as varde_status, 'L2' as leverans_id
    from read_csv('{golden}/tabell_2.csv') as g join referens.regioner as r using (region)
    order by r.region_kod desc;
create table mart.inriktningsdokument as
    select 2020 as ar, r.region_kod, g.*, cast(null as varchar) as varde_status
    from read_csv('{golden}/tabell_1.csv', all_varchar = true) as g join referens.regioner as r using (region)
    order by r.region_kod;
create table mart.legitimationsyrken_balans as
    select 'kommunenkat_2019' as undersokning, y.yrke_kod, g.yrke, g.svarsalternativ, g.antal, g.n,
        100.0 * g.antal / g.n as andel, cast(replace(cast(g.procent_tryckt as varchar), ',', '.') as double)
        as andel_publicerad, cast(null as varchar) as varde_status, cast(y.ordning_rapport as integer) as ordning
    from read_csv('{golden}/tabell_3.csv', types = {{'procent_tryckt': 'varchar'}}) as g
    join referens.yrken as y using (yrke)
    order by g.antal;
create table mart.kommunenkat_resultat as
    with svar as (
        select fraga, 'ja' as svarsalternativ, cast(null as bigint) as antal, procent, n
        from read_csv('{golden}/figur_5.csv', types = {{'fraga': 'varchar'}})
        union all
        select fraga, svarsalternativ, antal, procent, n
        from read_csv('{golden}/malbild.csv', types = {{'fraga': 'varchar'}})
        union all
        select '2a', 'nej', 163 - 96, 41, 163
    )
    select 'kommunenkat_2019' as undersokning, svar.fraga, f.etikett_rapport as fraga_etikett, svarsalternativ,
        'riket' as niva, '00' as grupp_kod, antal, n, 100.0 * antal / n as andel,
        cast(procent as double) as andel_publicerad,
        cast(null as varchar) as varde_status, f.ordning_rapport as fraga_ordning
    from svar join referens.enkatfragor as f on f.fraga = svar.fraga;
create table mart.svarsfrekvens as
    select 'kommunenkat' as kalla, 'kommunenkat_2019' as undersokning, date '2019-12-01' as period, 'riket' as niva,
        '00' as grupp_kod, forvantade, inkomna, cast(6 as bigint) as partiella,
        100.0 * inkomna / forvantade as svarsfrekvens, cast(70 as double) as troskel
    from read_csv('{golden}/svarsfrekvens.csv')
    union all
    select 'kommunenkat', 'kommunenkat_2019', date '2019-12-01', 'fraga', fraga, 226, n, null, 100.0 * n / 226, null
    from read_csv('{golden}/figur_5.csv', types = {{'fraga': 'varchar'}})
    union all
    select 'kommunenkat', 'kommunenkat_2019', date '2019-12-01', 'region', region_kod, 2, 1, null, 50.0, null
    from referens.regioner
    union all
    select 'webbtidbok', null, date '2020-03-01', 'riket', '00', 21, 21, null, 100.0, null;
create table mart.leveransstatus as
    select 'webbtidbok' as kalla, 'gnv_2019' as overenskommelse, date '2020-03-01' as period,
        'region' as respondent_typ, region_kod as respondent_kod, cast(null as date) as sista_dag,
        case when region_kod in ('01', '03') then 'saknas' else 'inkommen' end as status
    from referens.regioner;
create table mart.avstamning as
    select 'uppfoljning_2020' as publikation, rad as nyckel, cast(null as varchar) as vart_varde, '1' as kallrad, *
    from (values
        ('Figur 5', '1a', 'n_figurnot', '223', '221', 'kand_avvikelse', 'X05', 'Figurens not gäller en av fyra nivåer.'),
        ('Tabell 3', 'Arbetsterapeut', 'brist_procent', '47', '47', 'stammer', 'X02', 'Följer av största rest.'),
        ('Tabell 2', 'Blekinge', 'visa_tid', '23', '23', 'stammer', null, null)
    ) as t (tabell, rad, kolumn, varde_tryckt, varde_beraknat, utfall, avvikelse, forklaring);
"""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def golden() -> Callable[[str], list[dict[str, str]]]:
    """The printed table of that name."""
    return lambda name: rows(GOLDEN / f"{name}.csv")


@pytest.fixture(scope="session")
def built_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bygge") / "2020.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(MARTS.format(seeds=SEEDS, golden=GOLDEN))
    return path


@pytest.fixture
def build_db(built_db: Path, tmp_path: Path) -> Path:
    """The build's own database, free to change."""
    path = tmp_path / "2020.duckdb"
    path.write_bytes(built_db.read_bytes())
    return path


@pytest.fixture
def dbt_manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(DBT_MANIFEST), encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home.at(tmp_path / "hem")
    found.create()
    return found


@pytest.fixture(autouse=True, scope="session")
def _draw_and_read_once() -> Iterator[None]:
    """The same figure is drawn once in a run, and the same catalogue read once; that a figure comes out the same every time
    is tested in another process."""
    drawn: dict[str, dict[str, bytes]] = {}
    files = figures._files

    def once(figure: figures.PublishedFigure) -> dict[str, bytes]:
        key = json.dumps([figure.rubrik, figure.alttext, figure.vegalite])
        if key not in drawn:
            drawn[key] = files(figure)
        return drawn[key]

    with patch.object(figures, "_files", once), patch.object(catalogue, "load", cache(catalogue.load)):
        yield


@pytest.fixture(scope="session")
def release(example_home: Home) -> Release:
    """The release of the examples. Read it, do not change it."""
    found = current(example_home, 2020)
    assert found is not None
    return found


Publish = Callable[..., Release]
Once = Callable[[str, Callable[[Path], object]], Path]


def _publish(home: Home, build_db: Path, dbt_manifest: Path, fingerprint: str, **changes: Any) -> Release:
    arguments: dict[str, Any] = {"deliveries": DELIVERIES, "code_version": "abc123", "held": {}, **changes}
    return publish.publish(home, Draft(2020, build_db, dbt_manifest, fingerprint=fingerprint, **arguments))


@pytest.fixture
def release_of(home: Home, build_db: Path, dbt_manifest: Path) -> Publish:
    """Publish the fixture database; keyword arguments replace the defaults."""

    def make(fingerprint: str = "f1", **changes: Any) -> Release:
        where = changes.pop("home", home)
        return _publish(where, build_db, dbt_manifest, fingerprint, **changes)

    return make


@pytest.fixture(scope="session")
def published(once: Once, built_db: Path) -> Release:
    """The release that ``release_of()`` makes first in an empty home, with all it is written as. Read it, do not change it."""

    def make(folder: Path) -> None:
        home, described = Home.at(folder / "hem"), folder / "manifest.json"
        home.create()
        described.write_text(json.dumps(DBT_MANIFEST), encoding="utf-8")
        _publish(home, built_db, described, "f1")

    home = Home.at(once("utgava", make) / "hem")
    release = current(home)
    assert release is not None
    return release


#: What ``held`` has from the examples' release.
HELD = ("legitimationsyrken_balans", "webbtidbok", "underlagsantal", "leveransstatus", "tabell.figur_5")


@pytest.fixture(scope="session")
def held(once: Once, example_home: Home) -> Home:
    """A home folder with the examples' release and one after it that rests on no delivery and has ``HELD`` from the first. Read it, do
    not change it."""

    def make(folder: Path) -> None:
        home = copied(example_home, folder, "dagster", "datadocs")
        with tables_alone():
            db, project = dbt.build_db(home, 2020), dbt.manifest_of(home)
            publish.publish(home, Draft(2020, db, project, [], "x", dict.fromkeys(HELD, "Ett skäl."), "x"))

    return Home(once("hallen", make) / "hem")


@pytest.fixture
def few_tables() -> Iterator[None]:
    """Releases with four of the printed tables: for tests of how a release is made and swapped in, not of all that is in it."""
    with only("tabell_1", "tabell_2", "tabell_3", "revideringar"):
        yield


@pytest.fixture
def first(home: Home, published: Release) -> Release:
    """``published`` as the first release of the test's own home."""
    shutil.copytree(published.path.parents[1], home.root, symlinks=True, dirs_exist_ok=True)
    release = current(home)
    assert release is not None
    return release
