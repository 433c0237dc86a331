"""What was found in a delivery, in words for its sender. A small one hears of each place, a large one of each kind of fault."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project import sql
from dagster_project.deliveries import place, scale, wording
from dagster_project.reading import typing_sql
from dagster_project.reading.findings import Anmarkning, Atgard, Niva
from dagster_project.reading.formats import Format
from dagster_project.validation.suites import Regel

#: Of a large delivery: how many values of one rule and column are told one by one, and how many rows of each.
VALUES, ROWS = 25, 5

#: What is said of rows that are no rows of cells.
BROKEN_ROWS = {
    "for_fa_celler": "Raden har färre celler än rubrikraden.",
    "for_manga_celler": "Raden har fler celler än rubrikraden. Står ett avgränsningstecken inne i en cell?",
    "olaslig_rad": "Raden går inte att läsa som en rad med celler. Saknas ett citattecken?",
}

#: What is said of values that would be in doubt, had their sender not confirmed them; nothing is taken away.
CONFIRMED = {"bekraftat": "Värdet {hittat} är ovanligt men bekräftat av uppgiftslämnaren. Det räknas."}
#: What is done where no rule says it, when the row is not taken out.
ATGARD = {**dict.fromkeys(CONFIRMED, Atgard.INGEN), scale.KOD: Atgard.TVEKA}
#: What is shown of a cell that is not quoted, and the cells that are quoted of rows about persons: codes, numbers, dates, HSA-ids.
HIDDEN = "visas inte"
IMPERSONAL = (
    r"[A-Za-z]{0,3}-?[0-9]{1,5}([.,][0-9]{1,3})?|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].{0,12})?|SE[0-9]{10}-[0-9A-Za-z]{1,12}"
)

#: What was expected where it is not the column's own words.
EXPECTED = {"negativt": "0 eller större", scale.KOD: "samma storleksordning"}

#: What is said of several values with one fault, where the text names whose one is, of when, and what it was held against.
OTHERS = {
    "vem": "flera uppgiftslämnare",
    "period": "flera perioder",
    "jamfort": "på en annan nivå än de andra eller än förut",
}


def texts(rules: Sequence[Regel]) -> dict[str, str]:
    """What is said, by ``kod``: of rows, of cells and of the rules of the suite."""
    return {
        **BROKEN_ROWS,
        **CONFIRMED,
        **typing_sql.MEDDELANDEN,
        scale.KOD: scale.TEXT,
        **{r.kod: r.meddelande for r in rules},
    }


def write_down(con: duckdb.DuckDBPyConnection, spec: Format, found: str) -> None:
    """Findings about rows into ``fynd``.

    :param found: a query: ``_nr``, ``kolumn``, ``hittat``, ``kod``, ``namns`` (whether it is told whose the row is, and of when), ``jamfort``.
    """
    con.execute(f"create or replace temp table funna as {found}")
    said = con.execute(f"""
        select distinct _respondent::varchar, _period, {place.last_day(spec)}
        from tolkade where _nr in (select _nr from funna where namns)""").fetchall()
    con.execute("create or replace temp table sagda (_respondent varchar, _period date, vem varchar, period varchar)")
    for who, first, last in said:
        words = [wording.respondent(who) if who else "", wording.period(first, last) if first else ""]
        con.execute("insert into sagda values (?, ?, ?, ?)", [who, first, *words])
    decimals = ", ".join(sql.literal(k.namn) for k in spec.kolumner if k.typ == "decimal") or "null"
    swedish = "replace(regexp_replace(funna.hittat, '[.]0+$', ''), '.', ',')"
    shown = f"case when funna.kolumn in ({decimals}) then {swedish} else funna.hittat end"
    con.execute(f"""
        insert into fynd by name
        select _nr, t._blad, t._rad, funna.kolumn, {shown} as hittat, funna.kod, sagda.vem, sagda.period, funna.jamfort
        from funna join tolkade t using (_nr) left join sagda on namns
            and sagda._respondent is not distinct from t._respondent::varchar
            and sagda._period is not distinct from t._period""")


def found(con: duckdb.DuckDBPyConnection, spec: Format, rules: Sequence[Regel], summed: bool) -> list[Anmarkning]:
    """The findings in table ``fynd``.

    :param summed: per rule, column and value the number of rows and the first of them; otherwise each row.
    """
    con.execute(f"create or replace temp view visat as select * replace ({_quoted(spec)} as hittat) from fynd")
    query = (
        _summed()
        if summed
        else f"select kod, kolumn, hittat, {', '.join(OTHERS)}, 1, 1, _blad, [_rad] from visat order by all"
    )
    by_kod = {r.kod: r for r in rules}
    said = texts(rules)
    headings = {k.namn: k for k in spec.kolumner}
    names = typing_sql.region_names()
    outcome = []
    for kod, kolumn, hittat, *others, antal, varden, blad, rader in con.execute(query).fetchall():
        rule, k = by_kod.get(kod), headings.get(kolumn)
        if rule and rule.visa_som == "region" and hittat:
            hittat = ", ".join(names.get(code.strip(), code.strip()) for code in hittat.split(","))
        shown = typing_sql.shown(hittat) if varden == 1 else f"{wording.thousands(varden)} olika värden"
        quoted = "Värdet" if shown == HIDDEN and said[kod].startswith("{hittat}") else shown
        named = {f: (value or "") if varden == 1 else OTHERS[f] for f, value in zip(OTHERS, others, strict=True)}
        text = said[kod].format(kolumn=k.rubrik if k else "", hittat=quoted, **named)
        if antal > 1:
            text += f" Det gäller {wording.thousands(antal)} rader, först rad {', '.join(map(str, rader))}."
        own = rule.forvantat if rule else k.forvantat if k else None
        outcome.append(
            Anmarkning(
                rader[0] if rader else None,
                k.rubrik if k else None,
                kod,
                text,
                shown,
                EXPECTED.get(kod, own),
                blad,
                rule.niva if rule else Niva.ANMARKNING if kod in CONFIRMED else Niva.FEL,
                rule.atgard if rule else ATGARD.get(kod, Atgard.CELL if k and k.svar else Atgard.RAD),
            )
        )
    return outcome


def _quoted(spec: Format) -> str:
    """What is shown of a cell, as SQL over ``fynd``."""
    hidden = ", ".join(sql.literal(k.namn) for k in spec.kolumner if not k.visas) or "null"
    persons = (
        f"when not regexp_full_match(hittat, {sql.literal(IMPERSONAL)}) then '{HIDDEN}'" if spec.personrader else ""
    )
    said = ", ".join(map(sql.literal, BROKEN_ROWS))
    return f"case when hittat is null or kod in ({said}) then hittat when kolumn in ({hidden}) then '{HIDDEN}' {persons} else hittat end"


def _summed() -> str:
    others = ", ".join(OTHERS)
    shown = ", ".join(f"case when visas then {f} end as {f}" for f in ("hittat", *OTHERS))
    return f"""
        with varden as (
            select kod, kolumn, hittat, {others}, _blad, count(*) as antal, min(_rad, {ROWS}) as rader from visat group by all
        ), ordnade as (
            select *, row_number() over (partition by kod, kolumn, _blad order by antal desc, hittat, {others}) <= {VALUES} as visas
            from varden
        ), visade as (
            select kod, kolumn, {shown}, visas, _blad, antal, rader from ordnade
        )
        select kod, kolumn, hittat, {others}, sum(antal)::bigint, count(*), _blad,
            list_slice(list_sort(flatten(list(rader))), 1, {ROWS})
        from visade group by kod, kolumn, hittat, {others}, visas, _blad order by all"""


def quarantine(con: duckdb.DuckDBPyConnection, spec: Format, rules: Sequence[Regel], streamed: bool) -> None:
    """Table ``karantan``: the rows and cells taken out, with the reason; in ``inlast`` each such row as delivered.

    :param streamed: the rows come from a file that DuckDB reads itself.
    """
    for table, values in (("mall", texts(rules)), ("rubrik", {k.namn: k.rubrik for k in spec.kolumner})):
        con.execute(
            f"create temp table {table} as select unnest(?::varchar[]) as key, unnest(?::varchar[]) as value",
            [list(values), list(values.values())],
        )
    kept = [*CONFIRMED, *(r.kod for r in rules if r.atgard == Atgard.INGEN or r.atgard == Atgard.AVVISA)]
    con.execute(
        """
        create table karantan as
        select f._nr, f.kolumn, f.hittat, f.kod, list_reduce(
            [{'felt': '', 'ord': m.value}, {'felt': '{kolumn}', 'ord': r.value}, {'felt': '{hittat}', 'ord': f.hittat},
                {'felt': '{vem}', 'ord': f.vem}, {'felt': '{period}', 'ord': f.period}, {'felt': '{jamfort}', 'ord': f.jamfort}],
            (said, next) -> {'felt': '', 'ord': replace(said.ord, next.felt, coalesce(next.ord, ''))}).ord as meddelande
        from fynd f join mall m on m.key = f.kod left join rubrik r on r.key = f.kolumn
        where f._nr is not null and not list_contains(?::varchar[], f.kod)""",
        [kept],
    )
    if streamed:
        con.execute("""
            insert into inlast
            select * from levererat where _nr in (select _nr from karantan) and _nr not in (select _nr from inlast)""")
