"""One API call: retried, redirected, paginated, judged, saved."""
