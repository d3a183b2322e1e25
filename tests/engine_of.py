"""A look behind an instance: what its database says and what its engine holds, past all of Slipway's own code paths."""

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from slipway.engine.docker_engine import DockerEngine
from tests.instance import Instance


class EngineOf:
    """The engine and the database of one instance."""

    def __init__(self, instance: Instance) -> None:
        self._database = instance.home / "db.sqlite3"
        self._socket = instance.home / "run" / "engine" / "engine.sock"
        self._engine = DockerEngine(Path(self._socket))
        self._container = instance.engine_container.name

    def close(self) -> None:
        """Close the connections to the engine."""
        self._engine.close()

    def rows(self, query: str, *values: str) -> list[tuple[object, ...]]:
        """Return what a query finds."""
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(query, values).fetchall()

    def learners_machine(self) -> str:
        """Return the name of the machine that was asked for last."""
        found = self.rows(
            "SELECT machine FROM sandboxes_sandbox WHERE owner_id IS NOT NULL ORDER BY requested_at DESC LIMIT 1"
        )
        return str(found[0][0])

    def learner_has_a_ready_machine(self) -> bool:
        """Return whether the last learner's machine is ready in the database and runs on the engine."""
        name = self.learners_machine()
        ready = self.rows("SELECT 1 FROM sandboxes_sandbox WHERE machine = ? AND state = 'ready'", name)
        return bool(ready) and name in self.running()

    def running(self) -> set[str]:
        """Return the machines that run on the engine; none while it does not answer."""
        try:
            return {machine.name for machine in self._engine.machines() if machine.running}
        except Exception:  # noqa: BLE001  (whatever a dying engine answers)
            return set()

    def has_no_pool(self) -> bool:
        """Return whether no warm machine is kept or made."""
        return not self.rows("SELECT 1 FROM sandboxes_sandbox WHERE owner_id IS NULL AND state <> 'gone'")

    def is_starting(self) -> bool:
        """Return whether a learner's machine is being made right now."""
        return bool(self.rows("SELECT 1 FROM sandboxes_sandbox WHERE owner_id IS NOT NULL AND state = 'preparing'"))

    def holds_only_what_is_known(self) -> bool:
        """Return whether every machine and every disk of the engine belongs to a row of the database."""
        known = {str(row[0]) for row in self.rows("SELECT machine FROM sandboxes_sandbox WHERE state <> 'gone'")}
        machines = {machine.name for machine in self._engine.machines()}
        disks = {disk.name.rpartition(".")[0] for disk in self._engine.disks()}
        return machines <= known and disks <= known

    def is_checking(self) -> bool:
        """Return whether a check run is being done right now."""
        return bool(self.rows("SELECT 1 FROM grading_checkrun WHERE state = 'running'"))

    def is_passed_once(self, exercise: str) -> bool:
        """Return whether the newest attempt has one passing verdict for an exercise, and no run that has not ended."""
        newest = "(SELECT id FROM grading_attempt ORDER BY opened_at DESC LIMIT 1)"
        passed = self.rows(
            f"SELECT 1 FROM grading_verdict v JOIN courses_exercise e ON e.id = v.exercise_id"  # noqa: S608  (our words)
            f" WHERE v.passed AND e.slug = ? AND v.attempt_id = {newest}",
            exercise,
        )
        unfinished = self.rows(
            f"SELECT 1 FROM grading_checkrun WHERE state IN ('waiting', 'running') AND attempt_id = {newest}"  # noqa: S608
        )
        return len(passed) == 1 and not unfinished

    def kill_learners_machine(self) -> None:
        """Kill the first process of the last learner's machine."""
        socket = "unix:///run/slipway/engine.sock"
        script = f"kill -9 $(docker -H {socket} inspect -f '{{{{.State.Pid}}}}' {self.learners_machine()})"
        self._docker("exec", self._container, "sh", "-c", script)

    def host_pid(self, machine: str) -> int:
        """Return the id, on this host, of a machine's first process: the child of a shim of this engine."""
        socket = "unix:///run/slipway/engine.sock"
        inner = self._docker(
            "exec", self._container, "docker", "-H", socket, "inspect", "-f", "{{.State.Pid}}", machine
        )
        root = self._docker("inspect", "-f", "{{.State.Pid}}", self._container).strip()
        engine = Path(f"/proc/{root}/ns/pid").readlink()
        for status in Path("/proc").glob("[0-9]*/status"):
            facts = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            is_first = facts["NSpid"].split()[-2:] == [inner.strip(), "1"]
            if is_first and Path(f"/proc/{facts['PPid']}/ns/pid").readlink() == engine:
                return int(facts["Pid"])
        raise AssertionError(f"no process of {machine} is seen from here")

    def kill_container(self) -> None:
        """Kill the engine container's first process, as the kernel would; `docker kill` would count as a wish."""
        pid = self._docker("inspect", "-f", "{{.State.Pid}}", self._container)
        os.kill(int(pid), signal.SIGKILL)

    def _docker(self, *words: str) -> str:
        environment = {**os.environ, "DOCKER_API_VERSION": "1.41"}
        done = subprocess.run(["docker", *words], check=True, capture_output=True, text=True, env=environment)
        return done.stdout
