"""JUnit files to values: seconds of the processor beside bare expat, lxml and junitparser, and the memory for a large file."""
import json
import os
import subprocess
import tempfile

from bench.figures import Figure, ratio
from bench.peers.celery import PYTHON
from bench.place import ROOT

TESTS = 200_000
LARGE_MIB = int(os.environ.get("LARGE_MIB") or 1024)
PROGRAM = ROOT / ".build" / "release" / "bench-readers"
PEER = ROOT / "bench" / "peers" / "programs" / "junit_values.py"


def suite(number):
    """A hundred tests, about 25 KB: one in twenty failed with a stack of twenty lines, one skipped, two with output."""
    own = f"org.example.shop.Suite{number}"
    parts = [f'<testsuite name="{own}" tests="100" failures="5" errors="0" skipped="5" timestamp="2024-05-01T10:00:00">\n']
    for test in range(100):
        head = f'  <testcase name="shouldHandleTheCaseNumber{test}InTheRightWay" classname="{own}" time="0.{test:03d}"'
        if test % 20 == 3:
            stack = "".join(f"\tat {own}.method{line}(Suite{number}.java:{line * 7})\n" for line in range(20))
            message = f"expected: &lt;{test}&gt; but was: &lt;{test + 1}&gt;"
            parts.append(f'{head}>\n    <failure message="{message}" type="org.opentest4j.AssertionFailedError">{stack}</failure>\n  </testcase>\n')
        elif test % 20 == 7:
            parts.append(f'{head}>\n    <skipped message="not now"/>\n  </testcase>\n')
        elif test % 10 == 5:
            lines = "".join(f"2024-05-01 10:00:00.{line:03d} INFO  request {line} of test {test}\n" for line in range(10))
            parts.append(f"{head}>\n    <system-out><![CDATA[{lines}]]></system-out>\n  </testcase>\n")
        else:
            parts.append(f"{head}/>\n")
    return "".join(parts) + "</testsuite>\n"


def write(path, enough):
    """Suites until `enough(suites written, bytes written)`."""
    with open(path, "w") as file:
        file.write("<testsuites>\n")
        number = 0
        while not enough(number, file.tell()):
            file.write(suite(number))
            number += 1
        file.write("</testsuites>\n")


def run(*command):
    return json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout)


def measure(rounds):
    own, expat, lxml, junitparser = [], [], [], []
    with tempfile.TemporaryDirectory() as place:
        path, large = f"{place}/tests.xml", f"{place}/large.xml"
        write(path, lambda suites, _: suites == TESTS // 100)
        for _ in range(rounds):
            for seconds, command in ((expat, (PROGRAM, "expat")), (own, (PROGRAM, "values")),
                                     (lxml, (PYTHON, PEER, "lxml")), (junitparser, (PYTHON, PEER, "junitparser"))):
                found = run(*command, path)
                assert found["found"] == (0 if seconds is expat else TESTS), found
                seconds.append(found["seconds"])
        write(large, lambda _, written: written >= LARGE_MIB << 20)
        most = run(PROGRAM, "values", large)["maxKiB"] / 1024
    return [
        Figure("JUnit to values", "tests/s", [TESTS / seconds for seconds in own]),
        ratio("bare expat ÷ JUnit to values", expat, own, must=0.7),
        ratio("lxml ÷ JUnit to values", lxml, own, must=1.5),
        ratio("junitparser ÷ JUnit to values", junitparser, own, must=3),
        Figure(f"most memory for {LARGE_MIB} MiB", "MiB", [most], must=64, more_is_better=False, portable=LARGE_MIB >= 1024),
    ]
