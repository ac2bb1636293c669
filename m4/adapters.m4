dnl SPDX-License-Identifier: BSD-2-Clause
dnl
dnl MA_ADAPTER(NAME, VALUE'S MEANING, WHAT IT NEEDS, FIND)
dnl --with-NAME: yes (an error if it cannot be built), no, auto, or a value that says where to look,
dnl which FIND sees as $ma_where. FIND sets have_NAME to yes if it can be built.
dnl Built with sanitizers no server could load it.
AC_DEFUN([MA_ADAPTER], [
AC_ARG_WITH([$1],
  [AS_HELP_STRING([--with-$1@<:@=$2@:>@], [build the adapter for $1, which needs $3 (auto)])],
  [], [with_$1=auto])
have_$1=no
AS_IF([test "$with_$1" != no && test "$enable_sanitizers" = no], [
  AS_CASE([$with_$1], [yes|auto], [ma_where=], [ma_where=$with_$1])
  $4
  AS_IF([test "$have_$1" = no && test "$with_$1" != auto],
    [AC_MSG_ERROR([for --with-$1 this is needed: $3])])
])
AM_CONDITIONAL(m4_toupper([WITH_$1]), [test "$have_$1" = yes])
])

dnl MA_SERVER_DIR(VARIABLE, OWN NAME, WHERE THE SERVER LOOKS)
dnl `configure VARIABLE=DIRECTORY` says otherwise.
AC_DEFUN([MA_SERVER_DIR], [
AS_IF([test "$with_server_dirs" = own], [$1='$(pkglibdir)/$2'], [test -z "$$1"], [$1=$3])
AC_SUBST([$1])
])
