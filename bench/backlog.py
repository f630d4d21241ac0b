"""Plants work that cannot run, in the project of the suite that is measured, and older than it."""
import os

from harness.stack import until

COUNT = int(os.environ.get("BACKLOG") or 100_000)
KEYS = min(5_000, COUNT // 20)
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
    """Gives each of KEYS keys a share of the items and marks one of each as held by an agent that never ends it.

    Written into the tables: no agent holds thousands of attempts at once.
    """
    place.database.run(f"""
        SET @project = (SELECT id FROM projects WHERE project_key = 'demo'), @agent = UUID(), @session = UUID();
        INSERT INTO queue_buckets (project_id, concurrency_key, labels, labels_sha)
          SELECT @project, CONCAT('key-', seq), '', UNHEX(SHA1('')) FROM seq_1_to_{KEYS};
        CREATE TEMPORARY TABLE spread AS
          SELECT execution_id, ROW_NUMBER() OVER (ORDER BY execution_id) - 1 AS number FROM work_items WHERE state = 'ready';
        ALTER TABLE spread ADD PRIMARY KEY (execution_id);
        CREATE TEMPORARY TABLE keyed AS
          SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS number FROM queue_buckets WHERE concurrency_key LIKE 'key-%';
        ALTER TABLE keyed ADD PRIMARY KEY (number);
        UPDATE work_items w JOIN spread s ON s.execution_id = w.execution_id JOIN keyed k ON k.number = s.number % {KEYS}
          SET w.bucket_id = k.id;
        INSERT INTO agents (id, project_id, name, credential_sha256, session_id, created_at)
          VALUES (@agent, @project, 'holds all', UNHEX(SHA2(@agent, 256)), @session, UTC_TIMESTAMP(3));
        INSERT INTO agent_sessions (id, agent_id, project_id, lease_until, slots, labels, protocol, draining, created_at, last_beat_at)
          VALUES (@session, @agent, @project, '2099-01-01', {KEYS}, '[]', 1, TRUE, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));
        UPDATE work_items w JOIN spread s ON s.execution_id = w.execution_id SET w.state = 'running', w.fence = 1, w.attempt = 1,
          w.agent_id = @agent, w.session_id = @session, w.accepted_at = UTC_TIMESTAMP(3), w.deadline_at = '2099-01-01'
          WHERE s.number < {KEYS};""")
    # The dispatcher keeps what it has read: a new one reads what is there now.
    place.restart("scheduler")
