<?php

// require:
// monolog/monolog@3.6.0

function main(
  // Postgresql $a,
  array $b,
  object $c,
  int $d = 123,
  string $e = "default value",
  float $f = 3.5,
  bool $g = true,
) {
  return ['b' => $b, 'c' => $c->name ?? 'nobody', 'd' => $d, 'e' => $e, 'f' => $f, 'g' => $g];
}
