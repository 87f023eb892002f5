"""`python -m graph` is `passerelles`."""

from .cli import main

main()
