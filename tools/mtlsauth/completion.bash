# SPDX-License-Identifier: BSD-2-Clause
# bash completion for mtlsauth(1)

_mtlsauth_fields='tls.version tls.cipher tls.sni tls.alpn tls.resumed http.host http.request.method
    http.request.uri.path http.request.headers[ ip.src ip.dst tcp.srcport tcp.dstport app.user
    app.resource app.action'

# What follows the option in $1; false if it takes no value.
_mtlsauth_value()
{
    case $1 in
        --policy | --cert | --chain | --password-file)
            mapfile -t COMPREPLY < <(compgen -f -- "$2")
            compopt -o filenames
            ;;
        --plugin-dir | --policy-dir)
            mapfile -t COMPREPLY < <(compgen -d -- "$2")
            compopt -o filenames
            ;;
        --set)
            mapfile -t COMPREPLY < <(compgen -W "$_mtlsauth_fields" -- "$2")
            compopt -o nospace
            ;;
        --time | --at)
            mapfile -t COMPREPLY < <(compgen -W now -- "$2")
            ;;
        --service | --warn | --critical) ;;
        *) return 1 ;;
    esac
}

# The plugins of the usual directory, by name.
_mtlsauth_plugins()
{
    "$1" plugins 2>/dev/null | cut -d ' ' -f 1
}

# The fields of expressions, by name.
_mtlsauth_names()
{
    "$1" fields 2>/dev/null | sed -n 's/^\([^ ][^ ]*\) .*/\1/p'
}

# The rules of lint, by id.
_mtlsauth_rules()
{
    "$1" lint --explain 2>/dev/null | cut -d ' ' -f 1
}

_mtlsauth()
{
    local tool=$1 word=$2 previous=$3 command=${COMP_WORDS[1]} options='--help'

    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'check expiry fields fmt lint plugins test --help --version' -- "$word")
        return
    fi
    _mtlsauth_value "$previous" "$word" && return
    [[ $command == lint && $word != -* && " ${COMP_WORDS[*]} " == *' --explain '* ]] && command=rules
    case $command in
        check)
            options='--policy --service --cert --chain --no-cert --password-file --set --time
                --json --plugin-dir --insecure-files --help'
            ;;
        expiry)
            options='--policy --cert --warn --critical --at --json --prometheus --plugin-dir
                --insecure-files --help'
            ;;
        fields) options='--json --plugin-dir --insecure-files --help' ;;
        fmt) options='--check --stdout --help' ;;
        test) options='--policy-dir --tap --verbose --plugin-dir --insecure-files --help' ;;
        rules) ;;
        lint) options='--explain --json --plugin-dir --insecure-files --help' ;;
        plugins) options='--plugin-dir --insecure-files --help' ;;
        *) return ;;
    esac
    case $command,$word in
        *,-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
        rules,*) mapfile -t COMPREPLY < <(compgen -W "$(_mtlsauth_rules "$tool")" -- "$word") ;;
        fields,*) mapfile -t COMPREPLY < <(compgen -W "$(_mtlsauth_names "$tool")" -- "$word") ;;
        plugins,*) mapfile -t COMPREPLY < <(compgen -W "$(_mtlsauth_plugins "$tool")" -- "$word") ;;
        *)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            compopt -o filenames
            ;;
    esac
}

complete -F _mtlsauth mtlsauth
