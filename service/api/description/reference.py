"""The reference for people: the OpenAPI document as one page."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from service.api.wire.page import page
from service.permission import PERMISSIONS, Action

Document = Mapping[str, Any]
_JSON = "application/json"
_PROBLEM = "application/problem+json"


def reference(document: Document) -> str:
    """Every operation with who may ask for it, what it takes, gives and refuses."""
    tags = [tag["name"] for tag in document["tags"]]
    by_tag: dict[str, list[tuple[str, str, Document]]] = {tag: [] for tag in tags}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            by_tag[operation["tags"][0]].append((method.upper(), path, operation))
    parts = [
        _opening(),
        _contents(by_tag),
        *(
            f'<h2 id="{escape(tag)}">{escape(tag.capitalize())}</h2>\n'
            + "\n".join(_operation(*each, document) for each in by_tag[tag])
            for tag in tags
        ),
    ]
    return page("Adjudge: reference of the API", "\n".join(parts))


def _opening() -> str:
    return """<p>Requests and replies are JSON in UTF-8, times are UTC. Send your token
as <code>Authorization: Bearer …</code>. The same in a form for programs is the
<a href="/v1/openapi.json">OpenAPI document</a>; what a refusal means is under
<a href="/problems">problems</a>.</p>
<p>A POST needs an <code>Idempotency-Key</code>: sent again with the same key it is
carried out once, and answered with the first reply for seven days. A change needs the
version you have seen, in <code>If-Match</code>. Every read gives an
<code>ETag</code>; send it back in <code>If-None-Match</code> and the answer is 304
until something moves.</p>"""


def _contents(by_tag: Mapping[str, Iterable[tuple[str, str, Document]]]) -> str:
    entries = "\n".join(
        f'<li><a href="#{escape(operation["operationId"])}">'
        f"{escape(operation['summary'])}</a></li>"
        for operations in by_tag.values()
        for _, _, operation in operations
    )
    return f'<nav aria-label="Operations"><ul>\n{entries}\n</ul></nav>'


def _operation(method: str, path: str, operation: Document, document: Document) -> str:
    name, summary = escape(operation["operationId"]), escape(operation["summary"])
    parts = [
        f'<h3 id="{name}">{summary}</h3>',
        f"<p><code>{method} {escape(path)}</code></p>",
        f"<p>{escape(operation['description'])}</p>",
        f"<p>{escape(_who(operation))}</p>",
        _parameters(operation["parameters"]),
    ]
    body = operation.get("requestBody")
    if body is not None and _JSON not in body["content"]:
        media = ", ".join(f"<code>{escape(each)}</code>" for each in body["content"])
        parts.append(f"<p>Body: a file, {media}.</p>")
    elif body is not None:
        parts += [
            "<p>Body, for example:</p>",
            _shown(body["content"][_JSON]["example"]),
            _fields(body["content"][_JSON]["schema"], document),
        ]
    for status, response in operation["responses"].items():
        if int(status) < 400:  # noqa: PLR2004 - what is no refusal
            parts.append(_success(status, response))
    parts.append(_refusals(operation["responses"]))
    return "\n".join(filter(None, parts))


def _who(operation: Document) -> str:
    may = operation.get("x-may")
    if may is None:
        return "Anybody may, without a token."
    roles = ", ".join(sorted(PERMISSIONS[Action(may)]))
    return f"Who may {may}: {roles}."


def _parameters(parameters: Iterable[Document]) -> str:
    rows = "\n".join(
        f'<tr><th scope="row"><code>{escape(each["name"])}</code></th>'
        f"<td>{escape(each['in'])}{', required' if each['required'] else ''}</td>"
        f"<td>{escape(each.get('description', ''))} "
        f"<code>{escape(str(each.get('example', '')))}</code></td></tr>"
        for each in parameters
    )
    if not rows:
        return ""
    return (
        '<table>\n<thead><tr><th scope="col">Parameter</th><th scope="col">In</th>'
        f'<th scope="col">Says</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table>'
    )


def _fields(schema: Document, document: Document) -> str:
    """Which fields a body may have, and which it must."""
    name = schema["$ref"].rpartition("/")[2]
    described = document["components"]["schemas"][name]
    required = set(described.get("required", ()))
    fields = ", ".join(
        f"<code>{escape(field)}</code>{'' if field in required else ' (optional)'}"
        for field in described["properties"]
    )
    return f"<p>Fields: {fields}.</p>"


def _success(status: str, response: Document) -> str:
    says = f"<p>{status}: {escape(response['description'])}.</p>"
    for media, content in response.get("content", {}).items():
        if "example" in content:
            says += f"\n{_shown(content['example'])}"
        else:
            says += f"\n<p>As <code>{escape(media)}</code>.</p>"
    return says


def _refusals(responses: Mapping[str, Document]) -> str:
    found = ", ".join(
        f'<a href="/problems/{escape(slug)}">{escape(slug)}</a> {status}'
        for status, response in responses.items()
        for slug in response.get("content", {}).get(_PROBLEM, {}).get("examples", ())
    )
    return f"<p>Refusals: {found}.</p>"


def _shown(example: object) -> str:
    text = json.dumps(example, indent=2, ensure_ascii=False)
    return f"<pre>{escape(text)}</pre>"
