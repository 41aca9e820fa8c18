#define _GNU_SOURCE
#include "environment.h"

#include "launch.h"
#include "payload.h"

/* Takes out every entry of `name`: who starts us may be such a program itself. */
static void take_out(const char *name)
{
    for (char **old; (old = environment_entry(name));)
        environment_remove(old);
}

/* Where the next entry goes: there is room behind the last one. */
static char **environment_end(void)
{
    char **end = environ;
    while (*end)
        end++;
    return end;
}

/* The variable that follows in the payload's list; the first after NULL; NULL at the end. */
static const char *next_variable(const char *variable)
{
    variable = variable ? variable + strlen(variable) + 1 : payload_variables();
    return *variable ? variable : NULL;
}

/* Puts what the program needs in place of what the caller has of these names; 0 without memory. */
static int set_variables(const char *program)
{
    for (const char *variable = NULL; (variable = next_variable(variable));) {
        char name[64];
        const char *equals = strchr(variable, '=');
        snprintf(name, sizeof name, "%.*s", (int)strcspn(variable, "="), variable);
        take_out(name);
        if (equals && asprintf(environment_end(), "%s%s", variable, equals[1] ? "" : program) < 0)
            return 0;
    }
    return 1;
}

/* The same for LD_PRELOAD and for the caller's, which is kept under another name. */
static int set_preload(const char *preload)
{
    char **theirs = environment_entry("LD_PRELOAD");
    return asprintf(environment_end(), PRELOAD_VARIABLE "=%s", theirs ? *theirs : "") >= 0 &&
           asprintf(theirs ? theirs : environment_end(), "LD_PRELOAD=%s", preload) >= 0;
}

char **environment_for(const char *program, const char *launch, const char *preload)
{
    size_t count = 0, added = 3;
    while (environ && environ[count])
        count++;
    for (const char *variable = NULL; (variable = next_variable(variable));)
        added++;
    char **result = calloc(count + added + 1, sizeof *result);
    if (result == NULL)
        return NULL;
    if (count)
        memcpy(result, environ, count * sizeof *result);
    environ = result;
    take_out(LAUNCH_VARIABLE);
    take_out(PRELOAD_VARIABLE);
    int made = asprintf(environment_end(), LAUNCH_VARIABLE "=%s", launch) >= 0 && set_variables(program) &&
               (preload == NULL || set_preload(preload));
    return made ? result : NULL;
}
