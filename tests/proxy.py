"""A TCP proxy in front of a real server, which can fail as networks and servers fail."""

import contextlib
import re
import socket
import threading
from typing import Self

_COMMITS = re.compile(b"COMMIT|keep_prediction")


class Proxy:
    """Forwards to a port of loopback; a context manager.

    mode: "forward"; "refuse" closes what comes; "silent" accepts and never answers; "freeze" stops
    passing anything on; "cut at commit" passes on what commits, a COMMIT or the one statement that
    keeps a prediction, and then drops both ends' connection to each other before its answer.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.mode = "forward"
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.drop()

    def drop(self) -> None:
        """Close every connection that is open."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            if self.mode == "refuse":
                client.close()
            elif self.mode != "silent":
                server = socket.create_connection(self._target)
                self._open.append(server)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.mode == "freeze":
                    return
                is_cut = self.mode == "cut at commit" and bool(_COMMITS.search(data))
                if is_cut:
                    # Before the server has it: its answer may come at once.
                    self.mode = "forward"
                    source.shutdown(socket.SHUT_RDWR)
                target.sendall(data)
                if is_cut:
                    return
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
