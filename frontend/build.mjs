// Builds dist/: the agent app, the sign-in style sheet and the embeddable widget; fails over the size budgets.
import { mkdir, readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { LANGUAGES, scriptOf, widgetBuilds } from "./src/widget/build.mjs";

const watch = process.argv.includes("--watch");
const dist = new URL("dist/", import.meta.url).pathname;

/** Kilobytes after gzip; the figures of ui.md, point 15. */
const BUDGETS = [
  { name: "app", files: ["app.js", "app.css"], limit: 120 },
  ...LANGUAGES.map((language) => ({ name: `widget (${language})`, files: [`${scriptOf(language)}.js`], limit: 8 })),
];

const common = {
  bundle: true,
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  target: ["chrome123", "firefox128", "safari17.5"],
  legalComments: "none",
  logLevel: "warning",
  outdir: dist,
};

const app = {
  ...common,
  entryPoints: { app: "src/app/main.tsx" },
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
};
const gate = { ...common, entryPoints: { gate: "src/ui/gate.css" } };
const widgets = widgetBuilds(common);

async function weigh({ name, files, limit }) {
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(dist + file)).length));
  const total = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  console.log(`${name}: ${total.toFixed(1)} KB gz (limit ${limit})`);
  return total <= limit;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

if (watch) {
  for (const options of [app, gate, ...widgets]) await (await esbuild.context(options)).watch();
  console.log("watching src/");
} else {
  await Promise.all([app, gate, ...widgets].map((options) => esbuild.build(options)));
  const fits = await Promise.all(BUDGETS.map(weigh));
  if (fits.includes(false)) {
    console.error("The bundle is over its budget: see BUDGETS in build.mjs.");
    process.exit(1);
  }
}
