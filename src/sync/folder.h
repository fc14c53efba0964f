/* Signed files in place of HTTP: one folder out, another one in. */
#ifndef VH_SYNC_FOLDER_H
#define VH_SYNC_FOLDER_H

#include "send.h"

/*
 * A batch as the file ID.json (ID.xml) of the folder out, its signature as ID.json.sig before it:
 * whoever sees a file sees it whole. A file that is there already stays as it is. *ret is UNSENT
 * when the disk will not, else 202 with the name as its body.
 */
MUST enum vh_rc folder_put(struct sender *s, const char *id, const struct buf *body,
                           struct wire_answer *ret);
/*
 * The answer to the batch of this name, from the folder in: 200 with its text; 202 while there is
 * none. An answer whose signature is missing or wrong is none.
 */
MUST enum vh_rc folder_get(struct sender *s, const char *name, struct wire_answer *ret);

#endif
