"""Scripts that install a release: each knows the archives of its own, by size and digest, and trusts no other."""
