#define _GNU_SOURCE
#include "sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "payload.h"

enum { UNUSED_S = 14 * 24 * 60 * 60 };

void sweep_name(char name[SWEEP_NAME], const char *prefix)
{
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) { /* before the system has gathered any */
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        number = (uint64_t)now.tv_nsec << 32 | (uint32_t)getpid();
    }
    snprintf(name, SWEEP_NAME, "%s%016llx", prefix, (unsigned long long)number);
}

/* Removes the folder `name` and what is in it. */
static void remove_tree(int at, const char *name)
{
    int folder = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = folder < 0 ? NULL : fdopendir(folder);
    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(folder, entry->d_name, 0) != 0 && (errno == EISDIR || errno == EPERM))
            remove_tree(folder, entry->d_name);
    }
    closedir(entries);
    unlinkat(at, name, AT_REMOVEDIR);
}

void sweep_aside(int place, const char *name)
{
    char aside[SWEEP_NAME];
    if (unlinkat(place, name, 0) == 0) /* a file, or a link, where the folder should be */
        return;
    sweep_name(aside, ".old-");
    renameat(place, name, place, aside);
}

static int is_version(const char *name)
{
    return strlen(name) == strlen(payload()->id) && strspn(name, "0123456789abcdef") == strlen(name);
}

static int is_unfinished(const char *name)
{
    return strncmp(name, ".new-", 5) == 0 || strncmp(name, ".old-", 5) == 0;
}

static int is_unused(int folder)
{
    struct stat about;
    return fstat(folder, &about) == 0 && time(NULL) - about.st_mtim.tv_sec > UNUSED_S;
}

static void consider(int place, const char *name)
{
    int version = is_version(name);
    if (strcmp(name, payload()->id) == 0 || !(version || is_unfinished(name)))
        return;
    int folder = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return;
    if ((!version || is_unused(folder)) && flock(folder, LOCK_EX | LOCK_NB) == 0) {
        char aside[SWEEP_NAME];
        sweep_name(aside, ".old-"); /* under its own name, nobody may find half of it */
        if (renameat(place, name, place, aside) == 0)
            remove_tree(place, aside);
    }
    close(folder);
}

void sweep(int place)
{
    int folder = openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = folder < 0 ? NULL : fdopendir(folder);
    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        consider(place, entry->d_name);
    closedir(entries);
}
