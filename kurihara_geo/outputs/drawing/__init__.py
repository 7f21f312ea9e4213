"""What pages and paper draw alike: light shapes, colours, districts and councils, numbers of groups, fonts."""

from __future__ import annotations
