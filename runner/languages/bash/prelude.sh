mapfile -d '' -t _towermill <&3 || exit 125; exec 3<&-; set -- "${_towermill[@]:1}"; eval "unset -v _towermill; set -e; ${_towermill[0]}"
# The values on descriptor 3 end in NUL each: the script's source, then its positional parameters. They are
# never parsed as part of a command, and never stand in the process's arguments.
# All is one line, because bash counts the script's lines on from the line that has the eval.
