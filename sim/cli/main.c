/*
 * wbsim: simulator of the Linux buffered-writeback path.
 */
#include "sim/cli/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
