"""The deployment as Dagster sees it: every asset with what it rests on, the job, the schedule, the sensor."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.settings import Home


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    from dagster_project.definitions import defs

    return defs


RAW = {
    "raw/inriktningsdokument/dokument",
    "raw/kommunenkat/fritext",
    "raw/kommunenkat/kommuner",
    "raw/kommunenkat/svar",
    "raw/webbtidbok/mottagningar",
}
MARTS = {
    "mart/inriktningsdokument",
    "mart/kommunenkat_resultat",
    "mart/legitimationsyrken_balans",
    "mart/leveransstatus",
    "mart/svarsfrekvens",
    "mart/tryckt_mot_beraknat",
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
    assert found["release/utgava"] == marts  # the release rests on every mart
    order = {"raw": 0, "referens": 0, "staging": 1, "intermediate": 2, "mart": 3, "release": 4}
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


def test_groups_and_partitions(defs: dg.Definitions) -> None:
    resolved = defs.resolve_asset_graph()
    rooms = {
        "raw": "leveranser",
        "referens": "referens",
        "staging": "staging",
        "intermediate": "intermediate",
        "mart": "mart",
        "release": "release",
    }
    for key in resolved.get_all_asset_keys():
        node = resolved.get(key)
        if node.group_name == "manad":
            assert node.partitions_def is not None
            assert {"2019-01-01", "2020-12-01"} <= set(node.partitions_def.get_partition_keys())
            continue
        assert node.group_name == rooms[key.path[0]], key
        assert node.partitions_def is not None, key
        assert {"2018", "2020", "2035"} <= set(node.partitions_def.get_partition_keys()), key


def test_checks_stand_on_the_assets_they_concern(defs: dg.Definitions) -> None:
    by_asset: dict[str, set[str]] = {}
    for key in defs.resolve_asset_graph().asset_check_keys:
        by_asset.setdefault(key.asset_key.to_user_string(), set()).add(key.name)
    assert by_asset["raw/webbtidbok/mottagningar"] == {
        "leveranser_godtagna",
        "regler_tolkade_lika",
        "boka_over_visa",
        "region_dubbel",
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
    schedule = next(s for s in defs.schedules or [] if s.name == "annual_schedule")
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.job.name, schedule.execution_timezone) == ("arsbygge", "Europe/Stockholm")
    for year in ("2020", "2021"):
        monkeypatch.setenv("UPPFOLJNING_REPORTING_YEAR", year)
        request = schedule()
        assert isinstance(request, dg.RunRequest)
        assert request.partition_key == year


def test_the_monthly_run_follows_publication_on_the_25th(defs: dg.Definitions) -> None:
    schedule = defs.resolve_schedule_def("manadskorning_schedule")
    assert schedule.cron_schedule == "0 5 26 * *"
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2020, 11, 26, 5))
    requests = schedule.evaluate_tick(context).run_requests
    assert [request.partition_key for request in requests or []] == ["2020-10-01"]


def test_schedule_date_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_project.settings import Settings

    monkeypatch.setenv("UPPFOLJNING_ANNUAL_BUILD_CRON", "30 6 15 5 *")
    assert Settings().annual_build_cron == "30 6 15 5 *"


def test_sensor_asks_once_per_change(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_project.sensors import landing

    monkeypatch.setenv("UPPFOLJNING_HOME", str(home.root))
    monkeypatch.setenv("UPPFOLJNING_REPORTING_YEAR", "2020")
    file = home.landing / "webbtidbok" / "mars.csv"
    file.parent.mkdir(parents=True)
    cursor: str | None = None

    def look() -> dg.RunRequest | dg.SkipReason:
        nonlocal cursor
        with dg.build_sensor_context(cursor=cursor) as context:
            answer = landing(context)
            cursor = context.cursor
        assert isinstance(answer, dg.RunRequest | dg.SkipReason)
        return answer

    look()
    assert isinstance(look(), dg.SkipReason)
    seen = set()
    for change in (
        lambda: file.write_text("Region;Visa tid;Boka tid", encoding="utf-8"),
        lambda: file.write_text("Region;Visa tid;Boka tid\n", encoding="utf-8"),
        lambda: file.with_name("mars.csv.leverans.yml").write_text("period: 2020-03", encoding="utf-8"),
        file.unlink,
    ):
        change()
        asked = look()
        assert isinstance(asked, dg.RunRequest)
        assert asked.partition_key == "2020"
        seen.add(asked.run_key)
        assert isinstance(look(), dg.SkipReason)
    assert len(seen) == 4


def test_sensor_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_project.sensors import landing

    monkeypatch.setenv("UPPFOLJNING_HOME", str(tmp_path / "finns-inte"))
    with dg.build_sensor_context() as context:
        answer = landing(context)
    assert isinstance(answer, dg.SkipReason)
    assert "Make one with 'uppfoljning init'." in str(answer.skip_message)
