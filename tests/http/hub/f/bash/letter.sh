# shellcheck shell=bash
to="$1"
from="${2:-the team}"

cat >./result.out <<END
Dear $to,

with kind regards
$from
END
