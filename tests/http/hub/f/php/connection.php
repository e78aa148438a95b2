<?php

if (!class_exists('Postgresql')) {
  class Postgresql
  {
    public string $host;
    public int $port;
    public string $user;
    public string $password;
    public string $dbname;
  }
}

function main(Postgresql $db, string $table = "orders"): array
{
  return [
    "dsn" => "pgsql:host={$db->host};port={$db->port};dbname={$db->dbname}",
    "query" => "SELECT count(*) FROM \"$table\"",
    "class" => $db::class,
    "has_password" => $db->password !== "",
  ];
}
