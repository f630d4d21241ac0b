"""`--check-config` prints the defaults that docs/operations.md promises."""
import os
import pathlib
import re
import subprocess

from harness.stack import BUILD, ROOT


def test_defaults_are_as_documented():
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ASSAY_")}
    shown = subprocess.run([BUILD / "assay-server", "--check-config"], cwd="/", capture_output=True, text=True, check=True,
                           env={**environment, "LLVM_PROFILE_FILE": "/dev/null"}).stdout
    actual = dict(line.split("#")[0].strip().split("=", 1) for line in shown.splitlines() if "=" in line)
    table = (ROOT / "docs" / "operations.md").read_text().split("## Settings")[1].split("##")[0]
    documented = dict(re.findall(r"(?m)^\| (ASSAY_\w+) \| (.*?) ?\|", table))
    assert documented.pop("ASSAY_SHARE") == "*the checkout*"
    assert pathlib.Path(actual.pop("ASSAY_SHARE"), "nginx", "assay.conf.in").exists()
    assert actual == documented


def test_faults_are_named_together():
    bad = subprocess.run([BUILD / "assay-server", "--check-config"], capture_output=True, text=True,
                         env={**os.environ, "ASSAY_PORT": "eighty", "ASSAY_LOG_LEVEL": "loud", "LLVM_PROFILE_FILE": "/dev/null"})
    assert bad.returncode != 0 and "ASSAY_PORT" in bad.stderr and "ASSAY_LOG_LEVEL" in bad.stderr


def test_secrets_are_not_shown():
    shown = subprocess.run([BUILD / "assay-server", "--check-config"], capture_output=True, text=True, check=True,
                           env={**os.environ, "ASSAY_DB_PASSWORD": "do-not-show", "LLVM_PROFILE_FILE": "/dev/null"}).stdout
    assert "do-not-show" not in shown and "ASSAY_DB_PASSWORD=***" in shown
