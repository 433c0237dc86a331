"""Run the Great Expectations suites of ``expectations/`` inside DuckDB. The rules are in the JSON files, none are here."""
