/*
 * Whether the unpacked files are as they were when they were last known to be whole.
 *
 * Hashing 30 MB at each start would take longer than starting. As git does with its index, the file `.sealed` keeps what
 * the system says of each file (size, times of change, inode) when its content was right; any write changes that. It also
 * names the folder, since the program holds its own path, and the boot, since what was written before a power failure may
 * be gone with sizes and times in order.
 */
#ifndef SEAL_H
#define SEAL_H

#include "reason.h"

/* Whether the seal of `version` (a descriptor of the folder at `path`) holds. Costs one stat a file. */
int seal_holds(int version, const char *path);

/* Writes it, in place of any older one, for files that are known to be whole; -1 with a reason on failure. */
int seal_write(int version, const char *path, struct reason *why);

#endif
