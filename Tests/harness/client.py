"""A thin client of the HTTP interface: what a script with `requests` would write."""
import time

import requests

FINAL = {"passed", "failed", "timeout", "cancelled", "aborted"}


class Client:
    def __init__(self, url, token=None):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = token
        if token:
            self.session.headers["Authorization"] = "Bearer " + token

    def login(self, email, password):
        answer = self.post("/api/v1/auth/login", {"email": email, "password": password}, expect=200)
        # Scripts use the token of the body; cookies would ask for an Origin on every write.
        self.session.cookies.clear()
        self.session.headers["Authorization"] = "Bearer " + answer["token"]
        self.token = answer["token"]
        self.user = answer["user"]
        return self

    def call(self, method, path, expect=None, **options):
        options.setdefault("timeout", 60)
        answer = self.session.request(method, self.url + path, **options)
        if expect is not None:
            wanted = expect if isinstance(expect, (tuple, list, set)) else (expect,)
            assert answer.status_code in wanted, f"{method} {path}: {answer.status_code} {answer.text[:800]}"
        return answer

    def status(self, path):
        try:
            return self.call("GET", path, timeout=5).status_code
        except requests.RequestException:
            return 0

    def get(self, path, expect=200):
        return self.call("GET", path, expect).json()

    def post(self, path, body=None, expect=(200, 201, 202), **options):
        answer = self.call("POST", path, expect, json=body, **options)
        return answer.json() if answer.content else None

    def put(self, path, body, expect=(200, 201, 204)):
        answer = self.call("PUT", path, expect, json=body)
        return answer.json() if answer.content else None

    def delete(self, path, expect=(200, 202, 204)):
        return self.call("DELETE", path, expect)

    def api_token(self, name, scopes=("read", "write"), **more):
        return self.post("/api/v1/tokens", {"name": name, "scopes": list(scopes), **more}, expect=201)["token"]

    # Catalog and executions

    def apply(self, body, project="demo", dry=False):
        return self.post(f"/api/v1/catalog/apply?project={project}" + ("&dryRun=true" if dry else ""), body, expect=200)

    def add_case(self, key, steps, project="demo", **more):
        case = {"key": key, "name": key, "type": "generic", "steps": steps, **more}
        return self.apply({"testCases": [case]}, project)

    def start(self, project="demo", headers=None, **body):
        return self.post("/api/v1/executions", {"project": project, **body}, expect=201, headers=headers)

    def execution(self, execution_id):
        return self.get(f"/api/v1/executions/{execution_id}")

    def finished(self, execution_id, seconds=60):
        """Waits for the final status by the parked `wait` call and returns the execution."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            left = max(1, int((deadline - time.monotonic()) * 1000))
            answer = self.call("GET", f"/api/v1/executions/{execution_id}/wait?timeoutMs={min(left, 5000)}", timeout=20)
            if answer.status_code == 200 and answer.json()["final"]:
                break
            if answer.status_code != 200:
                time.sleep(0.2)  # the role that answers is being restarted
        found = self.execution(execution_id)
        assert found["status"] in FINAL, f"not final after {seconds} s: {found}"
        return found

    def reached(self, execution_id, status, seconds=20):
        deadline = time.monotonic() + seconds
        while True:
            found = self.execution(execution_id)
            if found["status"] == status:
                return found
            assert time.monotonic() < deadline and found["status"] not in FINAL, f"never {status}: {found}"
            time.sleep(0.05)

    def children(self, execution_id):
        return self.get(f"/api/v1/executions/{execution_id}/children?limit=200")["items"]

    def steps(self, execution_id):
        return self.get(f"/api/v1/executions/{execution_id}/trace")["steps"]
