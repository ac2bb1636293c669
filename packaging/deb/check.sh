#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check.sh - what the Debian packages in a directory are worth: check.sh DIRECTORY [STEP ...]
#
# DIRECTORY is what build.sh made, of this tree. The steps, all unless some are named, each ended by
# a line "PASS: ..." or "FAIL: ...":
#
#     lintian        nothing above "info" but that it is a first upload
#     hardening      every program and module is position independent, with full RELRO and bindnow
#     servers        stock servers with the modules of the packages, and real clients
#     reproducible   a second build, with another path, time, umask and time zone, has the same bytes
#     root           all of them install into a scratch root, and the tools work in it
#     piuparts       install, upgrade from the version before, remove, purge: nothing is left
#     autopkgtest    debian/tests, in the scratch root
#
# The last three need root, debootstrap and a mirror (MIRROR, else the first of the machine's
# own sources). A log of each step lies beside the packages.

set -eu
umask 022
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$1"
packages=$PWD
shift
changes=$(ls "$packages"/mtlsauth_*_*.changes)
# shellcheck disable=SC1091 # the system's
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 # apt-get expands it
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' "Codename: $suite" \
    "Created-By: Packages" | head -n 1)}
failures=0
trap 'leave_root root; leave_root testbed' EXIT # also when a step breaks off
trap 'exit 1' HUP INT TERM

# step NAME: runs the function of that name
step()
{
    set +e # a function that is a condition would go on after an error
    (
        set -e
        "$1"
    ) >"$packages/$1.log" 2>&1
    status=$?
    set -e
    if [ $status = 0 ]; then
        echo "PASS: deb $1: $(tail -n 1 "$packages/$1.log")"
    else
        tail -n 40 "$packages/$1.log"
        echo "FAIL: deb $1"
        failures=$((failures + 1))
    fi
}

# The debs that are for users, without those of debug symbols.
debs()
{
    find "$packages" -maxdepth 1 -name '*.deb' ! -name '*-dbgsym_*' | sort
}

# ---- lintian ----------------------------------------------------------------------------------

lintian()
{
    command lintian --allow-root --fail-on none -EvIL +pedantic "$changes" >found
    grep -E '^[A-Z]: ' found | grep -v '^N:' >tags
    cat tags
    ! grep -E '^[EW]: ' tags | grep -vE ' initial-upload-closes-no-bugs( |$)' || return 1
    echo "$(grep -c '^[IPX]: ' tags) tags of info and below, $(grep -c '^W: ' tags) of the first upload"
}

# ---- hardening --------------------------------------------------------------------------------

unpack()
{
    rm -rf unpacked
    for deb in $(debs); do
        dpkg-deb -x "$deb" unpacked
    done
}

hardening()
{
    unpack
    count=0
    find unpacked -type f \( -name '*.so*' -o -path '*/bin/*' \) >files
    while read -r file; do
        count=$((count + 1))
        readelf -hW "$file" | grep -q 'Type: *DYN' || { echo "$file: not position independent"; return 1; }
        readelf -lW "$file" | grep -q GNU_RELRO || { echo "$file: no RELRO"; return 1; }
        readelf -dW "$file" | grep -q NOW || { echo "$file: no bindnow"; return 1; }
        readelf -lW "$file" | grep -q 'GNU_STACK.* RW ' || { echo "$file: executable stack"; return 1; }
        ! readelf -dW "$file" | grep -E 'R(UN)?PATH' || { echo "$file: has a path of its own"; return 1; }
    done <files
    [ "$count" -gt 10 ] || return 1
    echo "$count programs and modules"
}

# ---- servers ----------------------------------------------------------------------------------

servers()
{
    unpack
    lib=$(dirname "$(find "$packages/unpacked" -name libmtlsauth.so.0)")
    MTLSAUTH_ROOT=$packages/unpacked MTLSAUTH_LIB=$lib/libmtlsauth.so.0 \
        MTLSAUTH_PLUGINS=$lib/mtlsauth/plugins MTLSAUTH=$packages/unpacked/usr/bin/mtlsauth \
        MTLSAUTH_AUDIT=$packages/unpacked/usr/bin/mtlsauth-audit LD_LIBRARY_PATH=$lib \
        python3 -B "$top/tests/servers/run.py"
    echo "$(grep -c '^ok ' servers.log) cases"
}

# ---- reproducible -----------------------------------------------------------------------------

reproducible()
{
    rm -rf again
    mkdir -p again/another-longer-path/to
    cp mtlsauth_*.orig.tar.xz mtlsauth_*.debian.tar.xz mtlsauth_*.dsc again/another-longer-path
    (
        cd again/another-longer-path
        umask 002
        dpkg-source -x mtlsauth_*.dsc to/tree
        cd to/tree
        # Programs see another time; files keep theirs, which packages hold.
        DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 \
            NO_FAKE_STAT=1 faketime -f '+400d' dpkg-buildpackage -us -uc -b
    )
    count=0
    for deb in again/another-longer-path/to/*.deb; do
        cmp "$deb" "${deb##*/}" || {
            command -v diffoscope >/dev/null && diffoscope --text-color never "${deb##*/}" "$deb"
            return 1
        }
        count=$((count + 1))
    done
    [ "$count" = "$(find . -maxdepth 1 -name '*.deb' | wc -l)" ] || return 1
    echo "$count packages, twice the same bytes"
}

