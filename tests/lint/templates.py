#!/usr/bin/env python3
"""Page templates put a value only where escaping holds it; every text is asked for. The checker proves itself first.

It walks each file as a browser would, with Mustache tags as single steps. A section must end in the state in which it
began, so that what holds for one way through a template holds for all.
"""
import json
import os
import re
import sys

RAW_ALLOWED = {}  # (file, tag): reason

URL_ATTRS = {"href", "src", "action", "formaction", "srcset", "poster", "data", "cite", "background", "ping",
             "manifest", "xlink:href", "longdesc", "usemap", "content-url"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Drawings of ours may stand in a page; what fetches, moves or holds other markup inside them may not.
BANNED = {"script", "style", "iframe", "object", "embed", "base", "frame", "template", "math", "foreignobject", "use",
          "image", "feimage", "animate", "animatemotion", "animatetransform", "set"}
# The one way to a script, and where it may stand: a file of ours, by a member that only the frame makes.
SCRIPT = ("_head.html", '<script src="{{script_url}}" defer></script>')
TAG = re.compile(r"\{\{\{.*?\}\}\}|\{\{.*?\}\}", re.S)


class Checker:
    def __init__(self, name, text, texts, opened=()):
        self.name, self.src, self.texts = name, text, texts
        self.found = []
        self.mode = "text"  # text, tag (inside <…>), value (of an attribute), comment, doctype
        self.quote = ""
        self.element = self.attr = ""
        self.value = []  # of the attribute: str or ("expr", name)
        self.sections = []
        self.open = list(opened)
        self.line = 1

    def bad(self, why):
        self.found.append("%s:%d: %s" % (self.name, self.line, why))

    def state(self):
        return self.mode, self.quote, self.element if self.mode != "text" else "", self.attr

    # ---- Mustache ----

    def mustache(self, tag):
        if tag.startswith("{{{") or re.match(r"\{\{\s*&", tag):
            if (self.name, tag) not in RAW_ALLOWED:
                self.bad("%s is not escaped" % tag)
            return
        kind, name = re.match(r"\{\{([#^/>!=]?)(.*?)\}\}$", tag, re.S).groups()
        name = name.strip()
        if kind == "!":
            return
        if kind == "=":
            self.bad("%s sets delimiters" % tag)
        elif kind == ">":
            if self.mode != "text":
                self.bad("%s is not between elements" % tag)
        elif kind in ("#", "^", "/"):
            self.section(kind, name, tag)
        else:
            self.expression(name, tag)
        if name.startswith("t.") and kind in ("", "#", "^") and name[2:] not in self.texts:
            self.bad("%s is in no catalogue" % tag)

    def section(self, kind, name, tag):
        if self.mode in ("comment", "doctype") or (self.mode == "value" and not self.quote):
            self.bad("%s stands in a %s" % (tag, self.mode))
        if kind != "/":
            self.sections.append((name, self.state()))
        elif not self.sections or self.sections[-1][0] != name:
            self.bad("%s closes nothing" % tag)
        elif self.sections.pop()[1] != self.state():
            self.bad("%s ends elsewhere than it began" % tag)

    def expression(self, name, tag):
        if self.mode == "text":
            return
        if self.mode != "value" or not self.quote:
            self.bad("%s is outside text and quoted attributes" % tag)
        elif self.attr.startswith("on") or self.attr in ("style", "srcdoc"):
            self.bad("%s is in %s=" % (tag, self.attr))
        self.value.append(("expr", name))

    # ---- HTML ----

    def end_value(self):
        if self.attr in URL_ATTRS:
            self.check_url()
        self.mode, self.quote, self.attr, self.value = "tag", "", "", []

    def check_url(self):
        value = self.value
        if any(isinstance(v, tuple) for v in value):
            if len(value) != 1 or not value[0][1].split(".")[-1].endswith("_url"):
                self.bad("%s= is not one member named …_url" % self.attr)
        elif not re.match(r"(#|/[^/\\]|/$)", "".join(value)):
            self.bad("%s=\"%s\" is not a path of ours" % (self.attr, "".join(value)))

    def start_tag(self, m):
        self.element = m.group(2).lower()
        if m.group(1):
            if not self.open or self.open.pop() != self.element:
                self.bad("</%s> closes something else" % self.element)
        else:
            if self.element in BANNED:
                self.bad("<%s> is not for pages" % self.element)
            if self.element not in VOID:
                self.open.append(self.element)
        self.mode = "tag"

    def attribute(self, m):
        self.attr, self.quote, self.value = m.group(1).lower(), m.group(3) or "", []
        if self.attr.startswith("on") or self.attr in ("style", "srcdoc"):
            self.bad("%s= is not for pages" % self.attr)
        if m.group(2):
            self.mode = "value"
        else:
            self.attr = ""

    def step_text(self, at):
        m = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)").match(self.src, at)
        if m:
            self.start_tag(m)
            return m.end()
        for opening, mode in (("<!--", "comment"), ("<!", "doctype")):
            if self.src.startswith(opening, at):
                self.mode = mode
                return at + len(opening)
        if self.src[at] == "<":
            self.bad("a bare <")
        return at + 1

    def step_tag(self, at):
        if self.src[at] == ">":
            self.mode = "text"
            return at + 1
        m = re.compile(r"([A-Za-z_:@][\w:.-]*)(\s*=\s*([\"']?))?").match(self.src, at)
        if m:
            self.attribute(m)
            return m.end()
        if not self.src[at].isspace() and self.src[at] != "/":
            self.bad("%r in <%s>" % (self.src[at], self.element))
        return at + 1

    def step_value(self, at):
        c = self.src[at]
        if (self.quote and c == self.quote) or (not self.quote and (c.isspace() or c == ">")):
            self.end_value()
            return at if c == ">" else at + 1
        self.value.append(c)
        return at + 1

    def step(self, at):
        if self.mode == "text":
            return self.step_text(at)
        if self.mode == "tag":
            return self.step_tag(at)
        if self.mode == "value":
            return self.step_value(at)
        end = "-->" if self.mode == "comment" else ">"
        if self.src.startswith(end, at):
            self.mode = "text"
            return at + len(end)
        return at + 1

    def run(self, left_open=()):
        at = 0
        while at < len(self.src):
            m = TAG.match(self.src, at)
            if self.mode == "text" and self.name == SCRIPT[0] and self.src.startswith(SCRIPT[1], at):
                after = at + len(SCRIPT[1])
            elif m:
                self.mustache(m.group())
                after = m.end()
            else:
                after = self.step(at)
            self.line += self.src.count("\n", at, after)
            at = after
        if self.mode != "text":
            self.bad("ends in a %s" % self.mode)
        if self.sections:
            self.bad("{{#%s}} is not closed" % self.sections[-1][0])
        if tuple(self.open) != tuple(left_open):
            self.bad("leaves <%s> open" % " ".join(self.open))
        return self.found


