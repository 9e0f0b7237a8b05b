/*
 * render - tessera render: print one rendering of a template.
 */
#ifndef TSR_CLI_RENDER_H
#define TSR_CLI_RENDER_H

/* argv[0] is the verb. Exit code: 0 done, 1 mistakes, 2 usage, 3 system. */
int tsr_cli_render(int argc, char **argv);

#endif
