"""What has become of the deliveries, by source, in Swedish sentences with file names: for the one who has built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dagster_project import rapporter
from dagster_project.deliveries import advice, late, wording
from dagster_project.deliveries.register import ANY_YEAR, Register
from dagster_project.reading import formats, landing
from dagster_project.reading.findings import Anmarkning, Atgard
from dagster_project.settings import Home

#: How many files with nothing to say of them are named.
NAMED = 3


@dataclass(frozen=True)
class Rad:
    """A line: a source or another heading, or what there is to say under it. ``slag``: ``kalla``, ``ok``, ``obs``, ``fel`` or ``gor``."""

    slag: str
    text: str


def said(
    home: Home,
    register: Register,
    ar: int,
    status: Mapping[str, Mapping[str, int]],
    rates: Mapping[str, Sequence[Any]],
) -> list[Rad]:
    """What lies in landing and what became of it, and how many of those expected have delivered.

    :param status: by source, how many of those expected for the year have delivered, are late, missing …
    :param rates: by source, the response rate in per cent (the lowest of its periods), its goal or None, and the number of periods.
    """
    rows = {row["leverans_id"]: row for row in register.leveranser()}
    rows |= {row["leverans_id"]: row for row in register.leveranser(ar=ar)}
    after = {row["leverans_id"] for row in late.after_cutoff(register, ar)}
    counting = {t["leverans_id"] for t in register.tackning(ar) if t["gallande"]}
    blocks = register.tackning(ANY_YEAR)
    newest = {_key(t): t["leverans_id"] for t in blocks if t["gallande"]}
    replacing: dict[str, set[str]] = {}
    for t in blocks:
        by = newest.get(_key(t))
        if by and by != t["leverans_id"]:
            replacing.setdefault(t["leverans_id"], set()).add(by)
    lines, todo = [], _Todo()
    for kalla in sorted(formats.load(), key=wording.source):
        mine = [rows[leverans_id] for leverans_id in _in_landing(home, register, kalla) if leverans_id in rows]
        there = any(row["kalla"] == kalla and leverans_id in counting for leverans_id, row in rows.items())
        about = [
            *_late([row for row in mine if row["leverans_id"] in after], ar),
            *_files(
                register,
                [row for row in mine if row["leverans_id"] not in after],
                counting,
                {k: [rows[i] for i in v] for k, v in replacing.items()},
                there,
                ar,
            ),
            *(Rad("obs", f"{name}: {why}") for name, why in _left(home, kalla)),
            *_expected(status.get(kalla, {})),
            *_rate(*rates.get(kalla, ())),
        ]
        if about:
            lines += [Rad("kalla", wording.source(kalla)), *about]
        todo.note(kalla, [row for row in mine if row["leverans_id"] not in after], status.get(kalla, {}))
    return lines + todo.lines(home, ar)


@dataclass
class _Todo:
    """What there is to do for the one who has built: whom to ask for what."""

    avvisade: list[str] = field(default_factory=list)
    vantar: list[str] = field(default_factory=list)
    saknas: list[str] = field(default_factory=list)

    def note(self, kalla: str, rows: Sequence[Mapping[str, Any]], status: Mapping[str, int]) -> None:
        for row in rows:
            if row["bedomning"] not in wording.PASSED:
                self.avvisade.append(wording.file_name(row["filnamn"]))
            elif row["status"] == "vantar":
                self.vantar.append(wording.file_name(row["filnamn"]))
        if missing := status.get("saknas"):
            self.saknas.append(f"{wording.source(kalla)} ({missing})")

    def lines(self, home: Home, ar: int) -> list[Rad]:
        reports = home.reports / "<leverans>" / "granskning.xlsx"
        found = []
        if self.avvisade:
            names = wording.listed(self.avvisade, NAMED)
            what = "rättade filer" if self.avvisade[1:] else "en rättad fil"
            found.append(f"Be om {what} i stället för {names}. Skicka med granskningsrapporten: {reports}.")
        if self.vantar:
            names = wording.listed(self.vantar, NAMED)
            found.append(
                f"Värden i {names} väntar på besked: be avsändaren bekräfta eller rätta dem. "
                f"Vilka de är och hur de bekräftas står i granskningsrapporten: {reports}."
            )
        if self.saknas:
            found.append(
                f"Påminn om det som saknas: {wording.listed(self.saknas, len(self.saknas))}. "
                f"Vilka det är visar 'uppfoljning deliveries --year {ar}'."
            )
        return [Rad("kalla", "Att göra"), *(Rad("gor", text) for text in found)] if found else []


def _key(block: Mapping[str, Any]) -> tuple[Any, ...]:
    return block["kalla"], block["respondent"], block["block"], block["period"]


def _in_landing(home: Home, register: Register, kalla: str) -> list[str]:
    """The deliveries whose files lie in landing, by file name."""
    found = register.rows("select sokvag, leverans_id from fil where kalla = ? order by sokvag", kalla)
    return list(dict.fromkeys(row["leverans_id"] for row in found if (home.landing / row["sokvag"]).is_file()))


def _left(home: Home, kalla: str) -> list[tuple[str, str]]:
    """What lies in a source's folder and is no delivery, and why."""
    return [(wording.file_name(name), why) for name, why in landing.look(home.landing / kalla).ej_lasta]


