/*
 * What the launcher carries. build/executable.py writes payload.c and payload.S, which define these, and the compressed
 * files themselves.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "blake2b.h"
#include "reason.h"

struct payload_file {
    const char *path; /* in the unpacked folder; at most one folder deep */
    size_t size;      /* bytes */
    unsigned mode;    /* permissions */
    uint8_t digest[DIGEST_SIZE];
};

/* Where certain files stand in the list; shared libraries that others link follow the loader. */
enum { PROGRAM, MODULES, LOADER, FIRST_LIBRARY };

extern const struct payload_file payload_files[];
extern const unsigned payload_count;
extern const unsigned payload_libraries; /* how many from FIRST_LIBRARY on others link; extension modules follow */
extern const char payload_id[];          /* 32 hexadecimal digits, of the digests of all files */
extern const size_t payload_size;        /* bytes, unpacked */

/*
 * Two strings of RESERVED bytes in the program, all NUL as it is carried: the loader it names (PT_INTERP) and the path of
 * its libraries (DT_RPATH). Both must be absolute, and where that is shows when it is unpacked.
 */
enum { RESERVED = 1024 };
extern const size_t payload_interpreter_at, payload_library_path_at;

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
