<?php
// Messages to and from the server, on descriptor 3: a 4-byte big-endian length, then JSON.

namespace towermill;

/** The frames' way in and out. Nothing that the script starts inherits it, where FFI is there to see to that. */
final class Channel
{
    private array $identity;
    private int $owner;
    private bool $answered = false;

    public function __construct()
    {
        if (class_exists('FFI', false)) {
            try {
                \FFI::cdef('int fcntl(int, int, ...);')->fcntl(3, 2, 1);  // F_SETFD, FD_CLOEXEC
            } catch (\Throwable) {
                // Forbidden by ffi.enable: children then hold a descriptor that they have no use for.
            }
        }
        $this->owner = getmypid();
    }

    /** What the messages up to `run` say together. */
    public function receive(): object
    {
        $socket = fopen('php://fd/3', 'r');
        $this->identity = self::identity($socket);
        stream_set_chunk_size($socket, 1 << 20);
        stream_set_timeout($socket, 1 << 30);  // a process that was started ahead waits for its run
        $run = [];
        while (($run['type'] ?? '') !== 'run') {
            $run = [...$run, ...get_object_vars(self::message($socket))];
        }
        return (object) $run;
    }

    private static function message($socket): object
    {
        $length = unpack('N', stream_get_contents($socket, 4) . "\0\0\0\0")[1];
        try {
            return json_decode(stream_get_contents($socket, $length), false, 1024,
                JSON_BIGINT_AS_STRING | JSON_THROW_ON_ERROR);
        } catch (\JsonException $error) {
            throw $error->getCode() !== JSON_ERROR_INVALID_PROPERTY_NAME ? $error
                : new \ValueError('the args hold a key that begins with NUL, which no object of PHP can have');
        }
    }

    public function stream(mixed $item): void
    {
        $this->send(to_message(['type' => 'stream', 'text' => is_string($item) ? $item : Results::to_json($item)]));
    }

    /** The one last message. */
    public function answer(string ...$parts): void
    {
        $this->answered = true;
        $this->send(...$parts);
    }

    public function has_answered(): bool
    {
        return $this->answered;
    }

    // Opened for each message anew, so that the script finds no stream of ours to close. Forks of the script's send
    // nothing.
    private function send(string ...$parts): void
    {
        if (getmypid() !== $this->owner) {
            return;
        }
        set_error_handler(static fn () => true);
        $socket = fopen('php://fd/3', 'w');
        $sent = $is_ours = $socket && self::identity($socket) === $this->identity;
        array_unshift($parts, pack('N', array_sum(array_map(strlen(...), $parts))));
        foreach ($sent ? $parts : [] as $part) {
            $sent = $sent && fwrite($socket, $part) === strlen($part);
        }
        restore_error_handler();
        if (!$sent) {
            log('towermill: ' . ($is_ours ? 'the server takes no answer any more'
                : 'the script closed descriptor 3, so its answer is lost') . "\n");
            exit(1);
        }
    }

    private static function identity($stream): array
    {
        $found = fstat($stream);
        return [$found['dev'], $found['ino']];
    }
}

function to_message(array $message): string
{
    return json_encode($message, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
}
