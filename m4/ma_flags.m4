# SPDX-License-Identifier: BSD-2-Clause
# MA_CFLAG(VARIABLE, FLAG): appends FLAG to VARIABLE if the compiler takes it without complaint.
AC_DEFUN([MA_CFLAG], [
  AS_VAR_PUSHDEF([cache], [ma_cv_cflag_$2])
  AC_CACHE_CHECK([whether $CC accepts $2], [cache], [
    ma_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $2"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    CFLAGS=$ma_save_CFLAGS
  ])
  AS_VAR_IF([cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
  AS_VAR_POPDEF([cache])
])

# MA_LDFLAG(VARIABLE, FLAG): the same for the linker.
AC_DEFUN([MA_LDFLAG], [
  AS_VAR_PUSHDEF([cache], [ma_cv_ldflag_$2])
  AC_CACHE_CHECK([whether the linker accepts $2], [cache], [
    ma_save_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS $2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    LDFLAGS=$ma_save_LDFLAGS
  ])
  AS_VAR_IF([cache], [yes], [AS_VAR_APPEND([$1], [" $2"])])
  AS_VAR_POPDEF([cache])
])
