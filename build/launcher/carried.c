#include "payload.h"

/* In a file of its own: elsewhere the compiler would take these values for the ones that are there at the end. */
const struct carried carried = {.mark = "wherry carries"};
