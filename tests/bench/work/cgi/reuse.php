<?php
// What Towermill does for a script: JSON in, main's result out by its reserved keys.
function main($name) {
    return ["windmill_status_code" => 201, "windmill_headers" => ["X-Greeted" => $name], "result" => ["Hello" => $name]];
}

$args = json_decode(file_get_contents("php://input"), true, 128, JSON_THROW_ON_ERROR);
$returned = main($args["name"]);
http_response_code($returned["windmill_status_code"] ?? 200);
header("Content-Type: " . ($returned["windmill_content_type"] ?? "application/json"));
foreach ($returned["windmill_headers"] ?? [] as $name => $value) {
    header("$name: $value");
}
echo json_encode($returned["result"]);
