"""The scripts and styles: those of ours, and those built from npm's packages, which a browser may keep for ever."""

from __future__ import annotations

from os import stat_result
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from ..pages import BUNDLE
from .answers import FOREVER
from .files import Ranged

if TYPE_CHECKING:
    from starlette.types import Scope


class Folder(StaticFiles):
    """A folder of files; a range that cannot be given is refused as everything else is."""

    def file_response(self, full_path: Any, stat_result: stat_result, scope: Scope, status_code: int = 200) -> Response:
        """The file, or 304 for who has it."""
        response = Ranged(full_path, status_code, stat_result=stat_result)
        is_known = self.is_not_modified(response.headers, Headers(scope=scope))
        return NotModifiedResponse(response.headers) if is_known else response


class Bundle(Folder):
    """The folder of the bundle. A name says what is in the file: whoever has it need not ask again."""

    def __init__(self) -> None:
        super().__init__(directory=BUNDLE, check_dir=False)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, for ever."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = FOREVER
        return response
