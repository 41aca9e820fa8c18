"""wherry check: suites of endpoint assertions that gate a pipeline."""
