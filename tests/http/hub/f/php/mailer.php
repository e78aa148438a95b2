<?php

// Smtp is a resource type that Windmill declares for the script.
function main(Smtp $server, array $to, ?string $subject = null)
{
  echo "sending with {$server->host}\n";
  $bad = array_filter($to, fn ($address) => !filter_var($address, FILTER_VALIDATE_EMAIL));
  if ($bad) {
    throw new InvalidArgumentException("no addresses: " . implode(", ", $bad));
  }
  return [
    "windmill_status_code" => 202,
    "result" => ["queued" => count($to), "subject" => $subject ?? "(none)", "at" => new DateTimeImmutable("@0")],
  ];
}
