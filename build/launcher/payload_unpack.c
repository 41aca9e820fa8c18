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

int payload_settle(unsigned char *program, const char *interpreter, const char *library_path, struct reason *why)
{
    if (strlen(interpreter) >= RESERVED || strlen(library_path) >= RESERVED)
        return because(why, "its name is too long");
    if (strpbrk(library_path, ":;$")) /* they have a meaning in DT_RPATH */
        return because(why, "its name has a colon, semicolon or dollar sign in it");
    strncpy((char *)program + payload_interpreter_at, interpreter, RESERVED);
    strncpy((char *)program + payload_library_path_at, library_path, RESERVED);
    return 0;
}

int payload_settle_in(unsigned char *program, const char *path, struct reason *why)
{
    char interpreter[PATH_MAX + 64], library_path[PATH_MAX + 64];
    snprintf(interpreter, sizeof interpreter, "%s/%s", path, payload_files[LOADER].path);
    snprintf(library_path, sizeof library_path, "%s/lib", path);
    return payload_settle(program, interpreter, library_path, why);
}

int payload_unsettle(unsigned char *program, const char *path)
{
    unsigned char expected[2][RESERVED] = {{0}};
    snprintf((char *)expected[0], RESERVED, "%s/%s", path, payload_files[LOADER].path);
    snprintf((char *)expected[1], RESERVED, "%s/lib", path);
    const size_t places[2] = {payload_interpreter_at, payload_library_path_at};
    for (int i = 0; i < 2; i++) {
        if (memcmp(program + places[i], expected[i], RESERVED) != 0)
            return 0;
        memset(program + places[i], 0, RESERVED);
    }
    return 1;
}
