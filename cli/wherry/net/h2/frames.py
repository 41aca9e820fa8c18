"""The h2 library's connection with the settings of this client, and with GOAWAY as RFC 9113 has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated
from h2.settings import SettingCodes, Settings

if TYPE_CHECKING:
    from h2.events import Event
    from hyperframe.frame import Frame, GoAwayFrame

_FIRST_WINDOW: Final = 65535  # octets, of the connection (RFC 9113 section 6.9.2)
_MAX_WINDOW: Final = 2**31 - 1
# What is sent, `fields` has made fit for HTTP/2. What comes is validated.
_CONFIGURATION: Final = H2Configuration(
    client_side=True, header_encoding=False, validate_outbound_headers=False, normalize_outbound_headers=False
)


class Frames(H2Connection):
    """The client's end of a connection; ``window`` octets of each response may come unacknowledged.

    The connection's own window is as large as can be: what bounds memory is the streams', and a response that nobody
    reads must not hold up the others.
    """

    def __init__(self, window: int) -> None:
        super().__init__(_CONFIGURATION)
        # As initial values and not as a change: the library sends a change in a second frame, after its own defaults.
        values: dict[SettingCodes, int] = {SettingCodes.ENABLE_PUSH: 0, SettingCodes.INITIAL_WINDOW_SIZE: window}
        self.local_settings = Settings(client=True, initial_values=values)

    def begin(self) -> None:
        """Queue the preface (RFC 9113 section 3.4) and the connection's window."""
        self.initiate_connection()
        self.increment_flow_control_window(_MAX_WINDOW - _FIRST_WINDOW)

    def _receive_goaway_frame(self, frame: GoAwayFrame) -> tuple[list[Frame], list[Event]]:
        """Leave the connection open: streams up to the last one that is named are still answered (section 6.8).

        The library takes GOAWAY for the end of everything, as no server means it that ends connections in good order.
        """
        event = ConnectionTerminated()
        try:
            event.error_code = ErrorCodes(frame.error_code)
        except ValueError:
            event.error_code = frame.error_code
        event.last_stream_id = frame.last_stream_id
        event.additional_data = frame.additional_data or None
        return [], [event]
