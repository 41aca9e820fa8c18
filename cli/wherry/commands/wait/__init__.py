"""Block until services are ready; then, perhaps, become another command."""
