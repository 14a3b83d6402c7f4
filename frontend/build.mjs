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
  { name: "settings", files: ["settings.js", "settings.css"], limit: 40 },
  { name: "routing settings", files: ["routing.js", "routing.css"], limit: 30, after: ["settings.js"] },
  { name: "promises settings", files: ["promises.js"], limit: 20, after: ["settings.js", "routing.js"] },
  { name: "trial settings", files: ["trial.js", "trial.css"], limit: 12, after: ["settings.js", "routing.js"] },
  { name: "rules settings", files: ["rules.js", "rules.css"], limit: 16, after: ["settings.js", "routing.js"] },
  { name: "supervisor", files: ["board.js", "board.css"], limit: 25 },
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
  metafile: true,
};
/** One file and no chunks, so that tabs of all pages name the same worker. */
const worker = { ...common, entryPoints: { line: "src/worker/line.ts" }, format: "esm" };
const sheets = { ...common, entryPoints: { gate: "src/ui/gate.css", settings: "src/app/css/settings.css", board: "src/app/css/board.css", routing: "src/app/css/routing.css", trial: "src/app/css/trial.css", rules: "src/app/css/rules.css" } };
const widgets = widgetBuilds(common);

/** A script with the chunks that it cannot start without, as paths in dist/. `settings.js` is fetched on demand. */
function withChunks(file, outputs) {
  const path = Object.keys(outputs).find((one) => one.endsWith(`/${file}`) || one.includes(`/chunks/${file.replace(".js", "-")}`));
  const needed = new Set(path ? [path] : []);
  for (const one of needed) for (const { path: next, kind } of outputs[one].imports) if (kind === "import-statement") needed.add(next);
  return path ? [...needed].map((one) => one.replace(/^.*?dist\//, "")) : [file];
}

/** The files of a budget; what the app, and what is loaded before it, has fetched already does not count. */
function filesOf({ name, files, after = [] }, outputs) {
  const before = name === "app" ? [] : ["app.js", ...after];
  const fetched = new Set(before.flatMap((file) => withChunks(file, outputs)));
  return files.flatMap((file) => withChunks(file, outputs)).filter((file) => !fetched.has(file));
}

async function weigh({ name, limit, ...budget }, outputs) {
  const all = filesOf({ name, ...budget }, outputs);
  const sizes = await Promise.all(all.map(async (file) => gzipSync(await readFile(dist + file)).length));
  const total = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  console.log(`${name}: ${total.toFixed(1)} KB gz (limit ${limit})`);
  return total <= limit;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

if (watch) {
  for (const options of [app, worker, sheets, ...widgets]) await (await esbuild.context(options)).watch();
  console.log("watching src/");
} else {
  const [{ metafile }] = await Promise.all([app, worker, sheets, ...widgets].map((options) => esbuild.build(options)));
  const fits = await Promise.all(BUDGETS.map((budget) => weigh(budget, metafile.outputs)));
  if (fits.includes(false)) {
    console.error("The bundle is over its budget: see BUDGETS in build.mjs.");
    process.exit(1);
  }
}
