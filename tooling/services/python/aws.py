import follow  # noqa: F401
from moto.server import main

main(["--host", "127.0.0.1", "--port", "0"])
