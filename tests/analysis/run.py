#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py BUILD [TOOL|FILE]... - asks clang-tidy and cppcheck about the sources, or these FILES.

Make itself is asked how it compiles them, so what an adapter needs is known, and only what BUILD
was configured for is looked at. Test code is not: it would take as long again. Exit status 1 if
anything was found: see .clang-tidy and cppcheck.txt for what is not asked, and why.
"""
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
FOLDERS = ('libmtlsauth', 'plugins', 'tools', 'adapters', 'examples')
COMPILED = re.compile(r'(\S*(?:cc|clang)\S* -.*) -c -o \S+ (?:`[^`]*`)?(\S+\.c)\b')
# nginx's module is compiled by nginx's own make; this is the check that comes before.
NGINX = re.compile(r'for source in ([^;]*); do\s+(.*) -fsyntax-only (\S*)\$source')
FINDING = re.compile(r'^(/.*?|\.\..*?):(\d+):\d+: (?:warning|error): (.*)$')
TOOLS = ('cppcheck', 'clang-tidy')


def sources():
    """The C files of the project, below the source tree."""
    for folder in FOLDERS:
        for where, _, names in os.walk(os.path.join(SOURCE, folder)):
            yield from (os.path.join(where, name) for name in names if name.endswith('.c'))


def arguments(line):
    """The words of a compiler's command, without those that write dependencies and warn."""
    words = iter(shlex.split(line.replace('$', '')))
    for word in words:
        if word in ('-MT', '-MF'):
            next(words)
        # cppcheck's reader of commands cannot read PACKAGE_STRING, with a blank in it.
        elif word not in ('-MD', '-MP', '-Werror') and not word.startswith('-DPACKAGE_'):
            yield word


def commands(build):
    """How make would compile each source, if all of them were new: {file: words}"""
    new = [word for file in sources() for word in ('-W', os.path.relpath(file, build))]
    said = subprocess.run(['make', '-n', 'V=1', *new, 'all'], cwd=build, check=True, text=True,
                          stdout=subprocess.PIPE).stdout.replace('\\\n', ' ')
    found = {}
    for line in said.split('\n'):
        line = line.split('--mode=compile ')[-1]
        nginx = NGINX.search(line)
        match = COMPILED.search(line)
        if nginx:
            for name in nginx.group(1).split():
                found[os.path.join(SOURCE, name)] = list(arguments(nginx.group(2)))
        elif match:
            # A name without ../ is one that make would look for in the source tree first.
            name = match.group(2)
            file = os.path.join(build, name) if name.startswith('..') else os.path.join(SOURCE, name)
            found[os.path.realpath(file)] = list(arguments(match.group(1)))
    return {file: words for file, words in sorted(found.items())
            if os.path.relpath(file, SOURCE).split(os.sep)[0] in FOLDERS}


def write_database(build, work, found):
    rows = [{'directory': build, 'file': file,
             # With backslashes: cppcheck's reader takes away what stands in single quotes.
             'command': ' '.join(re.sub(r'([\s"\'\\()])', r'\\\1', word)
                                 for word in (*words, '-c', file))}
            for file, words in found.items()]
    with open(os.path.join(work, 'compile_commands.json'), 'w', encoding='utf-8') as out:
        json.dump(rows, out, indent=1)


def clang_tidy(work, files):
    """Findings, each once though a header is read by many files; a run that broke is one."""
    def ask(file):
        return subprocess.run(['clang-tidy', '--quiet', '-p', work, file], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    findings = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, ran in zip(files, pool.map(ask, files)):
            here = {f'{os.path.relpath(os.path.realpath(os.path.join(work, "..", m.group(1))), SOURCE)}'
                    f':{m.group(2)}: {m.group(3)}'
                    for m in map(FINDING.match, ran.stdout.split('\n')) if m}
            if ran.returncode != 0 and not here:
                here = {f'{os.path.relpath(file, SOURCE)}: {ran.stdout}{ran.stderr}'}
            findings |= here
    return findings


def cppcheck(work, files):
    kept = os.path.join(work, 'cppcheck')
    os.makedirs(kept, exist_ok=True)
    ran = subprocess.run(
        ['cppcheck', f'--project={work}/compile_commands.json', '--quiet', f'-j{os.cpu_count()}',
         '--enable=warning,performance,portability,style', '--inline-suppr', '--error-exitcode=1',
         f'--cppcheck-build-dir={kept}', '--template={file}:{line}: {message} [{id}]',
         f'--suppressions-list={SOURCE}/tests/analysis/cppcheck.txt',
         *(f'--file-filter={file}' for file in files)],
        cwd=SOURCE, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    findings = {line.replace(SOURCE + os.sep, '') for line in ran.stdout.split('\n') if line}
    return findings or ({f'cppcheck ended with {ran.returncode}'} if ran.returncode != 0 else set())


def main():
    build = os.path.realpath(sys.argv[1])
    tools = [tool for tool in TOOLS if tool in sys.argv[2:]] or TOOLS
    wanted = {os.path.realpath(name) for name in sys.argv[2:] if name not in TOOLS}
    found = commands(build)
    files = [file for file in found if not wanted or file in wanted]
    if not files:
        sys.exit('run.py: no files to look at')
    unseen = sorted(os.path.relpath(file, SOURCE) for file in map(os.path.realpath, sources())
                    if file not in found)
    if unseen and not wanted:
        print('not built here, so not looked at:', *unseen)
    work = os.path.join(build, 'analysis')
    os.makedirs(work, exist_ok=True)
    write_database(build, work, {file: found[file] for file in files})
    total = 0
    for tool, ask in (('cppcheck', cppcheck), ('clang-tidy', clang_tidy)):
        if tool not in tools:
            continue
        if shutil.which(tool) is None:
            sys.exit(f'run.py: {tool} is not installed')
        began = time.monotonic()
        findings = ask(work, files)
        print(*sorted(findings), sep='\n', end='\n' if findings else '')
        print(f'{tool}: {len(files)} files, {len(findings)} findings, '
              f'{time.monotonic() - began:.0f} s', flush=True)
        total += len(findings)
    print(f'{"FAIL" if total else "PASS"}: analysis')
    return 1 if total else 0


if __name__ == '__main__':
    sys.exit(main())
