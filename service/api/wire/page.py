"""Pages for people: one look for all of them, without scripts and without strangers."""

from base64 import b64encode
from hashlib import sha256
from html import escape

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #0b0c0c; background: #fff;
  margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid #b1b4b6; padding-top: 1rem; }
h3 { margin-top: 2rem; }
a { color: #1a4f8b; }
a:focus { outline: 3px solid #ffdd00; background: #ffdd00; color: #0b0c0c; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9rem; }
pre { background: #f3f2f1; padding: 0.75rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0;
  border-bottom: 1px solid #b1b4b6; }
"""
_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""What a browser may load for any answer: the style above, and nothing else."""


def page(title: str, content: str) -> str:
    """A whole page around its content, which is HTML already."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{content}
</main>
</body>
</html>
"""
