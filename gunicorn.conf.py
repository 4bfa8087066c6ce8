"""Gunicorn's settings, each with its reason."""

import atexit
import gc
import os
import shutil
import tempfile

# Where the workers count together; prometheus-client looks for it when it is imported. A folder
# that was named is its owner's to clear; one of our own goes with the master, however it ends.
if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="futurisys-metrics-")
    atexit.register(shutil.rmtree, os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)

from gunicorn import util
from prometheus_client import multiprocess

from futurisys import serving, settings
from futurisys.api.errors import unparsed
from futurisys.api.response_headers import HEADERS
from futurisys.api.unread import Unread, drop
from futurisys.api.worker import processor_for

_settings = settings.read()


def write_error(sock, status, reason, _message):
    """Answer what Gunicorn refuses as every error is answered; its own page repeats the request."""
    util.write_nonblock(sock, unparsed(status, reason, HEADERS))
    drop(sock)


util.write_error = write_error

bind = f"{_settings['HOST']}:{_settings['PORT']}"
workers = _settings["WEB_CONCURRENCY"]
# A thread that waits for the database leaves the others free.
worker_class = "futurisys.api.worker.PatientWorker"
threads = 4  # Three may wait for the database, one says that we live; more win nothing.
preload_app = True  # The code is shared by the workers; the model is loaded after the fork.
worker_tmp_dir = "/dev/shm"  # A heartbeat on a slow disk would get healthy workers killed.
control_socket_disable = True  # Nobody speaks to it, and it would stand open in $HOME.
keepalive = 75  # Longer than the proxy's 65 s, so that it never sends on a connection we close.
timeout = 60  # A worker whose main thread is stuck is replaced; a long request is not cut.
graceful_timeout = 30  # What a request in flight gets to end after SIGTERM.
backlog = 256  # Beyond what waits here a caller is refused at once and can go elsewhere.
limit_request_fields = 50
limit_request_field_size = 8190  # Room for a key, an Idempotency-Key and what proxies add.
loglevel = _settings["FUTURISYS_LOG_LEVEL"]


def child_exit(server, worker):
    """Take a worker that ended out of the counts of what is alive."""
    multiprocess.mark_process_dead(worker.pid)


def pre_fork(server, worker):
    """Keep the workers' collector off what they share: to look at an object is to copy its page."""
    gc.freeze()
    worker.processor = processor_for(list(server.WORKERS.values()), workers)


def post_fork(server, worker):
    """Leave the folder of the counts to the master when this worker ends; keep to a processor."""
    atexit.unregister(shutil.rmtree)
    if worker.processor is not None:
        os.sched_setaffinity(0, {worker.processor})


def when_ready(server):
    """Be found by `flask model promote`, once SIGHUP is heard: it would end this process before."""
    serving.hold(server.app.wsgi())


def on_reload(server):
    """On SIGHUP, prove the new model before any worker is started: old ones are not waited for."""
    serving.renew(server.app.wsgi())


def post_worker_init(worker):
    """Load the model in the process that will use it, without keeping the worker from its start."""
    serving.start(worker.wsgi)
    worker.wsgi = Unread(worker.wsgi)
    # What stands now stands for good: the collector need not walk through it at every request.
    gc.freeze()
