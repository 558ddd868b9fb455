/**
 * The portal in the console's preview: the very files that sites serve, and one script before them that answers the portal's questions with what the
 * console shows it.
 *
 * Attackers. What a provider typed is shown here before anybody has judged it: the page has an origin of its own (`sandbox`), reads no cookie and no
 * storage, asks nobody anything (`connect-src 'none'`) and runs only the scripts of this hub. It listens to the page that frames it alone, and only
 * this hub's pages may frame it.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Router } from "express";
import { notFound, refusal } from "./problem.ts";

/** Where it is mounted: the built files name each other by addresses from the root. */
export const previewPath = "/portal-preview";

interface PreviewFiles {
  readonly page: string;
  readonly policy: string;
  /** By name below `assets/`. */
  readonly assets: ReadonlyMap<string, string>;
}

/** @param folder the built portal; it may appear after the start */
export function portalPreview(folder: string): Router {
  let read: Promise<PreviewFiles> | null = null;
  const files = (): Promise<PreviewFiles> => {
    read ??= readFiles(folder).catch((error: unknown) => {
      read = null;
      throw error;
    });
    return read;
  };
  const router = Router();
  router.get("/", async (_request, response) => {
    const { page, policy } = await files().catch(() => {
      throw refusal("not-built");
    });
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("Cache-Control", "no-cache");
    response.type("html").send(page);
  });
  router.get("/assets/:name", async (request, response) => {
    const { assets } = await files();
    const content = assets.get(request.params.name);
    if (content === undefined) throw notFound("file");
    // To a page of an opaque origin all is foreign.
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    response.setHeader("Cache-Control", "no-cache");
    response.type(request.params.name.endsWith(".css") ? "css" : "js").send(content);
  });
  return router;
}

async function readFiles(folder: string): Promise<PreviewFiles> {
  const moved = (text: string) => text.replaceAll('"/assets/', `"${previewPath}/assets/`);
  const built = moved(await readFile(join(folder, "index.html"), "utf8"));
  const page = built.replace("</head>", () => `<script src="${previewPath}/assets/preview.js"></script></head>`);
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  const assets = new Map([["preview.js", previewScript]]);
  for (const name of await readdir(join(folder, "assets")))
    if (/\.(js|css)$/.test(name)) assets.set(name, moved(await readFile(join(folder, "assets", name), "utf8")));
  const policy = [
    "sandbox allow-scripts",
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'sha256-${hash}'`,
    "img-src data:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
  ].join("; ");
  return { page, policy, assets };
}

/** Before the portal's own: what it asks its site for, the console has told. */
const previewScript = `(() => {
  let told = null;
  let begin = () => {};
  const begun = new Promise((resolve) => { begin = resolve; });
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];
  const show = () => {
    document.querySelector(".below")?.remove();
    document.body.insertAdjacentHTML("beforeend", told.below);
  };
  const answer = (status, body) =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  window.fetch = async (path) => {
    if (!String(path).startsWith("/api/state")) return answer(503, { code: "hub-away" });
    await begun;
    return answer(200, told.state);
  };
  addEventListener("message", (event) => {
    if (event.source !== parent || event.data === null || typeof event.data !== "object") return;
    told = event.data;
    sheet.replaceSync(told.css);
    // What is told while the page is still being read waits for its body.
    if (document.body === null) addEventListener("DOMContentLoaded", show, { once: true });
    else show();
    begin();
    document.dispatchEvent(new Event("visibilitychange"));
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a") !== null) event.preventDefault();
  });
})();
`;
