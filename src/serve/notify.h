/*
 * notify - tell systemd how we are (sd_notify without its library).
 */
#ifndef TSR_SERVE_NOTIFY_H
#define TSR_SERVE_NOTIFY_H

/*
 * Send one state, such as "READY=1", to the socket that NOTIFY_SOCKET names.
 * Nothing happens when there is none or nobody listens.
 */
void tsr_notify(const char *state);

#endif
