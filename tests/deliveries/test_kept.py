"""What is kept of deliveries: damage is found at the next look, made good from the original, and never published; the register, lost or
damaged, comes back from the records; a backup gives the same home folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import made_files as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project import backup, upkeep
from dagster_project.deliveries import intake
from dagster_project.deliveries.register import Register
from dagster_project.errors import NothingPublished, UserError
from dagster_project.settings import Home
from dagster_project.sources import all_sources

Run = Callable[..., Any]
KALLA = "webbtidbok"


def take_in(home: Home) -> intake.Utfall:
    return intake.take_in(home, all_sources()[KALLA])


def deliver(home: Home, name: str, rows: made.Rows, **said: Any) -> Path:
    path = home.landing / KALLA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    made.write(path, rows)
    made.write_sidecar(path, said)
    return path


def other(rows: made.Rows) -> made.Rows:
    """The same with one organisation more in the first region."""
    return [rows[0], [rows[1][0], rows[1][1] + 1, *rows[1][2:]], *rows[2:]]


@pytest.fixture
def march(home: Home) -> Path:
    """A delivery that is taken in, and a second one for the same month that came before it."""
    deliver(home, "tidigare.csv", other(made.webbtidbok()), period="2020-03", mottagen="2020-04-01T12:00:00")
    path = deliver(home, "mars.csv", made.webbtidbok(), period="2020-03", mottagen="2020-04-02T12:00:00")
    assert take_in(home).granskade != []
    return path


def parquet(home: Home) -> list[Path]:
    return sorted(home.raw.glob(f"{KALLA}/*/period=2020*/*.parquet"))


def content(home: Home) -> dict[str, bytes]:
    """Everything that is kept and that figures rest on, by path."""
    return {
        p.relative_to(home.root).as_posix(): p.read_bytes()
        for folder in (home.raw, home.originals, home.quarantine)
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def receipts(home: Home) -> list[tuple[Any, ...]]:
    register = Register(home.register)
    said = register.rows("select leverans_id, sokvag, ordnad, angiven from mottagning order by nr")
    return [(*row.values(),) for row in said] + [
        (t["leverans_id"], t["respondent"], t["gallande"]) for t in register.tackning(2020)
    ]


def gone(path: Path) -> None:
    path.unlink()


def rewritten(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"PAR1", b"PAR2", 1) if path.suffix == ".parquet" else b"Region;Visa\n")


def emptied(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [gone, rewritten, emptied])
def test_damaged_rows_are_made_anew_from_the_original(home: Home, march: Path, damage: Callable[[Path], None]) -> None:
    before = content(home)
    march.unlink()  # only the original is left
    damage(parquet(home)[0])
    outcome = take_in(home)
    assert len(outcome.gjorda_om) == 1
    assert content(home) == before
    assert take_in(home).gjorda_om == []


@pytest.mark.parametrize("damage", [gone, rewritten, emptied])
def test_a_lost_original_is_taken_from_landing_or_told(home: Home, march: Path, damage: Callable[[Path], None]) -> None:
    before = content(home)
    originals = sorted(home.originals.glob("??/*"))
    for path in originals:
        damage(path)
    assert len(take_in(home).gjorda_om) == 2
    assert content(home) == before
    for path in home.landing.rglob("*.csv"):
        path.unlink()
    for path in originals:
        damage(path)
    for _ in range(2):  # every look says so
        outcome = take_in(home)
        assert (len(outcome.kvar), outcome.gjorda_om) == (2, [])
    assert [t["gallande"] for t in Register(home.register).tackning(2020)].count(True) == 21


def test_nothing_is_made_of_rows_that_are_lost_with_their_original(home: Home, march: Path) -> None:
    for path in (*home.landing.rglob("*.csv"), *home.originals.glob("??/*"), *parquet(home)):
        path.unlink()
    with pytest.raises(NothingPublished, match=r"webbtidbok/tidigare\.csv: its rows and its original are gone"):
        take_in(home)


def test_a_touched_file_is_the_same(home: Home, march: Path) -> None:
    for path in parquet(home):
        os.utime(path, ns=(1, 1))
    outcome = take_in(home)
    assert (outcome.granskade, outcome.gjorda_om) == ([], [])


@pytest.mark.parametrize("how", ["gone", "cut", "garbled"])
def test_the_register_comes_back_from_the_records(home: Home, march: Path, how: str, uppfoljning: Run) -> None:
    """With the order in which things were received: what had been received first does not count afterwards either."""
    shutil.copyfile(march, march.with_name("igen.csv"))
    shutil.copyfile(f"{march}.leverans.yml", f"{march.with_name('igen.csv')}.leverans.yml")
    take_in(home)
    before, kept = receipts(home), content(home)
    for log in home.root.glob("register.sqlite-*"):
        log.unlink()
    damaged = home.register.read_bytes()
    if how == "gone":
        home.register.unlink()
    else:
        home.register.write_bytes(damaged[: len(damaged) // 2] if how == "cut" else b"\xff" * 5000 + damaged[5000:])
        with pytest.raises(NothingPublished, match="the register is damaged: run 'uppfoljning repair'"):
            Register(home.register).check()
        told = uppfoljning("--home", home.root, "build", "--year", 2020)
        assert (told.code, "uppfoljning repair" in told.err) == (3, True)
    told = uppfoljning("--home", home.root, "repair")
    assert (told.code, "2 deliveries were not in the register" in told.out) == (0, True)
    take_in(home)
    assert receipts(home) == before
    assert content(home) == kept
    assert bool(list(home.root.glob("register.damaged-*.sqlite"))) == (how != "gone")


def test_a_build_takes_in_what_an_older_register_does_not_know(home: Home, march: Path) -> None:
    with closing(sqlite3.connect(home.register)) as con, con:
        for table in ("granskning", "anmarkning", "tackning", "kontroll", "bevarad", "mottagning", "fil", "leverans"):
            con.execute(f"delete from {table} where leverans_id in (select max(leverans_id) from leverans)")
    outcome = take_in(home)
    assert len(outcome.aterfunna) == 1
    assert outcome.nya == []


def test_verify_says_what_is_not_as_it_was(home: Home, march: Path, uppfoljning: Run) -> None:
    assert list(upkeep.verify(home, sample=2)) == []
    path = parquet(home)[0]
    stat = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # by size and time it is as it was
    [(where, what)] = upkeep.verify(home)
    assert where == path.relative_to(home.root).as_posix()
    assert what.startswith("gone or changed")
    assert uppfoljning("--home", home.root, "verify").code == 1
    assert uppfoljning("--home", home.root, "repair").code == 0
    assert len(take_in(home).gjorda_om) == 1
    assert uppfoljning("--home", home.root, "verify", "--sample", 1).code == 0


def test_verify_judges_anew(home: Home, march: Path) -> None:
    """Rows that the register takes for right, but that are not those of the original."""
    one, two = parquet(home)
    swapped = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(swapped)
    register = Register(home.register)
    for delivery in intake.deliveries(register):
        from dagster_project.deliveries import kept

        register.keep(delivery.leverans_id, kept.files(home, delivery))
    assert len(list(upkeep.verify(home, sample=2))) == 2


def tree(home: Home) -> dict[str, Any]:
    """Every file and link of a home folder but what a build makes anew, with content and mode. The register by what it says."""
    left_out = {home.warehouse, home.tmp, home.dagster}
    found: dict[str, Any] = {}
    for path in sorted(home.root.rglob("*")):
        if path.name.startswith((".bygge", "register.sqlite")) or left_out & {path, *path.parents} or path.is_dir():
            continue
        name = path.relative_to(home.root).as_posix()
        found[name] = path.readlink() if path.is_symlink() else (path.read_bytes(), path.stat().st_mode)
    with closing(sqlite3.connect(home.register)) as con:
        found["register"] = list(con.iterdump())
    return found


def test_a_backup_gives_the_same_home_folder(home: Home, march: Path, tmp_path: Path, uppfoljning: Run) -> None:
    (home.releases / "2020.1").mkdir()
    (home.releases / "2020.1" / "MANIFEST.json").write_text("{}", encoding="utf-8")
    (home.releases / "current").symlink_to("current-2020")
    (home.harkomst / "2020.1").mkdir(parents=True)
    os.link(parquet(home)[0], home.harkomst / "2020.1" / "rader.parquet")
    copies = tmp_path / "kopior"
    assert uppfoljning("--home", home.root, "backup", copies).code == 0
    first = tree(home)
    blobs = {p for p in copies.rglob("*") if p.is_file() and p.suffix != ".json"}
    deliver(home, "april.csv", made.webbtidbok(), period="2020-04", mottagen="2020-05-02T12:00:00")
    take_in(home)
    _, new = backup.take(home, copies)
    assert new == len({p for p in copies.rglob("*") if p.is_file() and p.suffix != ".json"} - blobs)
    assert 0 < new < len(blobs)
    for number, (taken, expected) in enumerate(zip(backup.backups(copies), (first, tree(home)), strict=True)):
        again = Home(tmp_path / f"hem{number}")
        assert uppfoljning("--home", again.root, "restore", copies, "--list", taken).code == 0
        assert tree(again) == expected
        assert (again.harkomst / "2020.1" / "rader.parquet").samefile(parquet(again)[0])
        outcome = take_in(again)
        assert (outcome.granskade, outcome.gjorda_om) == ([], [])


def test_a_damaged_backup_restores_nothing(home: Home, march: Path, tmp_path: Path) -> None:
    backup.take(home, tmp_path / "kopior")
    blob = next((tmp_path / "kopior" / "innehall").rglob("*/*"))
    blob.chmod(0o600)
    blob.write_bytes(b"annat")
    again = Home(tmp_path / "hem2")
    with pytest.raises(UserError, match="the backup is damaged, nothing was restored"):
        backup.restore(tmp_path / "kopior", again)
    assert not again.root.exists()
    with pytest.raises(UserError, match="is not empty"):
        backup.restore(tmp_path / "kopior", home)
    with pytest.raises(UserError, match="lies in the home folder"):
        backup.take(home, home.root / "kopior")


def test_whatever_is_lost_no_other_figure_is_ever_kept(home: Home, march: Path) -> None:
    """Any files of raw and originals, any of three kinds of damage: the rows are what they were, or nothing is made of them."""
    march.unlink()  # one of the two has only its original
    before = content(home)
    files = [home.root / name for name in before if not name.endswith((".json", "schema.parquet"))]
    damages = st.lists(
        st.tuples(st.sampled_from(files), st.sampled_from([gone, rewritten, emptied])), unique_by=lambda d: d[0]
    )

    @settings(max_examples=8, deadline=None)
    @given(damages)
    def tried(lost: list[tuple[Path, Callable[[Path], None]]]) -> None:
        for path, damage in lost:
            damage(path)
        try:
            outcome = take_in(home)
        except NothingPublished:
            told = True
        else:
            told = bool(outcome.kvar)
            assert {n: c for n, c in content(home).items() if n.startswith("raw/")} == {
                n: c for n, c in before.items() if n.startswith("raw/")
            }
        assert told or content(home) == before
        for name, was in before.items():  # the next one starts from the same
            path = home.root / name
            if not path.is_file() or path.read_bytes() != was:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.unlink(missing_ok=True)
                path.write_bytes(was)
        take_in(home)
        assert content(home) == before

    tried()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_what_is_delivered_is_for_the_house_only(home: Home, march: Path) -> None:
    personal = (home.landing, home.originals, home.raw, home.quarantine, home.reports, home.harkomst, home.tmp)
    assert [path.name for path in (*personal, home.register) if path.stat().st_mode & 0o007] == []
    assert home.releases.stat().st_mode & 0o005
