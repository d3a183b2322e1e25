"""JupyterHub's terminal: the one of the Jupyter Server that it starts for a person, without the Hub's proxy."""

import asyncio
import json
import urllib.error
import urllib.request
from http import HTTPStatus

from tests.load.peers.terminado import TerminadoTerminal

ANSWER_SECONDS = 10


class JupyterTerminal(TerminadoTerminal):
    """Terminado's frames; a terminal is made by a request, and everything wants the server's token."""

    path = "/terminals/websocket/{number}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self._word}"}

    async def _prepare(self) -> None:
        if not self._is_known:
            await asyncio.to_thread(self._make)

    def _make(self) -> None:
        url, name = f"{self.address}/api/terminals", str(self.number)
        headers = {**self._headers(), "Content-Type": "application/json"}
        try:
            known = urllib.request.Request(f"{url}/{name}", headers=headers)  # noqa: S310  (a loopback address)
            urllib.request.urlopen(known, timeout=ANSWER_SECONDS).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise
            body = json.dumps({"name": name}).encode()
            new = urllib.request.Request(url, body, headers)  # noqa: S310
            urllib.request.urlopen(new, timeout=ANSWER_SECONDS).close()  # noqa: S310


def argv(folder: str, port: int, shell: str) -> list[str]:
    """Return the command that serves terminals of this shell; the token comes by its environment."""
    return [
        f"{folder}/bin/python",
        *("-m", "jupyter_server", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        f"--ServerApp.terminado_settings={{'shell_command': ['{shell}']}}",
    ]
