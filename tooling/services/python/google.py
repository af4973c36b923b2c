import follow  # noqa: F401
from drongo.server import run

run("127.0.0.1", 0)
