// The widget's builds: one self-contained script per language, with the style sheet inside it, minified.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

export const LANGUAGES = ["en", "de", "es", "ar"];

/** The name of a language's script in dist/, without its ending. */
export const scriptOf = (language) => (language === "en" ? "widget" : `widget.${language}`);

const styleAsText = {
  name: "style-as-text",
  setup(build) {
    build.onLoad({ filter: /widget\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

/** esbuild options for `dist/widget.js` (English) and `dist/widget.<language>.js`, on top of the common ones. */
export function widgetBuilds(common) {
  return LANGUAGES.map((language) => ({
    ...common,
    entryPoints: { [scriptOf(language)]: "src/widget/widget.ts" },
    format: "iife",
    charset: "utf8",
    define: { LANGUAGE: JSON.stringify(language) },
    plugins: [styleAsText],
  }));
}
