/*
 * pump - the bytes of one connection, in and out.
 *
 * Reads, feeds the record reader, has requests answered, writes. What the peer
 * does not take now waits in the connection's slot, and while it waits
 * nothing more is read.
 */
#ifndef TSR_SERVE_PUMP_H
#define TSR_SERVE_PUMP_H

#include "serve/worker.h"

/* A new connection for a free slot; fd becomes the worker's. */
void tsr_pump_open(struct tsr_worker *worker, struct tsr_conn *conn, int fd);

void tsr_pump_close(struct tsr_worker *worker, struct tsr_conn *conn);

/* epoll says that there is something to read, or that the peer is gone. */
void tsr_pump_readable(struct tsr_worker *worker, struct tsr_conn *conn);

/* epoll says that waiting output may be written. */
void tsr_pump_writable(struct tsr_worker *worker, struct tsr_conn *conn);

/* The writer has answered the connection's batch: so can we. */
void tsr_pump_logged(struct tsr_worker *worker, struct tsr_conn *conn,
    const struct tsr_eventmail_answer *answer);

/*
 * Something comes while it waits for the log: that is looked at later. When
 * the peer is gone nobody waits any more.
 */
void tsr_pump_deafen(struct tsr_worker *worker, struct tsr_conn *conn);

#endif
