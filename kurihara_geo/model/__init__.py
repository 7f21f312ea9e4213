"""CANDIDATES -> SOLUTION: arithmetic only; the only room that knows PuLP and the solvers."""
