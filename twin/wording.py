"""English for messages and sentences."""


def article(noun: str) -> str:
    """The noun with a or an.

    >>> article("agent"), article("kind of equipment")
    ('an agent', 'a kind of equipment')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
