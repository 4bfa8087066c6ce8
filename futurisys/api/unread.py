"""What becomes of a body that an answer did not need, for Gunicorn does not read it to its end."""

import contextlib
import socket
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from gunicorn.http.errors import ParseException
from werkzeug.wsgi import ClosingIterator

# A small body that is already here is dropped, and the connection goes on.
HERE_MAX = 64 << 10
# Of what is still being sent: more than deploy/nginx.conf lets through.
DROPPED_MAX = 72 << 20
DROPPING_SECONDS, SILENCE_SECONDS = 10, 2
CHUNK = 64 << 10


class Unread:
    """An application whose early answers arrive, and say what becomes of the connection.

    A server that closes while its client still sends resets the connection, and the client, or
    the proxy in front, loses the answer. So the connection is said to close (RFC 9112, 9.6), and
    what still comes is dropped, within bounds, until the client has read the answer and closes.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._application(environ, start_response)
        left: list[socket.socket] = []

        def start(*answer: Any) -> Any:
            if not _is_over(environ["gunicorn.socket"], environ["wsgi.input"]):
                left.append(environ["gunicorn.socket"])
                # Gunicorn writes this header itself, and listens to nothing else.
                start_response.__self__.force_close()
            return start_response(*answer)

        answer = self._application(environ, start)
        return ClosingIterator(answer, partial(drop, left[0])) if left else answer


def drop(client: socket.socket) -> None:
    """Read what a client still sends after its answer until it closes, within the bounds."""
    deadline = time.monotonic() + DROPPING_SECONDS
    dropped = 0
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_WR)
        while dropped < DROPPED_MAX and (seconds := deadline - time.monotonic()) > 0:
            client.settimeout(min(seconds, SILENCE_SECONDS))
            if not (data := client.recv(CHUNK)):
                break
            dropped += len(data)
    with contextlib.suppress(OSError):
        # Gunicorn's main thread would wait for the end of the rest once more.
        client.shutdown(socket.SHUT_RD)


def _is_over(client: socket.socket, body: Any) -> bool:
    """Whether the body was read, or is short and all here: nobody is waited for."""
    patience = client.gettimeout()
    client.settimeout(0)
    try:
        return len(body.read(HERE_MAX + 1)) <= HERE_MAX and not body.failed
    except (OSError, ParseException):
        return False
    finally:
        client.settimeout(patience)
