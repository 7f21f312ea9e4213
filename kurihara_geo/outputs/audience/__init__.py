"""What may be shown to whom: everything for office use, no small household count and nothing that tells one in public.

The public edition hides household counts under a limit and, beside them, as many further numbers as it takes that no
hidden one can be solved for (complementary suppression). What is protected and what is not: :func:`disclose`.
"""

from kurihara_geo.outputs.audience.disclosure import Audience, Disclosure, Hidden, disclose, file_note, read_audience
from kurihara_geo.outputs.audience.rules import OFFICE_RULES, public_rules

__all__ = [
    "OFFICE_RULES",
    "Audience",
    "Disclosure",
    "Hidden",
    "disclose",
    "file_note",
    "public_rules",
    "read_audience",
]
