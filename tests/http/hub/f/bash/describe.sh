# shellcheck shell=bash
msg="$1"
count="$2"
list="${3:-[]}"

echo "Workspace: $WM_WORKSPACE"
printf '{"msg":"%s","count":%s,"list":%s,"workspace":"%s"}\n' "$msg" "$count" "$list" "$WM_WORKSPACE"
