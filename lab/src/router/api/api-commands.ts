/**
 * The commands of the RouterOS API that Karibu uses, over the simulated router's state. No sockets: a sentence goes in, rows or a
 * trap come out. An unknown argument is refused as RouterOS does ("unknown parameter"), so a misspelt one shows.
 */

import type { Router, RunningRouter } from "../device/router.ts";
import type { Session } from "../model/hotspot-state.ts";
import type { RouterOptions } from "../model/router-options.ts";
import { dateAndTime, durationText } from "../model/routeros-text.ts";
import { isLocal } from "../radius/local-users.ts";
import { chapResponse, type Proof, packets } from "../radius/nas.ts";
import { done, noSuchItem, notAllowed, type Outcome, trap } from "./api-outcome.ts";
import { compileQuery, type Row } from "./api-query.ts";
import { configCommand } from "./config-commands.ts";
import { secretNames } from "./config-shapes.ts";
import { treeOf } from "./config-tree.ts";
import { ethernetRows, interfaceRows, leaseRows, monitorCommand, queueRows } from "./live-rows.ts";
import { packageUpdate } from "./package-update.ts";
import { type ConnectionMark, safeModeCommand } from "./safe-mode.ts";
import { setUpShapes } from "./set-up-shapes.ts";
import { storedFiles, storedScriptCommand } from "./stored-scripts.ts";

interface Words {
  readonly command: string;
  readonly values: ReadonlyMap<string, string>;
  readonly queries: readonly string[];
}

/** `by`: the connection that says it. */
export async function runCommand(
  router: Router,
  nowMs: () => number,
  sentence: readonly string[],
  by: ConnectionMark,
): Promise<Outcome> {
  const { running } = router;
  if (!running) return trap("no power", 5);
  const words = readWords(sentence);
  const [, menu = "", verb = ""] = /^(\/.*)\/([\w-]+)$/.exec(words.command) ?? [];
  const rows = rowsOf(router, running, menu, nowMs());
  if (rows !== null && (verb === "print" || verb === "getall")) return print(router, words, menu, rows);
  const own =
    storedScriptCommand(router, words.command, words.values) ??
    safeModeCommand(router, by, words.command, words.values) ??
    monitorCommand(router, words.command, words.values) ??
    configCommand(router, running, menu, verb, words.values) ??
    packageUpdate(router, words.command, words.values);
  if (own !== null) return await own;
  const command = commands[words.command];
  if (!command) return trap(rows ? "no such command" : "no such command prefix");
  const unknown = [...words.values.keys()].find((name) => !command.parameters.includes(name));
  if (unknown !== undefined) return trap(`unknown parameter ${unknown}`);
  return await command.run(router, running, words.values);
}

/** Null: there is no such menu. */
function rowsOf(router: Router, running: RunningRouter, menu: string, nowMs: number): readonly Row[] | null {
  const tree = treeOf(router);
  const live = menus[menu];
  // What a test set up as a whole is what the router has.
  if (live !== undefined && !(tree.isSetUp && setUpShapes[menu] !== undefined)) return live(router, running, nowMs);
  if (menu === "/file") return [...tree.rows(menu), ...storedFiles(router)];
  return tree.isHere(menu) ? tree.rows(menu) : null;
}

function readWords([command = "", ...rest]: readonly string[]): Words {
  const values = new Map<string, string>();
  const queries: string[] = [];
  for (const word of rest) {
    if (word.startsWith("?")) queries.push(word);
    const match = /^=([^=]+)=(.*)$/s.exec(word);
    if (match) values.set(match[1] ?? "", match[2] ?? "");
  }
  return { command, values, queries };
}

