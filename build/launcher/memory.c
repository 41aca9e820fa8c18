#define _GNU_SOURCE
#include "memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "payload.h"

#ifndef MFD_EXEC /* Linux 6.3 */
#define MFD_EXEC 0x10U
#endif

enum { USUAL_FIRST = 200, NAME_SIZE = 32 }; /* scripts use low descriptors, which stay theirs */

static void name_of(char name[NAME_SIZE], int descriptor)
{
    snprintf(name, NAME_SIZE, "/proc/self/fd/%d", descriptor);
}

/* The first of so many descriptors in a row that the caller has left free, `from` at least; -1 when there are none. */
static int free_row(int from, int count)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return -1;
    int found = 0;
    for (int i = from; found < count; i++) {
        if ((rlim_t)i >= limit.rlim_cur)
            return -1;
        found = fcntl(i, F_GETFD) < 0 ? found + 1 : 0;
        if (found == count)
            return i - count + 1;
    }
    return -1;
}

/* A file in memory with this content, as descriptor `wanted`. */
static int make_file(int wanted, const unsigned char *bytes, size_t size)
{
    int file = memfd_create(carried.name, MFD_CLOEXEC | MFD_EXEC);
    if (file < 0 && errno == EINVAL)
        file = memfd_create(carried.name, MFD_CLOEXEC);
    if (file < 0)
        return -1;
    size_t done = 0;
    while (done < size) {
        ssize_t written = write(file, bytes + done, size - done);
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    int moved = done == size ? fcntl(file, F_DUPFD, wanted) : -1;
    close(file);
    if (moved >= 0 && moved != wanted) {
        close(moved);
        errno = EMFILE;
        moved = -1;
    }
    return moved;
}

/* The libraries that others link, by descriptor: once loaded, the loader knows them by their own names. */
static char *preload_list(int first)
{
    char *list = calloc(payload()->libraries + 1, NAME_SIZE), name[NAME_SIZE];
    for (unsigned i = 0; list && i < payload()->libraries; i++) {
        name_of(name, first + (int)(payload()->loader + 1 + i));
        strcat(strcat(list, i ? ":" : ""), name);
    }
    return list;
}

int memory_enter(struct memory_files *files, struct reason *why)
{
    char loader[NAME_SIZE];
    if (access("/proc/self/fd", X_OK) != 0)
        return because(why, "/proc is not mounted");
    files->first = free_row(USUAL_FIRST, (int)payload()->count);
    if (files->first < 0)
        files->first = free_row(3, (int)payload()->count);
    if (files->first < 0)
        return because(why, "%s", strerror(EMFILE));
    unsigned char *all = payload_unpack(why);
    if (all == NULL)
        return -1;
    name_of(loader, files->first + (int)payload()->loader);
    name_of(files->program, files->first + PROGRAM);
    payload_settle(all, loader, "");
    const unsigned char *bytes = all;
    for (unsigned i = 0; i < payload()->count; bytes += payload()->files[i++].size)
        if (make_file(files->first + (int)i, bytes, payload()->files[i].size) < 0)
            return because(why, "%s", strerror(errno));
    munmap(all, payload()->size);
    files->preload = preload_list(files->first);
    return files->preload ? 0 : because(why, "%s", strerror(ENOMEM));
}
