"""The whole road again: the same release twice, nothing delivered at all, what could not be computed, and readers meanwhile."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from readers import query, reading
from road import DUE_HERE, OTHER_THAN_PRINTED, USED, Run, ask, content, copied, deliver, tables_alone

from dagster_project.release.releases import current
from dagster_project.settings import Home

REPO = Path(__file__).resolve().parents[1]


def test_nothing_new_and_a_second_home_give_the_same_release(
    example_home: Home, uppfoljning: Run, tmp_path: Path
) -> None:
    """Built twice here and once elsewhere: the same bytes, and the same content of the database."""
    home = Home(tmp_path / "annan")
    assert uppfoljning("--home", home.root, "init", "--demo").code == 0
    first = uppfoljning("--home", home.root, "build", "--year", 2020)
    assert first.code == 0
    assert f"Utgåva 2020.1 ur {USED} leveranser" in first.out
    assert "Svarsfrekvens 78 procent." in first.out
    before = content(home.releases)
    again = uppfoljning("--home", home.root, "build", "--year", 2020)
    assert again.code == 0
    assert f"Inget nytt: utgåva 2020.1 ur {USED} leveranser gäller" in again.out
    assert content(home.releases) == before
    theirs, mine = content(example_home.releases / "2020.1"), content(home.releases / "2020.1")
    files = [{name: said for name, said in of.items() if not name.endswith(".duckdb")} for of in (mine, theirs)]
    assert files[0] == files[1]
    marts = [
        name for (name,) in ask(home, "select table_name from information_schema.tables where table_schema = 'mart'")
    ]
    assert len(marts) >= 7
    for mart in marts:
        sql = f"select * from mart.{mart} order by all"
        assert ask(home, sql) == ask(example_home, sql), mart


def what_dagster_saw(home: Home) -> tuple[set[dg.AssetKey], list[dg.AssetCheckEvaluation]]:
    """The assets that the home's only run materialized, and what the checks said."""
    made, said = set(), []
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        (run,) = instance.get_runs()
        for entry in instance.all_logs(run.run_id):
            event = entry.dagster_event
            if event and event.is_step_materialization:
                made.add(event.asset_key)
            elif event and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                said.append(event.asset_check_evaluation_data)
    return made, said


@pytest.mark.usefixtures("no_network")
def test_nothing_delivered(empty_home: Home, uppfoljning: Run, tmp_path: Path) -> None:
    """Every mart, every asset of the job and every check is there, and the export says what is missing."""
    from dagster_project.definitions import defs

    home = empty_home
    layer = defs.resolve_job_def("arsbygge").asset_layer
    made, said = what_dagster_saw(home)
    assert made == set(layer.executable_asset_keys)
    assert {evaluation.asset_check_key for evaluation in said} == set(layer.asset_graph.asset_check_keys)
    assert {evaluation.severity for evaluation in said} == {dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN}
    assert [evaluation.asset_check_key for evaluation in said if not evaluation.passed] == []
    received = "select count(*) from mart.leveransstatus where status in ('inkommen', 'sen', 'avvisad')"
    assert ask(home, received) == [(0,)]
    lacking = f"select count(*) from mart.leveransstatus where kalla in {DUE_HERE} and status = 'saknas'"
    assert ask(home, lacking) == [(21 + 21 + 21 + 290 + 12 * 21 + 12 * 21,)]
    assert ask(home, "select distinct inkomna from mart.svarsfrekvens where niva = 'riket'") == [(0,)]
    out = tmp_path / "ut"
    assert uppfoljning("--home", home.root, "export", "--year", 2020, "--out", out).code == 0
    assert (out / "uppfoljning_2020.xlsx").is_file()


def test_what_cannot_be_computed_keeps_its_last_good_state_and_readers_never_fail(
    example_home: Home, uppfoljning: Run, tmp_path: Path
) -> None:
    """A raw file is damaged on the disk: its source's mart is held and said to be, the rest is renewed, and all heals, and a
    correction that came meanwhile counts. Two readers see the releases before and after, and nothing else."""
    home = copied(example_home, tmp_path)
    first = current(home)
    assert first is not None
    deliver(
        home,
        "inriktningsdokument",
        "dalarna.csv",
        "Region;Dokument;Politiskt beslut;Gemensamt dokument\nDalarna;PÅHITTAT;;\n",
        "period: '2020'\nmottagen: 2020-05-02T12:00:00\n",
    )
    damaged = home.raw / "webbtidbok" / "mottagningar" / "period=2020-03-01" / "skadad.parquet"
    damaged.write_bytes(b"skadad")
    dalarna = "select dokument from mart.inriktningsdokument where region_kod = '20'"
    command = ("--home", home.root, "build", "--year", 2020)
    with reading(home, {5076, 5080}) as reads:
        ran = uppfoljning(*command)
        assert ran.code == 1, ran.err
        assert f"Utgåva 2020.2 ur {USED + 1} leveranser" in ran.out
        assert "webbtidbok behåller sina senast godkända värden." in ran.out
        assert ask(home, "select sum(visa_tid), sum(boka_tid) from mart.webbtidbok") == [(5076, 3150)]
        assert ask(home, dalarna) == [("PÅHITTAT",)]
        again = uppfoljning(*command)
        assert (again.code, "Inget nytt: utgåva 2020.2" in again.out) == (1, True)

        damaged.unlink()
        corrected = "Region;Visa tid;Boka tid\nBlekinge;27;14\n"  # and not 23
        deliver(home, "webbtidbok", "rattad.csv", corrected, "period: 2020-03\nmottagen: 2020-05-04T09:00:00\n")
        with tables_alone():
            ran = uppfoljning(*command)
    assert reads.value > 20
    # What was delivered since is not what is printed, and the build says so, and that is all.
    assert [line.split(":")[0].strip() for line in ran.out.splitlines() if "status: fail, " in line] == [
        OTHER_THAN_PRINTED
    ]
    assert (ran.code, "webbtidbok behåller" in ran.out) == (1, False), ran.err
    assert f"Utgåva 2020.3 ur {USED + 2} leveranser" in ran.out
    assert ask(home, dalarna) == [("PÅHITTAT",)]
    latest = current(home)
    assert latest is not None
    sums = "select sum(visa_tid) from mart.webbtidbok"
    assert [query(release.database, sums) for release in (latest, first)] == [[(5080,)], [(5076,)]]
