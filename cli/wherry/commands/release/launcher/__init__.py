"""One executable file for Linux, of the launcher in build/launcher and a folder of files that it unpacks.

build/executable.py makes wherry's own with :mod:`.payload` and :mod:`.carrying`, before anything is installed: these
two and what they import need nothing but Python.
"""
