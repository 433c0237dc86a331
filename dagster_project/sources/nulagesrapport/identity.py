"""Whose a report is, of what kind and under which agreement: what the sidecar says, then the title, then the text."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from dagster_project.reading.findings import Avvisad, avvisa
from dagster_project.reading.sidecar import Sidofil
from dagster_project.sources.nulagesrapport.rules import answered_in, rules, seed
from dagster_project.sources.nulagesrapport.segments import Segment


def known_kind(sidecar: Sidofil) -> None:
    """Refuse a sidecar whose kind of report is none.

    :raises Avvisad: it is none.
    """
    kinds = [m.kod for m in rules().rapportslag]
    if sidecar.slag and sidecar.slag not in kinds:
        raise Avvisad(
            avvisa(
                "slag_okant",
                "Vilket slags redovisning det är framgår inte: ordet i filen med uppgifter om leveransen är inget av dem som tas emot.",
                kolumn="slag",
                hittat=sidecar.slag,
                forvantat=", ".join(kinds),
            )
        )


def of(report: Segment, sidecar: Sidofil) -> dict[str, str | None]:
    """Who hands a report in (as a text that the door reads), of what kind, for which region, under which agreement and for which year.

    :raises Avvisad: neither the text nor the sidecar says, or they contradict each other.
    """
    sender = _sender(report, sidecar)
    region = None if sender == "skr" else _region(report, sidecar)
    agreement = _agreement(report, sidecar)
    county = next((r["lan"] for r in _regions() if r["region"] == region), region)
    return {
        "avsandare": "SKR" if sender == "skr" else f"RSS i {county}" if sender == "rss" else region,
        "rapportslag": _kind(report, sidecar, sender, agreement["overenskommelse"]),
        "region_kod": region,
        **agreement,
    }


# --- who and what -----------------------------------------------------------------------------------------------------------


def _sender(report: Segment, sidecar: Sidofil) -> str:
    """``region``, ``rss`` or ``skr``: by the sidecar's sender, otherwise by the title."""
    said = sidecar.avsandare or report.titel
    return next((m.kod for m in rules().avsandare if m.monster.search(said)), "region")


@cache
def _asked() -> dict[tuple[str, str], dict[str, str]]:
    """Per agreement and kind of sender the reports that are asked for, with the last day; by ``skyldigheter`` and ``leveranskrav``."""
    kinds = {m.kod for m in rules().rapportslag}
    asked: dict[tuple[str, str], dict[str, str]] = {}
    for name, column in (("skyldigheter", "skyldighet"), ("leveranskrav", "kalla")):
        for r in seed("agreements", name):
            if r[column] in kinds and r.get("typ", "redovisning") == "redovisning":
                asked.setdefault((r["overenskommelse"], r["respondent_typ"]), {}).setdefault(r[column], r["sista_dag"])
    return asked


def _kind(report: Segment, sidecar: Sidofil, sender: str, agreement: str) -> str:
    """The kind of report: the sidecar's, the title's, or the one that is asked for; of several the first that was not yet due.

    :raises Avvisad: several are asked for, and no date tells which it is.
    """
    if sidecar.slag:
        return sidecar.slag
    asked = _asked().get((agreement, sender), {})
    if report.slag and (report.slag in asked or len(asked) != 1):
        return report.slag
    if len(asked) <= 1:
        return next(iter(asked), "nulagesrapport")
    day = report.datum or (sidecar.mottagen.date().isoformat() if sidecar.mottagen else None)
    if day:
        by_day = sorted(asked, key=lambda kind: asked[kind])
        return next((kind for kind in by_day if asked[kind] >= day), by_day[-1])
    raise Avvisad(
        avvisa(
            "slag_saknas",
            "Överenskommelsen begär flera redovisningar, och vilken av dem detta är framgår inte. Ange slag i filen med uppgifter om "
            "leveransen.",
            kolumn="slag",
            forvantat=", ".join(f"slag: {kind}" for kind in asked),
        )
    )


def _regions() -> tuple[dict[str, str], ...]:
    return seed("reference", "regioner")


# --- whose ------------------------------------------------------------------------------------------------------------------


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern for the regions' names in running text, and the code of each."""
    codes = {r["alias"].casefold(): r["region_kod"] for r in seed("reference", "regionalias")}
    codes |= {r[name].casefold(): r["region_kod"] for r in _regions() for name in ("region", "region_officiell")}
    official = sorted((n for n in codes if "region" in n), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, official))})s?\b", re.IGNORECASE), codes


