"""Partitions: a build is for one reporting year, stated, never read from the calendar."""

import dagster as dg

reporting_years = dg.StaticPartitionsDefinition([str(year) for year in range(2018, 2036)])
