/*
 * The program that the launcher executes: a Python interpreter whose modules all lie in one file.
 *
 * It stands in the unpacked folder as `wherry`, beside `modules` (build/modules.py writes that file) and `lib/`. The
 * loader that it names and the path of its libraries are written into it when it is unpacked (place.h).
 */
#define _GNU_SOURCE
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <fcntl.h>
#include <marshal.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "launch.h"
#include "names.h"

/* What the file begins with: where the parts are that the interpreter needs before it can import anything. */
struct part {
    uint64_t offset, size; /* bytes */
};
struct head {
    char magic[8];
    struct part importer, encodings, aliases, utf_8;
};

static const char MAGIC[8] = "wherry\0\1";

static void fail(const char *what)
{
    fprintf(stderr, "wherry: cannot start: %s: %s\n", what, strerror(errno));
    exit(EXIT_CODE_FAILED);
}

/* The bytes of `path`, for as long as the process lives. */
static const char *mapped(const char *path, size_t *size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (file < 0 || fstat(file, &about) != 0)
        fail(path);
    const char *bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        fail(path);
    close(file);
    *size = (size_t)about.st_size;
    if (*size < sizeof(struct head) || memcmp(bytes, MAGIC, sizeof MAGIC) != 0) {
        errno = ENOEXEC;
        fail(path);
    }
    return bytes;
}

/*
 * The codec of names and streams is imported before an importer of ours can be there, so these three are given to the
 * interpreter as frozen modules, beside those that it has itself.
 */
static void freeze_codec(const char *modules)
{
    static struct _frozen table[4];
    const struct head *head = (const struct head *)modules;
    const struct part *parts[] = {&head->encodings, &head->aliases, &head->utf_8};
    const char *names[] = {"encodings", "encodings.aliases", "encodings.utf_8"};
    for (int i = 0; i < 3; i++) {
        table[i].name = names[i];
        table[i].code = (const unsigned char *)modules + parts[i]->offset;
        table[i].size = (int)parts[i]->size;
        table[i].is_package = i == 0;
    }
    PyImport_FrozenModules = table;
}

static void check(PyStatus status)
{
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
}

/*
 * Python ignores these in itself. What is executed in its place later is to find them as the caller left them
 * (wait/handover.py), so those that were ignored before are told as sys.ignored_by_caller.
 */
static const int ignored_by_python[] = {SIGPIPE, SIGXFSZ};
enum { COUNT_IGNORED = sizeof ignored_by_python / sizeof *ignored_by_python };

static void look_at_signals(int ignored[COUNT_IGNORED])
{
    struct sigaction now;
    for (int i = 0; i < COUNT_IGNORED; i++)
        ignored[i] = sigaction(ignored_by_python[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void tell_of_signals(const int ignored[COUNT_IGNORED])
{
    PyObject *numbers = PySet_New(NULL);
    for (int i = 0; numbers && i < COUNT_IGNORED; i++) {
        PyObject *number = ignored[i] ? PyLong_FromLong(ignored_by_python[i]) : NULL;
        if (number)
            PySet_Add(numbers, number);
        Py_XDECREF(number);
    }
    PySys_SetObject("ignored_by_caller", numbers);
    Py_XDECREF(numbers);
}

/* An interpreter that looks at nothing outside the folder, and speaks UTF-8 whatever the locale. */
static void start_interpreter(int argc, char **argv, const char *folder, const char *executable)
{
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    check(Py_PreInitialize(&before));

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.install_signal_handlers = 1;
    config.optimization_level = 1;
    config.site_import = 0;
    config.write_bytecode = 0;
    config.module_search_paths_set = 1;
    check(PyConfig_SetBytesArgv(&config, argc, argv));
    wchar_t **paths[] = {&config.prefix,      &config.exec_prefix,      &config.base_prefix,
                         &config.base_exec_prefix, &config.home, &config.stdlib_dir};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        check(PyConfig_SetBytesString(&config, paths[i], folder));
    check(PyConfig_SetBytesString(&config, &config.executable, executable));
    check(PyConfig_SetBytesString(&config, &config.base_executable, executable));
    check(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
}

/* Run importer.py's function start, which ends the process with the program's exit code. */
static int run(const char *modules, size_t size, const struct launch *launch, const char *folder)
{
    const struct part *part = &((const struct head *)modules)->importer;
    PyObject *code = PyMarshal_ReadObjectFromString(modules + part->offset, (Py_ssize_t)part->size);
    PyObject *importer = code ? PyImport_ExecCodeModule("wherry_importer", code) : NULL;
    PyObject *view = PyMemoryView_FromMemory((char *)modules, (Py_ssize_t)size, PyBUF_READ);
    PyObject *name = PyUnicode_DecodeFSDefault(folder);
    if (importer && view && name)
        PyObject_CallMethod(importer, "start", "OOi", view, name, launch->first_descriptor);
    PyErr_Print();
    return EXIT_CODE_FAILED;
}

int main(int argc, char **argv)
{
    const char *self = (const char *)getauxval(AT_EXECFN); /* as the launcher named it: absolute */
    struct launch launch = launch_taken_from_environment(self);
    char folder[PATH_MAX], path[PATH_MAX + sizeof "/modules"];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(self, '/') ? strrchr(self, '/') - self : 0), self);
    if (launch.first_descriptor >= 0) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", launch.first_descriptor + MODULES_INDEX);
        prctl(PR_SET_NAME, "wherry"); /* else ps and pgrep call it by the number of a descriptor */
    } else {
        snprintf(path, sizeof path, "%s/modules", folder);
    }
    keep_names_working();
    size_t size;
    const char *modules = mapped(path, &size);
    freeze_codec(modules);
    int ignored[COUNT_IGNORED];
    look_at_signals(ignored);
    start_interpreter(argc, argv, folder, launch.executable);
    tell_of_signals(ignored);
    return run(modules, size, &launch, folder);
}