function print({ options, knobs }: Router, { values, queries }: Words, menu: string, all: readonly Row[]): Outcome {
  const known = [".proplist", "detail", "count-only", "stats", "once"];
  const unknown = [...values.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) return trap(`unknown parameter ${unknown}`);
  const fits = compileQuery(queries);
  if (fits === null) return trap("invalid query", 1);
  const wanted = values.get(".proplist")?.split(",");
  const hidden = options.apiPolicies.includes("sensitive") ? [] : secretNames;
  const pick = (row: Row) =>
    Object.fromEntries(
      (wanted ?? Object.keys(row)).flatMap((name) =>
        name in row && !hidden.includes(name) ? [[name, row[name] ?? ""]] : [],
      ),
    );
  const rows = all.filter(fits);
  if (values.has("count-only")) return { rows: [{ ret: String(rows.length) }] };
  const partial = knobs.apiPartial[menu];
  return { rows: (partial === undefined ? rows : rows.slice(0, partial)).map(pick) };
}

const ago = (sinceMs: number, nowMs: number) => durationText((nowMs - sinceMs) / 1000);
const optional = (row: Record<string, string | null>): Row =>
  Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));

const menus: Record<string, (router: Router, running: RunningRouter, nowMs: number) => Row[]> = {
  "/ip/hotspot/active": ({ options }, { hotspot }, nowMs) =>
    hotspot.sessions().map((session) => activeRow(options.serverName, session, hotspot.reading(session), nowMs)),
  "/ip/hotspot/host": ({ options }, { hotspot }, nowMs) =>
    hotspot.hosts().map((host) => ({
      ".id": host.id,
      "mac-address": host.phone.mac,
      address: host.phone.address,
      "to-address": host.phone.address,
      server: options.serverName,
      uptime: ago(host.firstSeenMs, nowMs),
      "idle-time": ago(host.session ? hotspot.reading(host.session).lastTrafficMs : host.lastSeenMs, nowMs),
      authorized: String(host.session !== null),
      bypassed: "false",
      dynamic: "true",
      DHCP: "true",
      "bridge-port": options.interfaceName,
      "found-by": "DHCP",
    })),
  "/ip/hotspot/cookie": (_, { hotspot }, nowMs) =>
    hotspot.cookies().map((cookie) => ({
      ".id": cookie.id,
      user: cookie.user,
      "mac-address": cookie.mac,
      "expires-in": durationText((cookie.expiresAtMs - nowMs) / 1000),
      "mac-cookie": "true",
    })),
  "/ppp/active": () => [],
  "/system/resource": ({ options }, running, nowMs) => [
    {
      uptime: ago(running.bootedAtMs, nowMs),
      version: options.version,
      "cpu-count": "4",
      "cpu-load": "3",
      "free-memory": String(options.freeMemoryBytes),
      "total-memory": "1073741824",
      "free-hdd-space": "912261120",
      "total-hdd-space": "1073741824",
      "write-sect-total": "184203",
      "bad-blocks": "0",
      "architecture-name": "arm64",
      "board-name": options.board,
      platform: "MikroTik",
    },
  ],
  "/interface": interfaceRows,
  "/interface/ethernet": ethernetRows,
  "/ip/dhcp-server/lease": leaseRows,
  "/queue/simple": queueRows,
  "/system/clock": (_, running) => [
    { ...dateAndTime(running.wallMs()), "time-zone-name": "UTC", "gmt-offset": "+00:00" },
  ],
  "/system/ntp/client": (_, running) => [
    { enabled: "true", mode: "unicast", status: running.isNtpSynchronised() ? "synchronized" : "waiting" },
  ],
  "/radius": ({ options }) =>
    options.radiusServers.map((server, index) => ({
      ".id": `*${index + 1}`,
      service: "hotspot",
      address: server.address,
      "authentication-port": String(server.authPort),
      "accounting-port": String(server.acctPort),
      timeout: `${options.radiusTimeoutMs}ms`,
      "require-message-auth": options.requireMessageAuth,
      disabled: "false",
    })),
  "/ip/firewall/filter": ({ options }) => firewallRows(options),
  "/user/group": ({ options }) => [
    { ".id": "*1", name: "full", policy: "local,ssh,reboot,read,write,policy,test,api" },
    { ".id": "*2", name: `karibu-${options.apiUser}`, policy: options.apiPolicies.join(",") },
  ],
  "/tool/sms": ({ knobs: { sim } }) => [
    { port: sim?.port ?? "none", "receive-enabled": String(sim?.receives ?? false), "sms-storage": "sim" },
  ],
  "/tool/sms/inbox": ({ knobs: { sim } }) =>
    (sim?.inbox ?? []).map((each, index) => ({ ".id": `*${index + 1}`, type: "sms-single", ...each })),
  "/radius/incoming": ({ options }) => [
    { accept: String(options.incomingPort !== null), port: String(options.incomingPort ?? 1700) },
  ],
};

