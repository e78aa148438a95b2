# shellcheck shell=bash
name="$1"
printf '{"Hello":"%s"}\n' "$name"
