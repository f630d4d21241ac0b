"""What the database was asked to do between two moments, from its own counters."""
import dataclasses
import time

FRAMES = ("Com_begin", "Com_commit", "Com_rollback")


@dataclasses.dataclass(frozen=True)
class Work:
    """`statements`: requests the server executed (`Questions`: prepared and text ones alike) without BEGIN, COMMIT, ROLLBACK.

    `commits`: COMMITs, or the read-write transactions InnoDB committed when those are more: a write without BEGIN counts too.
    """
    at: float
    statements: int
    commits: int

    def __sub__(self, other):
        return Work(self.at - other.at, self.statements - other.statements, self.commits - other.commits)


class Counters:
    def __init__(self, database):
        self.database = database
        database.run("SET GLOBAL innodb_monitor_enable = 'trx_rw_commits'")

    def raw(self):
        names = "', '".join(("Questions",) + FRAMES)
        found = {name: int(value) for name, value in self.database.rows(f"SHOW GLOBAL STATUS WHERE Variable_name IN ('{names}')")}
        found["rw"] = self.database.number("SELECT COUNT FROM information_schema.INNODB_METRICS WHERE NAME = 'trx_rw_commits'")
        return found | {"at": time.monotonic()}

    def between(self, body):
        """The work done while `body` ran; what asking costs is taken off."""
        before = self.raw()
        body()
        after = self.raw()
        delta = {name: after[name] - before[name] for name in after}
        asking = 4  # between the two readings the client asks twice, and each time says goodbye
        statements = delta["Questions"] - sum(delta[name] for name in FRAMES) - asking
        return Work(delta["at"], max(0, statements), max(delta["Com_commit"], delta["rw"]))
