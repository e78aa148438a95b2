<?php
// What main returns, as JSON text.

namespace towermill;

final class Results
{
    private const DEEPEST = 512;  // no setting allows more, and json_encode recurses on the C stack
    private const CIRCULAR = 'the result contains itself (circular reference), so JSON cannot hold it';
    private const TOO_DEEP = 'the result is nested more than 512 levels deep';
    private const FLAGS = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION
        | JSON_THROW_ON_ERROR;

    /** @var array<int, true> the objects that the walk is inside of */
    private array $open = [];

    public static function to_json(mixed $value): string
    {
        return self::encode((new self())->plain($value, 0));
    }

    private static function encode(mixed $value): string
    {
        try {
            return json_encode($value, self::FLAGS, self::DEEPEST + 1);
        } catch (\JsonException $error) {
            throw new \ValueError(match ($error->getCode()) {
                JSON_ERROR_RECURSION => self::CIRCULAR,
                JSON_ERROR_DEPTH => self::TOO_DEEP,
                JSON_ERROR_UTF8 => 'the result holds a string that is not UTF-8: bytes need base64_encode',
                JSON_ERROR_NON_BACKED_ENUM => 'the result holds an enum case that has no value',
                default => 'the result is no JSON: ' . $error->getMessage(),
            });
        }
    }

    // An array goes in a circle through references, which json_encode sees. Objects never get here in a circle.
    private static function too_deep(mixed $value): \ValueError
    {
        if (is_array($value)) {
            self::encode($value);
        }
        return new \ValueError(self::TOO_DEEP);
    }

    /** The value with all that json_encode would get wrong, or say too little about, in a form that it gets right. */
    private function plain(mixed $value, int $depth): mixed
    {
        if (is_float($value)) {
            return is_finite($value) ? $value : null;
        }
        if ($depth > self::DEEPEST && (is_array($value) || is_object($value))) {
            throw self::too_deep($value);
        }
        if (is_array($value)) {
            return $this->plain_array($value, $depth);
        }
        if (is_object($value)) {
            return $this->plain_object($value, $depth);
        }
        if ($value !== null && !is_scalar($value)) {
            throw self::unholdable('a resource (' . get_resource_type($value) . ')');
        }
        return $value;
    }

    private function plain_array(array $values, int $depth): array
    {
        foreach ($values as $key => $value) {
            $plain[$key] = is_string($value) || is_int($value) ? $value : $this->plain($value, $depth + 1);
        }
        return $plain ?? [];
    }

    private function plain_object(object $value, int $depth): mixed
    {
        if ($value instanceof \DateTimeInterface) {
            return $value->format($value->format('u') === '000000' ? DATE_ATOM : 'Y-m-d\TH:i:s.uP');
        }
        if ($value instanceof \UnitEnum) {
            return $value;
        }
        if ($value instanceof \Closure || $value instanceof \Generator) {
            throw self::unholdable('a ' . $value::class);
        }
        $id = spl_object_id($value);
        if (isset($this->open[$id])) {
            throw new \ValueError(self::CIRCULAR);
        }
        $this->open[$id] = true;
        $plain = $this->members($value, $depth);
        unset($this->open[$id]);
        return $plain;
    }

    private function members(object $value, int $depth): mixed
    {
        if ($value instanceof \JsonSerializable) {
            $given = $value->jsonSerialize();
            if ($given !== $value) {
                return $this->plain($given, $depth + 1);
            }
        }
        $members = $value instanceof \ArrayObject ? $value->getArrayCopy() : get_object_vars($value);
        return (object) $this->plain_array($members, $depth);
    }

    private static function unholdable(string $what): \ValueError
    {
        return new \ValueError("the result holds $what, which JSON cannot hold");
    }
}
