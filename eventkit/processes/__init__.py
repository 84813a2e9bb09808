"""What runs on a machine: the supervisor, the web server's worker, the worker that builds grids, their logs."""
