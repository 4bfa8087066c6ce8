"""The server of every subject but the service itself: as the service's, without its hooks."""

worker_class = "gthread"
workers = 2
threads = 4
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