function firewallRows({ fastTrack, interfaceName }: RouterOptions): Row[] {
  const known = { chain: "forward", "connection-state": "established,related", disabled: "false" };
  const guests: Row[] = [
    { ".id": "*1", action: "accept", ...known, "in-interface": interfaceName },
    { ".id": "*2", action: "accept", ...known, "out-interface": interfaceName },
  ];
  const track: Row = { ".id": "*3", action: "fasttrack-connection", ...known, comment: "defconf: fasttrack" };
  if (fastTrack === "none") return [];
  return fastTrack === "everything" ? [track, ...guests] : [...guests, track];
}

function activeRow(
  server: string,
  session: Session,
  reading: { upBytes: number; downBytes: number; lastTrafficMs: number },
  nowMs: number,
): Row {
  const { limits } = session;
  const limit = (bytes: number | null) => (bytes ? String(bytes) : null);
  const leftS = limits.sessionSeconds ? limits.sessionSeconds - (nowMs - session.startedMs) / 1000 : null;
  return optional({
    ".id": session.id,
    server,
    user: session.nas.user,
    address: session.nas.address,
    "mac-address": session.nas.mac,
    "login-by": session.loginBy,
    uptime: ago(session.startedMs, nowMs),
    "session-time-left": leftS === null ? null : durationText(Math.max(0, leftS)),
    "idle-time": ago(reading.lastTrafficMs, nowMs),
    "bytes-in": String(reading.upBytes),
    "bytes-out": String(reading.downBytes),
    "packets-in": String(packets(reading.upBytes)),
    "packets-out": String(packets(reading.downBytes)),
    "limit-bytes-in": limit(limits.upBytes),
    "limit-bytes-out": limit(limits.downBytes),
    "limit-bytes-total": limit(limits.totalBytes),
    radius: String(!isLocal(session.nas)),
  });
}

interface Command {
  readonly parameters: readonly string[];
  run(router: Router, running: RunningRouter, values: ReadonlyMap<string, string>): Outcome | Promise<Outcome>;
}

const ids = (values: ReadonlyMap<string, string>) =>
  (values.get(".id") ?? values.get("numbers") ?? "").split(",").filter(Boolean);

/** Removes each item by its id. The first unknown id is a trap, as when another client removed it before. */
function remover<Item extends { readonly id: string }>(
  items: (running: RunningRouter) => readonly Item[],
  remove: (running: RunningRouter, item: Item) => void,
): Command {
  return {
    parameters: [".id", "numbers"],
    run(router, running, values) {
      if (router.knobs.apiRefuses) return notAllowed;
      for (const id of ids(values)) {
        const item = items(running).find((candidate) => candidate.id === id);
        if (!item) return noSuchItem;
        remove(running, item);
      }
      return done;
    },
  };
}

