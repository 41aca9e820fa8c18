/* Looking up host names with the C library that we bring, on systems whose nsswitch.conf is written for another one. */
#ifndef NAMES_H
#define NAMES_H

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* glibc's, declared in no header of it; `hosts` is then as this says, whatever the file says. */
extern int __nss_configure_lookup(const char *database, const char *services);

static inline int has_word(const char *line, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = line; (at = strstr(at, word)) != NULL; at += length)
        if ((at == line || isspace((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]) && at[length] != '_')
            return 1;
    return 0;
}

/*
 * Modules that nsswitch.conf names are loaded when they can be, and passed over when not. But a hosts line that names
 * nothing which is inside glibc itself leaves no way to look up a name, and one without a colon crashes it.
 */
static inline void keep_names_working(void)
{
    char line[4096];
    FILE *file = fopen("/etc/nsswitch.conf", "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file)) {
        char *start = line + strspn(line, " \t");
        start[strcspn(start, "#")] = 0;
        if (strncmp(start, "hosts", 5) != 0 || isalnum((unsigned char)start[5]))
            continue;
        char *colon = start + 5 + strspn(start + 5, " \t");
        if (*colon != ':' || !(has_word(colon + 1, "files") || has_word(colon + 1, "dns")))
            __nss_configure_lookup("hosts", "files dns");
    }
    fclose(file);
}

#endif
