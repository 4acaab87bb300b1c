"""A language server for rule files: an editor that knows the rules."""

from service.editor.listen import Listening
from service.editor.server import editor_server

__all__ = ["Listening", "editor_server"]
