# shellcheck shell=bash
text="$1"

set -euo pipefail
declare -A seen=()
for word in ${text,,}; do
  seen[$word]=$((${seen[$word]:-0} + 1))
done

{
  printf '{'
  separator=""
  for word in $(printf '%s\n' "${!seen[@]}" | sort); do
    printf '%s"%s":%d' "$separator" "$word" "${seen[$word]}"
    separator=","
  done
  printf '}\n'
} >./result.json
echo "counted ${#seen[@]} words"
