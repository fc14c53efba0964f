; An XML batch that is taken as a lot and judged later, in the manner of Spain's SES.Hospedajes: the answer to a request
; is a lot number, the outcome is asked for, item by item under the order numbers 1, 2, … Names and addresses are
; examples.
;
; vhotel upstream add ses --url https://host/envio --profile lots-xml.profile --secret-file user-and-password
[profile]
format = xml
envelope = whole
template = lots-xml.template
batch = 100
events = stay.checked-in stay.checked-out stay.voided
need = /person/name /person/doc_no
auth = basic
; cert = /etc/vhotel/ses.pem
; key = /etc/vhotel/ses.key

[code operacion]
of = /event/name
stay.checked-in = A
stay.checked-out = B
stay.voided = X

[code sexo]
of = /person/sex
0 = O
1 = H
2 = M

[code documento]
of = /person/doc_type
id_card = OTRO
hmt_resident = OTRO
foreign_pr = NIE
passport = PAS
hm_permit = OTRO
tw_permit = OTRO

[date entrada]
of = /stay/since
form = %Y-%m-%dT00:00:00

[date salida]
of = /stay/ended
form = %Y-%m-%dT00:00:00
none =

; XML is read as a tree of elements; prefixes are dropped, attributes are @name.
[answer]
word = /respuesta/codigo
ok = 0
refused = 10 11
detail = /respuesta/descripcion

; `id`: the lot's number in the answer. `url`, `ask`: where, and with which template, the outcome is asked for; without
; `ask` by GET. Pauses in seconds: the first, then twice as long each time up to `most`; after `give_up`, or when the
; lot is forgotten (a word of `state`, or an HTTP status), what it did not judge is sent again under the same ids.
[lot]
id = /respuesta/lote
url = https://ses.example.es/consulta?lote={{lot}}
state = /respuesta/estado
pending = 1 4
done = 5 6
forgotten = 404 410 9
first = 60
most = 1800
give_up = 172800

[result]
word = /respuesta/codigo
ok = 0
list = /respuesta/resultados/resultado
order = yes
id = /orden
status = /codigo
accepted = 0
duplicate = 7
rejected = *
code = /codigo
detail = /error
receipt = /codigoComunicacion
