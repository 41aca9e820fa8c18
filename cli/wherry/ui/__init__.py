"""What a person meets: console, shared options, parameter types, progress, logs."""
