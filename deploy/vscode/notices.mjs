// The licences of everything that was bundled, as they ask for.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const { inputs } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const packages = new Set();
for (const input of Object.keys(inputs)) {
  if (!input.includes("node_modules/")) continue;
  let folder = dirname(input);
  while (!existsSync(join(folder, "package.json")) || !name(folder)) folder = dirname(folder);
  packages.add(folder);
}

for (const folder of [...packages].sort()) {
  const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (!licence) throw new Error(`${folder} has no licence to show`);
  console.log(`${name(folder)}\n\n${readFileSync(join(folder, licence), "utf8")}\n`);
}

function name(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return name && version && `${name} ${version}`;
}
