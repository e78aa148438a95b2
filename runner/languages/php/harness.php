<?php
// Runs one script: takes a `run` message and answers; told to stay, it takes the next one then. The other files of this
// folder stand before this text, in one program that the interpreter is given.

namespace towermill;

/** The run itself. */
final class Run
{
    public static string $file;
    private static Channel $channel;
    private static ?object $run = null;
    private static ?\ReflectionFunction $main = null;
    private static array $told = [];
    private static string $root = '.';
    private static string $entry = '';

    /** Whether there is a run to receive: the first one, and more where the process was told to stay. */
    public static function is_due(): bool
    {
        return self::$run === null || isset(self::$run->stay);
    }

    /** Receives a run. Returns whether the script is to be included, for its first. */
    public static function receive(): bool
    {
        $first = self::$run === null;
        $first || chdir('/');  // the last run's folder is gone
        $run = (self::$channel ??= new Channel())->receive();
        if ($run === null) {
            exit(0);
        }
        self::$run = $run;
        self::take_surroundings($run);
        if ($first) {
            self::prepare($run);
        }
        return $first;
    }

    // Makes all ready for the script.
    private static function prepare(object $run): void
    {
        register_shutdown_function(self::at_shutdown(...));
        self::$entry = $run->file;
        self::$root = realpath($run->workspace_root) ?: $run->workspace_root;
        $file = self::$root . '/' . $run->file;
        self::$file = realpath($file) ?: $file;
        $_SERVER['argv'] = $GLOBALS['argv'] = [$run->file];
        set_include_path(get_include_path() . PATH_SEPARATOR . self::$root);
        spl_autoload_register(self::autoload(...));
        Source::stand_in($run->source ?? base64_decode($run->source_base64));
    }

    /** Calls main and answers with what it returns; an iterator's items are streamed first. */
    public static function call(): void
    {
        $main = self::$main ??= self::entry();
        self::$entry = self::$run->file . "({$main->getStartLine()}): {$main->getName()}()";
        $result = $main->invokeArgs(Args::of($main, self::$run->args));
        if ($result instanceof \Iterator && !$result instanceof \JsonSerializable) {
            foreach ($result as $item) {
                self::$channel->stream($item);
            }
            $result = null;
        }
        $json = Results::to_json($result);
        self::flush();
        self::$channel->answer('{"type":"result","result":', $json, '}');
    }

    public static function fail(\Throwable $error): void
    {
        try {
            self::flush();
        } catch (\Throwable) {
            // The script's own buffers may throw again and again: the first failure is the answer.
        }
        self::$channel->answer(Failure::of($error, self::$root, self::$entry));
        // What was half included cannot be included again.
        if (self::$main === null || !self::is_due()) {
            exit(1);
        }
    }

    /** The script's own main, in whatever namespace; else one that a file it includes defines. */
    private static function entry(): \ReflectionFunction
    {
        $name = strtolower(self::$run->entry);
        foreach (get_defined_functions()['user'] as $function) {
            if ($function === $name || str_ends_with($function, "\\$name")) {
                $found = new \ReflectionFunction($function);
                if ($found->getFileName() === self::$file) {
                    return $found;
                }
            }
        }
        if (!function_exists($name)) {
            throw new \Error(self::$run->file . ' defines no function "' . self::$run->entry . '"');
        }
        return new \ReflectionFunction($name);
    }

    // A fatal error is no exception: PHP ends the script, and only this is still called.
    private static function at_shutdown(): void
    {
        $error = error_get_last();
        $fatal = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;
        if ($error !== null && ($error['type'] & $fatal) !== 0 && !self::$channel->has_answered()) {
            ini_set('memory_limit', '-1');  // where memory ran out, there has to be some to say so
            self::$channel->answer(Failure::of_fatal($error, self::$root));
        }
    }

    // What a process that was started before its run could not know.
    private static function take_surroundings(object $run): void
    {
        if (!isset($run->working_directory)) {
            return;
        }
        self::$told = isset($run->environment) ? [] : self::$told;
        foreach ($run->environment ?? $run->environment_changes as $item) {
            [$name, $value] = explode('=', $item, 2);
            self::$told[$name] = $value;
        }
        foreach (array_diff_key(getenv(), self::$told) as $name => $_) {
            putenv($name);
            unset($_SERVER[$name], $_ENV[$name]);
        }
        foreach (self::$told as $name => $value) {
            putenv("$name=$value");
            $_SERVER[$name] = $value;
        }
        chdir($run->working_directory);
        clearstatcache(true);  // what names of files led to, in the last run's folder
    }

    // Composer's loader costs a run something only once a class is asked for that nobody declared.
    private static function autoload(string $class): void
    {
        static $asked = false;
        $loader = self::$root . '/vendor/autoload.php';
        if (!$asked && $asked = is_file($loader)) {
            require_once $loader;
            spl_autoload_call($class);
        }
    }

    // All that the script printed is in the log before its answer leaves.
    private static function flush(): void
    {
        set_error_handler(static fn () => true);
        while (ob_get_level() > 0 && ob_end_flush());
        restore_error_handler();
    }
}

// Included here, outside of any function: the script's variables are global ones.
while (Run::is_due()) {
    try {
        if (Run::receive()) {
            include Run::$file;
        }
        Run::call();
    } catch (\Throwable $thrown) {
        Run::fail($thrown);
    }
}
