"""Peers of the three-day measure: what an analyst would write by hand, from the files to the cells, and nothing else.

``python -m bench.peers {duckdb,polars,pandas} OUT FRAME FILE…`` reads contacts and the frame of units, leaves out what the rules leave
out, and writes the cells before suppression to ``OUT`` (Parquet): ``period, region_kod, vardenhet_id, yrkeskategori, kon,
inom_tre_dagar, bedomningar, patientvald_vantan``. One file is one month, and is read on its own. They keep nothing: no register, no
quarantine, no messages, no history, no suppression.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from dagster_project.settings import SEEDS

CODES = {
    "Yrkeskategori": "yrkeskategori",
    "Kon": "kon",
    "Vardgaranti": "vardgaranti",
    "NyttEllerForsamrat": "nytt_eller_forsamrat",
    "Avvikelse": "avvikelse",
    "Vardkontakt": "vardkontakt",
}
USED = ("Regionkod", "HSAIdVardenhet", "VardkontaktId", *CODES, "KontaktDatum", "BesokDatum")
COUNTS = ("inom_tre_dagar", "bedomningar", "patientvald_vantan")


# --- DuckDB -----------------------------------------------------------------------------------------------------------


def by_duckdb(out: Path, frame: Path, files: Sequence[Path]) -> None:
    import duckdb

    con = duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(out.parent / "spill")})
    con.execute(f"""
        create table stavning as
        select distinct lista, kod, unnest([stavning, upper(stavning), lower(stavning)]) as text
        from read_csv('{SEEDS}/formats/kodlistor_vantetid.csv', all_varchar = true);
        create table region as select distinct region_kod, kod_skr from read_csv('{SEEDS}/reference/regioner.csv', all_varchar = true);
        create table yrke as
        select yrkeskategori, legitimerad_fran::date as fran, coalesce(legitimerad_till::date, date '9999-12-31') as till
        from read_csv('{SEEDS}/reference/yrkeskategorier.csv', all_varchar = true) where legitimerad_fran is not null;
        create table form as select vardkontakt, raknas = 'true' as raknas from read_csv('{SEEDS}/reference/kontaktformer.csv', all_varchar = true);
        create table ram as
        select HSAIdVardenhet, Regionkod, region_kod, GiltigFran::date as fran, coalesce(GiltigTill::date, date '9999-12-31') as till
        from read_csv('{frame}', delim = ';', all_varchar = true) join region on kod_skr = Regionkod;
        create table antal (
            period date, region_kod varchar, vardenhet_id varchar, yrkeskategori varchar, kon varchar, {", ".join(f"{c} bigint" for c in COUNTS)}
        );
    """)
    for path in files:
        source = (
            f"(select *, file_row_number as nr from read_parquet('{path}', file_row_number = true))"
            if path.suffix == ".parquet"
            else f"(select *, row_number() over () as nr from read_csv('{path}', delim = ';', header = true, all_varchar = true))"
        )
        con.execute(f"""
            create or replace temp table kontakt as
            select nr, region_kod, HSAIdVardenhet as vardenhet_id, id, yrke, kon, omfattas, patientvald, kontakt, besok
            from (
                select nr, r.Regionkod, r.HSAIdVardenhet, VardkontaktId as id, y.kod as yrke, k.kod as kon,
                    g.kod = 'ja' and n.kod = 'ja' and form.raknas as omfattas, coalesce(a.kod = '1', false) as patientvald,
                    try_cast(KontaktDatum as date) as kontakt, try_cast(BesokDatum as date) as besok
                from {source} as r
                join stavning as y on y.lista = 'yrkeskategori' and y.text = r.Yrkeskategori
                join stavning as k on k.lista = 'kon' and k.text = r.Kon
                join stavning as g on g.lista = 'vardgaranti' and g.text = r.Vardgaranti
                join stavning as n on n.lista = 'nytt_eller_forsamrat' and n.text = r.NyttEllerForsamrat
                join stavning as f on f.lista = 'vardkontakt' and f.text = r.Vardkontakt
                join form on form.vardkontakt = f.kod
                left join stavning as a on a.lista = 'avvikelse' and a.text = r.Avvikelse
                where VardkontaktId is not null and (a.kod is not null or r.Avvikelse is null)
            ) as r
            join ram using (Regionkod, HSAIdVardenhet)
            where besok between fran and till and kontakt between date '2010-01-01' and besok;
            create or replace temp table dubblett as
            select nr
            from kontakt where hash(id) in (select hash(id) as h from kontakt group by h having count(*) > 1)
            qualify row_number() over (partition by region_kod, id, date_trunc('month', besok) order by nr desc) > 1;
            insert into antal
            select date_trunc('month', besok) as period, region_kod, vardenhet_id, yrke, kon,
                count(*) filter (not patientvald and besok - kontakt <= 3), count(*) filter (not patientvald), count(*) filter (patientvald)
            from kontakt join yrke on yrkeskategori = yrke and besok between fran and till
            where omfattas and nr not in (from dubblett)
            group by all""")
    con.execute(f"""
        copy (
            select period, coalesce(region_kod, '00') as region_kod, vardenhet_id, coalesce(yrkeskategori, 'alla') as yrkeskategori,
                coalesce(kon, 'T') as kon, {", ".join(f"sum({c})::bigint as {c}" for c in COUNTS)}
            from antal group by period, rollup(region_kod, vardenhet_id), cube(yrkeskategori, kon) having coalesce(kon, 'T') <> 'okant'
        ) to '{out}' (format parquet)""")


# --- the lists, as the data frame libraries want them ------------------------------------------------------------------


def _lists() -> tuple[dict[str, dict[str, str]], dict[str, str], dict[str, tuple[str, str]], set[str]]:
    """Code by spelling for each list, SCB's region by SKR's, when each profession is licensed, the forms that count."""
    import csv

    def rows(name: str) -> list[dict[str, str]]:
        with (SEEDS / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    spellings: dict[str, dict[str, str]] = {}
    for row in rows("formats/kodlistor_vantetid.csv"):
        for text in (row["stavning"], row["stavning"].upper(), row["stavning"].lower()):
            spellings.setdefault(row["lista"], {})[text] = row["kod"]
    region = {row["kod_skr"]: row["region_kod"] for row in rows("reference/regioner.csv")}
    licensed = {
        row["yrkeskategori"]: (row["legitimerad_fran"], row["legitimerad_till"] or "9999-12-31")
        for row in rows("reference/yrkeskategorier.csv")
        if row["legitimerad_fran"]
    }
    return (
        spellings,
        region,
        licensed,
        {r["vardkontakt"] for r in rows("reference/kontaktformer.csv") if r["raknas"] == "true"},
    )


LEVELS = [
    [*place, *group]
    for place in ([], ["region_kod"], ["region_kod", "vardenhet_id"])
    for group in ([], ["yrkeskategori"], ["kon"], ["yrkeskategori", "kon"])
]
TOTALS = {"region_kod": "00", "vardenhet_id": None, "yrkeskategori": "alla", "kon": "T"}


# --- polars -----------------------------------------------------------------------------------------------------------


def by_polars(out: Path, frame: Path, files: Sequence[Path]) -> None:
    import polars as pl

    spellings, region, licensed, forms = _lists()
    day = pl.Date
    ram = pl.read_csv(frame, separator=";", infer_schema=False).select(
        pl.col("HSAIdVardenhet").alias("vardenhet_id"),
        pl.col("Regionkod").replace_strict(region).alias("region_kod"),
        pl.col("GiltigFran").str.to_date().alias("fran"),
        pl.col("GiltigTill").fill_null("9999-12-31").str.to_date().alias("till"),
    )
    yrke = pl.DataFrame(
        [(k, *v) for k, v in licensed.items()], schema=["yrkeskategori", "leg_fran", "leg_till"], orient="row"
    )
    yrke = yrke.with_columns(pl.col("leg_fran", "leg_till").str.to_date())
    parts = []
    for path in files:
        read = (
            pl.scan_parquet(path)
            if path.suffix == ".parquet"
            else pl.scan_csv(path, separator=";", infer_schema=False, encoding="utf8-lossy")
        )
        coded = [
            pl.col(c).replace_strict(spellings[lista], default=None, return_dtype=pl.String).alias(lista)
            for c, lista in CODES.items()
        ]
        rows = (
            read.select(USED)
            .with_row_index("nr")
            .with_columns(
                *coded,
                pl.col("Regionkod").replace_strict(region, default=None, return_dtype=pl.String).alias("region_kod"),
                pl.col("KontaktDatum").str.to_date("%Y-%m-%d", strict=False).alias("kontakt"),
                pl.col("BesokDatum").str.to_date("%Y-%m-%d", strict=False).alias("besok"),
                pl.col("HSAIdVardenhet").alias("vardenhet_id"),
            )
            .filter(
                pl.col(
                    "region_kod", "vardenhet_id", "VardkontaktId", *(c for c in CODES.values() if c != "avvikelse")
                ).is_not_null(),
                pl.col("avvikelse").is_not_null() | pl.col("Avvikelse").is_null(),
                pl.col("kontakt") >= pl.date(2010, 1, 1),
                pl.col("besok") >= pl.col("kontakt"),
            )
            .join(ram.lazy(), on=["vardenhet_id", "region_kod"])
            .filter(pl.col("besok") >= pl.col("fran"), pl.col("besok") <= pl.col("till"))
            .with_columns(pl.col("besok").dt.truncate("1mo").cast(day).alias("period"))
        )
        kept = rows.group_by("region_kod", "VardkontaktId", "period").agg(
            pl.col(
                "vardenhet_id",
                "yrkeskategori",
                "kon",
                "vardgaranti",
                "nytt_eller_forsamrat",
                "avvikelse",
                "vardkontakt",
                "kontakt",
                "besok",
            )
            .sort_by("nr")
            .last()
        )
        chosen, within = (
            pl.col("avvikelse").eq_missing(pl.lit("1")),
            (pl.col("besok") - pl.col("kontakt")).dt.total_days() <= 3,
        )
        of_month = (
            kept.filter(
                pl.col("vardgaranti") == "ja",
                pl.col("nytt_eller_forsamrat") == "ja",
                pl.col("vardkontakt").is_in(list(forms)),
            )
            .join(yrke.lazy(), on="yrkeskategori")
            .filter(pl.col("besok") >= pl.col("leg_fran"), pl.col("besok") <= pl.col("leg_till"))
            .group_by("period", "region_kod", "vardenhet_id", "yrkeskategori", "kon")
            .agg(
                (within & ~chosen).sum().alias(COUNTS[0]),
                (~chosen).sum().alias(COUNTS[1]),
                chosen.sum().alias(COUNTS[2]),
            )
        )
        parts.append(of_month.collect(engine="streaming"))
    counted = pl.concat(parts)
    cells = [
        counted.group_by("period", *keys)
        .agg(pl.col(COUNTS).sum())
        .with_columns(pl.lit(v, dtype=pl.String).alias(k) for k, v in TOTALS.items() if k not in keys)
        .select("period", *TOTALS, pl.col(COUNTS).cast(pl.Int64))
        for keys in LEVELS
    ]
    pl.concat(cells).filter(pl.col("kon") != "okant").write_parquet(out)


# --- pandas -----------------------------------------------------------------------------------------------------------


def by_pandas(out: Path, frame: Path, files: Sequence[Path]) -> None:
    import pandas as pd

    spellings, region, licensed, forms = _lists()
    ram = pd.read_csv(frame, sep=";", dtype=str)
    ram["region_kod"] = ram["Regionkod"].map(region)
    ram["fran"] = pd.to_datetime(ram["GiltigFran"])
    ram["till"] = pd.to_datetime(ram["GiltigTill"].fillna("2200-01-01"))
    ram = ram[["HSAIdVardenhet", "region_kod", "fran", "till"]]
    parts = []
    for path in files:
        columns = list(USED)
        r = (
            pd.read_parquet(path, columns=columns)
            if path.suffix == ".parquet"
            else pd.read_csv(path, sep=";", dtype=str, usecols=columns)
        )
        blank = r["Avvikelse"].isna()
        for column, lista in CODES.items():
            r[column] = r[column].map(spellings[lista])
        r["region_kod"] = r["Regionkod"].map(region)
        for column in ("KontaktDatum", "BesokDatum"):
            r[column] = pd.to_datetime(r[column], format="%Y-%m-%d", errors="coerce")
        needed = ["region_kod", "HSAIdVardenhet", "VardkontaktId", *(c for c in CODES if c != "Avvikelse")]
        sound = r[needed].notna().all(axis=1) & (r["Avvikelse"].notna() | blank)
        sound &= (r["KontaktDatum"] >= "2010-01-01") & (r["BesokDatum"] >= r["KontaktDatum"])
        r = r[sound].merge(ram, on=["HSAIdVardenhet", "region_kod"])
        r = r[(r["BesokDatum"] >= r["fran"]) & (r["BesokDatum"] <= r["till"])]
        r["period"] = r["BesokDatum"].dt.to_period("M").dt.start_time
        r = r.drop_duplicates(["region_kod", "VardkontaktId", "period"], keep="last")
        r = r[
            (r["Vardgaranti"] == "ja")
            & (r["NyttEllerForsamrat"] == "ja")
            & r["Vardkontakt"].isin(forms)
            & r["Yrkeskategori"].isin(licensed)
        ]
        first, last = (
            pd.to_datetime(r["Yrkeskategori"].map({k: min(v[i], "2200-01-01") for k, v in licensed.items()}))
            for i in (0, 1)
        )
        r = r[(r["BesokDatum"] >= first) & (r["BesokDatum"] <= last)]
        chosen = r["Avvikelse"].eq("1").fillna(value=False).astype(bool)
        r = r.assign(
            vardenhet_id=r["HSAIdVardenhet"],
            yrkeskategori=r["Yrkeskategori"],
            kon=r["Kon"],
            bedomningar=~chosen,
            patientvald_vantan=chosen,
            inom_tre_dagar=((r["BesokDatum"] - r["KontaktDatum"]).dt.days <= 3) & ~chosen,
        )
        parts.append(r.groupby(["period", *TOTALS], as_index=False)[list(COUNTS)].sum())
    counted = pd.concat(parts)
    cells = []
    for keys in LEVELS:
        found = counted.groupby(["period", *keys], as_index=False)[list(COUNTS)].sum()
        cells.append(found.assign(**{k: v for k, v in TOTALS.items() if k not in keys}))
    found = pd.concat(cells)
    found["period"] = found["period"].dt.date
    found[found["kon"] != "okant"].to_parquet(out)


PEERS: dict[str, Callable[[Path, Path, Sequence[Path]], None]] = {
    "duckdb": by_duckdb,
    "polars": by_polars,
    "pandas": by_pandas,
}

if __name__ == "__main__":
    out, frame, *files = map(Path, sys.argv[2:])
    PEERS[sys.argv[1]](out, frame, files)
