<?php
// The script's bytes, as PHP reads files.

namespace towermill;

/** Gives the interpreter the bytes that were sent in place of the file on the disk, once, and lets go. */
final class Source
{
    public static string $bytes;
    public $context;
    private int $at = 0;

    public static function stand_in(string $bytes): void
    {
        self::$bytes = $bytes;
        stream_wrapper_unregister('file');
        stream_wrapper_register('file', self::class);
    }

    public function stream_open(): bool
    {
        return stream_wrapper_restore('file');
    }

    public function stream_read(int $count): string
    {
        $block = substr(self::$bytes, $this->at, $count);
        $this->at += strlen($block);
        return $block;
    }

    public function stream_eof(): bool
    {
        return $this->at >= strlen(self::$bytes);
    }

    public function stream_stat(): array
    {
        return ['size' => strlen(self::$bytes)];
    }

    public function stream_set_option(): bool
    {
        return false;
    }
}
