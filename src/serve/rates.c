/*
 * rates - how many events each sender, and all together, may send.
 */
#include "serve/rates.h"

#include <sodium.h>
#include <string.h>

#define US UINT64_C(1000000)

/* Places that a sender may have in the table. */
#define TRIES 4

#define TIME_MASK ((UINT64_C(1) << 48) - 1)

void
tsr_rates_init(struct tsr_rates *rates, uint32_t of_each, uint32_t of_all)
{
	rates->of_each = of_each;
	rates->of_all = of_all;
	randombytes_buf(rates->key, sizeof(rates->key));
}

/*
 * One bucket: `full` is when all that it gave would be back. It gives while
 * that is no more than TSR_RATES_BURST_S away. False: it does not.
 */
static bool
give(uint64_t *full, uint32_t *wait, uint32_t rate, uint32_t events,
    uint64_t now)
{
	uint64_t burst = TSR_RATES_BURST_S * US;

	if (*full < now)
		*full = now;
	if (*full - now >= burst) {
		*wait = (uint32_t)((*full - now - burst) / US) + 1;
		return false;
	}
	*full += (US * events + rate - 1) / rate;
	return true;
}

static bool
take_all(uint32_t *wait, struct tsr_rates *rates, uint32_t events, uint64_t now)
{
	unsigned long long old = atomic_load(&rates->all);
	uint64_t full;

	if (rates->of_all == 0)
		return true;
	do {
		full = old;
		if (!give(&full, wait, rates->of_all, events, now))
			return false;
	} while (events > 0 &&
		 !atomic_compare_exchange_weak(&rates->all, &old, full));
	return true;
}

/* Of IPv4 all 128 bits (it is mapped), of IPv6 the network. */
static uint64_t
hash_of(const struct tsr_rates *rates, const struct tsr_netaddr *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint8_t bytes[16], hash[crypto_shorthash_BYTES];

	memcpy(bytes, address->bytes, sizeof(bytes));
	if (memcmp(bytes, mapped, sizeof(mapped)) != 0)
		memset(bytes + 8, 0, 8);
	crypto_shorthash(hash, bytes, sizeof(bytes), rates->key);
	return tsr_le64(hash);
}

/* The place of a sender: its own, or one that nobody needs now; or NULL. */
static atomic_ullong *
find_place(struct tsr_rates *rates, uint64_t hash, uint64_t now)
{
	atomic_ullong *place, *empty = NULL;
	unsigned long long v;
	unsigned i;

	for (i = 0; i < TRIES; i++) {
		place = &rates->senders[(hash + i) & (TSR_RATES_SENDERS - 1)];
		v = atomic_load(place);
		if (v >> 48 == hash >> 48)
			return place;
		if (empty == NULL && (v & TIME_MASK) <= now)
			empty = place;
	}
	return empty;
}

static bool
take_one(uint32_t *wait, struct tsr_rates *rates,
    const struct tsr_netaddr *address, uint32_t events, uint64_t now)
{
	uint64_t hash, full;
	atomic_ullong *place;
	unsigned long long old;

	if (rates->of_each == 0)
		return true;
	hash = hash_of(rates, address);
	place = find_place(rates, hash, now);
	if (place == NULL)
		return true;
	old = atomic_load(place);
	do {
		full = old >> 48 == hash >> 48 ? old & TIME_MASK : 0;
		if (!give(&full, wait, rates->of_each, events, now))
			return false;
	} while (events > 0 && !atomic_compare_exchange_weak(place, &old,
				   (hash >> 48) << 48 | (full & TIME_MASK)));
	return true;
}

enum tsr_rates_who
tsr_rates_take(uint32_t *wait, struct tsr_rates *rates,
    const struct tsr_netaddr *address, uint32_t events, uint64_t now)
{
	*wait = 0;
	if (address != NULL && !take_one(wait, rates, address, events, now))
		return TSR_RATES_SENDER;
	return take_all(wait, rates, events, now) ? TSR_RATES_NOBODY
						  : TSR_RATES_ALL;
}
