// Bundles every src/**/*.test.ts into a temporary folder and runs Node's own test runner over it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";

const tests = readdirSync("src", { recursive: true })
  .filter((name) => /\.test\.tsx?$/.test(name))
  .map((name) => join("src", name));
const folder = mkdtempSync(join(tmpdir(), "omnihub-tests-"));
try {
  await esbuild.build({
    entryPoints: tests,
    bundle: true,
    platform: "node",
    format: "esm",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".mjs"));
  const run = spawnSync(process.execPath, ["--test", ...files.map((name) => join(folder, name))], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
