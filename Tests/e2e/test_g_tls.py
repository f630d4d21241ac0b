"""The TLS + HTTP/2 configuration that nginx/ ships starts and serves."""
import os
import shutil
import subprocess

import pytest

from harness.stack import ROOT, free_port, until


@pytest.fixture
def tls(stack, tmp_path):
    port = free_port()
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    text = (ROOT / "nginx" / "assay-tls.conf.in").read_text()
    user = [line for line in (stack.home / "run" / "nginx.conf").read_text().splitlines() if line.startswith("user ")]
    for name, value in {"@USER@": "".join(user), "@RUN@": str(stack.home / "run"), "@HOME@": str(stack.home),
                        "@LISTEN@": f"127.0.0.1:{port}", "@CERTIFICATE@": str(certificate), "@KEY@": str(key)}.items():
        text = text.replace(name, value)
    config = tmp_path / "nginx-tls.conf"
    config.write_text(text)
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:" + os.environ["PATH"])
    nginx = subprocess.Popen([program, "-c", config, "-p", tmp_path, "-e", stack.home / "log" / "nginx-tls.log"])
    yield f"https://localhost:{port}"
    nginx.terminate()
    nginx.wait(20)


def test_http2_serves_pages_and_api(tls):
    def answer():
        return subprocess.run(["curl", "-sk", "--http2", "-m", "5", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", tls + "/readyz"],
                              capture_output=True, text=True).stdout
    assert until(lambda: answer() == "2 200", 10, "HTTP/2 200")


def test_a_browser_logs_in_over_http2(tls, stack):
    from playwright.sync_api import sync_playwright
    known = stack.credentials()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.goto(tls + "/login")
        page.get_by_label("E-mail").fill(known["email"])
        page.get_by_label("Password").fill(known["password"])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/login" not in url, timeout=15000)
        assert page.evaluate("() => performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
        cookies = page.context.cookies()
        assert cookies and all(cookie["secure"] and cookie["httpOnly"] for cookie in cookies if cookie["name"].startswith("assay_"))
        browser.close()
