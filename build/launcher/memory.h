/* The last resort: every file in memory, for systems where nothing can be written, or nothing executed that was. */
#ifndef MEMORY_H
#define MEMORY_H

#include "reason.h"

/* The files as descriptors, from `first` on in the order of the payload, all of which survive execve. */
struct memory_files {
    int first;
    char program[32]; /* how execve finds the program */
    char *preload;    /* the value of LD_PRELOAD with which its libraries are found; never freed */
};

/* Unpacks into memory; needs /proc. -1 with a reason on failure. */
int memory_enter(struct memory_files *files, struct reason *why);

#endif
