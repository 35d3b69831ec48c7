/*
 * FUSE writeback before it went through iomap: two designs for the table in
 * models/run/designs.c.  They share requests, connection and server with
 * models/fs/fuse and know nothing of ranges: folios are written whole.
 */
#ifndef MODELS_LEGACY_FUSE_LEGACY_FUSE_H
#define MODELS_LEGACY_FUSE_LEGACY_FUSE_H

#include "models/fs/fuse/fuse.h"

/**
 * fuse_design_temporary_pages - up to 6.15: data is copied into pages of the
 * request, and the folio's writeback ends as soon as the request is queued
 */
extern const struct fuse_design fuse_design_temporary_pages;

/** fuse_design_whole_folio - 6.16: the folio itself is sent, whole */
extern const struct fuse_design fuse_design_whole_folio;

#endif
