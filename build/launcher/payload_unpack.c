#define _GNU_SOURCE
#include <limits.h>
#include <sys/mman.h>
#include <zstd.h>

#include "payload.h"

extern const unsigned char payload_data[], payload_end[]; /* one zstd frame */

int payload_matches(unsigned i, const unsigned char *bytes)
{
    uint8_t digest[DIGEST_SIZE];
    blake2b(digest, bytes, payload_files[i].size);
    return memcmp(digest, payload_files[i].digest, DIGEST_SIZE) == 0;
}

unsigned char *payload_unpack(struct reason *why)
{
    unsigned char *all = mmap(NULL, payload_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) {
        because_of_errno(why, "memory");
        return NULL;
    }
    size_t unpacked = ZSTD_decompress(all, payload_size, payload_data, (size_t)(payload_end - payload_data));
    if (ZSTD_isError(unpacked) || unpacked != payload_size) {
        because(why, "%s", ZSTD_isError(unpacked) ? ZSTD_getErrorName(unpacked) : "it is shorter than it should be");
        return NULL;
    }
    unsigned char *bytes = all;
    for (unsigned i = 0; i < payload_count; bytes += payload_files[i++].size)
        if (!payload_matches(i, bytes)) {
            because(why, "%s is not what was packed", payload_files[i].path);
            return NULL;
        }
    return all;
}

/* Both strings for a program in the folder `path`, padded with NULs; 0 when one does not fit. */
static int strings_for(const char *path, char strings[2][RESERVED])
{
    memset(strings[0], 0, RESERVED);
    memset(strings[1], 0, RESERVED);
    return snprintf(strings[0], RESERVED, "%s/%s", path, payload_files[LOADER].path) < RESERVED &&
           snprintf(strings[1], RESERVED, "%s/lib", path) < RESERVED;
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
    memcpy(program + payload_interpreter_at, interpreter, strlen(interpreter) + 1);
    memcpy(program + payload_library_path_at, library_path, strlen(library_path) + 1);
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
    const size_t places[2] = {payload_interpreter_at, payload_library_path_at};
    strings_for(path, strings);
    for (int i = 0; i < 2; i++) {
        if (memcmp(program + places[i], strings[i], RESERVED) != 0)
            return 0;
        memset(program + places[i], 0, RESERVED);
    }
    return 1;
}
