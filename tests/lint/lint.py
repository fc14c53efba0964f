#!/usr/bin/env python3
"""The rules that hold the house up, checked over a tree: layers, library owners, sizes, banned calls, SQL.

usage: lint.py [ROOT]; the rules' lists stand beside it in layers.txt and long.txt (a ROOT may bring its own).
Prints one line a finding, `FILE:LINE: rule: words`, and fails when there is one.
"""
import fnmatch
import os
import re
import sys

FUNCTION_LINES, FUNCTION_LINES_FEW, FEW = 60, 100, 0.05
COMPLEXITY, FILE_LINES, HEADER_LINES, COLUMNS = 15, 800, 120, 100
# Tests are tables of cases, one a line, and one long story now and then.
TEST_FUNCTION_LINES, TEST_COLUMNS = 100, 120
TEST_MAY = {"system", "cJSON_GetObjectItem", "usleep", "rand", "srand"}

BANNED = set("""strcpy strcat sprintf vsprintf stpcpy strncat atoi atol atoll atof strtok gets alloca system popen
    tmpnam tempnam mktemp rand srand random gmtime localtime ctime asctime setjmp vfork usleep
    cJSON_GetObjectItem""".split())
HEAP = set("malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf getline".split())
LIBC = set("""assert ctype dirent errno fcntl float fnmatch iconv inttypes langinfo limits locale math netdb poll
    pthread pwd grp sched semaphore setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib
    string strings termios threads time unistd wchar getopt syslog malloc glob ftw net/if arpa/inet
    netinet/in netinet/tcp sys/epoll sys/eventfd sys/file sys/ioctl sys/mman sys/prctl sys/random sys/resource
    sys/select sys/signalfd sys/socket sys/stat sys/statvfs sys/syscall sys/time sys/timerfd sys/types sys/uio
    sys/un sys/utsname sys/vfs sys/wait sys/xattr linux/limits spawn""".split())
KEYWORDS = set("if for while switch return sizeof do else case _Alignof _Generic _Static_assert".split())
SQL = re.compile(r"\b(SELECT\s+[\w*'$(]|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\b|DELETE\s+FROM\s"
                 r"|CREATE\s+(TABLE|INDEX)\s)")
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


class Source:
    """One C file in three forms: as it is, without comments and strings, and without preprocessor lines too."""

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8") as f:
            self.text = f.read()
        self.strings = []

        def strip(m):
            if m.group()[0] == '"':
                self.strings.append((m.start(), m.group()[1:-1]))
                return '"' + blank(m.group()[1:-1]) + '"'
            return blank(m.group())

        self.code = TOKEN.sub(strip, self.text)
        self.plain = PREPROCESSOR.sub(lambda m: blank(m.group()), self.code)
        parts = path.split("/")
        self.test = parts[0] == "tests"
        if self.test:
            self.folder = "tests"
        elif parts[0] == "include":
            self.folder = None  # known from layers.txt
        elif path == "src/main.c":
            self.folder = "main"
        else:
            self.folder = "qr" if parts[0] == "qr" else parts[1]

    def line(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def includes(self):
        """(line, name, is it <system>)"""
        for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*(<([^>\n]+)>|"([^"\n]+)")', self.text, re.M):
            yield self.line(m.start()), m.group(2) or m.group(3), m.group(2) is not None

    def own_header(self):
        """The first header a .c includes, by convention its own."""
        first = next(self.includes(), (0, None, True))
        return None if self.path.endswith(".h") or first[2] else first[1]

    def functions(self):
        """(name, first line, lines between the braces, complexity)"""
        depth = 0
        for m in re.finditer(r"[{}]", self.plain):
            if m.group() == "}":
                depth -= 1
                if depth == 0 and name:
                    body = self.plain[start:m.start()]
                    lines = max(0, body.count("\n") - 1)
                    yield name, self.line(start), lines, complexity(body)
                continue
            if depth == 0:
                start, name = m.start() + 1, function_name(self.plain[:m.start()])
            depth += 1


