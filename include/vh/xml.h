/*
 * XML as a JSON tree, so that one kind of pointer reads both. An element is an object of its
 * children and attributes (`@name`), with its text as `#text` when there are attributes alone, and
 * that text itself when it has neither; elements of one name are an array. Namespaces and their
 * prefixes are dropped, text beside elements too, blanks around a text.
 */
#ifndef VH_XML_H
#define VH_XML_H

#include "vh/json.h"

/*
 * VH_INVALID (`xml`, and `xml_dtd`: no document type is read, and so no entity), VH_LIMIT
 * (`xml_depth`, `xml_members`: LIM_JSON_DEPTH * 2, LIM_JSON_MEMBERS), VH_NOMEM. The tree is an
 * object with the root element as its one member; freed with cJSON_Delete.
 */
MUST enum vh_rc xml_parse(const char *p, size_t n, cJSON **ret, struct err *e);

#endif
