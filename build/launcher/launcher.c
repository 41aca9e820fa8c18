/*
 * What an executable for Linux begins with, wherry's own and those that `wherry release` makes: unpacks the program that
 * it carries, once, and becomes it.
 *
 * Static, so that it runs where there is no loader and no libc; what it unpacks brings its own. A start after the first
 * one is a look at each file (seal.h) and one execve.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "environment.h"
#include "launch.h"
#include "memory.h"
#include "payload.h"
#include "place.h"
#include "runtime.h"

/* Where it was tried and why it did not work: one line for a person. */
static char failures[4096];
enum { LONGEST_SHOWN = 200 };

/* A limit on file sizes is an error like others, until the program decides about the signal itself. */
static struct sigaction size_signal;

static void ignore_size_signal(void)
{
    sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
}

static void note_failure(const char *place, const struct reason *why)
{
    size_t length = strlen(failures);
    snprintf(failures + length, sizeof failures - length, "%s%.*s%s: %s", length ? "; " : "", LONGEST_SHOWN, place,
             strlen(place) > LONGEST_SHOWN ? "..." : "", why->words);
    for (char *c = failures + length; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
}

/* The path of the executable, for sys.executable; 0 where /proc does not tell it. */
static int find_own_path(char own[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", own, PATH_MAX - 1);
    own[length > 0 ? length : 0] = 0;
    if (length > 0)
        return 1;
    const char *name = (const char *)getauxval(AT_EXECFN); /* as execve got it: without /proc, the best there is */
    if (*name == '/' || getcwd(own, PATH_MAX) == NULL)
        snprintf(own, PATH_MAX, "%s", name);
    else
        snprintf(own + strlen(own), PATH_MAX - strlen(own), "/%s", name);
    return 0;
}

/* Becomes the program; returns when that is not possible, with a reason. */
static void execute(const char *program, int lock, const struct memory_files *memory, char **argv, struct reason *why)
{
    char own[PATH_MAX], launch[PATH_MAX + 64], **before = environ;
    if (!find_own_path(own) && argv[0] && *payload_variables())
        argv[0] = (char *)program; /* without /proc, PyInstaller's program looks for itself under this name */
    snprintf(launch, sizeof launch, "%d:%d:%u:%s", lock, memory ? memory->first : -1, memory ? payload()->count : 0, own);
    char **changed = environment_for(program, launch, memory ? memory->preload : NULL);
    sigaction(SIGXFSZ, &size_signal, NULL);
    if (changed)
        execve(program, argv, changed);
    because(why, "%s", strerror(errno));
    ignore_size_signal();
    environ = before;
}

static int is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Unpacks to the folder `path` and runs from there; returns when that is not possible. */
static void run_from(const char *path, char **argv)
{
    struct reason why;
    char canonical[PATH_MAX], version[PATH_MAX], program[PATH_MAX + 16];
    int place = place_open(path, canonical, &why);
    if (place >= 0) {
        int lock = runtime_enter(place, canonical, version, &why);
        close(place);
        if (lock >= 0) {
            snprintf(program, sizeof program, "%s/%s", version, payload_path(PROGRAM));
            execute(program, lock, NULL, argv, &why);
            close(lock);
        }
    }
    note_failure(path, &why);
}

/* A folder of this user's own beside others'; in the root folder only where there is nothing else, as in a new container. */
static void run_from_shared(const char *before, char **argv)
{
    char path[PATH_MAX];
    if (!is_folder(before))
        return;
    snprintf(path, sizeof path, "%s%s-%u", before, carried.name, geteuid());
    run_from(path, argv);
}

static void run_from_memory(char **argv)
{
    struct reason why;
    struct memory_files files;
    if (memory_enter(&files, &why) == 0)
        execute(files.program, -1, &files, argv, &why);
    note_failure("memory", &why);
}

/*
 * The user's cache folder (XDG Base Directory Specification, as platformdirs reads it); 0 when there is none. It is made
 * when it is missing, but a home folder is not.
 */
static int cache_folder(char path[PATH_MAX])
{
    const char *cache = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");
    int length = 0;
    if (cache && cache[0] == '/')
        length = snprintf(path, PATH_MAX, "%s/%s/runtime", cache, carried.name);
    else if (home && home[0] == '/' && is_folder(home))
        length = snprintf(path, PATH_MAX, "%s/.cache/%s/runtime", home[1] ? home : "", carried.name);
    return length > 0 && length < PATH_MAX;
}

int main(int argc, char **argv)
{
    (void)argc;
    char path[PATH_MAX];
    if (carried.payload_at == 0) {
        fprintf(stderr, "the launcher carries no program\n");
        return EXIT_CODE_FAILED;
    }
    sigaction(SIGXFSZ, NULL, &size_signal);
    ignore_size_signal();
    const char *chosen = secure_getenv(carried.variable);
    if (chosen && *chosen) {
        run_from(chosen, argv);
    } else {
        static const char *const shared[] = {"/var/tmp/", "/tmp/", "/dev/shm/", "/."};
        if (cache_folder(path))
            run_from(path, argv);
        for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
            run_from_shared(shared[i], argv);
        if (payload()->libraries)
            run_from_memory(argv);
    }
    fprintf(stderr, "%s: cannot unpack itself: %s\n", carried.name, failures);
    fprintf(stderr, "  hint: set %s to a folder that can be written and executed from\n", carried.variable);
    return (int)carried.failed;
}
