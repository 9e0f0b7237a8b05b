/*
 * device - desktop, mobile, tablet or bot, by a small table of rules.
 */
#ifndef TSR_CORE_DEVICE_H
#define TSR_CORE_DEVICE_H

#include "core/bytes.h"

/*
 * The first that says something: a bot's word in the User-Agent; the first
 * known one of Sec-CH-UA-Form-Factors; Sec-CH-UA-Mobile ?1; the words of the
 * User-Agent. An empty span: nothing is known. At most TSR_VALUE_MAX bytes of
 * each are looked at.
 */
struct tsr_span tsr_device(struct tsr_span agent, struct tsr_span mobile,
    struct tsr_span factors);

#endif
