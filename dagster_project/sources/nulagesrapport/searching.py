"""Search over the blocks of all reports: words in any form of letters, with the words around each hit."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dagster_project.deliveries.names import norm
from dagster_project.errors import UserError
from dagster_project.settings import SEEDS, Home

#: Letters shown on each side of a hit.
AROUND = 70


@dataclass(frozen=True)
class Traff:
    region: str
    ar: int
    overenskommelse: str
    omrade: int | None
    sida: int | None
    rad: int
    sammanhang: str


def search(
    home: Home, words: str, *, region: str | None = None, ar: int | None = None, omrade: int | None = None
) -> list[Traff]:
    """Blocks of the newest reports that hold every word, ``"several words"`` in quotes as one; case and diacritics do not count.

    :raises UserError: there is nothing to search, or no word to search for.
    """
    wanted = _wanted(words)
    if not wanted:
        raise UserError("say at least one word to search for")
    if not (home.raw / "register" / "tackning.parquet").is_file():
        raise UserError("no report has been read yet: build first")
    plain = "strip_accents(lower(b.text))"
    conditions = ["b.slag <> 'artefakt'", "b.dokumenttyp = 'nulagesrapport'"] + [f"contains({plain}, ?)"] * len(wanted)
    values: list[object] = list(wanted)
    for column, value in (("b.ar", ar), ("b.omrade_rubrik", omrade)):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    raw = home.raw.as_posix()
    with duckdb.connect() as con:
        rows = con.execute(
            f"""
            with alla as (
                select b.*, t.mottagen,
                    last_value(b.omrade ignore nulls) over (
                        partition by b._leverans_id, b.segment order by b._rad, b.slag <> 'rubrik' rows unbounded preceding
                    ) as omrade_rubrik
                from read_parquet('{raw}/nulagesrapport/block/period=*/*.parquet', union_by_name = true) b
                join read_parquet('{raw}/register/tackning.parquet') t
                    on b._leverans_id = t.leverans_id and b._respondent = t.respondent and b._period = t.period
                where t.kalla = 'nulagesrapport'
                qualify dense_rank() over (partition by b.region_kod, b.overenskommelse, b.ar order by t.mottagen desc, b._leverans_id desc) = 1
            )
            select r.region, b.ar, b.overenskommelse, b.omrade_rubrik, b.sida, b._rad, b.text, strpos({plain}, ?)
            from alla b join read_csv('{(SEEDS / "reference" / "regioner.csv").as_posix()}', all_varchar = true) r using (region_kod)
            where {" and ".join(conditions)}
            order by r.region, b.ar, b._rad""",
            [wanted[0], *values],
        ).fetchall()
    found = [
        Traff(row[0], row[1], row[2], row[3], row[4], row[5], _around(row[6], row[7] - 1, len(wanted[0])))
        for row in rows
    ]
    return [t for t in found if region is None or norm(t.region) == norm(region)]


def _wanted(words: str) -> list[str]:
    """Words and quoted phrases as they are compared: lower case, without diacritics."""
    import shlex
    import unicodedata

    plain = "".join(c for c in unicodedata.normalize("NFKD", words.lower()) if not unicodedata.combining(c))
    try:
        return [w for w in shlex.split(plain) if w]
    except ValueError:
        return plain.replace('"', " ").split()


def _around(text: str, at: int, length: int) -> str:
    first, last = max(0, at - AROUND), min(len(text), at + length + AROUND)
    return f"{'…' if first else ''}{text[first:at]}[{text[at : at + length]}]{text[at + length : last]}{'…' if last < len(text) else ''}"
