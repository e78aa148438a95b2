# shellcheck shell=bash
path="$1"

echo "looking for $path"
test -e "$path"
echo "not reached"
