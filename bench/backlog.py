"""Plants work that cannot run, in the project of the suite that is measured, and older than it."""
import os

from harness.stack import until

COUNT = int(os.environ.get("BACKLOG") or 100_000)
KEYS = min(5_000, COUNT // 20)
# Of the keys, those that a run holds: a project runs at most 100 at once, and the measured suite needs 16 of them.
HELD = 80
SUITE = min(10_000, COUNT)
KINDS = ["one key", "many keys", "missing label"]


def plant(place, kind):
    place.plant_suite("backlog", SUITE, case="waits")
    more = {"labels": ["nowhere"]}
    if kind == "one key":
        hold_key(place)
        more = {"concurrencyKey": "taken"}
    runs = [place.client.start("demo", testSuite="backlog", **more)["id"] for _ in range(COUNT // SUITE)]

    def expanded():
        ids = "', '".join(runs)
        return place.database.number(f"SELECT SUM(children_expanded) FROM executions WHERE id IN ('{ids}')") >= len(runs) * SUITE
    until(expanded, 1800, f"{COUNT} children", every=1)
    if kind == "many keys":
        spread_over_keys(place)
    place.settle()


def hold_key(place):
    """A real run that holds the key, in a slot of its own."""
    place.client.add_case("holder", [{"name": "hold", "command": {"argv": ["sleep", "86000"]}}], timeoutMs=86_400_000)
    run = place.client.start("demo", testCase="holder", concurrencyKey="taken")
    place.client.reached(run["id"], "running", 30)


def spread_over_keys(place):
    """Gives each of KEYS keys a share of the items. HELD of the keys are taken; the others wait for a label as well.

    Written into the tables: one item of each taken key is held by an agent that never ends it.
    """
    place.database.run(f"""
        SET @project = (SELECT id FROM projects WHERE project_key = 'demo'), @agent = UUID(), @session = UUID();
        INSERT INTO queue_buckets (project_id, concurrency_key, labels, labels_sha)
          SELECT @project, CONCAT('key-', seq), IF(seq <= {HELD}, '', 'nowhere'), UNHEX(SHA1(IF(seq <= {HELD}, '', 'nowhere')))
          FROM seq_1_to_{KEYS};
        CREATE TEMPORARY TABLE spread (PRIMARY KEY (execution_id)) AS
          SELECT execution_id, 1 + (ROW_NUMBER() OVER (ORDER BY execution_id) - 1) % {KEYS} AS number,
            ROW_NUMBER() OVER (ORDER BY execution_id) <= {HELD} AS held
          FROM work_items WHERE state = 'ready';
        UPDATE spread s JOIN work_items w ON w.execution_id = s.execution_id
          JOIN queue_buckets k ON k.project_id = @project AND k.concurrency_key = CONCAT('key-', s.number) SET w.bucket_id = k.id;
        INSERT INTO agents (id, project_id, name, credential_sha256, session_id, created_at)
          VALUES (@agent, @project, 'holds all', UNHEX(SHA2(@agent, 256)), @session, UTC_TIMESTAMP(3));
        INSERT INTO agent_sessions (id, agent_id, project_id, lease_until, slots, labels, protocol, draining, created_at, last_beat_at)
          VALUES (@session, @agent, @project, '2099-01-01', {HELD}, '[]', 1, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
        UPDATE work_items w JOIN spread s ON s.execution_id = w.execution_id SET w.state = 'running', w.fence = 1, w.attempt = 1,
          w.agent_id = @agent, w.session_id = @session, w.accepted_at = UTC_TIMESTAMP(3), w.deadline_at = '2099-01-01'
          WHERE s.held;""")
    # The dispatcher keeps what it has read: a new one reads what is there now.
    place.restart("scheduler")
