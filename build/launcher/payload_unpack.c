#define _GNU_SOURCE
#include <limits.h>
#include <sys/mman.h>
#include <zstd.h>

#include "payload.h"

int payload_matches(unsigned i, const unsigned char *bytes)
{
    uint8_t digest[DIGEST_SIZE];
    blake2b(digest, bytes, payload()->files[i].size);
    return memcmp(digest, payload()->files[i].digest, DIGEST_SIZE) == 0;
}

unsigned char *payload_unpack(struct reason *why)
{
    const struct payload *carries = payload();
    unsigned char *all = mmap(NULL, carries->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) {
        because_of_errno(why, "memory");
        return NULL;
    }
    const char *frame = (const char *)carries + carries->frame_at;
    size_t unpacked = ZSTD_decompress(all, carries->size, frame, carries->frame_size);
    if (ZSTD_isError(unpacked) || unpacked != carries->size) {
        because(why, "%s", ZSTD_isError(unpacked) ? ZSTD_getErrorName(unpacked) : "it is shorter than it should be");
        return NULL;
    }
    unsigned char *bytes = all;
    for (unsigned i = 0; i < carries->count; bytes += carries->files[i++].size)
        if (!payload_matches(i, bytes)) {
            because(why, "%s is not what was packed", payload_path(i));
            return NULL;
        }
    return all;
}

/* Both strings for a program in the folder `path`, padded with NULs; 0 when one does not fit. */
static int strings_for(const char *path, char strings[2][RESERVED])
{
    memset(strings[0], 0, RESERVED);
    memset(strings[1], 0, RESERVED);
    const char *loader = payload_path(payload()->loader), *slash = strrchr(loader, '/');
    int folder = slash ? (int)(slash - loader) : 0;
    return snprintf(strings[0], RESERVED, "%s/%s", path, loader) < RESERVED &&
           snprintf(strings[1], RESERVED, "%s/%.*s", path, folder, loader) < RESERVED;
}

int payload_fits(const char *path, struct reason *why)
{
    char strings[2][RESERVED];
    if (!strings_for(path, strings))
        return because(why, "its name is too long");
    if (strpbrk(path, ":;$")) /* they have a meaning in DT_RPATH */
        return because(why, "its name has a colon, semicolon or dollar sign in it");
    return 0;
}

void payload_settle(unsigned char *program, const char *interpreter, const char *library_path)
{
    memcpy(program + payload()->interpreter_at, interpreter, strlen(interpreter) + 1);
    memcpy(program + payload()->library_path_at, library_path, strlen(library_path) + 1);
}

void payload_settle_in(unsigned char *program, const char *path)
{
    char strings[2][RESERVED];
    strings_for(path, strings);
    payload_settle(program, strings[0], strings[1]);
}

int payload_unsettle(unsigned char *program, const char *path)
{
    char strings[2][RESERVED];
    const size_t places[2] = {payload()->interpreter_at, payload()->library_path_at};
    strings_for(path, strings);
    for (int i = 0; i < 2; i++) {
        if (memcmp(program + places[i], strings[i], RESERVED) != 0)
            return 0;
        memset(program + places[i], 0, RESERVED);
    }
    return 1;
}
