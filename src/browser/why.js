/*
 * why - the dialog that says why a region shows what it shows.
 *
 * Loaded when it is asked for: import(CONFIG.why).
 */

/* Where the server explains a page's signed field. */
export const address = "/_tessera/why";
