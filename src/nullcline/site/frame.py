"""What every page of a site shares: its head, its policy, its colours, its header and footer."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from nullcline.site.markup import Markup, el, lines
from nullcline.site.svg import classes, variables


@cache
def style() -> str:
    """The style sheet of every page."""
    own = (files("nullcline.site") / "site.css").read_text(encoding="utf-8")
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {variables(True)} }} }}"
    return f":root {{ {variables(False)} }}\n{dark}\n{classes()}\n{own}"


@cache
def script() -> str:
    """What the index runs to search and filter."""
    return (files("nullcline.site") / "index.js").read_text(encoding="utf-8")


def _mark(text: str) -> str:
    """A text as a policy names it: inline, and nothing else than just this."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy(with_script: bool) -> str:
    """What a page may load and run: its own style, its own script, nothing from anywhere."""
    parts = ["default-src 'none'", f"style-src {_mark(style())}"]
    parts += [f"script-src {_mark(script())}"] if with_script else []
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def page(
    title: str,
    body: Markup,
    *,
    description: str,
    header: Markup | None = None,
    head: Markup | None = None,
    with_script: bool = False,
) -> str:
    """A whole page; `head` is more of its head, `header` what stands above its main part."""
    inside = lines(
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        el("meta", http_equiv="Content-Security-Policy", content=policy(with_script)),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("meta", name="description", content=description) if description else None,
        el("style", Markup(style())),
        head,
    )
    parts = lines(
        el("a", "Skip to the content", class_="skip", href="#content"),
        el("header", header, class_="top") if header else None,
        el("main", body, id="content", tabindex="-1"),
        el("footer", _footer(), class_="bottom"),
        el("script", Markup(script())) if with_script else None,
    )
    whole = f"<head>\n{inside}\n</head>\n<body>\n{parts}\n</body>"
    return f'<!DOCTYPE html>\n<html lang="en">\n{whole}\n</html>\n'


def _footer() -> Markup:
    return el(
        "p", "Made by Nullcline from model files; nothing on this page is loaded from elsewhere."
    )
