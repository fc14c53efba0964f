# vhotel: `make run` starts a demo village, `make test` proves the house. See README.md and src/README.md.
#
# O is the build folder; the instrumented builds use folders of their own, so that they never mix.
# CI=1 turns warnings into errors. `make test T="unit docno"` runs one stage, and of it what has the word.
O       ?= build
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
PREFIX  ?= /usr/local
JOBS    ?= $(shell nproc)
PKGS    := sqlite3 libcurl libcjson libqrencode libsodium pangocairo libpng libzip expat zlib libpq liboath

BIN     := $(O)/vhotel
LIB     := $(O)/libvhotel.a
SRC     := $(filter-out src/main.c src/tools/%,$(wildcard src/*/*.c qr/*.c))
EMBED   := $(wildcard src/db/schema/*.sql src/web/templates/*.html src/web/static/* src/web/i18n/* \
             src/web/openapi.json src/web/events.schema.json src/base/data/*)
# The map's library, from Debian's libjs-leaflet; NAME=FILE is built in as NAME.
LEAFLET := /usr/share/javascript/leaflet
OTHERS  := web/static/leaflet.js=$(LEAFLET)/leaflet.min.js web/static/leaflet.css=$(LEAFLET)/leaflet.css
OBJ     := $(SRC:%.c=$(O)/%.o) $(O)/embedded.o
UNIT    := $(wildcard tests/unit/*.c tests/unit/*/*.c tests/web/*.c tests/fault/*.c)
UNITBIN := $(UNIT:%.c=$(O)/%)
TESTLIB := $(patsubst %.c,$(O)/%.o,$(wildcard tests/lib/*.c))
FUZZ    := $(patsubst %.c,$(O)/%,$(wildcard tests/fuzz/fuzz_*.c))
TOOLS   := $(patsubst %.c,$(O)/%,$(wildcard tests/e2e/*.c tests/bench/*.c tests/soak/*.c))

WARN    := -Wall -Wextra -Wformat=2 -Wconversion -Wimplicit-fallthrough -Wshadow -Wstrict-prototypes \
           -Wmissing-prototypes -Wvla -Wundef -Wwrite-strings
WARN    += -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types \
           -Werror=int-conversion -Werror=return-type
ifdef CI
WARN    += -Werror
endif
HARDEN  := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
           -ftrivial-auto-var-init=zero
SAFE    := -fno-strict-overflow -fno-strict-aliasing -fno-delete-null-pointer-checks
OPT     ?= -O2 $(HARDEN)
LINK    := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,nodlopen
CFLAGS  ?= -g

# Asked once, and only when something is compiled: `make test` on a bare machine installs pkg-config first.
MISSING    = $(error libraries are missing; `make deps` installs them)
PKG_CFLAGS = $(eval PKG_CFLAGS := $(or $(shell pkg-config --cflags $(PKGS)),$(MISSING)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -Iinclude $(INC) $(OPT) $(SAFE) -fPIE $(WARN) $(CFLAGS) $(EXTRA) \
             -MMD -MP -pthread $(PKG_CFLAGS)
LDLIBS     = $(PKG_LIBS) -lmicrohttpd -linih -lxlsxwriter -lm -pthread

.PHONY: all deps run test test-programs instrumented lint asan tsan valgrind fuzz fuzz-programs \
        soak bench chroot-test pictures install clean FORCE
.SECONDARY:
.DELETE_ON_ERROR:
all: $(BIN)

$(BIN): $(O)/src/main.o $(LIB)
	$(CC) $(LINK) $(EXTRA) $(OPT) -o $@ $^ $(LDLIBS)

$(LIB): $(OBJ)
	@rm -f $@
	$(AR) rcsD $@ $^

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(O)/embed: src/tools/embed.c
	@mkdir -p $(@D)
	gcc -std=c11 -O1 -o $@ $<

$(LEAFLET)/%:
	$(MISSING)

# A file that is renamed or gone is a change too, and leaves no newer one behind.
$(O)/embed.list: FORCE
	@mkdir -p $(@D)
	@echo '$(EMBED) $(OTHERS)' | cmp -s - $@ || echo '$(EMBED) $(OTHERS)' >$@
FORCE:

$(O)/embedded.c: $(O)/embed $(O)/embed.list $(EMBED) $(foreach f,$(OTHERS),$(lastword $(subst =, ,$f)))
	$(O)/embed $(EMBED) $(OTHERS) > $@.tmp && mv $@.tmp $@

$(O)/embedded.o: $(O)/embedded.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Unit, web and fault tests: one program a file, linked with everything but main. They may include the .c under
# test. The fuzz drivers get a main that replays their corpus, or libFuzzer's.
$(O)/tests/%.o: INC = -Itests/lib -Isrc -I.
$(O)/libtest.a: $(TESTLIB)
	@rm -f $@
	$(AR) rcsD $@ $^
$(UNITBIN): %: %.o $(O)/libtest.a $(LIB)
	$(CC) $(LINK) $(EXTRA) $(OPT) -o $@ $^ $(LDLIBS) -lcmocka
FUZZMAIN = $(O)/tests/fuzz/replay.o
$(FUZZ): %: %.o $(FUZZMAIN) $(LIB)
	$(CC) $(LINK) $(EXTRA) $(OPT) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS)
$(TOOLS): %: %.o $(LIB)
	$(CC) $(LINK) $(EXTRA) $(OPT) -o $@ $^ $(LDLIBS)

test-programs: $(UNITBIN) $(FUZZ) $(TOOLS)

deps:
	@sh tests/lib/deps.sh test

run:
	@sh tests/lib/deps.sh run
	@echo "building (a minute or two the first time)"
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@$(BIN) demo

test: deps
	@O=$(O) JOBS=$(JOBS) sh tests/run.sh $(T)

lint: deps
	@O=$(O) sh tests/run.sh lint

# The unit, web and fault programs and the fuzz corpora again, under a watcher that must stay silent.
WATCH = -g -fno-omit-frame-pointer -fno-sanitize-recover=all
instrumented: test-programs
	@O=$(O) JOBS=$(JOBS) RUNNER="$(RUNNER)" sh tests/run.sh instrumented $(T)
asan: deps
	@$(MAKE) -s -j$(JOBS) O=build-asan OPT="-O1 $(WATCH) -fsanitize=address,undefined" instrumented
tsan: deps
	@$(MAKE) -s -j$(JOBS) O=build-tsan OPT="-O1 $(WATCH) -fsanitize=thread" RUNNER="setarch -R" instrumented
valgrind: deps
	@$(MAKE) -s -j$(JOBS) O=build-valgrind OPT="-O1 -g" RUNNER="valgrind -q --error-exitcode=9 \
	  --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
	  --suppressions=tests/lib/valgrind.supp" instrumented

# Each fuzz driver for a minute (FUZZ_TIME=n: longer) on top of its corpus.
FUZZ_TIME ?= 60
fuzz-programs: $(FUZZ)
fuzz:
	@sh tests/lib/deps.sh fuzz
	@$(MAKE) -s -j$(JOBS) O=build-fuzz CC=clang WARN= FUZZMAIN= \
	  OPT="-O1 $(WATCH) -fsanitize=fuzzer-no-link,address,undefined" LINK=-fsanitize=fuzzer fuzz-programs
	@O=build-fuzz FUZZ_TIME=$(FUZZ_TIME) sh tests/fuzz/fuzz.sh $(T)

# The long runs, of which `make test` holds samples, and the figures.
soak: deps
	@O=$(O) JOBS=$(JOBS) SOAK=1 E2E_SECONDS=86400 sh tests/run.sh soak $(T)
bench: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) all test-programs
	@O=$(O) sh tests/bench/bench.sh $(T)

# Both first commands on a bare Debian 12, in a chroot (as root; takes a while).
chroot-test:
	@bash tests/e2e/chroot_newcomer.sh

# The guides' pictures of the commonest jobs, out of the last run of the browser.
pictures:
	@O=$(O) sh deploy/pictures.sh

# The units and vh name the program by its place, which PREFIX moves.
PLACED = sed 's|/usr/local|$(PREFIX)|g'
UNITS  = $(wildcard deploy/*.service deploy/*.timer)
install: all
	install -D -m 0755 $(BIN) $(DESTDIR)$(PREFIX)/bin/vhotel
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/vhotel README.md README.zh-CN.md LICENSE \
	  deploy/vhotel.conf.example deploy/nginx.conf.example
	install -m 0644 deploy/README.md $(DESTDIR)$(PREFIX)/share/doc/vhotel/operator.md
	install -m 0644 deploy/README.zh-CN.md $(DESTDIR)$(PREFIX)/share/doc/vhotel/operator.zh-CN.md
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/vhotel/profiles deploy/profiles/*
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/vhotel/pictures deploy/pictures/*.png
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/sbin
	for u in $(UNITS); do \
	  $(PLACED) $$u >$(DESTDIR)$(PREFIX)/lib/systemd/system/$${u##*/} || exit 1; \
	done
	$(PLACED) deploy/vh >$(DESTDIR)$(PREFIX)/sbin/vh
	chmod 0755 $(DESTDIR)$(PREFIX)/sbin/vh

clean:
	rm -rf build build-*

-include $(shell find $(O) -name '*.d' -type f 2>/dev/null)
