/* Folders to unpack to, and whether another user could put something else there. */
#ifndef PLACE_H
#define PLACE_H

#include <limits.h>

#include "reason.h"

/*
 * Opens the folder `path`, making what is missing of it with mode 0700, and puts its name without symbolic links into
 * `canonical`. Fails unless every folder down to it belongs to root or the effective user and nobody else may write to it;
 * above the last one a sticky folder such as /tmp will do, where only an entry's owner renames it. So what is checked stays
 * true: whoever could change it needs no trick. Also fails where nothing may be executed from (noexec). The descriptor is
 * close-on-exec and good for the *at functions only (O_PATH); -1 with a reason on failure.
 */
int place_open(const char *path, char canonical[PATH_MAX], struct reason *why);

#endif
