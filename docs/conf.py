"""Sphinx builds these pages: `.venv/bin/sphinx-build -W docs docs/_build/html`."""

project = "Moyai"
copyright = "the Moyai authors; Apache-2.0"
author = "the Moyai authors"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Moyai"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
