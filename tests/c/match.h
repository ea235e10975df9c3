/* Whether a value holds what is claimed of it; docs/conformance.md says what that means. */
#ifndef MATCH_H
#define MATCH_H

#include "json.h"

/* `got` may be NULL, which is as good as null. */
int match(const json *claim, const json *got);

#endif
