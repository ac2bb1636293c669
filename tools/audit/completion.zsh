#compdef mtlsauth-audit
# SPDX-License-Identifier: BSD-2-Clause
# zsh completion for mtlsauth-audit(1); installed as _mtlsauth-audit

_mtlsauth_audit()
{
    local -a help
    help=('(- *)'{-h,--help}'[print help and exit]')

    if [[ $words[2] == merge && $CURRENT -gt 2 ]]; then
        shift words
        (( CURRENT-- ))
        _arguments $help '(--html)--json[one object]' '(--json)--html[one page]' '*:summary:_files'
        return
    fi
    (( CURRENT == 2 )) && compadd merge
    _arguments $help \
        '--policy[the policy, or a directory of them]:policy:_files' \
        '--baseline[the policy to compare with]:policy:_files' \
        '--service[the policy of that name]:service:' \
        '*--keylog[keys of sessions]:key log:_files' \
        '--as[judge with what that server hands over]:server:(nginx apache haproxy postgresql openvpn mosquitto)' \
        '--decisions[the log of decisions of the server]:log:_files' \
        '--at[the time to judge at]:time:(capture now)' \
        '--filter[only packets that pass]:expression:' \
        '*--decode-as[what is on a port]:port=protocol:' \
        '(--shard)--jobs[read with so many processes]:number:' \
        '(--jobs)--shard[only that part]:part of whole:' \
        '(--csv --html)--json[print JSON]' \
        '(--json --html --summary)--csv[print CSV]' \
        '(--json --csv)--html[print a page]' \
        '(--csv)--summary[the summary alone]' \
        '--all[a line for every handshake]' \
        '(--no-progress)--progress[show how far it is]' \
        '(--progress)--no-progress[do not]' \
        '--plugin-dir[where plugins are]:directory:_files -/' \
        '--insecure-files[accept policy files that others may write]' \
        '(- *)--version[print the version and exit]' \
        '*:capture:_files'
}

_mtlsauth_audit "$@"
