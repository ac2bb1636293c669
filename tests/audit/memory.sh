#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# memory.sh - see memory.py.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
command -v "$python" >/dev/null || {
    echo "1..0 # SKIP no python3"
    exit 0
}
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec "$python" "${srcdir:-.}/tests/audit/memory.py"
