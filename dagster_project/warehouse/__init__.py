"""The build's own DuckDB file: the dbt run in it, and what state each mart came out in."""
