<?php
// Messages to and from the server, on descriptor 3: a 4-byte big-endian length, then JSON.

namespace towermill;

/** The frames' way in and out. Nothing that the script starts inherits it, where FFI is there to see to that. */
final class Channel
{
    private array $identity;
    private int $owner;
    private bool $answered = false;
    private array $run = [];
    private $socket;

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

    /** What the messages up to `run` say, with what earlier ones have said of the script; null if none comes any more. */
    public function receive(): ?object
    {
        $this->socket ??= $this->open();
        $this->run = [...$this->run, 'type' => '', 'environment' => null, 'environment_changes' => null];
        $this->answered = false;
        while ($this->run['type'] !== 'run') {
            $message = self::message($this->socket);
            if ($message === null) {
                return null;
            }
            $this->run = [...$this->run, ...get_object_vars($message)];
        }
        return (object) $this->run;
    }

    private function open()
    {
        $socket = fopen('php://fd/3', 'r');
        $this->identity = self::identity($socket);
        stream_set_chunk_size($socket, 1 << 20);
        stream_set_timeout($socket, 1 << 30);  // a process that is there before its run waits for it
        return $socket;
    }

    private static function message($socket): ?object
    {
        $length = stream_get_contents($socket, 4);
        if (strlen($length) < 4) {
            return null;
        }
        try {
            return json_decode(stream_get_contents($socket, unpack('N', $length)[1]), false, 1024,
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
