/*
 * version - of the programs; the release format has its own in format.h.
 */
#ifndef TSR_BASE_VERSION_H
#define TSR_BASE_VERSION_H

#define TSR_VERSION_TEXT "0.1.0"

#endif
