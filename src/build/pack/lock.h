/*
 * lock - one build at a time changes a folder of releases.
 */
#ifndef TSR_BUILD_LOCK_H
#define TSR_BUILD_LOCK_H

/*
 * Wait until no other process holds folder/.lock, and take it: a descriptor
 * to close, or -1 with errno. The system gives it back when we end, however
 * that comes about.
 */
int tsr_lock_take(const char *folder);

#endif
