"""wherry load: a load tester that tells the truth."""
