/*
 * cgi - answer the one request that the environment holds (RFC 3875).
 */
#ifndef TSR_SERVE_CGI_H
#define TSR_SERVE_CGI_H

#include "serve/log.h"

/* Whether the environment looks like that of a CGI program. */
bool tsr_cgi_wanted(void);

/*
 * Answer on descriptor 1 from the release in dir (may be NULL) and the state
 * folder that TESSERA_STATE names, if any; the exit code of the program: 0 when
 * something was answered, if only an error.
 */
int tsr_cgi_run(struct tsr_log *log, const char *dir);

#endif
