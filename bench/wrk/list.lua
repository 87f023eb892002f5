-- The queries of a file, one a line, percent-encoded, each asked once and in order; after the last comes the first again.
-- A line may go on with a tab and an ETag: the query is then asked with If-None-Match.
-- What was measured is printed as one line of JSON.
--
--   wrk -t1 -c16 -d4s -s list.lua 'http://127.0.0.1:8000/sparql?' -- queries.txt

local requests, position = {}, 0

function init(arguments)
   for line in io.lines(arguments[1]) do
      local query, tag = line:match("^([^\t]*)\t?(.*)$")
      local headers = { Accept = "application/sparql-results+json" }
      if tag ~= "" then headers["If-None-Match"] = tag end
      requests[#requests + 1] = wrk.format("GET", wrk.path .. "query=" .. query, headers)
   end
end

function request()
   position = position % #requests + 1
   return requests[position]
end

function done(summary, latency)
   local errors = summary.errors
   print(string.format(
      '{"seconds": %.6f, "requests": %d, "p50": %.6f, "p99": %.6f, "refused": %d, "broken": %d}',
      summary.duration / 1e6, summary.requests,
      latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
      errors.status, errors.connect + errors.read + errors.write
   ))
end
