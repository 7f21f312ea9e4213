"""How offices lay out a list of counts: cells, headings, dates, towns, totals, and sheets that stand on their side."""