const commands: Record<string, Command> = {
  "/ip/hotspot/active/remove": remover(
    ({ hotspot }) => hotspot.sessions(),
    ({ hotspot }, session) => hotspot.end(session, "api-remove"),
  ),
  "/ip/hotspot/cookie/remove": remover(
    ({ hotspot }) => hotspot.cookies(),
    ({ hotspot }, cookie) => hotspot.removeCookie(cookie),
  ),
  "/ip/hotspot/host/remove": remover(
    ({ hotspot }) => hotspot.hosts(),
    ({ hotspot }, host) => hotspot.removeHost(host),
  ),
  "/ppp/active/remove": remover(
    () => [],
    () => {},
  ),
  "/system/script/run": {
    parameters: ["number", "use-script-permissions"],
    async run({ knobs }, _, values) {
      const script = knobs.scripts[values.get("number") ?? ""];
      if (script === undefined) return noSuchItem;
      try {
        await script();
        return done;
      } catch (error) {
        return trap(error instanceof Error ? error.message : String(error));
      }
    },
  },
  "/system/clock/set": {
    parameters: ["date", "time"],
    run({ knobs }, running, values) {
      if (knobs.apiRefuses) return notAllowed;
      const atMs = Date.parse(`${values.get("date")}T${values.get("time")}Z`);
      if (Number.isNaN(atMs)) return trap("invalid date or time");
      running.setWall(atMs);
      return done;
    },
  },
  "/ip/hotspot/active/login": {
    parameters: ["user", "password", "ip", "mac-address", "domain"],
    async run({ options, knobs }, running, values) {
      const { hotspot } = running;
      if (knobs.apiRefuses) return notAllowed;
      const host = hotspot.hosts().find(({ phone }) => phone.address === values.get("ip"));
      if (!host) return trap("unknown host IP");
      const mac = values.get("mac-address");
      if (mac !== undefined && mac.toUpperCase() !== host.phone.mac) return trap("wrong MAC provided");
      const password = values.get("password") ?? "";
      const proof: Proof =
        options.apiLogInAuth === "pap" ? { kind: "pap", password } : ownChallenge(password, running.challenge());
      const outcome = await hotspot.logIn(
        host,
        values.get("user") ?? "",
        proof,
        "http-pap",
        options.apiLogInMakesCookie,
      );
      return outcome.kind === "logged-in" ? done : trap(outcome.message);
    },
  },
  "/radius/monitor": {
    parameters: [".id", "numbers", "once"],
    run(_, { radius }) {
      const { counters } = radius;
      const row = {
        pending: String(radius.pending()),
        requests: String(counters.requests),
        accepts: String(counters.accepts),
        rejects: String(counters.rejects),
        resends: String(counters.resends),
        timeouts: String(counters.timeouts),
        "bad-replies": String(counters.badReplies),
        "last-request-rtt": `${Math.round(counters.lastRequestRttMs)}ms`,
      };
      return { rows: [row] };
    },
  },
  "/radius/incoming/monitor": {
    parameters: ["once"],
    run(_, { incoming }) {
      const { requests, badRequests, acks, naks } = incoming?.counters ?? {
        requests: 0,
        badRequests: 0,
        acks: 0,
        naks: 0,
      };
      return {
        rows: [
          { requests: String(requests), "bad-requests": String(badRequests), acks: String(acks), naks: String(naks) },
        ],
      };
    },
  },
  "/tool/ping": {
    parameters: ["address", "count", "interval"],
    run({ knobs }, _, values) {
      const count = Number(values.get("count") ?? 1);
      const address = values.get("address") ?? "";
      const isOfOthers = !/^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(address);
      const isUp = isOfOthers ? knobs.wan === "up" : !knobs.silentAddresses.includes(address);
      const rows = Array.from({ length: count }, (_, seq) => ({
        seq: String(seq),
        host: values.get("address") ?? "",
        sent: String(seq + 1),
        received: String(isUp ? seq + 1 : 0),
        ...(isUp ? { time: "23ms" } : { status: "timeout" }),
      }));
      return { rows };
    },
  },
  "/system/reboot": {
    parameters: [],
    run(router) {
      if (!router.options.apiPolicies.includes("reboot")) return notAllowed;
      void router.reboot();
      return done;
    },
  },
};

/** Without a browser the router makes the CHAP challenge itself. */
function ownChallenge(password: string, challenge: Buffer): Proof {
  return { kind: "chap", id: 1, challenge, response: chapResponse(1, password, challenge) };
}
