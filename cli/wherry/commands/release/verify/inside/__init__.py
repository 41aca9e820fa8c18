"""What is inside of archives and packages, read as a stream: nothing is unpacked to disk, nothing can be too large."""
