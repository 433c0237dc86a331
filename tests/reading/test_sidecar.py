"""What a sender says beside a file: texts as they are written, times in Sweden, and nothing that expands when it is read."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.reading import sidecar
from dagster_project.reading.findings import Avvisad
from dagster_project.reading.sidecar import Bekraftat


def said(text: str) -> sidecar.Sidofil:
    return sidecar.parse(text.encode(), "fil.csv.leverans.yml")


def refused(content: str | bytes, nu: datetime | None = None) -> list[tuple[str, str | None, str]]:
    data = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(Avvisad) as refusal:
        sidecar.parse(data, "fil.csv.leverans.yml", nu)
    return [(a.kod, a.kolumn, a.meddelande) for a in refusal.value.anmarkningar]


def test_values_are_texts_as_written() -> None:
    side = said("region: 0014\nkommun: 0461\nkodsystem: kolada\nperiod: 2020\navsandare: yes\n")
    assert (side.region, side.kommun, side.period, side.avsandare) == ("0014", "0461", "2020", "yes")
    assert said("period: 2020-03-01\nregion:\nkontakt: ~\n") == sidecar.Sidofil(period="2020-03-01")


@pytest.mark.parametrize(
    ("written", "swedish"),
    [
        ("2020-04-02T08:30:00Z", datetime(2020, 4, 2, 10, 30)),
        ("2020-04-02T09:30:00", datetime(2020, 4, 2, 9, 30)),
        ("2020-03-31T23:30:00Z", datetime(2020, 4, 1, 1, 30)),
        ("2020-01-31 23:30:00 +0100", datetime(2020, 1, 31, 23, 30)),
        ("2020-01-31 8:05 -5", datetime(2020, 1, 31, 14, 5)),
        ("2020-01-31", datetime(2020, 1, 31)),
        ("'2020-01-31T12:00:00.5'", datetime(2020, 1, 31, 12)),
    ],
)
def test_a_time_is_a_clock_in_sweden(written: str, swedish: datetime) -> None:
    assert said(f"mottagen: {written}").mottagen == swedish


@pytest.mark.parametrize(
    "written",
    [
        "2020-02-31",
        "2020-13-01",
        "2020-01-01T25:00",
        "0001-01-01",
        "9999-12-31T23:59:59-14:00",
        "igår",
        "5",
        "[2020]",
        "{a: b}",
        "1e400",
    ],
)
def test_a_time_that_is_none_is_told(written: str) -> None:
    ((kod, column, message),) = refused(f"mottagen: {written}")
    assert (kod, column) == ("sidofil_falt", "mottagen")
    assert "mottagen ska vara en tidpunkt" in message


def test_nothing_is_received_in_the_future() -> None:
    nu = datetime(2020, 4, 1, 12)
    assert sidecar.parse(b"mottagen: 2020-04-01T10:00:00Z", nu=nu).mottagen == nu
    ((kod, column, message),) = refused("mottagen: 2020-04-01T10:00:01Z", nu)
    assert (kod, column) == ("sidofil_falt", "mottagen")
    assert "framtiden" in message


def test_what_is_confirmed_who_to_ask_and_what_is_made_up() -> None:
    side = said(
        "pahittad: true\nkontakt: Enheten för statistik\nbekraftat:\n"
        "- {kolumn: Boka tid, varde: 99999, av: A. Andersson, varfor: Ny mottagning}\n"
    )
    assert (side.pahittad, side.kontakt) == (True, "Enheten för statistik")
    assert side.bekraftat == (Bekraftat(kolumn="Boka tid", varde="99999", av="A. Andersson", varfor="Ny mottagning"),)
    for wrong in (
        "bekraftat: ja",
        "bekraftat: [{kolumn: a, varde: 1}]",
        "bekraftat: [{kolumn: a, varde: 1, av: b, varfor: c, x: d}]",
    ):
        assert {column for _, column, _ in refused(wrong)} == {"bekraftat"}
    assert refused("pahittad: kanske")[0][1] == "pahittad"


@pytest.mark.parametrize(
    "content",
    [
        "a: &a [x, x]\nb: [*a, *a]\n",
        "region: !!python/object:os.system ls\n",
        "region: !x Skåne\n",
        "region: " + "[" * 10_000,
        "region: [[[[[x]]]]]",
        "region: Skåne\nregion: Halland\n",
        "period: [2020-03",
        "- 2020-03",
        "bara text",
        "\x00\x01\x02",
        b"region: Sk\xe5ne",
        "a: b\n" * 20_000,
        "? {a: b}\n: c",
    ],
)
def test_what_is_no_plain_list_of_fields_is_told(content: str | bytes) -> None:
    findings = refused(content)
    assert findings
    assert all("sidofil" not in message.lower() for _, _, message in findings)


def test_unicode_text_of_windows_is_read() -> None:
    assert sidecar.parse("region: Skåne\r\n".encode("utf-16")).region == "Skåne"


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    with contextlib.suppress(Avvisad):
        sidecar.parse(content, nu=datetime(2030, 1, 1))


@pytest.mark.parametrize(
    ("file", "beside"), [("Västmanland.csv", "Va\u0308stmanland.csv"), ("Va\u0308stmanland.csv", "Västmanland.csv")]
)
def test_letters_in_one_or_two_signs_are_the_same_name(tmp_path: Path, file: str, beside: str) -> None:
    (tmp_path / file).write_text("x")
    (tmp_path / (beside + sidecar.SUFFIX)).write_text("period: 2020-03")
    assert sidecar.read(tmp_path / file)[0].period == "2020-03"


def test_a_file_whose_name_leaves_no_room_has_no_sidecar(tmp_path: Path) -> None:
    file = tmp_path / ("a" * 246 + ".csv")
    file.write_text("x")
    assert not sidecar.path_for(file).is_file()
    assert sidecar.read(file) == (sidecar.Sidofil(), b"")
