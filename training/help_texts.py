"""Help texts that name what folders register, so that a file that is put there is named at once."""

from collections.abc import Iterable

from twin import discovery


def names(package: str) -> str:
    """``blur, fill or pixelate``: of a folder's files; nothing in it is imported, so that help stays light."""
    return either(name.rstrip("_") for name in discovery.names(package))


def agents() -> str:
    """What an agent is given as."""
    return f"{names('envs.agents')}; a shipped policy; a run's folder or a policy file."


def either(words: Iterable[str]) -> str:
    """``a, b or c``."""
    *some, last = words
    return f"{', '.join(some)} or {last}" if some else last
