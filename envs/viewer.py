"""A plain window for ``render_mode="human"``, from the standard library's Tk."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from twin.errors import RenderError


class Viewer:
    """Shows one image after another. Raises ``RenderError`` where there is no display."""

    def __init__(self, title: str) -> None:
        try:
            import tkinter

            from PIL import ImageTk
        except ImportError as error:
            raise RenderError(
                f"render_mode='human' needs Python's Tk ({error}); on Debian or Ubuntu: apt install python3-tk. "
                "render_mode='rgb_array' needs none"
            ) from error
        try:
            self._window = tkinter.Tk()
        except tkinter.TclError as error:
            raise RenderError(
                f"render_mode='human' needs a display ({error}); use render_mode='rgb_array' on a server"
            ) from error
        self._window.title(title)
        self._window.protocol("WM_DELETE_WINDOW", self.close)
        self._open = True
        self._label = tkinter.Label(self._window)
        self._label.pack()
        self._photo = ImageTk.PhotoImage

    def show(self, image: npt.NDArray[np.uint8]) -> None:
        """Replace what is shown by ``image`` (height, width, 3); nothing where the window was closed."""
        if not self._open:
            return
        photo = self._photo(Image.fromarray(image), master=self._window)
        self._label.configure(image=photo)
        self._label.image = photo  # type: ignore[attr-defined]  # Tk itself keeps no reference
        self._window.update()

    def close(self) -> None:
        """Close the window; may be called again."""
        if self._open:
            self._open = False
            self._window.destroy()
