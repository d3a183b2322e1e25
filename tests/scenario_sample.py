"""A small scenario of Killercoda's format, to be written into a folder, changed and imported by tests."""

import json
from pathlib import Path
from typing import Any

from slipway.lessonfile.imports import Imported, import_scenario
from slipway.lessonfile.killercoda.report import Fate

INDEX: dict[str, Any] = {
    "title": "Pandas",
    "description": "Two steps",
    "time": "10-15 minutes",
    "details": {
        "intro": {"text": "intro.md", "foreground": "wait.sh", "background": "setup.sh"},
        "steps": [
            {"title": "Make a file", "text": "step1.md", "verify": "verify1.sh"},
            {"title": "Look at it", "text": "step2.md"},
            {"title": "Make another", "text": "step3.md", "verify": "verify3.sh", "hint": "hint.md"},
        ],
        "finish": {"text": "finish.md"},
        "assets": {"host01": [{"file": "*.txt", "target": "/etc/pandas", "chmod": "0600"}]},
    },
    "backend": {"imageid": "ubuntu"},
}
FILES = {
    "intro.md": "# Welcome\n\nThere is `{{name}}` in it.\n",
    "wait.sh": "while [ ! -e /tmp/done ]; do sleep 1; done\n",
    "setup.sh": "#!/bin/bash\ntouch /tmp/done\n",
    "step1.md": "# Make a file\n\n## How\n\n```plain\ntouch /etc/panda\n```{{exec}}\n\nOr see `ls`{{copy}}.\n",
    "verify1.sh": "#!/bin/bash\nstat /etc/panda\n",
    "step2.md": "Look with `ls -l /etc/panda`{{execute}} at it.\n",
    "step3.md": "Make `/etc/bear`.\n\n`touch /etc/bear`{{execute T2}}\n\n[Page]({{TRAFFIC_HOST1_80}}/x)\n",
    "verify3.sh": "if [ -e /etc/bear ]; then echo done; fi\n",
    "hint.md": "Use *touch*.\n",
    "finish.md": "Well done.\n",
    "assets/a.txt": "one\n",
}


def write(folder: Path, index: object = INDEX, files: dict[str, str] = FILES) -> Path:
    """Write a scenario."""
    folder.mkdir(parents=True)
    (folder / "index.json").write_text(index if isinstance(index, str) else json.dumps(index))
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def brought(tmp_path: Path, index: object = INDEX, files: dict[str, str] = FILES) -> Imported:
    """Import a scenario into a course of its own."""
    return import_scenario(write(tmp_path / "pandas", index, files), tmp_path / "course")


def lines(imported: Imported, fate: Fate) -> str:
    """Return a report's lines of one fate."""
    return "\n".join(str(entry) for entry in imported.report.entries if entry.fate is fate)
