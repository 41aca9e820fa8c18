"""Report what wherry sees of its surroundings."""
