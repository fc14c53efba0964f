/* People who do not exist: identity numbers of an area code that is not assigned, all different. */
#ifndef PEOPLE_H
#define PEOPLE_H

#include <stdio.h>
#include <string.h>

#define DOCUMENT_TEXT 19

__attribute__((unused)) static void document_of(unsigned number, char out[DOCUMENT_TEXT])
{
	static const int weight[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	char text[40];
	int sum = 0;
	unsigned day = number / 900;
	snprintf(text, sizeof text, "420199%04u%02u%02u%03u", 1950 + day / 28 / 12 % 55, 1 + day / 28 % 12,
	         1 + day % 28, 1 + number % 900);
	memcpy(out, text, 17);
	for (int i = 0; i < 17; i++)
		sum += (out[i] - '0') * weight[i];
	out[17] = "10X98765432"[sum % 11];
	out[18] = 0;
}

/* What a move-in posts. */
__attribute__((unused)) static int move_in_body(unsigned number, char *out, size_t size)
{
	char doc[DOCUMENT_TEXT];
	document_of(number, doc);
	return snprintf(out, size, "{\"name\":\"韦娜\",\"doc_type\":\"id_card\",\"doc_no\":\"%s\","
	                           "\"phone\":\"139%08u\",\"since\":\"2026-11-02\",\"home\":\"贵州省毕节市大方县\"}",
	                doc, number % 100000000);
}

#endif
