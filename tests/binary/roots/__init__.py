"""The executable alone in a root file system: an empty one, an old Debian's, one of musl."""
