/*
 * Reads of metadata; zoned XFS uses the first one, too.
 */
#ifndef MODELS_FS_XFS_METADATA_H
#define MODELS_FS_XFS_METADATA_H

#include "models/block/queue.h"

/**
 * xfs_read_inode_trees - three blocks that the first file of a fresh file
 * system needs: root directory and inode trees
 * Context: thread.  Sleeps.  A failed read is as good as one: contents are
 * not modelled.
 */
void xfs_read_inode_trees(struct blk_queue *queue);

#endif
