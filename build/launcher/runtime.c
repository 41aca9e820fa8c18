#define _GNU_SOURCE
#include "runtime.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "payload.h"
#include "seal.h"
#include "sweep.h"

enum {
    DAY_S = 24 * 60 * 60,
    TURN_MS = 10,
    MOST_TURNS = 1000, /* 10 s: an unpacking takes less than one; a stopped process must not stop others */
};

/* Locks a folder against removal. Not every file system can; there it is as safe as without. */
static int keep(int version)
{
    return flock(version, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* The folder of this version, locked against removal; -1 when there is none or it goes away at this moment. */
static int open_version(int place)
{
    int version = openat(place, payload()->id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (version < 0)
        return -1;
    struct stat own, named;
    if (keep(version) && fstat(version, &own) == 0 && fstatat(place, payload()->id, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
        own.st_ino == named.st_ino && own.st_uid == geteuid() && (own.st_mode & 077) == 0)
        return version;
    close(version);
    return -1;
}

static int all_whole(int version, const char *path)
{
    for (unsigned i = 0; i < payload()->count; i++)
        if (!file_is_whole(version, i, path))
            return 0;
    return 1;
}

/* The folder of this version if its files are whole. */
static int find(int place, const char *path)
{
    struct reason ignored;
    struct stat before;
    int version = open_version(place);
    if (version < 0 || seal_holds(version, path))
        return version;
    if (fstat(version, &before) == 0 && all_whole(version, path)) {
        seal_write(version, path, &ignored); /* on a read-only file system each start hashes */
        futimens(version, (struct timespec[]){{.tv_nsec = UTIME_OMIT}, before.st_mtim}); /* when it was last used */
        return version;
    }
    close(version);
    return -1;
}

static int fill(int version, const char *path, struct reason *why)
{
    unsigned char *all = payload_unpack(why);
    if (all == NULL)
        return -1;
    payload_settle_in(all, path);
    const unsigned char *bytes = all;
    for (unsigned i = 0; i < payload()->count; bytes += payload()->files[i++].size)
        if (file_write(version, i, bytes, why) != 0)
            return -1;
    munmap(all, payload()->size);
    return seal_write(version, path, why);
}

static int check_space(int place, struct reason *why)
{
    struct statvfs about;
    if (fstatvfs(place, &about) == 0 && about.f_blocks != 0 && about.f_bavail * about.f_frsize < payload()->size)
        return because(why, "%s", strerror(ENOSPC));
    return 0;
}

/* Takes away what `fill` has made, which needs no further descriptor: there may be none left. */
static void discard(int place, const char *name, int version)
{
    for (unsigned i = 0; version >= 0 && i < payload()->count; i++)
        file_remove(version, i);
    unlinkat(place, name, AT_REMOVEDIR);
}

/* Makes a folder, fills it and gives it its name when it is whole. */
static int unpack(int place, const char *path, struct reason *why)
{
    char name[SWEEP_NAME];
    if (check_space(place, why) != 0)
        return -1;
    sweep_name(name, ".new-");
    if (mkdirat(place, name, 0700) != 0)
        return because(why, "%s", strerror(errno));
    int version = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int made = 0;
    if (version < 0)
        because(why, "%s", strerror(errno));
    else
        made = keep(version) && fill(version, path, why) == 0;
    if (made && renameat(place, name, place, payload()->id) != 0) {
        /* What is there is damaged, or somebody who did not wait for us has just made it. */
        sweep_aside(place, payload()->id);
        made = renameat(place, name, place, payload()->id) == 0 || because(why, "%s", strerror(errno)) == 0;
    }
    if (made)
        return version;
    discard(place, name, version);
    if (version >= 0)
        close(version);
    return -1;
}

/* Takes the lock of those who unpack and clean up, waiting at most so many turns; -1 without it. */
static int take_lock(int place, int turns)
{
    int lock = openat(place, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock < 0)
        return -1;
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK || turns-- == 0) {
            close(lock);
            return -1;
        }
        nanosleep(&(struct timespec){.tv_nsec = TURN_MS * 1000000}, NULL);
    }
    return lock;
}

/*
 * Unpacks when nobody else has done it meanwhile. Without the lock too: a process that was stopped may have it.
 *
 * What is damaged or was left behind goes first: who is killed while taking it away leaves no version, and the next start
 * comes here again. Afterwards, it would find a whole version and look no further for a day.
 */
static int make(int place, const char *path, struct reason *why)
{
    int lock = take_lock(place, MOST_TURNS);
    int version = find(place, path);
    if (version < 0 && lock >= 0) {
        sweep_aside(place, payload()->id);
        sweep(place);
    }
    if (version < 0)
        version = unpack(place, path, why);
    if (lock >= 0) {
        sweep(place);
        close(lock);
    }
    return version;
}

/* Once a day: note that this version is in use, and take away what is not. */
static void look_after(int place, int version)
{
    struct stat about;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (fstat(version, &about) != 0)
        return;
    time_t age_s = now.tv_sec - about.st_mtim.tv_sec; /* below zero when a clock was wrong */
    if ((age_s >= 0 && age_s < DAY_S) || futimens(version, NULL) != 0)
        return;
    int lock = take_lock(place, 0);
    if (lock >= 0) {
        sweep(place);
        close(lock);
    }
}

int runtime_enter(int place, const char *place_path, char path[PATH_MAX], struct reason *why)
{
    if (snprintf(path, PATH_MAX, "%s/%s", place_path, payload()->id) >= PATH_MAX)
        return because(why, "its name is too long");
    if (payload_fits(path, why) != 0)
        return -1;
    int version = find(place, path);
    if (version >= 0)
        look_after(place, version);
    else
        version = make(place, path, why);
    if (version < 0)
        return -1;
    int kept = fcntl(version, F_DUPFD, 3); /* the same lock, in a descriptor that survives execve */
    close(version);
    return kept < 0 ? because_of_errno(why, "a descriptor") : kept;
}
