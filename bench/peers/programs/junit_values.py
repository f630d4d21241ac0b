"""Reads a JUnit file to the same values with lxml or junitparser: `junit_values.py lxml|junitparser FILE`; prints seconds and tests."""
import json
import sys
import time

STATUS = {"failure": "failed", "error": "error", "skipped": "skipped"}


def with_lxml(path):
    """Streams, and frees what it has seen, so that memory stays small too."""
    from lxml import etree
    count, suites = 0, []
    for event, element in etree.iterparse(path, events=("start", "end"), tag=("testsuite", "testcase")):
        if element.tag == "testsuite":
            suites.append(element.get("name")) if event == "start" else (suites.pop(), element.clear())
        elif event == "end":
            status, error, output = "passed", None, ""
            for child in element:
                if child.tag in STATUS:
                    status, error = STATUS[child.tag], (child.get("type"), child.get("message"), child.text)
                elif child.tag == "system-out":
                    output = child.text
            seconds = element.get("time")
            value = (element.get("name"), element.get("classname"), tuple(suites), status,
                     round(float(seconds) * 1000) if seconds else None, error, output)
            count += value is not None
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return count


def with_junitparser(path):
    from junitparser import JUnitXml
    count = 0
    for suite in JUnitXml.fromfile(path):
        for case in suite:
            value = (case.name, case.classname, suite.name, case.time, [(r.type, r.message, r.text) for r in case.result],
                     case.system_out)
            count += value is not None
    return count


began = time.process_time()
found = {"lxml": with_lxml, "junitparser": with_junitparser}[sys.argv[1]](sys.argv[2])
print(json.dumps({"seconds": time.process_time() - began, "found": found}))
