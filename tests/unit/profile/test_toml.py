from wherry.profile.toml import key_lines

TEXT = '''\
version = 1  # a comment
default="a b"

[profiles."a b"]
base_url = "http://x"
headers.X-Team = "core"
headers."X.Y" = "z"

[ profiles.c.auth ] # comment
token = """
user = "inside a string"
"""
'''


def test_keys_and_tables():
    lines = key_lines(TEXT)
    assert lines["version",] == 1
    assert lines["default",] == 2
    assert lines["profiles", "a b"] == 4
    assert lines["profiles", "a b", "base_url"] == 5
    assert lines["profiles", "a b", "headers", "X-Team"] == 6
    assert lines["profiles", "a b", "headers", "X.Y"] == 7
    assert lines["profiles", "c", "auth"] == 9
    assert lines["profiles", "c", "auth", "token"] == 10


def test_an_empty_file_has_none():
    assert key_lines("") == {}
