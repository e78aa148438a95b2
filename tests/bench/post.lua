-- wrk: posts one body again and again, and counts the answers that are not the one expected.
-- Arguments: the body, the answer without its white space, and the token for Towermill.

function init(args)
  wrk.method = "POST"
  wrk.body = args[1]
  expected = args[2]
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[3]
  wrong = 0
end

function response(status, headers, body)
  if status ~= 200 or (body:gsub("%s", "")) ~= expected then wrong = wrong + 1 end
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