def _region(report: Segment, sidecar: Sidofil) -> str:
    """The sidecar's region, as text or code; otherwise the one that the title names, or the one that the text names most often.

    :raises Avvisad: neither says, or the text names another region and never the sidecar's.
    """
    pattern, codes = _names()
    named = Counter(codes[m[1].casefold()] for b in report.blocks for m in pattern.finditer(b.text))
    most = named.most_common(2)
    title = [codes[m[1].casefold()] for m in pattern.finditer(report.titel)]
    clear = title[0] if title else most[0][0] if most and (len(most) == 1 or most[0][1] >= 2 * most[1][1]) else None
    stated = codes.get((sidecar.region or "").casefold())
    if clear and stated and clear != stated and stated not in named:
        raise Avvisad(
            avvisa(
                "respondent_motsagd",
                "Rapporten är en annan regions än den som filen med uppgifter om leveransen anger.",
                kolumn="region",
                hittat=_name(clear),
                forvantat=sidecar.region,
            )
        )
    if sidecar.region:
        return _name(stated) if stated else sidecar.region
    if clear:
        return _name(clear)
    raise Avvisad(
        avvisa(
            "region_saknas",
            "Vilken region rapporten gäller framgår inte. Ange den i filen med uppgifter om leveransen.",
            kolumn="region",
            hittat=", ".join(f"{k} ({n})" for k, n in most) or None,
            forvantat="region: Halland",
        )
    )


def _name(code: str) -> str:
    return next(r["region"] for r in _regions() if r["region_kod"] == code)


# --- under which agreement --------------------------------------------------------------------------------------------------


@cache
def agreements() -> dict[str, range]:
    """The years of each agreement."""
    return {
        r["overenskommelse"]: range(int(r["ar_fran"]), int(r["ar_till"]) + 1)
        for r in seed("agreements", "overenskommelser")
    }


def _contradicts(said: str, stated: str) -> bool:
    """Whether the text is about another agreement than the sidecar's. Of one for several years the text may name any year."""
    text, sidecar = answered_in(said), answered_in(stated)
    if len(agreements()[sidecar]) > 1:
        text, sidecar = (agreement.rpartition("_")[0] for agreement in (text, sidecar))
    return text != sidecar


def _agreement(report: Segment, sidecar: Sidofil) -> dict[str, str]:
    """The agreement and the first month of the year that is reported.

    A report that answers several agreements is kept under the one that the catalogue says (``redovisas_med``). An agreement of several
    years does not say which of them the report is about: the sidecar's period does, otherwise the text.

    :raises Avvisad: neither text nor sidecar says, or they contradict each other.
    """
    said = report.overenskommelse if report.overenskommelse in agreements() else None
    stated = sidecar.overenskommelse
    if said and stated and _contradicts(said, stated):
        raise Avvisad(
            avvisa(
                "overenskommelse_motsagd",
                "Rapporten gäller en annan överenskommelse än den som filen med uppgifter om leveransen anger.",
                kolumn="overenskommelse",
                hittat=said,
                forvantat=stated,
            )
        )
    named = stated or said
    if named is None:
        raise Avvisad(
            avvisa(
                "overenskommelse_saknas",
                "Vilken överenskommelse rapporten gäller framgår inte. Ange den i filen med uppgifter om leveransen.",
                kolumn="overenskommelse",
                hittat=report.overenskommelse,
                forvantat=", ".join(agreements()),
            )
        )
    agreement = answered_in(named)
    years = agreements()[agreement]
    told = sidecar.span[0].year if sidecar.span else None, _year(report.overenskommelse)
    year = years[0] if len(years) == 1 else next((year for year in told if year in years), None)
    if year is None:
        raise Avvisad(
            avvisa(
                "ar_saknas",
                "Överenskommelsen gäller flera år, och vilket av dem rapporten avser framgår inte. Ange det som period i filen med "
                "uppgifter om leveransen.",
                kolumn="period",
                hittat=agreement,
                forvantat=", ".join(f"period: {year}" for year in years),
            )
        )
    return {"overenskommelse": agreement, "period": f"{year}-01"}


def _year(agreement: str | None) -> int | None:
    """The year that the text names its agreement with."""
    match = re.search(r"_(\d{4})$", agreement or "")
    return int(match[1]) if match else None
