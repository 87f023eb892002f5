"""The scripts and styles built from npm's packages: how long a browser may keep them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from ..pages import BUNDLE
from .answers import FOREVER


class Bundle(StaticFiles):
    """The folder of the bundle. A name says what is in the file: whoever has it need not ask again."""

    def __init__(self) -> None:
        super().__init__(directory=BUNDLE, check_dir=False)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, for ever."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = FOREVER
        return response
