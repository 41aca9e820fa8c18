/*
 * What the launcher carries: a program's files, compressed, in a segment of their own behind those that the compiler made.
 *
 * cli/wherry/commands/release/launcher/ puts them there and fills in `carried`. The kernel maps the segment with the
 * rest, so that nothing has to be read, or even found, before they are needed. All numbers are of little-endian order.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "blake2b.h"
#include "reason.h"

struct carried {
    char mark[16];       /* by which this is found in the launcher's file */
    uint64_t payload_at; /* bytes from the start of this structure to `struct payload`; 0 in a launcher that is empty */
    uint64_t failed;     /* the exit code when the program cannot be started */
    char name[128];      /* the program's, in folders and messages */
    char variable[160];  /* the environment variable that chooses a folder */
};

extern const struct carried carried;

struct payload_file {
    uint64_t size;           /* bytes; of a symbolic link, those of the path that it leads to */
    uint32_t mode;           /* as stat has it: a regular file or a symbolic link, and its permissions */
    uint32_t path;           /* bytes from the start of `struct payload` to its path in the unpacked folder */
    uint8_t digest[DIGEST_SIZE];
};

struct payload {
    char id[40];             /* 32 hexadecimal digits, of the digests of all files, and NULs */
    uint64_t size;           /* bytes, unpacked */
    uint64_t interpreter_at, library_path_at; /* see RESERVED */
    uint64_t frame_at, frame_size; /* bytes from the start of this structure to one zstd frame, and its size */
    uint32_t variables;      /* bytes from the start of this structure to environment variables: see payload_variables */
    uint32_t count;          /* of files, of which the first is the program */
    uint32_t loader;         /* which of them is the dynamic loader; shared libraries that others link follow it */
    uint32_t libraries;      /* how many of these; 0 for a program that cannot run from memory */
    struct payload_file files[];
};

enum { PROGRAM };

static inline const struct payload *payload(void)
{
    return (const struct payload *)((uintptr_t)&carried + carried.payload_at);
}

static inline const char *payload_path(unsigned i)
{
    return (const char *)payload() + payload()->files[i].path;
}

/*
 * What the program needs in its environment, each with a NUL after it, and an empty one at the end: `NAME=VALUE`; `NAME=`,
 * which gets the path of the program; `NAME`, which is taken out.
 */
static inline const char *payload_variables(void)
{
    return (const char *)payload() + payload()->variables;
}

/*
 * Two strings of RESERVED bytes in the program, all NUL as it is carried: the loader it names (PT_INTERP) and the path of
 * its libraries (DT_RPATH). Both must be absolute, and where that is shows when it is unpacked.
 */
enum { RESERVED = 1024 };

/* Unpacks everything, one file behind the other, into memory that is never freed; NULL with a reason when damaged. */
unsigned char *payload_unpack(struct reason *why);

/* Whether a program can stand in the folder `path`; -1 with a reason when that is too long, or cannot be written. */
int payload_fits(const char *path, struct reason *why);

/* Writes both strings into the program; each is shorter than RESERVED. */
void payload_settle(unsigned char *program, const char *interpreter, const char *library_path);

/* The same for a program that stands in the folder `path`, which fits. */
void payload_settle_in(unsigned char *program, const char *path);

/* Takes out what payload_settle_in wrote; 0 when it was something else. */
int payload_unsettle(unsigned char *program, const char *path);

/* Whether `bytes` are file number `i`; the program with NULs where payload_settle writes. */
int payload_matches(unsigned i, const unsigned char *bytes);

#endif
