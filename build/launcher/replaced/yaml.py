"""In the frozen program: libyaml parses. Of the half in Python this is left, which yaml._yaml looks up when it loads.

The rest is 20 million instructions of a start of check, and 15 more for one pattern of its reader.
"""

from types import SimpleNamespace

from yaml import error, events, nodes, tokens  # noqa: F401  yaml._yaml finds them here
from yaml.error import MarkedYAMLError, YAMLError


class ReaderError(YAMLError):
    def __init__(self, name, position, character, encoding, reason):
        super().__init__(f"{reason} (character {position})")


class ScannerError(MarkedYAMLError):
    pass


class ParserError(MarkedYAMLError):
    pass


reader = SimpleNamespace(ReaderError=ReaderError)
scanner = SimpleNamespace(ScannerError=ScannerError)
parser = SimpleNamespace(ParserError=ParserError)
# Nothing is composed, constructed or written here.
composer = SimpleNamespace(ComposerError=MarkedYAMLError)
constructor = SimpleNamespace(ConstructorError=MarkedYAMLError)
emitter = SimpleNamespace(EmitterError=YAMLError)
serializer = SimpleNamespace(SerializerError=YAMLError)
representer = SimpleNamespace(RepresenterError=YAMLError)
