/*
 * What both designs of this folder do the same: a pass over dirty folios.
 */
#ifndef MODELS_LEGACY_FUSE_INTERNAL_H
#define MODELS_LEGACY_FUSE_INTERNAL_H

#include "models/fs/fuse/design.h"
#include "models/legacy/fuse/legacy_fuse.h"

/**
 * struct legacy_pass - struct fuse_fill_wb_data
 * @request: what is not sent yet; NULL: nothing
 * @fill: take @folio, which is clean for I/O and locked; 0 or -errno
 * @send: queue pass->request
 */
struct legacy_pass {
	struct fuse_inode *fi;
	struct fuse_request *request;
	int (*fill)(struct legacy_pass *pass, struct folio *folio);
	void (*send)(struct legacy_pass *pass);
};

/** legacy_writepages - fuse_writepages() over write_cache_pages() */
int legacy_writepages(struct legacy_pass *pass, struct inode *inode,
		      struct writeback_control *wbc);

/** legacy_launder - fuse_launder_folio(): one folio, then wait for its page */
int legacy_launder(struct legacy_pass *pass, struct folio *folio);

#endif
