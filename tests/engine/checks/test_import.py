"""A scenario of another site becomes a lesson that runs on a real machine."""

import json
from pathlib import Path

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.lessonfile.imports import import_scenario
from slipway.lessonfile.killercoda.needs import NOT_THERE
from slipway.lessonfile.lint import lint
from slipway.prover.main import main
from tests.engine.lab import Lab

pytestmark = pytest.mark.engine

INDEX = {
    "title": "Pandas",
    "details": {
        "intro": {"text": "intro.md", "foreground": "wait.sh", "background": "begin.sh"},
        "steps": [
            {"title": "Serve them", "text": "serve.md", "verify": "serve.sh"},
            {"title": "Look at the cluster", "text": "cluster.md", "verify": "cluster.sh"},
        ],
        "assets": {"host01": [{"file": "**", "target": "/srv/pandas", "chmod": "0644"}]},
    },
    "backend": {"imageid": "ubuntu"},
}
FILES = {
    "intro.md": "Pandas are prepared.\n",
    "begin.sh": "sleep 1\necho '<h1>pandas</h1>' >/srv/pandas/index.html\nno-such-program\ntouch /tmp/ready\n",
    "wait.sh": "while [ ! -f /tmp/ready ]; do sleep 0.2; done\n",
    "assets/food/bamboo.txt": "bamboo\n",
    "serve.md": """\
Serve them with `nginx:alpine` on port 8080.

```
sleep 1d
```{{exec}}

```
docker run -d -p 8080:80 -v /srv/pandas:/usr/share/nginx/html nginx:alpine
```{{exec interrupt}}
""",
    "serve.sh": """\
#!/bin/bash
set -e
{
    grep bamboo /srv/pandas/food/bamboo.txt
    curl localhost:8080 | grep pandas
} >>/tmp/verify.log 2>&1
echo "done"
""",
    "cluster.md": "There is none.\n\n`kubectl get pods`{{exec}}\n",
    # Where nothing can be asked, this would say that nothing is wrong.
    "cluster.sh": "if kubectl get pod panda >/dev/null 2>&1; then exit 1; fi\n",
}


def test_an_imported_scenario_runs(
    tmp_path: Path, docker_engine: DockerEngine, tags: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its scripts prepare the machine, buttons are its solution, and what cannot be looked at is told by name."""
    folder = tmp_path / "pandas"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "index.json").write_text(json.dumps(INDEX))
    lesson = import_scenario(folder, tmp_path / "course", frozenset({"nginx"})).lesson
    assert lesson is not None
    assert lint(tmp_path / "course") == []

    found: dict[str, dict[str, object]] = {}
    for exercise in ("serve-them", "look-at-the-cluster"):
        words = [str(lesson), "--exercise", exercise, "--json", "--no-record"]
        main(words, engine=docker_engine, image_of=tags.__getitem__, lessons=tmp_path)
        found |= {line["exercise"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    served, asked = found["serve-them"], found["look-at-the-cluster"]
    assert (served["nothing_fails"], served["solution_passes"], served["notes"]) == (True, True, [])
    assert (asked["nothing_fails"], asked["solution_passes"]) == (True, False)
    assert "what this machine does not have: kubectl" in str(asked["notes"])


def test_what_an_import_calls_missing_is_missing(lab: Lab) -> None:
    """A report that names a program which is there would be wrong."""
    lab.start("import-missing")
    there = lab.sh("import-missing", f"for name in {' '.join(sorted(NOT_THERE))}; do command -v $name || :; done")
    assert there == ""
