#include "vh/ctx.h"

enum vh_rc ctx_fail(struct ctx *cx, enum vh_rc rc, const char *code, const char *field,
                    const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	err_vset(&cx->err, rc, code, field, fmt, ap);
	va_end(ap);
	return rc;
}

enum vh_rc ctx_nomem(struct ctx *cx)
{
	return ctx_fail(cx, VH_NOMEM, "no_memory", "", "not enough memory for this step");
}
