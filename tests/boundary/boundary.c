/*
 * The page cache, the generic writeback code, the memory file system and FUSE
 * in all its designs link whole, without bios, ioends, block layer or devices.  That this program
 * exists is the test; there is nothing to run.
 */
#include <stdio.h>

int main(void)
{
	puts("linked without the block layer");
	return 0;
}
