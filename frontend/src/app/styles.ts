/** Style sheets of parts that are fetched on demand; they lie beside the app's own. */

/** Loads `<name>.css` once. Rejects where it does not come. */
export function loadStyles(name: string): Promise<void> {
  return new Promise((done, failed) => {
    const id = `${name}-styles`;
    if (document.getElementById(id)) return done();
    const app = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"][href*="app"]');
    const link = Object.assign(document.createElement("link"), { id, rel: "stylesheet" });
    link.href = (app?.href ?? "/static/app.css").replace(/app(\.[^/]*)?css/, `${name}.css`);
    link.onload = () => done();
    link.onerror = () => failed(new Error(link.href));
    document.head.append(link);
  });
}
