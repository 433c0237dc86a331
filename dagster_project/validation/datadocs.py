"""Great Expectations' Data Docs as pages that open from disk: one per checked delivery or build, and an index.

The library's own site fetches styles and scripts from the internet; its page renderer is used as it is, and what would be fetched is
replaced by a few lines of style.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

TITLE = "Uppföljning: granskning av leveranser och svarsfrekvenser"

STYLE = """<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; color: #1a1a1a }
table { border-collapse: collapse; margin: .5rem 0 }
td, th { border: 1px solid #bbb; padding: .3rem .6rem; text-align: left; vertical-align: top }
h1 { font-size: 1.3rem } h2, h3, h4, h5, h6 { font-size: 1.05rem; margin: 1.4rem 0 .3rem }
a { color: #00538a } ul, ol { padding-left: 1.4rem }
.navbar, .modal, footer, .ge-walkthrough-modal, [id^=ge-], .footer, .cta { display: none }
</style>"""

_REMOTE = re.compile(
    r"<script\b[^>]*src=[^>]*>\s*</script>|<link\b[^>]*https?://[^>]*>|<link\b[^>]*static/[^>]*>|<img\b[^>]*>", re.I
)
_FOOTER = re.compile(r"<footer.*?</footer>", re.I | re.S)


def write(page: Path, result: Any) -> None:
    """Write one validation result as ``page`` (``<datadocs>/<suite>/<name>.html``) and renew the index of ``<datadocs>``."""
    from great_expectations.render.renderer import ValidationResultsPageRenderer

    content = _view().render(ValidationResultsPageRenderer().render(result))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(_FOOTER.sub("", _REMOTE.sub("", content)).replace("</head>", f"{STYLE}</head>"), encoding="utf-8")
    _index(page.parent.parent)


@cache
def _view() -> Any:
    """The library's page, with its templates compiled once."""
    from great_expectations.render.view import DefaultJinjaPageView

    return DefaultJinjaPageView()


def _index(folder: Path) -> None:
    parts = [
        f"<!doctype html><html lang='sv'><head><meta charset='utf-8'><title>{TITLE}</title>{STYLE}</head><body><h1>{TITLE}</h1>"
    ]
    for suite in sorted(p for p in folder.iterdir() if p.is_dir()):
        parts.append(f"<h2>{html.escape(suite.name)}</h2><ul>")
        parts += [
            f"<li><a href='{html.escape(suite.name)}/{html.escape(page.name)}'>{html.escape(page.stem)}</a></li>"
            for page in sorted(suite.glob("*.html"))
        ]
        parts.append("</ul>")
    (folder / "index.html").write_text("\n".join([*parts, "</body></html>"]), encoding="utf-8")
