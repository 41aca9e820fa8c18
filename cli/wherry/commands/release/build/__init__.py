"""`wherry release build`: freeze, check, pack."""
