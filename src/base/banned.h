/*
 * banned - turns calls that have no place here into compile errors.
 *
 * Included on the command line for every file of src (-include). System
 * headers that declare these names are included first.
 */
#ifndef TSR_BASE_BANNED_H
#define TSR_BASE_BANNED_H

#if !defined(__wasm__)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <locale.h>
#include <alloca.h>

#pragma GCC poison strcpy strcat strncpy sprintf vsprintf strtok gets scanf
#pragma GCC poison atoi atol atof strtol strtoul strtoll strtoull strtod
#pragma GCC poison system popen gmtime localtime setlocale
#endif

#endif
