/*
 * rates - how many events each sender, and all together, may send.
 *
 * A sender is an address (of IPv6 the network of 64 bits), and of it only a
 * hash is kept, by a key that the parent draws at its start and that is
 * nowhere else. Buckets that fill evenly (GCRA): one number says when a bucket
 * would be full again, so that workers change it in one step and one that is
 * killed leaves nothing locked. Where many senders meet in the table, a sender
 * goes unlimited rather than paying for another; the total still holds.
 */
#ifndef TSR_SERVE_RATES_H
#define TSR_SERVE_RATES_H

#include <stdatomic.h>

#include "core/limits.h"
#include "core/netaddr.h"

struct tsr_rates {
	uint32_t of_each, of_all; /* events a second; 0: any number */
	uint8_t key[16];
	atomic_ullong all;			  /* us of tsr_rates_clock */
	atomic_ullong senders[TSR_RATES_SENDERS]; /* hash << 48 | us */
};

enum tsr_rates_who {
	TSR_RATES_NOBODY, /* all is fine */
	TSR_RATES_SENDER,
	TSR_RATES_ALL
};

void tsr_rates_init(struct tsr_rates *rates, uint32_t of_each, uint32_t of_all);

/*
 * Who has sent too much for `events` more? With 0 it only looks; with more
 * they are counted, and the last of a burst may go over. *wait: seconds until
 * there is room. address NULL: only all together count. now: us of a clock
 * that only goes forward.
 */
enum tsr_rates_who tsr_rates_take(uint32_t *wait, struct tsr_rates *rates,
    const struct tsr_netaddr *address, uint32_t events, uint64_t now);

#endif
