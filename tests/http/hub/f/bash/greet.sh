# shellcheck shell=bash
# arguments of the form X="$I" are parsed as parameters X of type string
name="$1"
greeting="${2:-Hello}"

# the last line of the stdout is the return value
echo "greeting $name" >&2
echo "$greeting, $name"
