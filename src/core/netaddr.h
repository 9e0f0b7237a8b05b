/*
 * netaddr - Internet addresses as texts, and the networks they are in.
 */
#ifndef TSR_CORE_NETADDR_H
#define TSR_CORE_NETADDR_H

#include "core/bytes.h"

/* An address of either kind: IPv4 stands in ::ffff:0:0/96. */
struct tsr_netaddr {
	uint8_t bytes[16];
	uint8_t bits; /* of the network; 128 for an address alone */
};

/*
 * "192.0.2.1" or "2001:db8::1" (RFC 4291 2.2, no zone); with network, also
 * "/24" after it. False for anything else.
 */
bool tsr_netaddr_read(
    struct tsr_netaddr *out, struct tsr_span s, bool network);

/* Bytes of the longest address as a text. */
#define TSR_NETADDR_TEXT 40

/* An address as RFC 5952 writes it, into TSR_NETADDR_TEXT bytes of room. */
struct tsr_span tsr_netaddr_write(
    uint8_t *room, const struct tsr_netaddr *address);

bool tsr_netaddr_in(
    const struct tsr_netaddr *address, const struct tsr_netaddr *network);

#endif
