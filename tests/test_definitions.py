"""The deployment as Dagster sees it: every asset with what it rests on, the jobs, the schedules, the sensor on landing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.resources import HomeResource
from dagster_project.settings import DBT, Home


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    from dagster_project.definitions import build_defs

    return build_defs()


RAW = {
    "raw/inriktningsdokument/dokument",
    "raw/kommunenkat/fritext",
    "raw/kommunenkat/kommuner",
    "raw/kommunenkat/svar",
    "raw/webbtidbok/mottagningar",
}
MARTS = {
    "mart/avstamning",
    "mart/inriktningsdokument",
    "mart/kommunenkat_resultat",
    "mart/legitimationsyrken_balans",
    "mart/leveransstatus",
    "mart/svarsfrekvens",
    "mart/webbtidbok",
}


def graph(defs: dg.Definitions) -> dict[str, set[str]]:
    resolved = defs.resolve_asset_graph()
    return {
        key.to_user_string(): {parent.to_user_string() for parent in resolved.get(key).parent_keys}
        for key in resolved.get_all_asset_keys()
    }


def test_rooms_follow_one_another(defs: dg.Definitions) -> None:
    found = graph(defs)
    raw = {key for key in found if key.startswith("raw/") and not key.startswith("raw/register/")}
    assert raw >= RAW
    frames = {"raw/vantetid_primarvard/kontakter": {"raw/enhetsregister/enheter"}}
    assert {
        key: found[key] for key in raw if found[key]
    } == frames  # otherwise a source rests on its landing folder only
    for table in ("leveranser", "tackning"):
        assert found[f"raw/register/{table}"] == raw
    marts = {key for key in found if key.startswith("mart/")}
    assert marts >= MARTS
    tables = {key for key in found if key.startswith("tabell/")}
    assert "tabell/tab_uppfoljning_2020__tabell_2" in tables
    assert found["tabell/tab_uppfoljning_2020__tabell_2"] == {"mart/webbtidbok", "referens/regioner"}
    assert found["release/utgava"] == marts | tables  # the release rests on every mart and on what is printed of them
    order = {"raw": 0, "referens": 0, "staging": 1, "intermediate": 2, "mart": 3, "tabell": 4, "release": 5}
    for key, parents in found.items():
        if key.startswith("manad/"):
            continue
        for parent in parents:
            assert order[parent.split("/")[0]] <= order[key.split("/")[0]], f"{key} rests on {parent}"


@pytest.mark.parametrize(
    ("asset", "rests_on"),
    [
        ("staging/stg_webbtidbok__mottagningar", {"raw/webbtidbok/mottagningar", "raw/register/tackning"}),
        ("staging/stg_kommunenkat__kommuner", {"raw/kommunenkat/kommuner", "raw/register/tackning"}),
        (
            "staging/stg_kommunenkat__svar",
            {"raw/kommunenkat/svar", "raw/register/tackning", "staging/stg_kommunenkat__kommuner"},
        ),
        ("staging/stg_inriktningsdokument__dokument", {"raw/inriktningsdokument/dokument", "raw/register/tackning"}),
        ("mart/leveransstatus", {"intermediate/int_leveranskrav_bedomda"}),
    ],
)
def test_what_an_asset_rests_on(defs: dg.Definitions, asset: str, rests_on: set[str]) -> None:
    assert graph(defs)[asset] == rests_on


#: The folders of dbt's domains, and what is of all of them: reference tables and the report's printed tables.
DOMAINS = {
    path.name for layer in ("intermediate", "marts") for path in (DBT / "models" / layer).iterdir() if path.is_dir()
} | {"referens", "tabeller"}


def test_groups_are_domains(defs: dg.Definitions) -> None:
    resolved = defs.resolve_asset_graph()
    assert {resolved.get(key).group_name for key in resolved.get_all_asset_keys()} == DOMAINS
    for asset, group in {
        "raw/webbtidbok/mottagningar": "webbtidbok",
        "staging/stg_webbtidbok__mottagningar": "webbtidbok",
        "raw/rakenskap/kostnader": "indikatorer",
        "staging/stg_rakenskap__kostnader": "indikatorer",
        "raw/register/tackning": "leveranser",
        "mart/leveransstatus": "leveranser",
        "mart/medicinsk_bedomning_tre_dagar": "vantetid",
        "manad/medicinsk_bedomning_tre_dagar": "vantetid",
        "release/utgava": "utgava",
    }.items():
        assert resolved.get(dg.AssetKey(asset.split("/"))).group_name == group, asset


def test_every_asset_says_who_answers_for_it_what_it_is_and_by_which_code(defs: dg.Definitions) -> None:
    resolved = defs.resolve_asset_graph()
    for key in resolved.get_all_asset_keys():
        node = resolved.get(key)
        assert list(node.owners) == ["team:uppfoljning"], key
        assert node.code_version, key
        assert node.kinds, key
        assert node.description, key
    for job in ("arsbygge", "manadskorning"):
        assert defs.resolve_job_def(job).description
    for schedule in ("arsbygge_schema", "manadskorning_schema"):
        assert "Off until it is switched on" in (defs.resolve_schedule_def(schedule).description or "")
    for sensor in ("landing", "avbrutna_korningar"):
        assert defs.resolve_sensor_def(sensor).description
    for check in resolved.asset_check_keys:
        told = resolved.get_check_spec(check).description or ""
        assert told, check
        assert "{" not in told, (check, told)


def test_the_code_version_of_a_model_follows_its_sql_and_its_macros(defs: dg.Definitions) -> None:
    """A macro of the three-day measure is code of the models that use it, at any remove, and of no others."""
    from dagster_project.assets.models import MANIFEST, Translator
    from dagster_project.warehouse.graph import Graph

    def versions(graph: Graph) -> dict[str, str | None]:
        translator = Translator(graph)
        return {
            node["name"]: translator.get_code_version(node)
            for node in graph.nodes.values()
            if node["resource_type"] in ("model", "seed")
        }

    graph = Graph(MANIFEST)
    before = versions(graph)
    graph.data["macros"]["macro.uppfoljning.tre_dagar_antal"]["macro_sql"] += "-- changed"
    graph.nodes["model.uppfoljning.webbtidbok"]["raw_code"] += "-- changed"
    changed = {name for name, version in versions(graph).items() if version != before[name]}
    using = {node["name"] for node in graph.nodes.values() if "tre_dagar_antal()" in str(node.get("raw_code"))}
    assert using
    assert changed == {"webbtidbok", *using}


def test_what_is_there_for_every_year_has_no_reporting_year(defs: dg.Definitions) -> None:
    """Raw tables and their verdicts are for all years; the register, the models and the release are for one; the month for itself."""
    resolved = defs.resolve_asset_graph()
    for key in resolved.get_all_asset_keys():
        partitions = resolved.get(key).partitions_def
        if key.path[0] == "raw" and key.path[1] != "register":
            assert partitions is None, key
        elif key.path[0] == "manad":
            assert partitions is not None
            assert {"2019-01-01", "2020-12-01"} <= set(partitions.get_partition_keys())
        else:
            assert partitions is not None, key
            assert {"2016", "2018", "2020"} <= set(partitions.get_partition_keys()), key
    for job, some in (("arsbygge", "2020"), ("manadskorning", "2020-03-01")):
        partitions = defs.resolve_job_def(job).partitions_def
        assert partitions is not None
        assert some in partitions.get_partition_keys()


def test_checks_stand_on_the_assets_they_concern(defs: dg.Definitions) -> None:
    by_asset: dict[str, set[str]] = {}
    for key in defs.resolve_asset_graph().asset_check_keys:
        by_asset.setdefault(key.asset_key.to_user_string(), set()).add(key.name)
    assert by_asset["raw/webbtidbok/mottagningar"] == {
        "leveranser_godtagna",
        "regler_tolkade_lika",
        "bevarat_helt",
        "boka_over_visa",
        "region_dubbel",
        "region_motsagd",
        "regioner_saknas",
    }
    assert {"leveranser_godtagna", "kommun_dubbel", "f2a_utan_nej"} <= by_asset["raw/kommunenkat/kommuner"]
    sources = ("webbtidbok", "kommunenkat", "inriktningsdokument")
    assert by_asset["release/utgava"] >= {f"{s}_svarsfrekvens{limit}" for s in sources for limit in ("", "_stopp")}


def test_job_schedule_and_sensor(defs: dg.Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    job = defs.resolve_job_def("arsbygge")
    assert job.executor_def.name == "in_process"
    yearly = {key for key in graph(defs) if not key.startswith("manad/")}
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == yearly
    monthly = {key.to_user_string() for key in defs.resolve_job_def("manadskorning").asset_layer.executable_asset_keys}
    assert monthly == {
        "manad/medicinsk_bedomning_tre_dagar",
        "raw/enhetsregister/enheter",
        "raw/statistikdatabas/varden",
        "raw/vantetid_primarvard/kontakter",
    }
    schedule = next(s for s in defs.schedules or [] if s.name == "arsbygge_schema")
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.job.name, schedule.execution_timezone) == ("arsbygge", "Europe/Stockholm")
    for year in ("2020", "2021"):
        monkeypatch.setenv("UPPFOLJNING_REPORTING_YEAR", year)
        request = schedule()
        assert isinstance(request, dg.RunRequest)
        assert request.partition_key == year


def test_the_monthly_run_follows_publication_on_the_25th(defs: dg.Definitions) -> None:
    schedule = defs.resolve_schedule_def("manadskorning_schema")
    assert schedule.cron_schedule == "0 5 26 * *"
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2020, 11, 26, 5))
    requests = schedule.evaluate_tick(context).run_requests
    assert [request.partition_key for request in requests or []] == ["2020-10-01"]


def test_schedule_date_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_project.settings import Settings

    monkeypatch.setenv("UPPFOLJNING_ANNUAL_BUILD_CRON", "30 6 15 5 *")
    assert Settings().annual_build_cron == "30 6 15 5 *"


class Sensor:
    """The sensor on landing, look by look, with its cursor kept between them."""

    def __init__(self, home: Home) -> None:
        self.home = HomeResource(root=str(home.root))
        self.cursor: str | None = None

    def look(self) -> dg.RunRequest | dg.SkipReason:
        from dagster_project.sensors import landing

        with dg.build_sensor_context(cursor=self.cursor, resources={"home": self.home}) as context:
            answer = landing(context)
            self.cursor = context.cursor
        assert isinstance(answer, dg.RunRequest | dg.SkipReason)
        return answer


@pytest.fixture
def file(home: Home) -> Path:
    file = home.landing / "webbtidbok" / "mars.csv"
    file.parent.mkdir(parents=True)
    return file


def test_sensor_asks_once_per_change(home: Home, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPPFOLJNING_REPORTING_YEAR", "2020")
    sensor = Sensor(home)
    seen = set()
    for change in (
        lambda: file.write_text("Region;Visa tid;Boka tid", encoding="utf-8"),
        lambda: file.write_text("Region;Visa tid;Boka tid\n", encoding="utf-8"),
        lambda: file.with_name("mars.csv.leverans.yml").write_text("period: 2020-03", encoding="utf-8"),
        file.unlink,
    ):
        change()
        assert isinstance(sensor.look(), dg.SkipReason)
        asked = sensor.look()
        assert isinstance(asked, dg.RunRequest)
        assert asked.partition_key == "2020"
        seen.add(asked.run_key)
        assert isinstance(sensor.look(), dg.SkipReason)
    assert len(seen) == 4


def test_sensor_waits_while_a_file_grows(home: Home, file: Path) -> None:
    sensor = Sensor(home)
    for size in range(1, 5):
        file.write_text("Region;Visa tid;Boka tid\n" * size, encoding="utf-8")
        assert isinstance(sensor.look(), dg.SkipReason)
    assert isinstance(sensor.look(), dg.RunRequest)


def test_sensor_builds_again_when_a_file_has_come_and_gone(home: Home, file: Path) -> None:
    """Landing is back where it was, but the build in between was of something else; a run key is never used twice."""
    sensor = Sensor(home)
    (other := file.with_name("april.csv")).write_text("Region;Visa tid;Boka tid\n", encoding="utf-8")
    keys = []
    for change in (
        lambda: None,
        lambda: file.write_text("Region;Visa tid;Boka tid\nGotland;1;1\n", encoding="utf-8"),
        file.unlink,
    ):
        change()
        sensor.look()
        asked = sensor.look()
        assert isinstance(asked, dg.RunRequest), change
        keys.append(asked.run_key)
    assert len(set(keys)) == 3
    assert other.is_file()
    sensor.cursor = None  # as when somebody resets it in the web interface
    sensor.look()
    asked = sensor.look()
    assert isinstance(asked, dg.RunRequest)
    assert asked.run_key not in keys


def test_sensor_without_a_home(tmp_path: Path) -> None:
    answer = Sensor(Home(tmp_path / "finns-inte")).look()
    assert isinstance(answer, dg.SkipReason)
    assert "Make one with 'uppfoljning init'." in str(answer.skip_message)


def test_a_build_by_itself_is_tried_once_more(defs: dg.Definitions, home: Home, file: Path) -> None:
    file.write_text("Region;Visa tid;Boka tid\n", encoding="utf-8")
    sensor = Sensor(home)
    sensor.look()
    asked = [sensor.look(), next(s for s in defs.schedules or [] if s.name == "arsbygge_schema")()]  # type: ignore[operator]
    assert [request.tags["dagster/max_retries"] for request in asked if isinstance(request, dg.RunRequest)] == [
        "1",
        "1",
    ]
