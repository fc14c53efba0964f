/*
 * What the watchers of memory and threads shall not say about the libraries that draw paper. In one
 * file of each program that draws some.
 */
#ifndef WATCHED_H
#define WATCHED_H

/* Both keep something of each font that a document uses; our own leaks still show. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

/* Their locks are made of futexes, which a watcher of threads cannot see. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libfontconfig.so\ncalled_from_lib:libpangoft2-1.0.so\n"
	       "called_from_lib:libglib-2.0.so\ncalled_from_lib:libpango-1.0.so\n"
	       "called_from_lib:libharfbuzz.so\n";
}

#endif
