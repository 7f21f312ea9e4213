"""Values as planners type them, checked one by one and made unchangeable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

__all__ = [
    "Fixed",
    "read_choice",
    "read_counts",
    "read_flag",
    "read_floor",
    "read_limit",
    "read_mapping",
    "read_reasons",
    "read_sets",
    "read_texts",
    "read_weights",
    "read_whole",
]


class Fixed(dict[str, Any]):
    """A mapping that cannot be changed once the rules are made."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        """Refuse every change."""
        raise TypeError("rules are frozen; make new ones with rules.replace(...)")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return type(self), (dict(self),)


def read_whole(value: Any, *, least: int | None) -> int:
    """Check a whole number, ``least`` or more."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"must be a whole number, not {value!r}")
    number = int(value.__index__())
    if least is not None and number < least:
        raise ValueError(f"must be {least} or more, not {number}")
    return number


def read_floor(value: Any) -> int:
    """Check a count, 0 or more."""
    return read_whole(value, least=0)


def read_limit(value: Any, *, least: int = 1) -> int | None:
    """Check a ceiling, 1 or more; None is no ceiling."""
    return None if value is None else read_whole(value, least=least)


def read_flag(value: Any) -> bool:
    """Check a yes or no."""
    if not isinstance(value, bool):
        raise TypeError(f"must be true or false, not {value!r}")
    return value


def read_choice(*choices: str) -> Any:
    """Give a check that a value is one of some words."""

    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"must be {' or '.join(repr(choice) for choice in choices)}, not {value!r}")
        return str(value)

    return check


def read_texts(value: Any) -> tuple[str, ...]:
    """Check a list of texts; repeated ones are kept once."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"must be a list of texts, not {value!r}")
    items = tuple(value)
    wrong = [item for item in items if not isinstance(item, str) or not item.strip()]
    if wrong:
        raise TypeError(f"must hold texts only, not {', '.join(repr(item) for item in wrong)}")
    return tuple(dict.fromkeys(items))


def read_sets(value: Any) -> tuple[tuple[str, ...], ...]:
    """Check a list of lists of at least two ids."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"must be a list of lists of ids, not {value!r}")
    sets = tuple(read_texts(item) for item in value)
    short = [item for item in sets if len(item) < 2]
    if short:
        raise ValueError(f"each list needs two different ids or more, not {list(short[0])}")
    return sets


def read_weights(value: Any) -> Mapping[str, int]:
    """Check column -> weight, 1 or more; a list of columns gives each the weight 1."""
    if not isinstance(value, Mapping):
        return Fixed(dict.fromkeys(read_texts(value), 1))
    return read_counts(value, least=1)


def read_counts(value: Any, *, least: int = 1) -> Mapping[str, int]:
    """Check text -> whole number."""
    if not isinstance(value, Mapping):
        raise TypeError(f"must map names to whole numbers, not {value!r}")
    return Fixed({name: read_whole(value[name], least=least) for name in read_texts(value)})


def read_reasons(value: Any) -> Mapping[str, str]:
    """Check id -> reason."""
    if not isinstance(value, Mapping):
        raise TypeError(f"give a reason for each: id -> reason, not {value!r}")
    bare = [name for name in read_texts(value) if isinstance(value[name], str) and not value[name].strip()]
    if bare:
        raise ValueError(f"a reason is needed for {', '.join(bare)}; it is printed")
    return read_mapping(value)


def read_mapping(value: Any) -> Mapping[str, str]:
    """Check text -> text."""
    if not isinstance(value, Mapping):
        raise TypeError(f"must map columns to values, not {value!r}")
    texts = read_texts(value)
    read_texts(value.values())
    return Fixed({name: value[name] for name in texts})
