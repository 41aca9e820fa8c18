"""In the frozen program: libyaml reads. Of the reader in Python, whose pattern takes 5 ms to compile, this is left."""

from yaml.error import YAMLError

__all__ = ["Reader", "ReaderError"]


class ReaderError(YAMLError):
    def __init__(self, name, position, character, encoding, reason):
        super().__init__(f"{reason} (character {position})")


class Reader:
    pass
