/*
 * What the pages that ask for long work share (page_job.c).
 */
#ifndef VH_WEB_JOB_PAGES_H
#define VH_WEB_JOB_PAGES_H

#include "job.h"
#include "web.h"

/* Ask for it under this kind (job_start), and send the browser to its page. */
MUST enum vh_rc job_asked(struct call *c, struct job *j, const char *was, const char *kind);
/* The job of the path, of this caller and hotel; job_release() it. VH_NOTFOUND `job_gone`. */
MUST enum vh_rc job_mine(struct call *c, struct job **ret);

/* The view of a job that is done, instead of its file. */
typedef void job_page(struct call *c, struct job *j, const char *kind);
job_page put_import_job;

#endif
