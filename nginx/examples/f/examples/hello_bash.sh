name="${1:-World}"

# The last line of the output is the answer; what comes before it goes to the log.
echo "greeting $name" >&2
echo "Hello, $name"
