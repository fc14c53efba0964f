; Our own format (CloudEvents 1.0 in batches, signed by Standard Webhooks), which needs no profile: it is what
; `vhotel upstream add NAME --url URL` speaks. With this file the same bodies go out in another manner:
;   auth = webhook | bearer | basic | none     bearer and basic take --secret-file
;   cert = FILE, key = FILE                    mutual TLS, PEM; read at each run
;   ca = FILE                                  who signs their certificate, in a network with an authority of its own
;   out = FOLDER, in = FOLDER                  signed files in place of HTTP
[profile]
envelope = cloudevents
auth = webhook
