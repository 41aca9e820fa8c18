"""Whether the files of a release are what they are said to be."""
