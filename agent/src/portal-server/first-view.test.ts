/** How many bytes a phone gets before it shows the packages: all that goes out on the wire, with the headers. */
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { Language } from "@karibu/portal/strings/strings";
import { buildPortal } from "@karibu/tools/build/build-portal";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpListener } from "../ground/http.ts";
import { listenHttp } from "./http/http-listener.ts";
import { readStaticFiles } from "./http/static-files.ts";
import { createTestPortal, createTestSite, type TestSite } from "./test-portal-site.ts";

/** With a brand, which is the larger. English needs fewer bytes than the others. */
const firstViewBytesMax: Readonly<Record<Language, number>> = { en: 20_000, sw: 20_150, fr: 20_300 };

let server: HttpListener;
let folder: string;
let names: string[];
let site: TestSite;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-first-view-"));
  names = (await buildPortal(folder)).map(({ name }) => name);
  const world = createSimulatedWorld();
  site = createTestSite(world);
  const portal = createTestPortal(world, site, await readStaticFiles(folder));
  server = await listenHttp(portal, { port: 0, address: "127.0.0.1", world });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Bytes of one answer on the wire, status line and headers included, as a phone on plain HTTP asks (gzip, no brotli). */
function wireBytes(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const socket = createConnection(server.port, "127.0.0.1", () => {
      const lines = [`GET ${path} HTTP/1.1`, "host: 10.5.50.2", "accept-encoding: gzip, deflate", "connection: close"];
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    socket.on("data", (chunk) => {
      bytes += chunk.length;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(bytes));
  });
}

/** All that a brand has but its pictures. */
const brand = {
  mainColour: "#123456",
  accentColour: "#ffaa33",
  words: {
    en: { greeting: "Hello there", invitation: "Choose what suits you and pay from your phone.", help: "Call us:" },
    sw: { greeting: "Karibu sana", invitation: "Chagua kinachokufaa ulipe kwa simu yako.", help: "Tupigie:" },
  },
  terms: { en: "Be kind.", sw: "Kuwa mwema." },
};

test.each(
  (Object.keys(firstViewBytesMax) as Language[]).flatMap((one) => [[one, null] as const, [one, brand] as const]),
)(
  "[POR-01] [TEN-12] the first view, %s, in the brand %j, is about 20,000 bytes on the wire: page, script, words and state, with their headers",
  async (language, worn) => {
    site.rows.brand.clear();
    if (worn !== null) site.rows.brand.set("brand", worn);
    // Not `en-later-…`, which comes after the first view.
    const script = (start: string) =>
      `/${names.find((name) => new RegExp(`^assets/${start}-[0-9a-f]+\\.js$`).test(name))}`;
    const paths = ["/", script("portal"), script(language), "/api/state?mac=AA%3ABB%3ACC%3A00%3A00%3A01&ip=10.5.50.20"];
    const sizes = await Promise.all(paths.map(wireBytes));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect({ total, sizes, fits: total <= firstViewBytesMax[language] }).toMatchObject({ fits: true });
  },
);
