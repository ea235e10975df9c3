/* What is claimed of an outcome, against what came. */
#ifndef COMPARE_H
#define COMPARE_H

#include "call.h"

/* The first claim that does not hold, in words; empty if all do. */
typedef struct {
    char text[1024];
} complaint;

int compare_step(const json *step, const outcome *came, complaint *why);
int compare_error(const json *claim, const mutls_error *error, complaint *why);

#endif
