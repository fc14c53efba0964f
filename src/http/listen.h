/*
 * A listening socket from the text of an address.
 */
#ifndef VH_HTTP_LISTEN_H
#define VH_HTTP_LISTEN_H

#include "vh/err.h"

#define LISTEN_TEXT 64

/*
 * ADDR:PORT, [ADDR6]:PORT, *:PORT; port 0 takes a free one. ret_text is the address as bound.
 * VH_INVALID: not an address; VH_IO: taken or not ours.
 */
MUST enum vh_rc listen_open(const char *address, int *ret_fd, char ret_text[LISTEN_TEXT],
                            struct err *e);

#endif
