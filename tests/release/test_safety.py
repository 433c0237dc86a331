"""Publication in real processes: killed anywhere, read throughout, started twice. A whole build under readers: `test_road_again`."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers import FORK, query, read_until

from dagster_project.release import publish
from dagster_project.release.releases import Release, current, mend, releases
from dagster_project.settings import Home

Publish = Callable[..., Release]


@pytest.fixture(autouse=True)
def _plain_files(few_tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn and laid out takes seconds and threads that do not survive a fork; here the files only have to be there."""
    monkeypatch.setattr(publish.figures, "build_all", lambda *_: [])
    for owner, name in (
        ("workbook", ""),
        ("document", "tabeller.docx"),
        ("figures", "figur.svg"),
        ("page", "index.html"),
    ):

        def write(place: Any, *_: Any, name: str = name, **__: Any) -> None:
            folder = getattr(place, "folder", place)  # the page is given the whole publication
            file = folder / name if name else folder
            file.parent.mkdir(exist_ok=True)
            file.write_text("innehåll", encoding="utf-8")

        monkeypatch.setattr(getattr(publish, owner), "write", write)


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


#: What a publication does, in order. Killed before one step is killed after the one before it.
STEPS = [
    "recipe.freeze",
    "database.create",
    "difference.revise",
    "database.complete",
    "workbook.write",
    "csvfiles.write",
    "document.write",
    "figures.write",
    "page.write",
    "metadata.write",
    "manifest.write",
    "_sync",
    "point",
]


def killed_in(place: Any, name: str, publication: Callable[[], object], *, after: bool = True) -> None:
    """Run a publication in a process that is killed when it gets to ``place.name``."""

    def run() -> None:
        real = getattr(place, name)

        def die(*args: Any, **kwargs: Any) -> None:
            if after:
                real(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(place, name, die)
        publication()

    child = FORK.Process(target=run)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_a_step_the_previous_release_stands_and_the_next_publication_heals(
    home: Home, first: Release, release_of: Publish, step: str
) -> None:
    before = tree(first.path)
    owner, _, name = step.rpartition(".")
    killed_in(getattr(publish, owner) if owner else publish, name, lambda: release_of("f2"), after=False)
    assert current(home).id == current(home, 2020).id == "2020.1"
    assert tree(first.path) == before
    healed = release_of("f2")
    assert current(home).id == current(home, 2020).id == healed.id == "2020.2"
    assert not list(home.releases.glob(".ny-*"))
    assert query(healed.database, "select count(*) from mart.webbtidbok") == [(21,)]
    assert sorted(path.name for path in home.harkomst.iterdir()) == ["2020.1", "2020.2"]


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("place", [(Path, "replace"), (publish, "point")], ids=["between the links", "at the end"])
def test_killed_while_pointing_the_next_publication_heals(home: Home, release_of: Publish, place: Any) -> None:
    killed_in(*place, lambda: release_of("f2"))
    assert current(home).id == "2020.2"
    release_of("f2")
    assert current(home).id == current(home, 2020).id == "2020.2"


@pytest.mark.usefixtures("first")
def test_pointers_that_parted_are_brought_together(home: Home, release_of: Publish) -> None:
    """As publications before could leave them when killed between the two: one names a later release than the other."""
    for name in ("f2", "f3"):
        release_of(name)
    pointer = home.releases / "current"
    for latest, of_year in (("2020.3", "2020.1"), ("2020.1", "2020.3")):
        for link, target in ((pointer, latest), (home.releases / "current-2020", of_year)):
            link.unlink()
            link.symlink_to(target)
        mend(home)
        assert current(home).id == current(home, 2020).id == "2020.3"
        assert (pointer / "MANIFEST.json").samefile(home.releases / "2020.3" / "MANIFEST.json")


@pytest.mark.usefixtures("first")
def test_a_year_is_swapped_in_by_one_step(home: Home, release_of: Publish) -> None:
    """``current`` follows the year's pointer, so that a publication of the same year moves one pointer only."""
    moved: list[str] = []
    replace = Path.replace
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", lambda self, to: (moved.append(Path(to).name), replace(self, to))[1])
        release_of("f2")
    assert [name for name in moved if name.startswith("current")] == ["current-2020"]
    assert current(home).id == "2020.2"


def test_where_links_are_not_allowed_pointers_are_text(
    home: Home, release_of: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError("[WinError 1314] A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refused)
    release_of()
    release_of("f2")
    assert (home.releases / "current-2020").read_text(encoding="utf-8") == "2020.2\n"
    assert (home.releases / "current").read_text(encoding="utf-8") == "current-2020\n"
    assert current(home).id == current(home, 2020).id == "2020.2"
    assert [release.id for release in releases(home)] == ["2020.1", "2020.2"]


@pytest.mark.usefixtures("first")
def test_readers_never_fail_while_releases_are_swapped_in(home: Home, release_of: Publish) -> None:
    stop, reads, failures = FORK.Event(), FORK.Value("i", 0), FORK.Queue()
    reader = FORK.Process(target=read_until, args=(home, stop, reads, failures, {5076}, 0.05))
    reader.start()
    deadline = time.monotonic() + 60
    for number in range(2, 7):
        seen = reads.value
        release_of(f"f{number}")
        while reads.value == seen and reader.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
    stop.set()
    reader.join(30)
    assert failures.empty(), failures.get()
    assert reads.value >= 5
    assert current(home).id == "2020.6"


def test_two_publishers_at_once_make_two_releases(home: Home, release_of: Publish) -> None:
    children = [FORK.Process(target=release_of, args=(name,)) for name in ("f1", "f2")]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0]
    assert {release.manifest["fingeravtryck"] for release in releases(home)} == {"f1", "f2"}
    assert current(home).id == "2020.2"
