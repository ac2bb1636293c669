#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# symbols.sh - what the library and the plugins export and need: the header, the version script and
# the library name the same functions, and nothing else comes along.

. "${srcdir:-.}/tests/cli/lib.sh"

: "${MTLSAUTH_LIB:?the shared library}"
command -v nm >/dev/null || skip_all "no nm"
command -v readelf >/dev/null || skip_all "no readelf"
! nm "$MTLSAUTH_LIB" | grep -q __gcov_root || skip_all "a build that counts lines"
instrumented=$(nm -D --undefined-only "$MTLSAUTH_LIB" | grep -c '__[atu][a-z]*san_')

# same NAME A B: the files are alike
same()
{
    diff "$2" "$3" >out 2>&1
    result "$1" $?
}

# ---- the functions

nm -D --defined-only "$MTLSAUTH_LIB" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
    sort -u >exported
sed -n 's/^ *\(mtlsauth_[a-z0-9_]*\);$/\1/p' "$srcdir/libmtlsauth/mtlsauth.map" | sort >mapped
# A declaration may go over several lines; the name is the word in front of the first bracket.
for header in mtlsauth.h mtlsauth-gnutls.h; do
    tr '\n' ' ' <"$srcdir/libmtlsauth/include/mtlsauth/$header" | grep -o 'MTLSAUTH_EXPORT [^;]*;'
done | sed 's/(.*//; s/.*[ *]//' | sort >declared

[ "$(wc -l <exported)" -gt 20 ]
result "the library exports functions" $?
! grep -v '^mtlsauth_' exported >out
result "only mtlsauth_*" $?
same "the library exports what the version script lists" mapped exported
same "the version script lists what mtlsauth.h declares" declared mapped
[ -z "$(uniq -d mapped)" ]
result "no name stands twice" $?

# The table for dlopen has a member for each function but mtlsauth_get_api itself.
sed -n '/^typedef struct mtlsauth_api {/,/^}/p' "$srcdir/libmtlsauth/include/mtlsauth/mtlsauth.h" |
    grep -o '(\*[a-z_]*)' | tr -d '(*)' | sed 's/^version_text$/version/; s/^/mtlsauth_/' |
    sort >members
grep -v '^mtlsauth_get_api$' declared >callable
same "the table of mtlsauth_get_api() has each of them" callable members

# ---- versions and dependencies

readelf -W --dyn-syms --version-info "$MTLSAUTH_LIB" >elf 2>/dev/null
grep -o 'Name: mtlsauth_[0-9.]*' elf | sort -u >nodes
[ "$(wc -l <nodes)" -eq 1 ] && grep -qx 'Name: mtlsauth_0\.1' nodes
result "one version node, mtlsauth_0.1" $?
nm -D --defined-only --with-symbol-versions "$MTLSAUTH_LIB" 2>/dev/null |
    awk '$2 != "A" && $3 !~ /@@mtlsauth_0\.1$/' >out
[ ! -s out ]
result "every function has it" $?

# needed FILE: the libraries it is linked with
needed()
{
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}
readelf -d "$MTLSAUTH_LIB" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p' >out
[ "$(cat out)" = libmtlsauth.so.0 ]
result "the soname is libmtlsauth.so.0" $?
libc='^(libc\.so|libc\.musl|libpthread|libdl|librt|ld-linux|ld-musl|libgcc_s)'
sanitizers='^(libasan|libubsan|libtsan|libclang_rt)'
needed "$MTLSAUTH_LIB" | grep -Ev "^(libgnutls|libconfig|libpcre2-8)\.so|$libc|$sanitizers" >out
[ ! -s out ]
result "it is linked with GnuTLS, libconfig, PCRE2 and libc alone" $?
needed "$MTLSAUTH_LIB" >out
grep -q '^libgnutls\.so' out
result "(with GnuTLS at least)" $?
readelf -d "$MTLSAUTH_LIB" | grep TEXTREL >out
[ ! -s out ]
result "no text relocations" $?
if sed -n 's/^LDFLAGS = //p' "$builddir/Makefile" | grep -q rpath; then
    skip "no run path" "configured with one"
else
    readelf -d "$MTLSAUTH_LIB" | grep -E 'RPATH|RUNPATH' >out
    [ ! -s out ]
    result "no run path" $?
fi
# Nothing runs when it is loaded or unloaded, and nothing is left behind in the process.
cat >forbidden <<'END'
_exit
abort
at_quick_exit
atexit
exit
fork
getenv
gnutls_global_set_audit_log_function
gnutls_global_set_log_function
gnutls_global_set_log_level
gnutls_global_set_mem_functions
gnutls_global_set_mutex
gnutls_global_set_time_function
popen
printf
pthread_atfork
pthread_create
putchar
putenv
puts
secure_getenv
setenv
setlocale
sigaction
signal
system
END
nm -D --undefined-only "$MTLSAUTH_LIB" | awk '{ sub(/@.*/, "", $NF); print $NF }' >wanted
grep -Fxf forbidden wanted >out
if [ "$instrumented" -eq 0 ]; then
    [ ! -s out ]
    result "no exit, signals, threads, environment, output or global settings" $?
else
    skip "no exit, signals, threads, environment, output or global settings" "instrumented"
fi

# ---- plugins

count=0
for plugin in "$MTLSAUTH_PLUGINS"/*.so; do
    name=${plugin##*/}
    count=$((count + 1))
    # AddressSanitizer adds a name of its own for each exported object.
    # musl's start files bring _init and _fini.
    nm -D --defined-only "$plugin" |
        sed 's/.* //; s/@.*//; /^__odr_asan\./d; /^_init$/d; /^_fini$/d' >out
    [ "$(cat out)" = mtlsauth_plugin ]
    result "$name exports its descriptor alone" $?
    nm -D --undefined-only "$plugin" | grep -E 'mtlsauth|gnutls|config_' >out
    [ ! -s out ]
    result "$name needs nothing of the library" $?
    needed "$plugin" | grep -Ev "$libc|$sanitizers" >out
    [ ! -s out ]
    result "$name is linked with libc alone" $?
    # b, d: data that a plugin could change, but for relocated constants and the start files' own
    if [ "$instrumented" -eq 0 ]; then
        nm "$plugin" 2>/dev/null | awk '$2 ~ /^[bBC]$/ { print $3 }' |
            grep -Ev '^(completed\.|__bss_start|_end|_edata)' >out
        [ ! -s out ]
        result "$name has no variables" $?
    else
        skip "$name has no variables" "instrumented"
    fi
done
[ $count -ge 7 ]
result "the plugins were looked at" $?

finish
