/*
 * client - who sent a request, as far as the site's proxies are believed.
 */
#ifndef TSR_CORE_CLIENT_H
#define TSR_CORE_CLIENT_H

#include "core/netaddr.h"
#include "core/request.h"

/*
 * Did the request come from a proxy of the site (PRXY, or META "proxies" with
 * the word "unix" for the server's own socket)? Or does the web server itself
 * say such headers (the word "web-server")? Then what they say of geography
 * counts.
 */
bool tsr_client_believed(
    const struct tsr_table *table, const struct tsr_request *request);

/*
 * The client's address: REMOTE_ADDR, or, when that is a proxy of the site, the
 * right-most entry of X-Forwarded-For that is none. False: not known, because
 * an entry on the way is no address, or there are too many.
 */
bool tsr_client_address(struct tsr_netaddr *out, const struct tsr_table *table,
    const struct tsr_request *request);

#endif