def function_name(before):
    """The name of the function whose body opens after `before`; None: a struct, an enum, an initialiser."""
    before = before.rstrip()
    while before.endswith(")"):
        depth = 0
        for i in range(len(before) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(before[i], 0)
            if depth == 0:
                break
        before = before[:i].rstrip()
        m = re.search(r"(\w+)$", before)
        if not m:
            return None
        if m.group(1) != "__attribute__":
            return m.group(1)
        before = before[:m.start()].rstrip()
    return None


def complexity(body):
    return 1 + len(re.findall(r"\b(?:if|for|while|case)\b|&&|\|\||\?", body))


class Rules:
    """layers.txt and long.txt"""

    def __init__(self, folder):
        self.layers, self.owner, self.third, self.heap, self.silent = {}, {}, [], [], set()
        self.long, self.opens, self.root = {}, {}, folder
        with open(os.path.join(folder, "layers.txt"), encoding="utf-8") as f:
            for row in f:
                self.add(row.split("#")[0].strip())
        with open(os.path.join(folder, "long.txt"), encoding="utf-8") as f:
            for row in f:
                words = row.split(None, 4)
                if words and not row.startswith("#"):
                    assert len(words) == 5, "long.txt: a reason is missing: " + row
                    self.long[words[0], words[1]] = int(words[2]), int(words[3])

    def add(self, row):
        if not row:
            return
        head, _, rest = row.partition(":")
        words = rest.split()
        if head.startswith("headers "):
            self.owner.update({"vh/%s.h" % w: head.split()[1] for w in words})
        elif head.startswith("third "):
            self.third.append((head.split()[1:], words))
        elif head.startswith("opens "):
            self.opens.update({w: words for w in head.split()[1:]})
        elif head == "heap":
            self.heap += words
        elif head == "silent":
            self.silent |= set(words)
        else:
            self.layers[head] = set(words) | {head}


class Lint:
    def __init__(self, root, rules):
        self.root, self.rules, self.found, self.sizes, self.pg = root, rules, [], [], 0
        paths = sorted(os.path.relpath(os.path.join(d, f), root)
                       for top in ("include", "src", "qr", "tests")
                       for d, _, fs in os.walk(os.path.join(root, top)) for f in fs if f.endswith((".c", ".h")))
        self.files = [Source(root, p) for p in paths if "node_modules" not in p]
        self.owners = self.header_owners()

    def say(self, source, line, rule, words):
        self.found.append("%s:%d: %s: %s" % (source.path, line, rule, words))

    def header_owners(self):
        owners = dict(self.rules.owner)
        for s in self.files:
            if s.path.startswith("include/"):
                header = s.path[len("include/"):]
                stem = os.path.basename(header)[:-2]
                homes = {o.folder for o in self.files if not o.test and os.path.basename(o.path) == stem + ".c"}
                homes = homes or {stem.split("_")[0]} & set(self.rules.layers)
                homes = homes or {o.folder for o in self.files if not o.test and o.own_header() == header}
                if header not in owners and len(homes) == 1:
                    owners[header] = homes.pop()
                if header not in owners:
                    self.say(s, 1, "layers", "say in layers.txt to which folder it belongs")
                s.folder = owners.get(header, "base")
        return owners

    def run(self):
        for s in self.files:
            self.size(s)
            self.words(s)
            if not s.test:
                self.layer(s)
                self.sql(s)
        self.few_long()
        self.cycles()
        return self.found

    def layer(self, s):
        if s.folder == "tools":
            return
        allowed = self.rules.layers.get(s.folder)
        if allowed is None:
            self.say(s, 1, "layers", "folder %s is not in layers.txt" % s.folder)
            return
        for line, name, system in s.includes():
            if system:
                self.library(s, line, name)
                continue
            folder = self.owners.get(name) if name.startswith("vh/") else self.private(s, name)
            if folder is None:
                self.say(s, line, "layers", "unknown header %s" % name)
            elif folder not in allowed:
                self.say(s, line, "layers", "%s may not include %s of %s" % (s.folder, name, folder))
            if name == "vh/log.h" and s.folder in self.rules.silent and s.path != "src/base/log.c":
                self.say(s, line, "log", "%s never logs" % s.folder)

    @staticmethod
    def private(s, name):
        parts = name.split("/")
        if len(parts) == 1:
            return s.folder
        return {"src": parts[1], "qr": "qr"}.get(parts[0], parts[0])

    def library(self, s, line, name):
        for patterns, owners in self.rules.third:
            if any(fnmatch.fnmatch(name, p) for p in patterns):
                if not any(fnmatch.fnmatch(s.path, o) for o in owners):
                    self.say(s, line, "library", "<%s> belongs to %s" % (name, " ".join(owners) or "nobody"))
                return
        if name[:-2] not in LIBC:
            self.say(s, line, "library", "<%s> has no owner in layers.txt" % name)

    def size(self, s):
        lines = s.text.split("\n")
        most_columns = TEST_COLUMNS if s.test else COLUMNS
        for i, row in enumerate(lines, 1):
            if len(row.expandtabs(8)) > most_columns:
                self.say(s, i, "columns", "%d columns, %d at most" % (len(row.expandtabs(8)), most_columns))
            if row.rstrip() != row:
                self.say(s, i, "blanks", "blanks at the end of the line")
        if len(lines) - 1 > FILE_LINES:
            self.say(s, 1, "file", "%d lines, %d at most" % (len(lines) - 1, FILE_LINES))
        if s.path.endswith(".h") and len(lines) - 1 >= HEADER_LINES:
            self.say(s, 1, "header", "%d lines, fewer than %d wanted" % (len(lines) - 1, HEADER_LINES))
        for name, line, length, branches in s.functions():
            most, most_branches = self.rules.long.get((s.path, name), (None, COMPLEXITY))
            if s.test:
                most, most_branches = TEST_FUNCTION_LINES, 99
            elif most is None:
                most = FUNCTION_LINES_FEW
                self.sizes.append((length, s, line, name))
            if length > most:
                self.say(s, line, "function", "%s has %d lines, %d at most" % (name, length, most))
            if branches > most_branches:
                self.say(s, line, "complexity", "%s has %d, %d at most" % (name, branches, most_branches))

    def few_long(self):
        long = [x for x in self.sizes if x[0] > FUNCTION_LINES]
        if len(long) > FEW * len(self.sizes):
            for length, s, line, name in long:
                self.say(s, line, "function", "%s has %d lines, and too many of %d have over %d (%d)"
                         % (name, length, len(self.sizes), FUNCTION_LINES, len(long)))

    def words(self, s):
        heap = s.test or s.folder in ("base", "tools") or any(fnmatch.fnmatch(s.path, p) for p in self.rules.heap)
        for m in re.finditer(r"(?<![\w.>])(\w+)\s*\(", s.plain):
            word, line = m.group(1), s.line(m.start())
            if word in BANNED and not (s.test and word in TEST_MAY):
                self.say(s, line, "banned", "%s()" % word)
            if s.path.endswith(".c") and not s.test and s.path not in self.rules.opens.get(word, [s.path]):
                self.say(s, line, "door", "%s() is for %s" % (word, " ".join(self.rules.opens[word])))
            if word in HEAP and not heap:
                self.say(s, line, "heap", "%s() outside base and the owners of a library" % word)
            if word in ("exit", "_exit", "abort") and not s.test and s.folder not in ("cli", "main", "tools", "db"):
                self.say(s, line, "exit", "%s() outside main and cli" % word)
        for m in re.finditer(r"\bgoto\s+(\w+)", s.plain):
            if m.group(1) != "out" and not s.test:
                self.say(s, s.line(m.start()), "goto", "goto %s: the one label is out" % m.group(1))
        for m in re.finditer(r"\btypedef\s+(struct|union)\b", s.plain):
            self.say(s, s.line(m.start()), "typedef", "structs keep their name")
        for m in PREPROCESSOR.finditer(s.code):
            if re.search(r"#\s*define\b.*\breturn\b", m.group(), re.S) and not s.test:
                self.say(s, s.line(m.start()), "macro", "a macro hides a return")
        for m in re.finditer(r"\b(TODO|FIXME|XXX)\b", s.text):
            self.say(s, s.line(m.start()), "unfinished", m.group(1))

    def sql(self, s):
        for offset, text in s.strings:
            if not SQL.search(text):
                continue
            if s.folder not in ("store", "db"):
                self.say(s, s.line(offset), "sql", "SQL outside src/store")
            elif re.search(r"%[-.*\d]*[sdliuxzj]", text):
                self.say(s, s.line(offset), "sql", "SQL with a conversion in it: statements are literals")
        if s.folder == "store":
            for m in re.finditer(r"^[^\n]*\bstruct sql\b(?!\s*;)[^\n]*", s.plain, re.M):
                if not re.search(r"\bconst\s+struct sql\b", m.group()):
                    self.say(s, s.line(m.start()), "sql", "statement tables are const")
        for m in re.finditer(r"\.pg\s*=", s.plain):
            self.pg += 1
            line = s.line(m.start())
            near = "\n".join(s.text.split("\n")[max(0, line - 4):line])
            if "/*" not in near and "//" not in near:
                self.say(s, line, "pg", "another text for PostgreSQL without its reason in a comment")

    def cycles(self):
        edges = {}
        for s in self.files:
            if s.path.endswith(".h") and not s.test:
                edges[s.path] = [p for _, n, system in s.includes() if not system
                                 for p in ("include/" + n, os.path.join(os.path.dirname(s.path), n), "src/" + n)]
        done, path = set(), []

        def walk(node):
            if node in path:
                ring = path[path.index(node):] + [node]
                self.found.append("%s:1: cycle: %s" % (node, " -> ".join(ring)))
            elif node in edges and node not in done:
                path.append(node)
                for to in edges[node]:
                    walk(to)
                path.pop()
                done.add(node)

        for node in sorted(edges):
            walk(node)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    here = os.path.dirname(os.path.abspath(__file__))
    own = os.path.join(root, "tests/lint")
    lint = Lint(root, Rules(own if os.path.exists(os.path.join(own, "layers.txt")) else here))
    found = lint.run()
    for row in found:
        print(row)
    lengths = sorted(x[0] for x in lint.sizes) or [0]
    print("%d files, %d functions: median %d lines, p90 %d, longest %d; %d statements have a text for PostgreSQL"
          % (len(lint.files), len(lengths), lengths[len(lengths) // 2], lengths[len(lengths) * 9 // 10],
             lengths[-1], lint.pg))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
