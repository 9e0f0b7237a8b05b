/*
 * cli - the verbs of tessera. Each takes its own arguments, argv[0] being the
 * verb, and gives the exit code.
 */
#ifndef TSR_CLI_CLI_H
#define TSR_CLI_CLI_H

int tsr_cli_assign(int argc, char **argv);
int tsr_cli_build(int argc, char **argv);
int tsr_cli_check(int argc, char **argv);
int tsr_cli_dump(int argc, char **argv);
int tsr_cli_eval(int argc, char **argv);
int tsr_cli_events(int argc, char **argv);
int tsr_cli_explain(int argc, char **argv);
int tsr_cli_hash(int argc, char **argv);
int tsr_cli_init(int argc, char **argv);
int tsr_cli_keys(int argc, char **argv);
int tsr_cli_link(int argc, char **argv);
int tsr_cli_list(int argc, char **argv);
int tsr_cli_render(int argc, char **argv);
int tsr_cli_replay(int argc, char **argv);
int tsr_cli_schema(int argc, char **argv);
int tsr_cli_serve(int argc, char **argv);
int tsr_cli_weights(int argc, char **argv);
int tsr_cli_why(int argc, char **argv);

#endif
