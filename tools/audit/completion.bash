# SPDX-License-Identifier: BSD-2-Clause
# bash completion for mtlsauth-audit(1)

# What follows the option in $1; false if it takes no value.
_mtlsauth_audit_value()
{
    case $1 in
        --policy | --baseline | --keylog | --decisions)
            mapfile -t COMPREPLY < <(compgen -f -- "$2")
            compopt -o filenames
            ;;
        --plugin-dir)
            mapfile -t COMPREPLY < <(compgen -d -- "$2")
            compopt -o filenames
            ;;
        --as)
            mapfile -t COMPREPLY < <(compgen -W 'nginx apache haproxy postgresql openvpn mosquitto' -- "$2")
            ;;
        --at)
            mapfile -t COMPREPLY < <(compgen -W 'capture now' -- "$2")
            ;;
        --jobs)
            mapfile -t COMPREPLY < <(compgen -W "$(nproc 2>/dev/null)" -- "$2")
            ;;
        --service | --filter | --decode-as | --shard) ;;
        *) return 1 ;;
    esac
}

_mtlsauth_audit()
{
    local word=$2 previous=$3 options='--policy --baseline --service --keylog --as --decisions --at
        --filter --decode-as --jobs --shard --json --csv --html --summary --all --progress
        --no-progress --plugin-dir --insecure-files --version --help'

    COMPREPLY=()
    _mtlsauth_audit_value "$previous" "$word" && return
    [[ ${COMP_WORDS[1]} == merge && $COMP_CWORD -gt 1 ]] && options='--json --html --help'
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        compopt -o filenames
        [[ $COMP_CWORD -eq 1 && merge == "$word"* ]] && COMPREPLY+=(merge)
    fi
}

complete -F _mtlsauth_audit mtlsauth-audit
