"""What importers give back."""

from dataclasses import dataclass

from factories.layout import Layout


@dataclass(frozen=True)
class Imported:
    """A layout made from a foreign map, and how well it fits."""

    layout: Layout
    cells: int
    """Occupied cells of the map."""
    boxes: int
    """Boxes they were merged into."""
    agreement: float
    """Share of the map's known cells that are the same when the layout is drawn as a grid again, 0 to 1."""

    def summary(self) -> str:
        """One line for people."""
        return (
            f"{self.cells} occupied cells became {self.boxes} boxes; "
            f"{self.agreement:.2%} of the known cells agree with the map"
        )
