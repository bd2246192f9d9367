"""The Gradio page: the stage as one HTML block, the settings as Gradio's own components."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import gradio

from companion.settings import Settings
from ui.drawer import Drawer

ASSETS = Path(__file__).parent / "assets"


def page(settings: Settings, in_use: Callable[[str], Settings]) -> gradio.Blocks:
    """The whole page. `in_use` gives the settings of a room, by its id."""
    blocks: gradio.Blocks = gradio.Blocks(title="The companion", analytics_enabled=False, fill_width=True)
    with blocks:
        stage = gradio.HTML(
            (ASSETS / "stage.html").read_text(encoding="utf-8"),
            elem_id="stage-block",
            apply_default_css=False,
            js_on_load='document.getElementById("stage-block").addEventListener("settings", () => trigger("change"))',
        )
        with gradio.Column(elem_id="drawer"):
            drawer = Drawer(settings)
        room = gradio.Textbox(visible=False)

        def refresh(room: str) -> list[Any]:
            return drawer.updates(in_use(room))

        stage.change(
            refresh,
            room,
            drawer.components,
            js="() => [companion.connection.room]",
            queue=False,
            show_progress="hidden",
            api_visibility="private",
        )
    return blocks


def theme() -> gradio.Theme:
    """Gradio's quietest theme; the page's style sheet gives it the page's colours."""
    return gradio.themes.Base(font=["ui-rounded", "Segoe UI", "system-ui"], font_mono=["ui-monospace", "monospace"])


def head(settings: Settings) -> str:
    """What stands in the page's head: only files of this server.

    The style sheet is linked instead of given to Gradio, which would rewrite its selectors.
    """
    return (
        '<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">'
        f'<meta name="ice-servers" content="{escape(" ".join(settings.ice_servers))}">'
        '<link rel="stylesheet" href="/page/page.css">'
        '<script type="module" src="/page/page.js"></script>'
    )
