/* Why a place cannot be used, in words for the one line that a person reads when none can. */
#ifndef REASON_H
#define REASON_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reason {
    char words[512];
};

/* Sets the words; returns -1, so that a function can fail by `return because(...)`. */
__attribute__((format(printf, 2, 3))) static inline int because(struct reason *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why->words, sizeof why->words, format, arguments);
    va_end(arguments);
    return -1;
}

/* The same from errno. */
static inline int because_of_errno(struct reason *why, const char *what)
{
    return because(why, "%.200s: %s", what, strerror(errno));
}

#endif
