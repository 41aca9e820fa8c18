"""Whether a gRPC service is serving, by the standard health check."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from wherry.about import USER_AGENT
from wherry.core.outcome import Outcome
from wherry.core.trace import Phase
from wherry.core.wire.grpc import CHECK_PATH, check_request, judge
from wherry.core.wire.talk import NotThisProtocol, printable
from wherry.net.certificate import certificate_facts, session_facts
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, Reason
from wherry.net.probe.look import Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.core.wire.talk import Answer
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry
    from wherry.net.stream import Stream

_ALPN: Final = "h2"
_BODY_LIMIT: Final = 16 * 1024
_FRAME_HEADER: Final = 9
_SETTINGS: Final = 4
_GOAWAY: Final = 7


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """Call grpc.health.v1.Health/Check for the service in the target's path."""
    alpn = (_ALPN,) if target.tls else ()
    place = Place(target.host, target.port, target.socket, tls=target.tls)
    stream = await dial(network, place, trace, inquiry.address, alpn=alpn)
    try:
        if stream.ssl_object is not None and stream.ssl_object.selected_alpn_protocol() != _ALPN:
            raise NetFailure("the server does not offer HTTP/2 (ALPN)", reason=Reason.PROTOCOL, phase=Phase.TLS)
        secured = _secured(stream)
        check = Check(target.path, "https" if target.tls else "http", _authority(target))
        trace.begin(Phase.FIRST_BYTE, str(place))
        stream.write(check.begin())
        await stream.drain()
        while check.answer is None:
            data = await stream.read()
            trace.begin(Phase.TRANSFER, str(place))
            stream.write(check.receive(data))
            await stream.drain()
    except NotThisProtocol as exc:
        raise NetFailure(exc.words(), reason=Reason.PROTOCOL, phase=trace.phase) from None
    finally:
        await stream.aclose()
    facts: dict[str, object] = {} if stream.peer is None else {"ip": stream.peer.ip}
    facts |= {**check.answer.facts, **secured}
    return Look(Outcome.MET if check.answer.ready else Outcome.UNMET, check.answer.words, facts)


def _secured(stream: Stream) -> dict[str, object]:
    """The facts of the TLS session, none without one."""
    if stream.ssl_object is None:
        return {}
    session = stream.ssl_object
    return {"cert": certificate_facts(session, time.time()), "tls": session_facts(session)}


def _authority(target: Target) -> str:
    if target.socket:
        return "localhost"
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{host}:{target.port}"


class Check:
    """One call over HTTP/2, without the connection: bytes in, bytes out, until there is an answer."""

    def __init__(self, service: str, scheme: str, authority: str) -> None:
        self.answer: Answer | None = None
        self._service = service
        self._scheme = scheme
        self._authority = authority
        self._http2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self._stream_id = 0
        self._buffer = bytearray()
        self._settled = False
        self._headers: dict[str, str] = {}
        self._trailers: dict[str, str] = {}
        self._body = bytearray()

    def begin(self) -> bytes:
        """The preface, the settings and the call."""
        self._http2.local_settings.enable_push = 0
        self._http2.initiate_connection()
        self._stream_id = self._http2.get_next_available_stream_id()
        self._http2.send_headers(
            self._stream_id,
            [
                (":method", "POST"),
                (":scheme", self._scheme),
                (":path", CHECK_PATH),
                (":authority", self._authority),
                ("te", "trailers"),
                ("content-type", "application/grpc"),
                ("user-agent", USER_AGENT),
            ],
        )
        self._http2.send_data(self._stream_id, check_request(self._service), end_stream=True)
        return self._http2.data_to_send()

    def receive(self, data: bytes) -> bytes:
        """Take what came, ``b""`` at the end; return what is to be sent.

        Raises NotThisProtocol for anything but gRPC, NetFailure where the server breaks off.
        """
        if not data:
            raise NetFailure("the server closed the connection before it answered", reason=Reason.CLOSED)
        self._buffer += data
        while (frame := self._next_frame()) is not None:
            if frame[3] == _GOAWAY:
                self._go_away(frame[_FRAME_HEADER:])
            elif self.answer is None:
                self._take_frame(frame)
        return self._http2.data_to_send()

    def _next_frame(self) -> bytes | None:
        """A whole frame (RFC 9113 section 4.1) of what has come, None where there is none yet."""
        # The first one a server has to send is SETTINGS; anything else is no HTTP/2 (section 3.4).
        if not self._settled and len(self._buffer) > 3 and self._buffer[3] not in (_SETTINGS, _GOAWAY):
            raise NotThisProtocol("not a gRPC server", bytes(self._buffer))
        if len(self._buffer) < _FRAME_HEADER:
            return None
        size = _FRAME_HEADER + int.from_bytes(self._buffer[:3], "big")
        if size > _FRAME_HEADER + self._http2.max_inbound_frame_size:
            raise NotThisProtocol("not a gRPC server: it sends larger frames than allowed")
        if len(self._buffer) < size:
            return None
        frame = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._settled = True
        return frame

    def _take_frame(self, frame: bytes) -> None:
        try:
            for event in self._http2.receive_data(frame):
                self._take(event)
        except h2.exceptions.ProtocolError as exc:
            raise NetFailure(f"HTTP/2 protocol error: {str(exc).lower()}", reason=Reason.PROTOCOL) from exc
        except UnicodeDecodeError as exc:
            raise NotThisProtocol("not a gRPC server: its headers are not text") from exc

    def _go_away(self, payload: bytes) -> None:
        """GOAWAY (section 6.8) lets the calls up to the one that it names end; h2 takes the connection for over."""
        last, code = (int.from_bytes(payload[at : at + 4], "big") for at in (0, 4))
        if code or last & 0x7FFFFFFF < self._stream_id:
            why = printable(payload[8:], 100)
            words = f"the server is going away ({_error_name(code)}{': ' + why if why else ''})"
            raise NetFailure(words, reason=Reason.CLOSED)

    def _take(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.ResponseReceived(headers=headers):
                self._headers = _joined(headers)
            case h2.events.TrailersReceived(headers=headers):
                self._trailers = _joined(headers)
            case h2.events.DataReceived(data=data, flow_controlled_length=length):
                self._body += data or b""
                if len(self._body) > _BODY_LIMIT:
                    raise NotThisProtocol("not a gRPC health service: its answer does not end")
                self._http2.acknowledge_received_data(length or 0, self._stream_id)
            case h2.events.StreamEnded():
                self.answer = judge(self._headers, bytes(self._body), self._trailers, self._service)
            case h2.events.StreamReset(error_code=code):
                raise NetFailure(f"the server reset the call ({_error_name(code)})", reason=Reason.RESET)


def _joined(headers: Sequence[tuple[bytes | str, bytes | str]] | None) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers or ()}


def _error_name(code: h2.errors.ErrorCodes | int | None) -> str:
    try:
        return h2.errors.ErrorCodes(code or 0).name
    except ValueError:
        return f"error {code}"
