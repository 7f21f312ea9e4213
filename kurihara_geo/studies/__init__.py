"""PLAN(S) -> MORE TABLES: alternatives, what-if, trade-off, explanations; no drawing, no files."""
