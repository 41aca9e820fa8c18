#define _GNU_SOURCE
#include "place.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MOST_LINKS = 16 };

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int is_trusted(uid_t owner)
{
    return owner == 0 || owner == geteuid();
}

/* Whether nobody but root and us can replace what is in this folder. */
static int check_folder(int folder, const char *name, int last, struct reason *why)
{
    struct stat about;
    if (fstat(folder, &about) != 0)
        return because_of_errno(why, name);
    if (!is_trusted(about.st_uid))
        return because(why, "%.200s belongs to user %u", name, about.st_uid);
    if (about.st_mode & (S_IWGRP | S_IWOTH) && (last || !(about.st_mode & S_ISVTX)))
        return because(why, "%.200s can be written by others", name);
    return 0;
}

/* Puts the target of the link `name` in front of `rest`; 1 when it is absolute, 0 when not, -1 with a reason. */
static int follow(int at, const char *name, const char *shown, const struct stat *about, char rest[PATH_MAX],
                  struct reason *why)
{
    char target[PATH_MAX], joined[2 * PATH_MAX];
    if (!is_trusted(about->st_uid))
        return because(why, "%.200s is a symbolic link of user %u", shown, about->st_uid);
    ssize_t length = readlinkat(at, name, target, sizeof target - 1);
    if (length < 0)
        return because_of_errno(why, shown);
    target[length] = 0;
    snprintf(joined, sizeof joined, "%s/%s", target, rest);
    if (strlen(joined) >= PATH_MAX)
        return because(why, "its name is too long");
    strcpy(rest, joined);
    return target[0] == '/';
}

/* Takes the first component off `rest`; 0 when there is none. */
static int next_component(char rest[PATH_MAX], char name[PATH_MAX])
{
    char *start = rest + strspn(rest, "/");
    size_t length = strcspn(start, "/");
    memcpy(name, start, length);
    name[length] = 0;
    memmove(rest, start + length, strlen(start + length) + 1);
    return length > 0;
}

/* The entry `name`, made as a folder when it is not there. */
static int look_at(int at, const char *name, const char *shown, struct stat *about, struct reason *why)
{
    if (fstatat(at, name, about, AT_SYMLINK_NOFOLLOW) == 0)
        return 0;
    if (errno != ENOENT)
        return because_of_errno(why, shown);
    if (mkdirat(at, name, 0700) != 0 && errno != EEXIST)
        return because_of_errno(why, shown);
    if (fstatat(at, name, about, AT_SYMLINK_NOFOLLOW) != 0)
        return because_of_errno(why, shown);
    return 0;
}

/* Steps from folder `at` to its entry, or to the root for an absolute link; the new descriptor in `*at`. */
static int step(int *at, char rest[PATH_MAX], char name[PATH_MAX], char canonical[PATH_MAX], int *links,
                struct reason *why)
{
    size_t above = strlen(canonical);
    if (above + 1 + strlen(name) >= PATH_MAX)
        return because(why, "its name is too long");
    snprintf(canonical + above, PATH_MAX - above, "/%s", name);
    struct stat about;
    if (look_at(*at, name, canonical, &about, why) != 0)
        return -1;
    int next;
    if (S_ISLNK(about.st_mode)) {
        if (++*links > MOST_LINKS)
            return because(why, "%.200s: too many symbolic links", canonical);
        int absolute = follow(*at, name, canonical, &about, rest, why);
        if (absolute < 0)
            return -1;
        canonical[absolute ? 0 : above] = 0;
        next = absolute ? open_folder(AT_FDCWD, "/") : fcntl(*at, F_DUPFD_CLOEXEC, 0);
    } else {
        next = open_folder(*at, name);
    }
    if (next < 0)
        return because_of_errno(why, canonical);
    close(*at);
    *at = next;
    return 0;
}

static int walk(int *at, const char *path, char canonical[PATH_MAX], struct reason *why)
{
    char rest[PATH_MAX], name[PATH_MAX];
    int links = 0;
    strcpy(rest, path);
    canonical[0] = 0;
    if (check_folder(*at, "/", 0, why) != 0)
        return -1;
    while (next_component(rest, name)) {
        if (strcmp(name, ".") == 0)
            continue;
        if (strcmp(name, "..") == 0)
            return because(why, "its name has .. in it");
        int last = strspn(rest, "/") == strlen(rest);
        if (step(at, rest, name, canonical, &links, why) != 0)
            return -1;
        last = last && strspn(rest, "/") == strlen(rest); /* a link may have led on */
        if (check_folder(*at, *canonical ? canonical : "/", last, why) != 0)
            return -1;
    }
    return 0;
}

int place_open(const char *path, char canonical[PATH_MAX], struct reason *why)
{
    if (path[0] != '/')
        return because(why, "it is not an absolute path");
    if (strlen(path) >= PATH_MAX)
        return because(why, "its name is too long");
    int at = open_folder(AT_FDCWD, "/");
    if (at < 0)
        return because_of_errno(why, "/");
    struct statvfs about;
    if (walk(&at, path, canonical, why) == 0) {
        if (fstatvfs(at, &about) != 0)
            because_of_errno(why, canonical);
        else if (about.f_flag & ST_NOEXEC)
            because(why, "it is mounted noexec");
        else
            return at;
    }
    close(at);
    return -1;
}
