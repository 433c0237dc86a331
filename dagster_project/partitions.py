"""Partitions: a build is for one reporting year, stated, never read from the calendar; waiting times come by the month."""

import dagster as dg

from dagster_project import rapporter

reporting_years = dg.StaticPartitionsDefinition([str(year) for year in rapporter.years()])

months = dg.MonthlyPartitionsDefinition(start_date="2019-01-01", timezone="Europe/Stockholm")
