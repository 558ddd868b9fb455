/** Routers stand behind their carriers' NAT, and the hub waits for them: nothing in what it does for sites could open a connection. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHouse } from "./read-house.ts";

const root = join(import.meta.dirname, "../../..");
const house = readHouse(root);
const fleet = house.files.filter(({ path, isTest }) => path.startsWith("cloud/src/fleet/") && !isTest);

/** What could open one: sockets, requests, processes. Types leave nothing at run time. */
const openers =
  /^import (?!type ).*from "(?:node:)?(?:net|dgram|tls|https?|http2|child_process|undici|ws)"|(?<![.\w])fetch\(|new WebSocket\(/m;
/** It names the machine's own WireGuard interface, and starts nothing else. */
const startsWg = "cloud/src/fleet/tunnel/wg-command.ts";
/** It takes the connections that agents open: it listens. */
const listens = "cloud/src/fleet/link/link-websocket.ts";

test("[BEY-15] the hub opens no connection to a router or an agent: what it does for sites has no socket and no request of its own", () => {
  expect(fleet.length).toBeGreaterThan(150);
  const found = fleet.map(({ path }) => path).filter((path) => openers.test(readFileSync(join(root, path), "utf8")));
  expect(found.filter((path) => path !== listens)).toEqual([startsWg]);
  const taking = readFileSync(join(root, listens), "utf8");
  expect(taking).toContain("WebSocketServer");
  expect(taking).not.toMatch(/new WebSocket\(|\.connect\(/);
});

test("[BEY-15] nor does it borrow one: the hub's client for other servers is not for sites", () => {
  const clients = fleet.flatMap(({ path, imports, typeImports }) =>
    imports
      .filter((each) => !typeImports.includes(each) && /^cloud\/src\/ground\/(http-client|mail)\//.test(each))
      .map((each) => `${path} -> ${each}`),
  );
  expect(clients).toEqual([]);
});
