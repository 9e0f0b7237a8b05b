/*
 * signal - what only the browser knows, one list for attributes and the script.
 *
 * Which names a source `browser:NAME` may have is checked where attributes are
 * declared; here is what the script's configuration is written from. That the
 * script sets each of them, with its type, is compared in Chromium: see
 * tests/e2e/script/case-names.mjs.
 */
#ifndef TSR_BUILD_SIGNAL_H
#define TSR_BUILD_SIGNAL_H

#include "build/read/json.h"

/*
 * What signals are before anything happened, as src/browser/signals.js takes it:
 * [["scroll",0],...]; a text is a question to the browser.
 */
void tsr_signals_tell(struct tsr_buf *out);

/* What a signal is then; false: the screen, or what happens, says it. */
bool tsr_signal_first(struct tsr_json *out, struct tsr_span name);

/* The signal that an event of a kind changes, or NULL. */
const char *tsr_signal_of(struct tsr_span kind);

#endif
