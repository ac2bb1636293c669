#compdef mtlsauth
# SPDX-License-Identifier: BSD-2-Clause
# zsh completion for mtlsauth(1); installed as _mtlsauth

_mtlsauth_fields()
{
    local -a fields
    fields=(tls.version tls.cipher tls.sni tls.alpn tls.resumed http.host http.request.method
        http.request.uri.path ip.src ip.dst tcp.srcport tcp.dstport app.user app.resource
        app.action)
    compadd -S '=' -a fields
    compadd -S '' 'http.request.headers['
}

_mtlsauth_plugins()
{
    local -a names
    # $tool is the caller's.
    names=(${(f)"$($tool plugins 2>/dev/null | cut -d ' ' -f 1)"})
    compadd -a names
}

_mtlsauth_names()
{
    local -a names
    # $tool is the caller's.
    names=(${(f)"$($tool fields 2>/dev/null | sed -n 's/^\([^ ][^ ]*\) .*/\1/p')"})
    compadd -a names
}

_mtlsauth_rules()
{
    local -a names
    # $tool is the caller's.
    names=(${(f)"$($tool lint --explain 2>/dev/null | cut -d ' ' -f 1)"})
    compadd -a names
}

_mtlsauth()
{
    local tool=$words[1] state line
    local -a files help
    files=('--plugin-dir[where plugins are]:directory:_files -/'
        '--insecure-files[accept files that others may write]')
    help=('(- *)'{-h,--help}'[print help and exit]')

    _arguments -C $help '(- *)--version[print the version and exit]' '1: :->command' '*:: :->rest'
    case $state in
    command)
        local -a commands
        commands=('check:ask a policy about a certificate, and why'
            'expiry:list what ends soon'
            'fields:list the fields that expressions can read'
            'fmt:write policy files in one layout'
            'lint:check policy files for mistakes'
            'plugins:list plugins and their options'
            'test:run the tests of policies')
        _describe command commands
        ;;
    rest)
        case $words[1] in
        check)
            _arguments $help $files \
                '--policy[the policy, or a directory of them]:policy:_files' \
                '--service[the policy of that name]:service:' \
                '(1 --no-cert)--cert[the certificate]:certificate:_files' \
                '*--chain[certificates that were sent with it]:chain:_files' \
                '(1 --cert --chain)--no-cert[the client sent no certificate]' \
                '--password-file[opens PKCS#12 files]:password file:_files' \
                '*--set[what is known of the connection]:field:_mtlsauth_fields' \
                '--time[judge as of another time]:time:(now)' \
                '--json[print JSON]' \
                '1:certificate:_files'
            ;;
        expiry)
            _arguments $help $files \
                '*--policy[a policy, or a directory of them]:policy:_files' \
                '*--cert[certificates]:certificate:_files' \
                '--warn[warning: ends within that time]:duration:' \
                '--critical[critical: ends within that time]:duration:' \
                '--at[look as of another time]:time:(now)' \
                '(--prometheus)--json[print JSON]' \
                '(--json)--prometheus[print metrics]'
            ;;
        fields) _arguments $help $files '--json[print JSON]' '*:field:_mtlsauth_names' ;;
        fmt)
            _arguments $help '(--stdout)--check[list what would change]' \
                '(--check)--stdout[write to standard output]' '*:policy:_files'
            ;;
        lint)
            if (( $words[(I)--explain] )); then
                _arguments $help '--explain[explain rules]' '*:rule:_mtlsauth_rules'
            else
                _arguments $help $files '--explain[explain rules]' '--json[print JSON]' \
                    '*:policy:_files'
            fi
            ;;
        plugins) _arguments $help $files '*:plugin:_mtlsauth_plugins' ;;
        test)
            _arguments $help $files \
                '--policy-dir[where the policies are]:directory:_files -/' \
                '--tap[print TAP]' \
                '--verbose[explain the tests that pass too]' \
                '*:file of tests:_files -g "*.test"'
            ;;
        esac
        ;;
    esac
}

_mtlsauth "$@"
