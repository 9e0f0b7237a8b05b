/*
 * fault - survive a mapped file that somebody cut off under us.
 *
 * A signal handler has no argument, so the place to go back to is one of the
 * program's two static variables; both belong to the only thread.
 */
#include "serve/fault.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

static sigjmp_buf back;
static volatile sig_atomic_t guarded;

static void
on_bus(int signal_number)
{
	if (guarded) {
		guarded = 0;
		siglongjmp(back, 1);
	}
	/* Not ours: the default action follows when the access is retried. */
	signal(signal_number, SIG_DFL);
}

void
tsr_fault_init(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_bus;
	/* Not blocked while handled: leaving by siglongjmp needs no system
	 * call to unblock it. */
	action.sa_flags = SA_NODEFER;
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
}

bool
tsr_fault_run(void (*work)(void *ctx), void *ctx)
{
	if (sigsetjmp(back, 0) != 0)
		return false;
	guarded = 1;
	work(ctx);
	guarded = 0;
	return true;
}
