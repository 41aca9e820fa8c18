/* One file of those that are unpacked: made, compared with what it should be, removed. */
#ifndef FILE_H
#define FILE_H

#include "reason.h"

/* Makes file number `i` of `bytes` in the folder `version`, and the folders that it lies in; -1 with a reason. */
int file_write(int version, unsigned i, const unsigned char *bytes, struct reason *why);

/* Whether it has its right content and mode, in a folder whose path is `path`. */
int file_is_whole(int version, unsigned i, const char *path);

/* Takes it away, and the folders that are empty then; needs no descriptor. */
void file_remove(int version, unsigned i);

#endif
