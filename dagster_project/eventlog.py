"""Dagster's event log in SQLite, its files held open while a run writes to them.

A build tells of thousands of events. Dagster's own storage opens, synchronises and closes a database for each of them, which costs
more than all that the build itself does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster import DagsterInstance
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import QueuePool


class EventLog(SqliteEventLogStorage):
    """The storage of ``<DAGSTER_HOME>/history/runs``: its index and one run's file open at a time. What it writes is Dagster's own."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        self._open: dict[str, sa.Engine] = {}
        self._tables: set[str] = set()

    @classmethod
    def config_type(cls) -> Any:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> EventLog:  # noqa: ARG003
        return cls(inst_data)

    def register_instance(self, instance: DagsterInstance) -> None:
        """Begin: only the instance knows in what home folder it is, also where that has been moved or copied."""
        super().__init__(str(Path(instance.root_directory, "history", "runs")), self._inst_data)
        super().register_instance(instance)

    @property
    def supports_asset_checks(self) -> bool:
        return True  # its own answer looks for the table before every event; this file was made with it

    def has_table(self, table_name: str) -> bool:
        """Looked for once: its own opens the file anew for every table that was made."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _engine(self, shard: str) -> sa.Engine:
        if shard not in self._open:
            if shard != INDEX_SHARD_NAME:
                self._close(set(self._open) - {INDEX_SHARD_NAME})
            engine = sa.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            self._initdb(engine)
            sa.event.listen(engine, "connect", _quick)
            engine.dispose()
            self._open[shard] = engine
        return self._open[shard]

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            with self._engine(shard).begin() as connection:
                yield connection
            os.utime(self.path_for_shard(shard))  # the web interface looks at the file to see that something has come

    def _close(self, shards: set[str]) -> None:
        for shard in shards:
            self._open.pop(shard).dispose()

    def dispose(self) -> None:
        self._close(set(self._open))
        super().dispose()


def _quick(connection: Any, _record: Any) -> None:
    """Write to the log ahead without waiting for the disk: a loss of power may cost the last events, never the database."""
    connection.execute("pragma synchronous = normal")
