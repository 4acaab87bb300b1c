// Colours rule files with the editor's own engine; whatever has no colour is a mistake.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
await oniguruma.loadWASM(readFileSync(wasm));
const path = "syntaxes/adjudge-rules.tmLanguage.json";
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, "utf8"), path),
});
const grammar = await registry.loadGrammar("source.adjudge-rules");

let plain = 0;
let coloured = 0;
for (const file of process.argv.slice(2)) {
  let state = textmate.INITIAL;
  for (const [number, line] of readFileSync(file, "utf8").split("\n").entries()) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const words = line.slice(startIndex, endIndex).trim();
      if (scopes.length > 1) coloured += 1;
      else if (words && words !== ",") {
        console.error(`${file}, line ${number + 1}: ${words} has no colour`);
        plain += 1;
      }
    }
  }
}
console.log(`colours: ${coloured} words coloured, ${plain} not`);
process.exit(plain ? 1 : 0);
