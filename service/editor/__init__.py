"""A language server for rule files: an editor that knows the rules."""

from service.editor.server import editor_server

__all__ = ["editor_server"]
