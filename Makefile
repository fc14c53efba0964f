# vhotel: `make run` starts a demo village, `make test` proves the house. See README.md and src/README.md.
# O is the build folder; the instrumented builds use folders of their own, so that they never mix.
O       ?= build
CC      ?= gcc
PKGS    := sqlite3 libcurl libcjson libqrencode libsodium pangocairo libzip expat zlib libpq liboath
LIBS    := libmicrohttpd inih xlsxwriter

BIN     := $(O)/vhotel
LIB     := $(O)/libvhotel.a
SRC     := $(filter-out src/main.c,$(wildcard src/*/*.c qr/*.c))
SRC     := $(filter-out src/tools/%,$(SRC))
EMBED   := $(wildcard src/db/schema/*.sql src/web/templates/*.html src/web/static/* src/web/i18n/* \
             src/web/openapi.json src/base/data/*)
OBJ     := $(SRC:%.c=$(O)/%.o) $(O)/embedded.o
UNIT    := $(wildcard tests/unit/*.c tests/unit/*/*.c tests/web/*.c tests/fault/*.c)
UNITBIN := $(UNIT:%.c=$(O)/%)
TESTLIB := $(wildcard tests/lib/*.c)
FUZZ    := $(wildcard tests/fuzz/fuzz_*.c)

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
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -Iinclude $(OPT) $(SAFE) -fPIE $(WARN) $(CFLAGS) $(EXTRA) \
             -MMD -MP -pthread $(shell pkg-config --cflags $(PKGS))
LDLIBS   = $(shell pkg-config --libs $(PKGS)) -lmicrohttpd -linih -lxlsxwriter -lm -pthread

.PHONY: all deps run test unit lint asan tsan fuzz soak bench install clean
.SECONDARY:
all: $(BIN)

$(BIN): $(O)/src/main.o $(LIB)
	$(CC) $(LINK) $(EXTRA) -o $@ $^ $(LDLIBS)

$(LIB): $(OBJ)
	rm -f $@ && $(AR) rcs $@ $^

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(O)/embed: src/tools/embed.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O1 -o $@ $<

$(O)/embedded.c: $(O)/embed $(EMBED)
	$(O)/embed $(EMBED) > $@.tmp && mv $@.tmp $@

$(O)/embedded.o: $(O)/embedded.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Unit, web and fault tests: one program a file, linked with everything but main.
$(O)/tests/%: tests/%.c $(TESTLIB) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/lib -Isrc $(LINK) -o $@ $< $(TESTLIB) $(LIB) $(LDLIBS) -lcmocka

unit: $(UNITBIN)
	@for t in $(UNITBIN); do echo "== $$t"; $(RUNNER) $$t || exit 1; done

deps:
	@sh tests/lib/deps.sh

test: deps
	@sh tests/run.sh

lint:
	@sh tests/lint/lint.sh

clean:
	rm -rf build build-*

-include $(shell find $(O) -name '*.d' 2>/dev/null)
