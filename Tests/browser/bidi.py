"""A small WebDriver BiDi client: what the main line in Debian's Firefox needs, over its own remote debugging port."""
import contextlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

from websockets.sync.client import connect

PREFERENCES = """user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
"""


class Firefox:
    """One headless Firefox with a fresh profile and one tab; `faults` are errors that pages threw."""

    def __init__(self, path, seconds=20):
        self.profile = pathlib.Path(tempfile.mkdtemp(prefix="assay-firefox."))
        (self.profile / "user.js").write_text(PREFERENCES)
        self.process = subprocess.Popen(
            [path, "--headless", "--no-remote", "--profile", self.profile, "--remote-debugging-port", "0", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.last, self.faults = 0, []
        self.open = contextlib.ExitStack()
        self.socket = self.open.enter_context(connect(f"ws://127.0.0.1:{self._port(seconds)}/session", max_size=None, proxy=None))
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self.tab = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def _port(self, seconds):
        """Firefox writes the port it has taken into its profile."""
        place = self.profile / "WebDriverBiDiServer.json"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return json.loads(place.read_text())["ws_port"]
            except (OSError, ValueError):
                time.sleep(0.05)
        self.close()
        raise AssertionError("Firefox opened no port")

    def call(self, method, **parameters):
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv(timeout=40))
            if answer.get("method") == "log.entryAdded" and answer["params"]["type"] == "javascript":
                self.faults.append(answer["params"]["text"])
            if answer.get("id") == self.last:
                assert answer["type"] == "success", f"{method}: {answer.get('message')}"
                return answer["result"]

    def goto(self, url):
        self.call("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def reload(self):
        self.call("browsingContext.reload", context=self.tab, wait="complete")

    def run(self, function, *words):
        """What a function of the page answers, awaited; a text, number or truth."""
        done = self.call("script.callFunction", functionDeclaration=function, awaitPromise=True, target={"context": self.tab},
                         arguments=[{"type": "string", "value": word} for word in words])
        assert done["type"] == "success", done.get("exceptionDetails", {}).get("text")
        return done["result"].get("value")

    def sees(self, condition, seconds=15):
        """Waits in the page until an expression of it is true, looking at every change of the document."""
        answer = self.run(f"""(seconds) => new Promise((done) => {{
            const look = () => {{ try {{ return {condition}; }} catch {{ return false; }} }};
            if (look()) return done("seen");
            const watch = new MutationObserver(() => {{ if (look()) {{ watch.disconnect(); done("seen"); }} }});
            watch.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});
            setTimeout(() => {{ watch.disconnect(); done(document.body.innerText); }}, seconds * 1000);
        }})""", str(seconds))
        assert answer == "seen", f"never {condition}:\n{answer}"

    def click(self, selector):
        """Presses the pointer on the middle of an element, as a person does."""
        found = self.call("browsingContext.locateNodes", context=self.tab, locator={"type": "css", "value": selector}, maxNodeCount=1)["nodes"]
        assert found, f"no {selector}"
        self.run("(selector) => { document.querySelector(selector).scrollIntoView({ block: 'center' }); }", selector)
        self.call("input.performActions", context=self.tab, actions=[{"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": {"sharedId": found[0]["sharedId"]}}},
            {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]}])

    def type(self, text):
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self.call("input.performActions", context=self.tab, actions=[{"type": "key", "id": "keys", "actions": keys}])

    def close(self):
        if hasattr(self, "open"):
            self.open.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
