// Comunica asked by our tests: reads {sources, queries} in JSON, writes the results of each in SPARQL JSON.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(process.argv[2] + "/");
const { QueryEngine } = require("@comunica/query-sparql");
const { sources, queries } = JSON.parse(await text(process.stdin));
const results = [];
for (const query of queries) {
  const engine = new QueryEngine();  // one that has forgotten what it learnt of the sources
  try {
    const answer = await engine.query(query, { sources });
    const { data } = await engine.resultToString(answer, "application/sparql-results+json");
    results.push(JSON.parse(await text(data)));
  } catch (error) {
    results.push({ error: String(error) });
  }
}
process.stdout.write(JSON.stringify(results));
process.exit(0);  // connections are kept alive
