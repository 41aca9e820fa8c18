/* The environment that the program starts with: the caller's, and what it takes out of it before anything else runs. */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

/*
 * The caller's environment with `launch` as LAUNCH_VARIABLE and the payload's variables, for the program at `program`.
 * LD_PRELOAD is replaced by `preload` unless that is NULL. It becomes `environ` too. NULL without memory.
 */
char **environment_for(const char *program, const char *launch, const char *preload);

#endif
