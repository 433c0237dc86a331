"""How the analysts' database is used from Python: `marimo edit docs/notebooks/analys.py`."""

import marimo

app = marimo.App(width="medium", app_title="Uppföljning: en första analys")


@app.cell
def _():
    import os

    import duckdb
    import marimo as mo

    database = os.environ.get("UPPFOLJNING_DB", "data/releases/current/uppfoljning_2020.duckdb")
    con = duckdb.connect(database, read_only=True)
    return con, mo


@app.cell
def _(mo):
    mo.md("""
    # En första analys

    Databasen öppnas skrivskyddat. `mart` är tabellerna, `referens` koder och `referens.dataordlista` förklarar varje kolumn.
    """)


@app.cell
def _(con):
    innehall = con.sql("""
        select table_name as tabell, estimated_size as rader, comment as beskrivning
        from duckdb_tables() where schema_name = 'mart' order by 1""").df()
    innehall  # noqa: B018
    return (innehall,)


@app.cell
def _(con):
    ordlista = con.sql("""
        select kolumn, beskrivning, enhet, decimaler
        from referens.dataordlista where schema = 'mart' and tabell = 'legitimationsyrken_balans'""").df()
    ordlista  # noqa: B018
    return (ordlista,)


@app.cell
def _(mo):
    mo.md("""
    ## Var är bristen störst?

    Andelen avser de kommuner som har besvarat frågan. Räkna med `antal` och `n`; avrunda sist.
    """)


@app.cell
def _(con):
    brist = con.sql("""
        select yrke, antal, n, 100 * antal / n as andel
        from mart.legitimationsyrken_balans where svarsalternativ = 'brist' order by andel desc""").df()
    brist  # noqa: B018
    return (brist,)


@app.cell
def _(mo):
    mo.md("""
    ## Hur många svarade?

    Ett resultat läses tillsammans med svarsfrekvensen.
    """)


@app.cell
def _(con):
    svarsfrekvens = con.sql("""
        select r.region, s.inkomna, s.forvantade, s.svarsfrekvens
        from mart.svarsfrekvens as s join referens.regioner as r on r.region_kod = s.grupp_kod
        where s.kalla = 'kommunenkat' and s.niva = 'region' order by s.svarsfrekvens, r.region""").df()
    svarsfrekvens  # noqa: B018
    return (svarsfrekvens,)


if __name__ == "__main__":
    app.run()
