/* What the launcher tells the program that it executes: one environment variable, taken out before anything else runs. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_CODE_FAILED 3 /* wherry.errors.ExitCode.FAILED */

/*
 * `LOCK:FIRST:COUNT:EXECUTABLE`. LOCK is a descriptor that keeps the folder in use. FIRST is -1, or, when the files are
 * in memory, the descriptor of the first of COUNT files in the order of the payload. EXECUTABLE is the downloaded file.
 */
#define LAUNCH_VARIABLE "_WHERRY_LAUNCH"
/* The caller's LD_PRELOAD, empty when there was none, while ours takes its place: only with the files in memory. */
#define PRELOAD_VARIABLE "_WHERRY_LD_PRELOAD"

#define MODULES_INDEX 1 /* of the file `modules` in the payload, where the program is 0 */

struct launch {
    int first_descriptor; /* -1 when the files are in a folder */
    const char *executable;
};

extern char **environ;

/* The entry of `name` in the environment, or NULL. */
static inline char **environment_entry(const char *name)
{
    size_t length = strlen(name);
    for (char **entry = environ; entry && *entry; entry++)
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
            return entry;
    return NULL;
}

/* Take one entry out; those after it keep their order. */
static inline void environment_remove(char **entry)
{
    for (; *entry; entry++)
        entry[0] = entry[1];
}

static inline void restore_preload(void)
{
    char **saved = environment_entry(PRELOAD_VARIABLE);
    if (saved == NULL)
        return;
    char *original = *saved + strlen(PRELOAD_VARIABLE "=");
    environment_remove(saved);
    char **ours = environment_entry("LD_PRELOAD");
    if (ours == NULL)
        return;
    if (*original)
        *ours = original; /* saved with its name */
    else
        environment_remove(ours);
}

/* Read and remove what the launcher set; without it, `self` was executed by its own name. */
static inline struct launch launch_taken_from_environment(const char *self)
{
    struct launch launch = {-1, self};
    char **entry = environment_entry(LAUNCH_VARIABLE);
    if (entry == NULL)
        return launch;
    int lock = -1, count = 0, read = 0;
    char *value = *entry + strlen(LAUNCH_VARIABLE "=");
    if (sscanf(value, "%d:%d:%d:%n", &lock, &launch.first_descriptor, &count, &read) == 3 && read > 0)
        launch.executable = value + read;
    environment_remove(entry);
    restore_preload();
    if (lock >= 0)
        fcntl(lock, F_SETFD, FD_CLOEXEC);
    for (int i = 0; i < count; i++)
        fcntl(launch.first_descriptor + i, F_SETFD, FD_CLOEXEC);
    return launch;
}
#endif
