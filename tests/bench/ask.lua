-- wrk: sends one request again and again, and counts the answers that are not the one expected.
-- Arguments: the method, the body, the status and the answer without its white space, the token for Towermill, and
-- the pause before each request in milliseconds.

function init(args)
  wrk.method = args[1]
  if args[1] == "POST" then wrk.body = args[2] end
  expected_status = tonumber(args[3])
  expected = args[4]
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[5]
  local pause_ms = tonumber(args[6])
  if pause_ms > 0 then
    delay = function() return pause_ms end
  end
  wrong = 0
end

function response(status, headers, body)
  if status ~= expected_status or (body ~= expected and body:gsub("%s", "") ~= expected) then wrong = wrong + 1 end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function done(summary, latency, requests)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + thread:get("wrong") end
  for _, count in pairs(summary.errors) do bad = bad + count end
  io.write(string.format('{"requests":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"bad":%d}\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, bad))
end