def _late(rows: Sequence[dict[str, Any]], ar: int) -> list[Rad]:
    """What came after the cut-off of the report."""
    names = wording.listed([wording.file_name(row["filnamn"]) for row in rows], NAMED)
    day = rapporter.of(ar).brytdag
    return [Rad("obs", f"{names}: kom in efter rapportens brytdag {day} och används inte {ar}.")] if rows else []


def _files(
    register: Register,
    mine: Sequence[dict[str, Any]],
    counting: set[str],
    replacing: Mapping[str, Sequence[dict[str, Any]]],
    there: bool,
    ar: int,
) -> list[Rad]:
    quiet: dict[str, list[str]] = {}
    told = []
    for row in mine:
        leverans_id, name = row["leverans_id"], wording.file_name(row["filnamn"])
        found = register.anmarkningar(leverans_id)
        cells = sum(a.atgard == Atgard.CELL for a in found)
        verdict = wording.verdict(row["bedomning"], row["rader_karantan"], cells)
        if row["bedomning"] not in wording.PASSED:
            kept = "Tidigare godkända uppgifter gäller." if there else "Källan har inga godkända uppgifter."
            told.append(Rad("fel", f"{name}: {_small(verdict)}. {_first(found)} {kept}"))
        elif row["status"] == "ersatt":
            by = [wording.file_name(r["filnamn"]) for r in replacing.get(leverans_id, [])]
            newer = list(dict.fromkeys(f"en nyare {n}" if n == name else n for n in by))
            told.append(Rad("obs", f"{name}: ersatt" + (f" av {wording.listed(newer, NAMED)}" if newer else "") + "."))
        elif row["status"] == "vantar":
            told.append(Rad("obs", f"{name}: väntar; det som gällde förut står kvar. {_first(found)}"))
        elif verdict != "Godkänd":
            told.append(Rad("obs", f"{name}: {_small(verdict)}. {_first(found)}"))
        elif leverans_id not in counting and row["rader_godkanda"]:
            quiet.setdefault(f"godkänd, räknas inte {ar}", []).append(name)
        else:
            what = "godkänd" + (" med anmärkningar" if found else "")
            quiet.setdefault(what, []).append(name)
    shown = [
        Rad("ok", f"{wording.listed(names, NAMED)}: {what.replace('godkänd', 'godkända') if len(names) > 1 else what}.")
        for what, names in quiet.items()
    ]
    return shown + told


def _small(verdict: str) -> str:
    return verdict[0].lower() + verdict[1:]


def _first(found: Sequence[Anmarkning]) -> str:
    """The gravest finding, and how many more there are."""
    groups = advice.grouped([a for a in found if a.atgard != Atgard.INGEN] or found, None)
    groups.sort(key=lambda g: (g.atgard != Atgard.AVVISA, g.atgard != Atgard.TVEKA))
    if not groups:
        return ""
    place = f" ({groups[0].rad})" if groups[0].rader and "först rad" not in groups[0].meddelande else ""
    more = (
        f" Rapporten har {wording.counted(len(groups) - 1, 'anmärkning', 'anmärkningar')} till." if groups[1:] else ""
    )
    return f"{groups[0].meddelande.rstrip('.')}{place}.{more}"


#: What is said of those expected, by status; a status that is not here is not counted.
STATUS = {
    "sen": ("för sent", "för sent"),
    "saknas": ("saknas", "saknas"),
    "vantar": ("väntar på besked", "väntar på besked"),
    "avvisad": ("är avvisad", "är avvisade"),
    "vantad": ("väntas senare", "väntas senare"),
}


def _expected(status: Mapping[str, int]) -> list[Rad]:
    due = sum(n for kind, n in status.items() if kind in (*STATUS, "inkommen"))
    if not due:
        return []
    came = status.get("inkommen", 0) + status.get("sen", 0)
    words = [
        f"{status[kind]} {many if status[kind] > 1 else one}"
        for kind, (one, many) in STATUS.items()
        if status.get(kind)
    ]
    late = any(status.get(kind) for kind in ("saknas", "vantar", "avvisad"))
    rest = f"; {wording.listed(words)}" if words else ""
    return [Rad("obs" if late else "ok", f"{came} av {due} väntade leveranser har kommit{rest}.")]


def _rate(rate: float | None = None, goal: float | None = None, periods: int = 1) -> list[Rad]:
    if rate is None:
        return []
    lowest = f", lägst av {periods} perioder" if periods > 1 else ""
    missed = goal is not None and rate < goal
    aim = f" (uppföljningens egen gräns är {goal:.0f})" if missed and goal is not None else ""
    return [Rad("obs" if missed else "ok", f"Svarsfrekvens {rate:.0f} procent{lowest}{aim}.")]
