#define _GNU_SOURCE
#include "seal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "payload.h"

#define SEAL ".sealed"
#define NEW_SEAL ".sealed.new"

struct file_state {
    uint64_t inode, size;
    int64_t changed_s, changed_ns, modified_s, modified_ns;
    uint64_t mode, owner;
};

struct seal {
    char format[8];
    char boot[40]; /* the kernel's identifier of this boot; empty where /proc is not mounted */
    char path[PATH_MAX];
    struct file_state files[];
};

static size_t seal_size(void)
{
    return sizeof(struct seal) + payload()->count * sizeof(struct file_state);
}

static void read_boot(char boot[40])
{
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t length = read(file, boot, 36);
    memset(boot + (length > 0 ? length : 0), 0, (size_t)(40 - (length > 0 ? length : 0)));
    close(file);
}

/* What the seal is as things stand; NULL when a file is missing. Freed by the caller. */
static struct seal *current(int version, const char *path)
{
    struct seal *seal = calloc(1, seal_size());
    if (seal == NULL)
        return NULL;
    memcpy(seal->format, "wherry 1", sizeof seal->format);
    read_boot(seal->boot);
    snprintf(seal->path, sizeof seal->path, "%s", path);
    for (unsigned i = 0; i < payload()->count; i++) {
        struct stat about;
        if (fstatat(version, payload_path(i), &about, AT_SYMLINK_NOFOLLOW) != 0) {
            free(seal);
            return NULL;
        }
        seal->files[i] = (struct file_state){
            .inode = about.st_ino,
            .size = (uint64_t)about.st_size,
            .changed_s = about.st_ctim.tv_sec,
            .changed_ns = about.st_ctim.tv_nsec,
            .modified_s = about.st_mtim.tv_sec,
            .modified_ns = about.st_mtim.tv_nsec,
            .mode = about.st_mode,
            .owner = about.st_uid,
        };
    }
    return seal;
}

int seal_holds(int version, const char *path)
{
    size_t size = seal_size();
    struct seal *now = current(version, path);
    char *then = malloc(size + 1);
    int file = openat(version, SEAL, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    int holds = now && then && file >= 0 && read(file, then, size + 1) == (ssize_t)size && memcmp(now, then, size) == 0;
    if (file >= 0)
        close(file);
    free(then);
    free(now);
    return holds;
}

int seal_write(int version, const char *path, struct reason *why)
{
    struct seal *now = current(version, path);
    if (now == NULL)
        return because_of_errno(why, SEAL);
    unlinkat(version, NEW_SEAL, 0); /* of one who was killed; who writes at this moment makes a seal that does not hold */
    int file = openat(version, NEW_SEAL, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int written = file >= 0 && write(file, now, seal_size()) == (ssize_t)seal_size();
    if (!written || renameat(version, NEW_SEAL, version, SEAL) != 0)
        because_of_errno(why, SEAL);
    else
        why = NULL;
    if (file >= 0)
        close(file);
    if (why)
        unlinkat(version, NEW_SEAL, 0);
    free(now);
    return why ? -1 : 0;
}
