#define _GNU_SOURCE
#include "file.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <unistd.h>

#include "payload.h"

/* What a file holds, with the same strings for where it is as it was carried with; freed by release. */
static unsigned char *content(int version, unsigned i, const char *path)
{
    size_t size = payload()->files[i].size;
    int file = openat(version, payload_path(i), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return NULL;
    unsigned char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, file, 0);
    close(file);
    if (bytes == MAP_FAILED)
        return NULL;
    if (i != PROGRAM || payload_unsettle(bytes, path))
        return bytes;
    munmap(bytes, size);
    return NULL;
}

static int link_is_whole(int version, unsigned i)
{
    unsigned char target[PATH_MAX];
    ssize_t length = readlinkat(version, payload_path(i), (char *)target, sizeof target);
    return length == (ssize_t)payload()->files[i].size && payload_matches(i, target);
}

int file_is_whole(int version, unsigned i, const char *path)
{
    const struct payload_file *expected = &payload()->files[i];
    struct stat about;
    if (fstatat(version, payload_path(i), &about, AT_SYMLINK_NOFOLLOW) != 0 || about.st_mode != expected->mode ||
        (uint64_t)about.st_size != expected->size || about.st_uid != geteuid())
        return 0;
    if (S_ISLNK(expected->mode))
        return link_is_whole(version, i);
    if (expected->size == 0)
        return 1;
    unsigned char *bytes = content(version, i, path);
    int whole = bytes != NULL && payload_matches(i, bytes);
    if (bytes)
        munmap(bytes, expected->size);
    return whole;
}

/* The folders down to `path`; some are there when another of its files is. */
static int make_folders(int version, const char *path)
{
    char folder[PATH_MAX];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        if (mkdirat(version, folder, 0700) != 0 && errno != EEXIST)
            return -1;
    }
    return 0;
}

static int write_link(int version, unsigned i, const unsigned char *bytes)
{
    char target[PATH_MAX];
    snprintf(target, sizeof target, "%.*s", (int)payload()->files[i].size, (const char *)bytes);
    return symlinkat(target, version, payload_path(i));
}

static int write_regular(int version, unsigned i, const unsigned char *bytes)
{
    const struct payload_file *file = &payload()->files[i];
    int out = openat(version, payload_path(i), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (out < 0)
        return -1;
    size_t done = 0;
    while (done < file->size) {
        ssize_t written = write(out, bytes + done, file->size - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    int failed = done < file->size || fchmod(out, file->mode & 07777) != 0;
    int error = errno;
    failed |= close(out) != 0 && (error = errno, 1);
    errno = error;
    return failed ? -1 : 0;
}

/* 0, or -1 with errno. */
static int write_either(int version, unsigned i, const unsigned char *bytes)
{
    return S_ISLNK(payload()->files[i].mode) ? write_link(version, i, bytes) : write_regular(version, i, bytes);
}

int file_write(int version, unsigned i, const unsigned char *bytes, struct reason *why)
{
    int made = write_either(version, i, bytes);
    if (made != 0 && errno == ENOENT)
        made = make_folders(version, payload_path(i)) == 0 ? write_either(version, i, bytes) : -1;
    return made == 0 ? 0 : because_of_errno(why, payload_path(i));
}

void file_remove(int version, unsigned i)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", payload_path(i));
    unlinkat(version, path, 0);
    for (char *slash = strrchr(path, '/'); slash; slash = strrchr(path, '/')) {
        *slash = 0;
        if (unlinkat(version, path, AT_REMOVEDIR) != 0)
            break;
    }
}
