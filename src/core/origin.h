/*
 * origin - does a request that changes something come from the site itself?
 */
#ifndef TSR_CORE_ORIGIN_H
#define TSR_CORE_ORIGIN_H

#include "core/request.h"

/*
 * Origin, or without it the origin of Referer, is that of the site's base URL
 * (META "origin"), or that of the Host the request was sent to: https always,
 * http where the request did not come over TLS. Without both, with an Origin of
 * "null", or with Sec-Fetch-Site: cross-site it is not.
 */
bool tsr_origin_own(
    const struct tsr_request *request, const struct tsr_table *table);

/*
 * The local part of Referer when it is of the same origin, as a target: path
 * and query; empty when it is not or there is none.
 */
struct tsr_span tsr_origin_referer(
    const struct tsr_request *request, const struct tsr_table *table);

#endif
