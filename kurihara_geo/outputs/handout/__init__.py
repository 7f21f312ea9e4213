"""PLAN -> paper: A3 map and index, a page a district, a card an association, plans compared; one PDF."""

from kurihara_geo.outputs.handout.write import write_handout

__all__ = ["write_handout"]
