"""The same doors from a shell: ``kurihara-geo demo``, ``check``, ``template``, ``propose`` and ``verify``.

Exit codes: 0 a plan was written (proven or not, said plainly), or a check or verification found no error; 2 the input
or the rules are wrong, or a written plan does not hold (every problem named, nothing written); 3 no plan was found in
time; 130 interrupted before there was one.
"""

from kurihara_geo.cli import check, demo, propose, template, verify
from kurihara_geo.cli.app import app, main

__all__ = ["app", "check", "demo", "main", "propose", "template", "verify"]
