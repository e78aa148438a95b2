<?php
// What went wrong, for the caller and for the log.

namespace towermill;

/** What the caller is told of an exception: the workspace's frames only, under the workspace's names. */
final class Failure
{
    /** `entry` is what stands in for a stack where none of the script's own lines is at fault. */
    public static function of(\Throwable $error, string $root, string $entry): string
    {
        log(self::report($error));
        try {
            $message = $error->getMessage();
        } catch (\Throwable) {
            $message = '(the exception cannot be shown as text)';
        }
        $place = self::place($error->getFile(), $error->getLine(), $root);
        if ($error instanceof \ParseError) {
            $message .= $place === null ? '' : " ($place[0], line $place[1])";
        }
        $stack = $place === null ? '' : "thrown in $place[0]($place[1])\n";
        $number = 0;
        foreach ($error->getTrace() as $frame) {
            $stack .= self::line($frame, $root, $number);
        }
        return self::message(strtok($error::class, "\0"), $message, $stack ?: ($entry === '' ? '' : "in $entry\n"), $root);
    }

    /** For an error that PHP throws no exception for. */
    public static function of_fatal(array $error, string $root): string
    {
        $place = self::place($error['file'], $error['line'], $root);
        return self::message('Error', $error['message'], $place === null ? '' : "in $place[0]($place[1])\n", $root);
    }

    /** All of it, previous exceptions too, but the harness's own lines. */
    private static function report(\Throwable $error): string
    {
        $ours = ['/^#\d+ (Command line code\(\d+\)|\{main\}).*\R?/m', '/ in Command line code:\d+$/m',
            '/^Stack trace:\s+(?=Next |\z)/m'];
        try {
            $text = (string) $error;
        } catch (\Throwable) {  // a __toString of the script's, or a message that is no text
            $text = $error::class . " in {$error->getFile()}:{$error->getLine()}\n{$error->getTraceAsString()}";
        }
        return rtrim(preg_replace($ours, '', $text)) . "\n";
    }

    private static function message(string $name, string $message, string $stack, string $root): string
    {
        $of_server = '~' . preg_quote($root, '~');
        $message = preg_replace(["$of_server/~", "$of_server(?![\w.-])~"], ['', '.'], $message);
        return to_message(['type' => 'failure', 'name' => $name, 'message' => $message, 'stack' => $stack]);
    }

    private static function line(array $frame, string $root, int &$number): string
    {
        $place = isset($frame['file']) ? self::place($frame['file'], $frame['line'], $root) : null;
        if (isset($frame['file']) && $place === null) {
            return '';
        }
        $where = $place === null ? '[internal function]' : "$place[0]($place[1])";
        $class = isset($frame['class']) ? strtok($frame['class'], "\0") . $frame['type'] : '';
        return '#' . $number++ . " $where: $class$frame[function]()\n";
    }

    /** [file relative to the workspace, line]; null for what is not of the workspace. */
    private static function place(string $file, int $line, string $root): ?array
    {
        return str_starts_with($file, "$root/") ? [substr($file, strlen($root) + 1), $line] : null;
    }
}

function log(string $text): void
{
    set_error_handler(static fn () => true);
    $stream = fopen('php://stderr', 'w');  // not STDERR, which the script may have closed
    if ($stream) {
        fwrite($stream, $text);
    }
    restore_error_handler();
}
