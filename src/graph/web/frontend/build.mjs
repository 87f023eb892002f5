// The scripts and styles of the pages, from npm's packages and our sources, into ../static/bundle: a file per entry,
// named after its content, and manifest.json, written last, which says what each is called.
import { build } from "esbuild";
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "../static/bundle");

// YASQE carries a copy of a public list of prefixes that anybody may write to, spam included, and asks the network for
// classes and properties. Ours come from the graph: the list and the request are cut out, and must be found to be.
// Cytoscape writes a style into the page, which our policy refuses: the one rule it has is in our own.
const CUTS = {
  "yasqe.esm.js": [
    [/madsrdf = "[^]*?\n\}, tokenTypes = \{/, "prefixes_default = {}, tokenTypes = {"],
    [/var fetchFromLov = [^]*?\n\}, completers = \[/, "var fetchFromLov = () => Promise.resolve([]), completers = ["],
  ],
  "cytoscape.esm.mjs": [[/if \(!stylesheetAlreadyExists\) \{[^]*?head\.insertBefore\([^]*?\n    \}/, ""]],
};

const cut = {
  name: "cut",
  setup({ onLoad }) {
    onLoad({ filter: /(yasqe\.esm\.js|cytoscape\.esm\.mjs)$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      for (const [pattern, kept] of CUTS[basename(path)]) {
        if (!pattern.test(contents)) throw new Error(`${basename(path)}: nothing matches ${pattern}`);
        contents = contents.replace(pattern, kept);
      }
      return { contents, loader: "js" };
    });
  },
};

async function licences() {
  const { packages } = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path && !dev);
  const texts = shipped.map(async ([path, { version, license }]) => {
    const text = await readFile(join(here, path, "LICENSE"), "utf8").catch(() => "");
    return `${path.split("node_modules/").pop()} ${version}: ${license}\n\n${text}`.trim();
  });
  return (await Promise.all(texts)).join(`\n\n${"-".repeat(72)}\n\n`) + "\n";
}

// The fonts of cards, which the server draws; no page loads them.
const FONTS = ["source-serif-4/files/source-serif-4-latin-600-normal", "source-sans-3/files/source-sans-3-latin-400-normal"];

await rm(folder, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["editor.js", "copy.js", "explore.js", ...FONTS.map((font) => `@fontsource/${font}.woff`)],
  outdir: folder,
  entryNames: "[name]-[hash]",
  loader: { ".woff": "copy" },
  plugins: [cut],
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
const names = {};
for (const [path, { entryPoint, cssBundle }] of Object.entries(metafile.outputs)) {
  if (!entryPoint) continue;
  names[basename(entryPoint)] = basename(path);
  if (cssBundle) names[entryPoint.replace(/js$/, "css")] = basename(cssBundle);
}
await writeFile(join(folder, "licences.txt"), await licences());
await writeFile(join(folder, "manifest.json"), JSON.stringify(names, null, 2) + "\n");
