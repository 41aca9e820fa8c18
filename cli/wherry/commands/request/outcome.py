"""What is common to one answer and to many pages: saying no, reporting, printing.

What only some answers need is imported where it is needed: a plain GET is over in a few milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from wherry.commands.request.sink import charset_of, is_json
from wherry.core.record import as_dict
from wherry.errors import NotMet, WherryError
from wherry.ui.console import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wherry.commands.request.call import Answer
    from wherry.commands.request.options import Options
    from wherry.core.expect import Verdict
    from wherry.net.http import Response
    from wherry.ui.env import Env


class Outcome:
    """Says how it ended, once, in the form that the options ask for."""

    def __init__(self, options: Options, env: Env) -> None:
        self._options = options
        self._env = env

    def refuse(self, answer: Answer, verdicts: Sequence[Verdict], body: bytes, *, pages: int | None = None) -> None:
        """Raise NotMet with what is wrong, if anything is; the body is shown on stderr, or in the report."""
        unmet = [verdict.words for verdict in verdicts if not verdict.met]
        if not unmet and not answer.failed:
            return
        words = "; ".join(unmet) or answer.status_words
        if answer.attempts:
            words += f" (after {len(answer.attempts) + 1} attempts)"
        self.refuse_because(words, answer, body, verdicts=verdicts, pages=pages)

    def refuse_because(
        self, words: str, answer: Answer, body: bytes, *, verdicts: Sequence[Verdict] = (), pages: int | None = None
    ) -> NoReturn:
        """Raise NotMet with ``words``, after the body or the report."""
        if self._options.report:
            self.report(answer, body, verdicts=verdicts, pages=pages, error={"words": words, "reason": None})
        elif body:
            self.show(answer, body)
        self.timing(answer)
        raise NotMet(words)

    def show(self, answer: Answer, body: bytes) -> None:
        """The body of an answer that is not the result, on stderr."""
        from wherry.commands.request import render

        console = self._env.console
        content_type = ", ".join(answer.values("content-type"))
        text = render.shown_body(
            body, content_type, charset_of(content_type), console.paint_err, terminal=console.stderr_tty
        )
        if text:
            console.alert(text)

    def timing(self, answer: Answer) -> None:
        """Where the time went, with --timing."""
        if self._options.timing:
            from wherry.commands.request import render

            self._env.console.alert(render.timing(answer.phases, answer.seconds))

    def report(
        self,
        answer: Answer | None,
        body: bytes | Path,
        *,
        verdicts: Sequence[Verdict] = (),
        pages: int | None = None,
        error: dict[str, Any] | None = None,
    ) -> None:
        """The one JSON document of --report, on standard output. ``body`` is a path where the body went there."""
        from wherry.commands.request import jsontext, render

        response = None
        if answer is not None:
            response = render.response_fields(
                status=answer.status, reason=answer.reason, version=answer.version, url=answer.url, ip=answer.ip,
                headers=answer.headers, redirects=answer.redirects, phases=answer.phases, total_s=answer.seconds,
            )  # fmt: skip
            response |= render.body_fields(body)
        document = render.document(
            method=self._options.method,
            url=self._options.url,
            response=response,
            attempts=[as_dict(attempt) for attempt in answer.attempts] if answer is not None else [],
            verdicts=[(verdict.met, verdict.words) for verdict in verdicts],
            pages=pages,
            error=error,
        )
        self._env.console.out(jsontext.encode(document))

    def failed(self, error: WherryError) -> None:
        """The report of a request that brought no answer."""
        if self._options.report:
            self.report(None, b"", error={"words": str(error), "reason": getattr(error, "reason", None)})

    def lines(self, lines: Sequence[str]) -> None:
        """Results as lines, to standard output or the file."""
        if self._options.output is None:
            for text in lines:
                self._env.console.out(text)
            return
        from wherry.ui.wholefile import WholeFile

        with WholeFile(self._options.output) as file:
            for text in lines:
                file.line(text)

    def body(self, answer: Answer, body: bytes) -> None:
        """A whole body as the result: for eyes on a terminal, byte for byte elsewhere."""
        console = self._env.console
        if self._options.output is not None:
            from wherry.ui.wholefile import WholeFile

            with WholeFile(self._options.output) as file:
                file.write(body)
            return
        if preface := self.preface(answer):
            console.out_bytes(preface)
        content_type = ", ".join(answer.values("content-type"))
        if console.stdout_tty and is_json(content_type):
            self.json(body.decode("utf-8", "replace"))
        elif body:
            console.out_bytes(body)

    def preface(self, answer: Answer | Response) -> bytes:
        """The head of a response as it stands before its body, with --include."""
        if not self._options.include:
            return b""
        from wherry.commands.request import render

        console = self._env.console
        return render.head(
            answer.version, answer.status, answer.reason, answer.headers, console.paint_out, terminal=console.stdout_tty
        ).encode("utf-8", "backslashreplace")

    def json(self, text: str) -> None:
        """JSON as the result: indented on a terminal."""
        console = self._env.console
        if self._options.output is None and console.stdout_tty:
            from wherry.commands.request.pretty import pretty_json

            text = pretty_json(printable(text), console.paint_out) or printable(text)
        self.lines([text])
