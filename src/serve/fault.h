/*
 * fault - survive a mapped file that somebody cut off under us.
 *
 * Releases are never changed in place, but a disk can fail and a person can
 * copy over a file. Reading a page of a mapping that is no longer backed
 * raises SIGBUS; here that ends the one piece of work that read it, and the
 * process goes on. A SIGBUS outside such work ends the process as always.
 */
#ifndef TSR_SERVE_FAULT_H
#define TSR_SERVE_FAULT_H

#include <stdbool.h>

/* Once a process, before the first tsr_fault_run. */
void tsr_fault_init(void);

/*
 * Call work(ctx). False when it was cut short by SIGBUS: then whatever it
 * writes to is to be thrown away. work must not hold anything that needs to
 * be given back. Not to be nested; one thread.
 */
bool tsr_fault_run(void (*work)(void *ctx), void *ctx);

#endif
