// Runs a query over sources with Comunica, as a program of its user would:
// node ask.mjs QUERY SOURCE... prints the answer, or its error's message and exit code 1.
import { QueryEngine } from '@comunica/query-sparql';

const [query, ...sources] = process.argv.slice(2);
const types = {
  bindings: 'application/sparql-results+json',
  boolean: 'application/sparql-results+json',
  quads: 'application/n-triples',
};
try {
  const engine = new QueryEngine();
  const found = await engine.query(query, { sources });
  const { data } = await engine.resultToString(found, types[found.resultType]);
  for await (const chunk of data) process.stdout.write(chunk);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
