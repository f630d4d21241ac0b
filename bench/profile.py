"""Which statements a one-step case costs, and which run while nothing happens: MariaDB's general log, told by statement.

    BUILD=release .venv/bin/python bench/profile.py [CASES]        prints Markdown
"""
import collections
import re
import sys
import time

from bench.place import Place

IDLE_SECONDS = 20
# The client's own words about a transaction; counted apart.
FRAME = re.compile(r"^(BEGIN|COMMIT|ROLLBACK)\b")


def shape(text):
    """A statement without its values; lists of any length look alike."""
    text = re.sub(r"\\n", " ", text)
    text = re.sub(r"(?:_\w+|TIMESTAMP ?)?'(?:[^'\\]|\\.|'')*'|\bX'[0-9A-F]*'|\b\d+(?:\.\d+)?\b|(?<=[=(,] )NULL\b|(?<=\()NULL\b|\?", "?", text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\(\s*\?(?:,\s*\?)+\s*\)", "(?…)", text)
    text = re.sub(r"(SELECT (?:\? \w+(?:, )?)+)(?: UNION ALL SELECT (?:\?(?: \w+)?(?:, )?)+)+", r"\1 …", text)
    return re.sub(r"(\([^()]*\?[^()]*\))(?:,\s*\1)+", r"\1…", text)


def recorded(database, body):
    """Runs `body` and returns how often each statement ran meanwhile, how often it was prepared, and the seconds."""
    database.run("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1")
    began = time.monotonic()
    body()
    seconds = time.monotonic() - began
    database.run("SET GLOBAL general_log = 0")
    counts, prepared = collections.Counter(), 0
    for kind, text in database.rows(
            "SELECT command_type, CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE user_host LIKE 'assay%'"):
        if kind in ("Execute", "Query", "Bulk"):
            counts[shape(text)] += 1
        prepared += kind == "Prepare"
    return counts, prepared, seconds


def table(title, counts, divisor, unit):
    frames = {text: count for text, count in counts.items() if FRAME.match(text)}
    rest = {text: count for text, count in counts.items() if text not in frames}
    print(f"\n## {title}\n\n{sum(rest.values()) / divisor:.2f} statements {unit}, and "
          + ", ".join(f"{count / divisor:.2f} {text}" for text, count in sorted(frames.items())) + f"\n\n| {unit} | statement |\n|---|---|")
    for text, count in sorted(rest.items(), key=lambda pair: -pair[1]):
        print(f"| {count / divisor:.3f} | `{text[:900]}` |")


def main():
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with Place(agent_slots=16) as place:
        place.plant_suite("profile", cases)
        place.run_suite("profile")  # caches are warm, statements prepared
        place.settle()
        idle, _, idle_seconds = recorded(place.database, lambda: time.sleep(IDLE_SECONDS))
        busy, prepared, seconds = recorded(place.database, lambda: place.run_suite("profile"))
    over = collections.Counter({text: count - idle[text] * seconds / idle_seconds for text, count in busy.items()})
    print(f"# Statements of a suite of {cases} no-op cases\n\nOne agent of 16 slots, release build; the suite ran {seconds:.1f} s under "
          f"the general log; {prepared} statements were prepared anew meanwhile.")
    table("Above the idle rate, per case", over, cases, "a case")
    table(f"Idle, {idle_seconds:.0f} s", idle, idle_seconds, "a second")


if __name__ == "__main__":
    main()
