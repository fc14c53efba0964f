#!/usr/bin/env python3
"""bad_ledger.py DIR: ledgers that no clerk makes, to be refused or read right: DIR/CODE.NAME.csv|xlsx is refused with
that code, DIR/ok.NAME.csv|xlsx is taken in. People are invented: their area codes are nobody's."""
import os
import random
import struct
import sys
import zipfile
import zlib

os.chdir(sys.argv[1])
rnd = random.Random(5)
HEAD = "房东,房东电话,门牌地址,房间号,租客姓名,证件类型,证件号码,租客电话,入住日期\n"
NS = "http://schemas.openxmlformats.org/"
REL = NS + "officeDocument/2006/relationships"
TOP = f'<Relationships xmlns="{NS}package/2006/relationships"><Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
count = 0


def number():
    global count
    count += 1
    b = "42029919900101%03d" % count
    return b + "10X98765432"[sum(int(c) * w for c, w in zip(b, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11]


def row(address="东99号", room="101", name="韦娜", lord="王五", phone="14033639716", since="2026-01-03", doc=None):
    return ",".join([lord, phone, address, room, name, "身份证", doc or number(), phone, since]) + "\n"


def put(name, data):
    with open(name, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)


def book(name, sheet, strings=None, sheets=1, more=(), method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(name, "w", method) as z:
        z.writestr("_rels/.rels", TOP)
        tabs = "".join(f'<sheet name="a{i}" sheetId="{i + 1}" r:id="r1"/>' for i in range(sheets))
        z.writestr("xl/workbook.xml", f'<workbook xmlns="{NS}spreadsheetml/2006/main" xmlns:r="{REL}"><sheets>{tabs}</sheets></workbook>')
        rels = f'<Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
        if strings:
            rels += f'<Relationship Id="r2" Type="{REL}/sharedStrings" Target="strings.xml"/>'
            z.writestr("xl/strings.xml", strings)
        z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{NS}package/2006/relationships">{rels}</Relationships>')
        z.writestr("xl/worksheets/sheet1.xml", sheet)
        for path, data in more:
            z.writestr(path, data)


def cells(table, more=""):
    rows = "".join("<row>" + "".join(f'<c t="str"><v>{c}</v></c>' for c in r.rstrip("\n").split(",")) + "</row>" for r in table)
    return f"<worksheet><sheetData>{rows}</sheetData>{more}</worksheet>"


def noise(n):
    return "<!--" + "".join(rnd.choice("abcdefghijklmnop") for _ in range(n)) + "-->"


good = [HEAD, row("东91号"), row("东92号")]

# What is no table
put("sheet_format.empty.csv", b"")
put("sheet_format.nul.csv", b"a,b\0c\n")
put("sheet_format.old_xls.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
put("sheet_charset.half_gbk.csv", HEAD.encode("gbk") + b"\xd0")
put("sheet_charset.two_charsets.csv", HEAD.encode() + row().encode("gbk"))
put("sheet_charset.half_utf16.csv", b"\xff\xfea\0b")
put("sheet_charset.lone_surrogate.csv", b"\xff\xfea\0\x3d\xd8b\0")
put("sheet_charset.noise.csv", bytes(rnd.randrange(1, 256) for _ in range(5000)) + b"\xff")
put("sheet_header.noise_of_letters.csv", "".join(rnd.choice("abc,\n") for _ in range(5000)))
put("sheet_header.titles_only.csv", "".join("标题\n" for _ in range(31)) + HEAD + row())
put("sheet_header.two_names.csv", "姓名,电话,门牌地址,房间号,姓名,身份证号,入住日期\n王五,,东1号,101,韦,%s,2026-01-03\n" % number())
put("sheet_limit.cell_of_16_mb.csv", HEAD + row(name="韦" * (5 << 20)))
put("sheet_limit.columns.csv", HEAD + "," * 100000 + "x\n")
put("sheet_limit.rows.csv", HEAD + "1,2\n" * 1000001)
put("sheet_truncated.open_quote.csv", HEAD + row() + '王,"五,,,\n' + row())
put("sheet_truncated.open_quote_at_the_end.csv", HEAD + row() + '"')

# What is no workbook
book("whole.xlsx", cells(good), method=zipfile.ZIP_STORED)
whole = open("whole.xlsx", "rb").read()
os.unlink("whole.xlsx")
for cut in (30, 500, len(whole) // 2, len(whole) - 30, len(whole) - 1):
    put(f"sheet_truncated.cut_{cut}.xlsx", whole[:cut])
put("sheet_truncated.other_bytes.xlsx", whole.replace("韦娜".encode(), "韦静".encode()))
with zipfile.ZipFile("sheet_format.other_zip.xlsx", "w") as z:
    z.writestr("hello.txt", "hello")
with zipfile.ZipFile("sheet_format.nested.xlsx", "w") as z:
    z.writestr("xl/workbook.xml", whole)
book("sheet_format.doctype.xlsx", '<!DOCTYPE w [<!ENTITY a "b">]>' + cells(good))
laughs = "".join(f'<!ENTITY l{i} "{"&l%d;" % (i - 1) * 10}">' for i in range(1, 10))
book("sheet_format.entities.xlsx", f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><worksheet><sheetData><row><c><v>&l9;</v></c></row></sheetData></worksheet>')
book("sheet_format.external.xlsx", '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>')
book("sheet_format.not_xml.xlsx", "hello")
book("sheet_format.open_tag.xlsx", cells(good)[:-20])
book("sheet_format.rows_backwards.xlsx", '<worksheet><sheetData><row r="9"/><row r="2"/></sheetData></worksheet>')
book("sheet_format.text_that_is_not_there.xlsx", '<worksheet><sheetData><row><c t="s"><v>99999999999</v></c></row></sheetData></worksheet>')
book("sheet_header.absurd_merges.xlsx", '<worksheet><sheetData><row r="1"><c><v>1</v></c></row></sheetData><mergeCells>'
     + "".join(f'<mergeCell ref="A{i}:ZZZZZZ{10 ** 18}"/><mergeCell ref=":"/><mergeCell ref="A0:B-1"/>' for i in range(1, 20000)) + "</mergeCells></worksheet>")
book("sheet_bomb.spaces.xlsx", "<worksheet><sheetData>" + " " * (40 << 20) + "</sheetData></worksheet>")
book("sheet_bomb.strings.xlsx", cells(good), "<sst>" + "<si><t>" + "a" * (30 << 20) + "</t></si></sst>")
book("sheet_limit.texts.xlsx", cells(good), "<sst>" + "<si/>" * 4000001 + noise(200000) + "</sst>")
book("sheet_limit.sheets.xlsx", cells(good), sheets=2000)
book("sheet_limit.tag.xlsx", "<worksheet a='" + "".join(rnd.choice("abcdefgh") for _ in range(3 << 20)) + "'/>")
book("sheet_limit.columns.xlsx", "<worksheet><sheetData><row>" + "<c><v>1</v></c>" * 70 + "</row></sheetData></worksheet>")
book("sheet_limit.depth.xlsx", "<worksheet>" + "<a>" * 1000)

# Two members of a directory that lie over each other, and one whose sizes are a lie
lie = bytearray(whole)
at = lie.rfind(b"PK\1\2")
struct.pack_into("<II", lie, at + 20, 0x7FFFFFFF, 0x7FFFFFFF)
put("sheet_format.lying_sizes.xlsx", bytes(lie))
deflated = zlib.compressobj(9, wbits=-15)
deflated = deflated.compress(bytes(1 << 20)) + deflated.flush()

# What looks bad and is right
put("ok.every_charset_utf16.csv", b"\xfe\xff" + (HEAD + row("东93号")).encode("utf-16-be"))
put("ok.bom_twice.csv", "\ufeff\ufeff" + HEAD + row("东94号"))
put("ok.old_mac_lines.csv", (HEAD + row("东95号")).replace("\n", "\r"))
put("ok.emoji_and_other_directions.csv", HEAD + row("👨‍👩‍👧‍👦东96号", "👍1", "\u202eمحمد\u202c") + row("东96号", "𠮷" * 64, "𠮷" * 64, "𠮷" * 64))
put("ok.formulas.csv", HEAD + row("=HYPERLINK(1)97号", "=1+1", "=cmd|' /c calc'!A0", "@SUM(1)", "-1"))
put("ok.phone_in_scientific_notation.csv", HEAD + row("东98号", phone="1.38E+10"))
put("ok.header_again_on_every_page.csv", HEAD + row("东90号") + HEAD + row("东90号", "102") + HEAD)
put("ok.overlong_blank_columns.csv", HEAD.rstrip() + "," * 500 + "\n" + row("东89号").rstrip() + "," * 500 + "\n")
book("ok.number_that_is_a_text.xlsx", cells([HEAD, row("东88号")]).replace('<c t="str"><v>韦娜', "<c><v>韦娜"))
book("ok.rubbish_beside_it.xlsx", cells([HEAD, row("东87号")]), more=[("../../evil.txt", "x"), ("/abs.txt", "x"), ("xl/worksheets/sheet2.xml", deflated)])
