"""What tests of training share."""


class Silent:
    """A progress bar that shows nothing."""

    def begin(self, completed: float) -> None:
        """Nothing."""

    def update(self, done: float, note: str = "") -> None:
        """Nothing."""

    def advance(self, by: float, note: str = "") -> None:
        """Nothing."""
