"""Gates: what a run must reach, as k6 writes its thresholds and in the words of wherry's record."""
