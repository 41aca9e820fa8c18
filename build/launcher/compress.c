/*
 * Compresses standard input for the launcher, in one frame that tells its size: as small as zstd can, or by the level that
 * is given. A program of its own, carried by wherry's executable: where a program is packed there is no zstd but this.
 */
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

static int fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return EXIT_FAILURE;
}

/* All of standard input; NULL when it cannot be read. */
static char *read_all(size_t *size)
{
    size_t room = 1 << 24;
    char *bytes = malloc(room);
    for (*size = 0; bytes; room *= 2) {
        *size += fread(bytes + *size, 1, room - *size, stdin);
        if (*size < room)
            break;
        char *more = realloc(bytes, 2 * room);
        if (more == NULL)
            free(bytes);
        bytes = more;
    }
    return ferror(stdin) ? NULL : bytes;
}

int main(int argc, char **argv)
{
    size_t size;
    char *plain = read_all(&size);
    char *frame = malloc(ZSTD_compressBound(size));
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (plain == NULL || frame == NULL || context == NULL)
        return fail("the input cannot be read, or does not fit into memory");
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, argc > 1 ? atoi(argv[1]) : ZSTD_maxCLevel());
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
    ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1);
    size_t written = ZSTD_compress2(context, frame, ZSTD_compressBound(size), plain, size);
    if (ZSTD_isError(written))
        return fail(ZSTD_getErrorName(written));
    if (fwrite(frame, 1, written, stdout) != written || fflush(stdout) != 0)
        return fail("the output cannot be written");
    return EXIT_SUCCESS;
}
