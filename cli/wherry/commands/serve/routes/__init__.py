"""Routes that answer from nothing but the request: echoes, statuses, delays, bytes, faults."""
