"""`wherry release publish`: the parts of all machines become one release."""