BODY = ("html", "body", "main")


def check(name, text, texts):
    if name == "_head.html":
        return Checker(name, text, texts).run(BODY)
    if name == "_foot.html":
        return Checker(name, text, texts, BODY).run()
    return Checker(name, text, texts).run()


def check_css(name, text):
    found = []
    if re.search(r"@import|expression\s*\(|url\(\s*[\"']?\s*(?!data:image/|/)", text):
        found.append("%s: fetches from elsewhere" % name)
    for m in re.finditer(r"(?:min-(?:height|width):\s*[4-6]\d|font-size:\s*\d)px|font-size:\s*0?\.\d+r?em", text):
        found.append("%s: %s is no token, so that the large view does not reach it" % (name, m.group()))
    depth = 0
    for line in re.sub(r"/\*.*?\*/", "", text, flags=re.S).split("\n"):
        if depth and line and line[0] not in "\t}":
            found.append("%s: a block above `%s` does not close" % (name, line))
            break
        depth += line.count("{") - line.count("}")
    if depth and not found:
        found.append("%s: a block does not close" % name)
    return found


def check_readme(text, names):
    """Each page has one row in the table of pages and each partial one place in the paragraph after it."""
    pages = re.search(r"^## Pages\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    pages = pages.group(1) if pages else ""
    rows = re.findall(r"^\| ((?:`\w+` ?)+)", pages, re.M)
    told = sorted(re.findall(r"`(\w+)`", " ".join(rows)))
    after = re.search(r"^Partials begin with `_`\.(.*?)(?=^$|\Z)", pages, re.S | re.M)
    told += re.findall(r"`(_\w+)`", after.group(1)) if after else []
    return ["README.md: %s is named %d times, there %s" % (name, told.count(name), "is one" if name in names else "is none")
            for name in sorted(set(told) | set(names)) if told.count(name) != (name in names)]


def check_texts(texts, source):
    """Each text is asked for: by its whole name, or by one that is put together of a part ("state_", "%s_text")."""
    words = set(re.findall(r"\w+", source))
    first = tuple(re.findall(r'"([a-z]\w*_)(?:%s\w*)?"', source))
    last = tuple(re.findall(r'"%s(_\w+)"', source))
    return ["%s: nobody asks for this text" % name for name in sorted(texts)
            if name not in words and not name.startswith(first) and not name.endswith(last)]


# Template, and a word of the complaint ("" for none).
CASES = [
    ("<p>{{a}}</p>", ""),
    ("<p title=\"{{a}} b {{c}}\">{{#d}}<b>{{.}}</b>{{/d}}</p>", ""),
    ("<p title='{{a}}'>{{t.known}}</p>", ""),
    ("<a href=\"{{go_url}}\">x</a><a href=\"{{page.go_url}}\">y</a><a href=\"#main\">z</a><a href=\"/\">h</a>", ""),
    ("<input{{#a}} checked{{/a}} value=\"{{b}}\"{{#c}} max=\"{{c}}\"{{/c}}>", ""),
    ("{{#a_url}}<a href=\"{{a_url}}\">{{/a_url}}x{{#a_url}}</a>{{/a_url}}", ""),
    ("{{! a note with <b }}<br>{{>_part}}", ""),
    ("<!doctype html><!-- note --><p>1 &lt; 2</p>", ""),
    ("<svg viewBox=\"{{box}}\"><title>{{a}}</title><a href=\"{{go_url}}\"><rect x=\"{{x}}\"></rect></a></svg>", ""),
    ("<svg><a href=\"{{where}}\">x</a></svg>", "…_url"),
    ("<svg><a xlink:href=\"{{where}}\">x</a></svg>", "…_url"),
    ("<svg><rect x={{x}}></rect></svg>", "outside text"),
    ("<svg><rect style=\"{{x}}\"></rect></svg>", "in style="),
    ("<svg><use href=\"#a\"></use></svg>", "not for pages"),
    ("<svg><animate attributeName=\"href\"></animate></svg>", "not for pages"),
    ("<svg><foreignObject></foreignObject></svg>", "not for pages"),
    ("<svg><script>go()</script></svg>", "not for pages"),
    ("<p>{{{a}}}</p>", "not escaped"),
    ("<p>{{&a}}</p>", "not escaped"),
    ("<p>{{ & a}}</p>", "not escaped"),
    ("{{=<% %>=}}<p><%a%></p>", "delimiters"),
    ("<p title={{a}}>x</p>", "outside text"),
    ("<p {{a}}>x</p>", "outside text"),
    ("<p {{a}}=\"1\">x</p>", "outside text"),
    ("<{{a}}>x", "bare <"),
    ("<!-- {{a}} -->", "outside text"),
    ("<!-- {{#a}}{{/a}} -->", "stands in a comment"),
    ("<!doctype {{a}}>", "outside text"),
    ("<script>var a = \"{{a}}\";</script>", "not for pages"),
    (SCRIPT[1], "not for pages"),
    ("<style>p { color: {{a}} }</style>", "not for pages"),
    ("<p style=\"color: red\">x</p>", "style= is not"),
    ("<p onclick=\"go()\">x</p>", "onclick= is not"),
    ("<p ONCLICK=\"go('{{a}}')\">x</p>", "in onclick="),
    ("<iframe srcdoc=\"{{a}}\"></iframe>", "in srcdoc="),
    ("<a href=\"{{link}}\">x</a>", "…_url"),
    ("<a href=\"{{url}}\">x</a>", "…_url"),
    ("<a href=\"/x/{{id_url}}\">x</a>", "…_url"),
    ("<a href=\"{{a_url}}{{b_url}}\">x</a>", "…_url"),
    ("<a href='{{link}}'>x</a>", "…_url"),
    ("<a href={{a_url}}>x</a>", "outside text"),
    ("<form action=\"{{where}}\"></form>", "…_url"),
    ("<button formaction=\"{{where}}\">x</button>", "…_url"),
    ("<img src=\"{{picture}}\" alt=\"\">", "…_url"),
    ("<a href=\"https://example.org/\">x</a>", "path of ours"),
    ("<a href=\"//example.org/\">x</a>", "path of ours"),
    ("<a href=\"/\\example.org/\">x</a>", "path of ours"),
    ("<a href=\"javascript:go()\">x</a>", "path of ours"),
    ("<p title={{#q}}\"{{/q}}{{a}}\">x</p>", "stands in a value"),
    ("<p {{#q}}title=\"{{/q}}{{a}}\">x</p>", "ends elsewhere"),
    ("{{#q}}<p title=\"{{/q}}{{a}}\">x</p>", "ends elsewhere"),
    ("<p title=\"{{>_part}}\">x</p>", "between elements"),
    ("<p>{{t.unknown}}</p>", "no catalogue"),
    ("<p>{{#a}}</p>", "not closed"),
    ("<p>{{#a}}{{#b}}{{/a}}{{/b}}</p>", "closes nothing"),
    ("<p><b>x</p></b>", "closes something else"),
    ("<p>x", "leaves <p> open"),
    ("<p title=\"x", "ends in a value"),
]
# The same of _head.html, which leaves its last elements open.
HEAD_CASES = [
    (SCRIPT[1], ""),
    (SCRIPT[1].replace("script_url", "link_url"), "not for pages"),
    (SCRIPT[1].replace(" defer", " onload=\"go()\""), "not for pages"),
    (SCRIPT[1].replace("></", ">go()</"), "not for pages"),
]
CSS_CASES = [
    ("@media print {\n\t.a {\n\t}\n}\n.b {\n}", True),
    ("@media print {\n\t.a {\n\t}\n.b {\n}", False),
    ("a { background: url(data:image/png;base64,AA) }", True),
    ("a { background: url(/static/a.png) }", True),
    ("a { background: url(\"https://example.org/a.png\") }", False),
    ("@import \"b.css\";", False),
    ("a { min-height: var(--touch); font-size: var(--small) }", True),
    ("a { min-height: 44px }", False),
    ("a { font-size: 0.85rem }", False),
    ("/* { */ a { b: c } @media print { a { b: c } }", True),
    ("a { b: c", False),
    ("a { b: c } }", False),
]
README = ("## Fields\n| `c` | x |\n## Pages\n| `a` (`GET /`) | `c` |\n| `b` `d` | `c` |\n\n"
          "Partials begin with `_`. All: `_p`.\n\nEnd, `_q`.\n## Rules\n")
README_CASES = [
    (["a", "b", "d", "_p"], ""),
    (["a", "b", "_p"], "d is named 1"),
    (["a", "b", "c", "d", "_p"], "c is named 0"),
    (["a", "b", "d"], "_p is named 1"),
    (["a", "b", "d", "_p", "_q"], "_q is named 0"),
]


def prove():
    wrong = []
    for text, word in CASES:
        found = check("case", text, {"known"})
        if bool(word) != bool(found) or (word and not any(word in f for f in found)):
            wrong.append("case %r: wanted %r, found %r" % (text, word, found))
    for text, word in HEAD_CASES:
        found = check(SCRIPT[0], "<html><body><main>" + text, {"known"})
        if bool(word) != bool(found) or (word and not any(word in f for f in found)):
            wrong.append("head case %r: wanted %r, found %r" % (text, word, found))
    for text, good in CSS_CASES:
        if good == bool(check_css("case", text)):
            wrong.append("case %r" % text)
    asked = check_texts(["a", "b_1", "c_d", "e", "b"], 'word(c, "", "a"); word(c, "b_", x); printf("%s_d", y)')
    if [f[0] for f in asked] != ["b", "e"]:
        wrong.append("texts that are asked for: %r" % asked)
    for names, word in README_CASES:
        if not any(f.split(": ", 1)[1].startswith(word) for f in check_readme(README, names) or (": ",)):
            wrong.append("readme case %r" % names)
    if len(check_readme(README.replace("| `b`", "| `a`"), ["a", "d", "_p"])) != 1:
        wrong.append("readme case of a page that is told twice")
    return wrong


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    web = os.path.join(top, "src/web")
    found = prove()
    with open(os.path.join(web, "i18n/zh.json"), encoding="utf-8") as f:
        texts = json.load(f)
    source = ""
    for folder, _, names in os.walk(os.path.join(top, "src")):
        for name in names:
            if name.endswith((".c", ".h", ".html", ".js")):
                with open(os.path.join(folder, name), encoding="utf-8") as f:
                    source += f.read()
    found += check_texts(texts, source)
    seen = []
    for name in sorted(os.listdir(os.path.join(web, "templates"))):
        if name.endswith(".html"):
            with open(os.path.join(web, "templates", name), encoding="utf-8") as f:
                found += check(name, f.read(), texts)
            seen.append(name[:-len(".html")])
    for name in sorted(os.listdir(os.path.join(web, "static"))):
        if name.endswith(".css"):
            with open(os.path.join(web, "static", name), encoding="utf-8") as f:
                found += check_css(name, f.read())
    if len(seen) < 2:
        found.append("no templates found")
    with open(os.path.join(web, "templates/README.md"), encoding="utf-8") as f:
        found += check_readme(f.read(), seen)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
