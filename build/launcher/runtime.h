/* The unpacked files in a place: found whole, or made whole, and kept for as long as somebody uses them. */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <limits.h>

#include "reason.h"

/*
 * Makes sure that `place` (a descriptor of the folder at `place_path`) holds this executable's files, whole, in a folder of
 * their own, whose path goes to `path`. Returns a descriptor that keeps them from being removed for as long as it is open,
 * not below 3; -1 with a reason when they can be neither found nor made.
 */
int runtime_enter(int place, const char *place_path, char path[PATH_MAX], struct reason *why);

#endif
