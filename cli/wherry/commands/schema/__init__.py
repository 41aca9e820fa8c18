"""Print the JSON Schema of a configuration file."""
