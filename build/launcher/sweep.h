/* What goes away by itself: unfinished folders, folders put aside, and versions that nobody has used for a while. */
#ifndef SWEEP_H
#define SWEEP_H

enum { SWEEP_NAME = 32 };

/* A name that nobody has: `prefix`, which is ".new-" or ".old-", and a random number. */
void sweep_name(char name[SWEEP_NAME], const char *prefix);

/* Removes what is in `place` and not in use. Whoever uses a folder holds a shared lock on it. Keeps this version. */
void sweep(int place);

/* Puts the folder `name` out of the way; a later sweep removes it. */
void sweep_aside(int place, const char *name);

#endif