# ---- in a root of their own -------------------------------------------------------------------

# A bare system, made once.
base()
{
    [ -e base.tar ] && return 0
    rm -rf base
    debootstrap --variant=minbase "$suite" base "$mirror"
    printf '#!/bin/sh\nexit 101\n' >base/usr/sbin/policy-rc.d # no services while installing
    chmod 755 base/usr/sbin/policy-rc.d
    sources_of_this_machine >base/etc/apt/sources.list
    tar -C base -cf base.tar .
    rm -rf base
}

# What the machine's own packages of this suite come from: updates too, so that versions fit.
sources_of_this_machine()
{
    # shellcheck disable=SC2016 # apt-get expands them
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        "Created-By: Packages" | grep -E " $suite(-[a-z]+)? " | sort -u
}

# fresh_root DIRECTORY: with the packages in /packages, as an archive
fresh_root()
{
    base
    leave_root "$1"
    mkdir "$1"
    tar -C "$1" -xpf base.tar
    mkdir "$1/packages"
    # shellcheck disable=SC2046 # a list
    cp $(debs) "$1/packages"
    (cd "$1/packages" && apt-ftparchive packages . >Packages)
    echo 'deb [trusted=yes] file:/packages ./' >"$1/etc/apt/sources.list.d/mtlsauth.list"
    cp /etc/resolv.conf /etc/hosts "$1/etc/"
    [ -d "$1/dev/shm" ] || mkdir -m 1777 "$1/dev/shm"
    mount -t proc proc "$1/proc"
}

leave_root()
{
    ! mountpoint -q "$1/proc" || umount -l "$1/proc"
    rm -rf --one-file-system "$1"
}

in_root()
{
    chroot "$packages/root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

root()
{
    fresh_root root
    in_root apt-get -qq update
    names=$(for deb in $(debs); do dpkg-deb -f "$deb" Package; done)
    # shellcheck disable=SC2086 # a list of words
    in_root apt-get -qq install -y --no-install-recommends apache2 $names
    in_root mtlsauth --version
    in_root mtlsauth-audit --version
    in_root mtlsauth lint /etc/mtlsauth/policies
    status=0
    in_root mtlsauth check --policy /etc/mtlsauth/policies --no-cert || status=$?
    [ "$status" = 1 ] || { echo "the delivered policy does not deny: $status"; return 1; }
    in_root nginx -t
    in_root apache2ctl configtest
    in_root dpkg --audit
    leave_root root
    echo "$(echo "$names" | wc -w) packages installed; the tools, nginx and httpd start with them"
}

# ---- piuparts ---------------------------------------------------------------------------------

# The same packages with a version before theirs, as an archive to upgrade from.
older_packages()
{
    rm -rf older
    mkdir older
    for deb in $(debs); do
        rm -rf older/tree
        dpkg-deb -R "$deb" older/tree
        version=$(dpkg-deb -f "$deb" Version)
        sed -i "s/^Version: .*/&~before/; s/(= $version)/(= $version~before)/g" older/tree/DEBIAN/control
        dpkg-deb --root-owner-group -b older/tree older >/dev/null
    done
    rm -rf older/tree
    (cd older && apt-ftparchive packages . >Packages)
}

piuparts()
{
    base
    older_packages
    [ -e base.tar.gz ] || gzip -1 -k base.tar
    # shellcheck disable=SC2046
    command piuparts --basetgz "$packages/base.tar.gz" --distribution "$suite" --mirror "$mirror main" \
        --extra-repo "deb [trusted=yes] file:$packages/older ./" --bindmount "$packages/older" \
        --no-eatmydata --warn-on-debsums-errors --log-level=dump $(debs) || return 1
    grep -q 'libmtlsauth0.*over (.*~before)' piuparts.log || {
        echo "it upgraded nothing"
        return 1
    }
    echo "install, upgrade, remove and purge leave nothing behind"
}

# ---- autopkgtest ------------------------------------------------------------------------------

autopkgtest()
{
    fresh_root testbed
    status=0
    rm -rf autopkgtest.out
    # The tests keep to loopback and to ports of their own.
    # shellcheck disable=SC2046 # a list
    command autopkgtest --output-dir "$packages/autopkgtest.out" --no-built-binaries \
        --ignore-restrictions=isolation-container \
        $(debs) "$packages"/mtlsauth_*.dsc -- chroot "$packages/testbed" || status=$?
    leave_root testbed
    [ "$status" = 0 ] || return 1
    echo "$(grep -c PASS autopkgtest.out/summary) tests of installed packages"
}

[ $# -gt 0 ] || set -- lintian hardening servers reproducible root piuparts autopkgtest
for name; do
    case $name in
    lintian | hardening | servers | reproducible | root | piuparts | autopkgtest) step "$name" ;;
    *)
        echo "check.sh: unknown step \"$name\"" >&2
        exit 2
        ;;
    esac
done
[ "$failures" = 0 ]
