<?php
// Args as the parameters of main, by their names.

namespace towermill;

final class Args
{
    /** The values for the parameters of `main`, in their order. */
    public static function of(\ReflectionFunction $main, object $given): array
    {
        $values = [];
        foreach ($main->getParameters() as $parameter) {
            $value = $given->{$parameter->getName()} ?? null;
            if ($parameter->isVariadic()) {
                foreach (is_array($value) ? $value : [] as $item) {
                    $values[] = self::convert($parameter, $item);
                }
                break;
            }
            $value = $value === null ? self::absent($parameter, $given) : self::convert($parameter, $value);
            $values[] = &$value;  // by reference, as the parameter may be
            unset($value);
        }
        return $values;
    }

    /** What stands for null, and for an arg that is not there. */
    private static function absent(\ReflectionParameter $parameter, object $given): mixed
    {
        $is_null = property_exists($given, $parameter->getName());
        if ($parameter->isDefaultValueAvailable() && !($is_null && $parameter->allowsNull())) {
            return $parameter->getDefaultValue();
        }
        if ($parameter->allowsNull()) {
            return null;
        }
        throw new \TypeError(sprintf('the argument "%s" is %s, and main wants: %s', $parameter->getName(),
            $is_null ? 'null' : 'missing', $parameter->getType()));
    }

    private static function convert(\ReflectionParameter $parameter, mixed $value): mixed
    {
        $kinds = self::kinds($parameter->getType());
        if ($value instanceof \stdClass) {
            return self::of_object($kinds, $value);
        }
        if (count($kinds) !== 1 || !(is_string($value) || is_int($value))) {
            return $value;
        }
        if (is_string($value) && is_a($kinds[0], \DateTimeInterface::class, true)) {
            return self::date($parameter->getName(), $value, $kinds[0]);
        }
        return is_a($kinds[0], \BackedEnum::class, true)
            ? self::enumerated($parameter->getName(), $value, $kinds[0]) : $value;
    }

    /** The names of the types that the parameter takes, null aside. */
    private static function kinds(?\ReflectionType $type): array
    {
        $named = $type instanceof \ReflectionUnionType ? $type->getTypes() : [$type];
        $kinds = [];
        foreach ($named as $kind) {
            if ($kind instanceof \ReflectionNamedType && $kind->getName() !== 'null') {
                $kinds[] = $kind->getName();
            }
        }
        return $kinds;
    }

    private static function of_object(array $kinds, object $value): mixed
    {
        $is_array = array_intersect($kinds, ['array', 'iterable']) && !in_array('object', $kinds);
        if ($is_array && !in_array('stdClass', $kinds)) {
            return self::to_array($value);
        }
        return count($kinds) === 1 ? self::resource($kinds[0], $value) : $value;
    }

    /** A resource, as Windmill's scripts name its type: a class without a constructor, declared or not. */
    private static function resource(string $class, object $value): object
    {
        if (preg_match('/^(?:(.+)\\\\)?([A-Z]\w*)$/', $class, $name)
            && !class_exists($class) && !interface_exists($class)) {
            eval(($name[1] === '' ? '' : "namespace $name[1];") . "#[\AllowDynamicProperties] final class $name[2] {}");
        }
        $kind = class_exists($class) ? new \ReflectionClass($class) : null;
        if ($kind === null || $kind->isInternal() || !$kind->isInstantiable() || $kind->getConstructor() !== null) {
            return $value;
        }
        $made = new $class();
        set_error_handler(static fn () => true);  // not a word on members that the class does not declare
        try {
            foreach ($value as $key => $member) {
                $made->$key = $member;
            }
        } finally {
            restore_error_handler();
        }
        return $made;
    }

    private static function to_array(mixed $value): mixed
    {
        return is_array($value) || is_object($value) ? array_map(self::to_array(...), (array) $value) : $value;
    }

    private static function date(string $name, string $text, string $class): \DateTimeInterface
    {
        $form = '/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?$/iD';
        $class = $class === \DateTimeInterface::class ? \DateTimeImmutable::class : $class;
        try {
            $date = preg_match($form, $text) ? new $class($text) : null;
        } catch (\Exception) {
            $date = null;
        }
        if ($date === null || ($class::getLastErrors()['warning_count'] ?? 0) > 0) {  // the 30th of February, say
            throw new \ValueError("the argument \"$name\" is not an ISO 8601 date and time: '$text'");
        }
        return $date;
    }

    private static function enumerated(string $name, int|string $value, string $enum): \BackedEnum
    {
        foreach ($enum::cases() as $case) {
            if ($case->value === $value) {
                return $case;
            }
        }
        throw new \ValueError("the argument \"$name\" is no value of the enum $enum: "
            . json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE));
    }
}
