/*
 * fake_seal - signatures without cryptography, for tests of what is signed.
 */
#ifndef TSR_TESTS_FAKE_SEAL_H
#define TSR_TESTS_FAKE_SEAL_H

#include "core/seal.h"

/* Key 0 of every purpose: a signature differs with any byte and purpose. */
extern const struct tsr_seal tsr_fake_seal;

#endif
