; A flat JSON with pinyin keys and codes of its own, as many platforms in China use. Addresses, codes and words are
; examples: the platform's own document has the right ones. `;` begins a remark. Keys that nobody reads are refused.
;
; vhotel upstream add pinyin --url https://host/path --profile flat-pinyin.profile --secret-file token
[profile]
format = json
; array: the template is one event; each: one event a request; whole: the template is the body (see lots-xml).
envelope = array
template = flat-pinyin.template
batch = 50
type = application/json; charset=utf-8
; Which events it takes, of `cn.vhotel.NAME.v1`; the others are marked as skipped.
events = stay.checked-in stay.checked-out stay.amended stay.voided
; What must be there, or the event is refused here as incomplete. JSON pointers into what the template sees.
need = /person/name /person/doc_no /house/address
auth = bearer

; {{area}} the hotel's code, {{id}} the batch's number (the same in every try), {{date}} now.
[headers]
X-Request-Id = {{id}}
X-Xzqh = {{area}}

; {{code.NAME}}: what we say = what they say. What is not here is never guessed: the event is incomplete. `none` is
; for an empty value; without it an empty one is incomplete too.
[code ywlx]
of = /event/name
stay.checked-in = 1
stay.checked-out = 2
stay.amended = 3
stay.voided = 9

[code xb]
of = /person/sex
0 = 9
1 = 1
2 = 2

[code zjlx]
of = /person/doc_type
id_card = 111
hmt_resident = 554
foreign_pr = 553
passport = 414
hm_permit = 516
tw_permit = 511

[code zt]
of = /stay/state
pending = 0
verified = 1
contested = 2
away = 3
ended = 4
rejected = 8
void = 9

; {{date.NAME}} in the hotel's zone; %Y %m %d %H %M %S.
[date rzsj]
of = /stay/since
form = %Y%m%d%H%M%S

[date tfsj]
of = /stay/ended
form = %Y%m%d%H%M%S
none =

[date scsj]
of = /event/at
form = %Y-%m-%d %H:%M:%S

; How the answer to a request is read. `word` is about the whole: `ok` words mean that it was read, `refused` ones that
; not; anything else is unknown, and goes again. Then the rows. Words are separated by blanks, * is any.
[answer]
word = /code
ok = 0 200
refused = 400 422
detail = /msg
list = /data
id = /ywid
status = /jg
accepted = 0
duplicate = 2
rejected = 1
code = /cwdm
receipt = /hzbh
