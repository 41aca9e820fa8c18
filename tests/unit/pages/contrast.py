"""How well colours can be told apart, and the colours of a page's style."""

from __future__ import annotations

import re


def schemes(style):
    """The colours of ``style`` by name, light and dark, whose names are the same."""
    light, dark = ({}, {})
    for part, inside in re.findall(r"(@media\(prefers-color-scheme:dark\)\{)?:root\{([^}]*)\}", style):
        (dark if part else light).update(re.findall(r"--(\w+):(#\w+)", inside))
    assert light.keys() == dark.keys()
    return light, dark


def contrast(one, other):
    """Of two colours, as WCAG 2.2 has it: 1 for equal ones, 21 for black and white."""
    bright, faint = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (faint + 0.05)


def _luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return sum(factor * each for factor, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
