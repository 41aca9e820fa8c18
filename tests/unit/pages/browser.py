"""Shows a page in a browser: Debian's Chromium, which reaches nothing but the file."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256

import pytest
from html_tree import read

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")

_TELL_THE_WIDTH = """
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
    const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const {scrollWidth, clientWidth} = document.documentElement;
    parent.postMessage(`${innerWidth}, ${scrollWidth - clientWidth} more, ${scheme}${extra()}`, "*");
"""


def with_script(page, doing):
    """The page with ``doing`` at its end, allowed by its hash so that the page's own policy stays in force."""
    allowed = b64encode(sha256(doing.encode()).digest()).decode()
    page = page.replace("script-src ", f"script-src 'sha256-{allowed}' ", 1)
    return page.replace("</body>", f"<script>{doing}</script></body>")


class Browser:
    """A browser with a profile of its own in ``folder``."""

    def __init__(self, folder):
        self._folder = folder

    def tree(self, page, doing="", *options):
        """The tree of ``page`` once it was shown and ``doing`` was run in it; nothing may have been complained of."""
        file = self._folder / "page.html"
        file.write_text(with_script(page, doing) if doing else page, encoding="utf-8")
        shown = subprocess.run(
            [
                CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self._folder / 'profile'}",
                "--enable-logging=stderr", *options, "--dump-dom", file.as_uri(),
            ],
            capture_output=True, text=True, encoding="utf-8", check=True,
        )  # fmt: skip
        assert [line for line in shown.stderr.splitlines() if "CONSOLE" in line] == []
        return read(shown.stdout)

    def fit(self, page, width, scheme, extra="() => ''"):
        """What a window of ``width`` pixels says of ``page`` with all its details open: ``WIDTH, N more, SCHEME``.

        N are the pixels that do not fit; ``extra`` is a function of JavaScript whose text is told behind that.
        """
        doing = f"const extra = {extra};{_TELL_THE_WIDTH}"
        (self._folder / "inner.html").write_text(with_script(page, doing), encoding="utf-8")
        # A window is never as narrow as a phone's: a frame is.
        frame = (
            "<html><head><title></title></head><body>"
            "<script>onmessage = (told) => { document.title = told.data; }</script>"
            f'<iframe src="inner.html" width="{width}" height="800" style="border:0"></iframe></body></html>'
        )
        dark = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
        return self.tree(frame, "", "--window-size=1400,900", dark).one("title").text
