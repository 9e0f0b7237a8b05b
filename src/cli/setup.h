/*
 * setup - start the libraries that want to be started once, before threads.
 */
#ifndef TSR_CLI_SETUP_H
#define TSR_CLI_SETUP_H

void tsr_setup(void);

#endif
