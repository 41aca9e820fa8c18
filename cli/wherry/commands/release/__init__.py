"""Build, package, sign and publish the executables of a Python command-line tool."""
