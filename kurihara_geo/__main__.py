"""``python -m kurihara_geo``: the command line where its script is not on the path."""

from kurihara_geo.cli import main

main()
