import { createHash } from "node:crypto";
import { homeRouter } from "@karibu/lab/routeros-scripting/board-configurations";
import { NewBoard } from "@karibu/lab/routeros-scripting/new-board";
import { parseScript } from "@karibu/lab/routeros-scripting/parse-script";
import { whyUnknownTo } from "@karibu/lab/routeros-scripting/words-by-version";
import { setUpProblems, setUpSteps } from "@karibu/protocol/router/set-up-progress";
import fc from "fast-check";
import { expect, test } from "vitest";
import { args, checkScript } from "../../checker/rsc-check.mjs";
import { checkedVersions } from "../language/version-dialect.ts";
import { rootCertificates } from "../scripts/root-certificates.ts";
import { renderVersion, testDialect } from "../test-render.ts";
import { sampleHostedValues, sampleImage, sampleValues } from "../values/sample-values.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { pastedLine } from "./pasted-line.ts";
import { stageOne } from "./stage-one.ts";
import { stageTwo } from "./stage-two.ts";
import { containerChoices, TestHub } from "./test-hub.ts";

const token = "AAAAAAAAAAAAAAAAAAAAAA";
const lineOf = (hubUrl: string) => pastedLine({ hubUrl, token, stageOneSha512: "0".repeat(128) });
const line = lineOf("https://hub.example.com");

function stageTwoOf(version: string, values: ScriptValues = sampleValues): string {
  const image = values.agent.place === "hosted" ? null : sampleImage;
  const hub = { hubUrl: "https://hub.example.com", resumeKey: "sample-resume-key" };
  return stageTwo({ values, dialect: testDialect(version), ...hub, image, formatDisk: true });
}

/** Values of a hotspot that was there before. */
const adopting: ScriptValues = {
  ...sampleValues,
  guests: {
    ...sampleValues.guests,
    ports: [],
    ssid: 'a "b" $c',
    wifi: [
      { name: "wifi1", driver: "wifi" },
      { name: "wlan1", driver: "wireless" },
    ],
    adopt: { hotspot: "hs 1", profile: "prof 1", interface: "br 1", network: "10.5.48.0/22", pool: "pool1" },
  },
};

test("the line is one physical line of at most 1,500 characters, also for a long address of a hub", () => {
  for (const url of [
    "https://hub.example.com",
    `https://${"a".repeat(60)}.${"b".repeat(60)}.example.com:8443/karibu/`,
  ]) {
    expect(lineOf(url)).toMatch(/^[\x20-\x7e]{1,1500}$/);
  }
  expect(() => lineOf(`https://${"a".repeat(300)}.com`)).toThrow(/too long/);
});

test("a terminal completes nothing in the line: it has no tab, and no question mark outside of an escape", () => {
  expect(line).not.toMatch(/[?\t]/);
});

test("RouterOS 6.40 parses the line: no word that it lacks stands outside of the text that is parsed later", () => {
  expect(() => parseScript(line, whyUnknownTo("6.40.9", false))).not.toThrow();
  // The parser would find such a word: the text that is parsed later is full of them.
  const later = /\[\[:parse ("(?:[^"\\]|\\.)*")\]\]/.exec(line)?.[1] ?? "";
  const outside = line.replace(later, '""').replace("https://hub.example.com/#/guides/installer/upgrade", "");
  expect(outside).not.toMatch(/\/[a-z]+\/|:onerror|:convert|fetch/);
  const inside = JSON.parse(later.replace(/\\0A/g, "\\n").replace(/\\\$/g, "$"));
  expect(() => parseScript(inside, whyUnknownTo("6.40.9", false))).toThrow(/bad command name/);
});

test("addresses and tokens that could end the text are refused", () => {
  for (const url of [
    'https://hub"; /system/reset',
    "ftp://hub",
    "https://hub/$x",
    "hub",
    "https://hub/[x]",
    "https://u:p@hub",
  ]) {
    expect(() => lineOf(url), url).toThrow(/no address of a hub/);
  }
  for (const bad of ["short", `${"A".repeat(21)}"`, `${"A".repeat(21)}$`]) {
    expect(() => pastedLine({ hubUrl: "https://hub", token: bad, stageOneSha512: "0".repeat(128) })).toThrow(/token/);
  }
});

test.each(checkedVersions)("RouterOS %s: the command tree has every word of the line and of both stages", (version) => {
  const texts = {
    line,
    one: stageOne(),
    two: stageTwoOf(version),
    adopting: stageTwoOf(version, adopting),
    hosted: stageTwoOf(version, sampleHostedValues),
  };
  for (const [name, text] of Object.entries(texts)) {
    // The tree is a virtual router's, which has no `/system/routerboard`.
    const found = checkScript(text, version, { values: version === "7.22" });
    expect(
      found.filter(({ path }) => path !== "/system/routerboard"),
      name,
    ).toEqual([]);
  }
});

test.each(checkedVersions)(
  "RouterOS %s has the setting of its root certificates that stage one puts together",
  (version) => {
    const word = /^7\.18/.test(version)
      ? undefined
      : /^7\.(19|20)/.test(version)
        ? "builtin-trust-anchors"
        : "builtin-trust-store";
    const known = args("/certificate/settings/set", version) ?? [];
    expect(known.filter((name) => name.startsWith("builtin-"))).toEqual(word === undefined ? [] : [word]);
  },
);

test("the texts fit: what fetch gives a script, what parse takes, and a file of at most 500 rows", () => {
  expect(Buffer.byteLength(stageOne())).toBeLessThanOrEqual(60_000);
  for (const version of checkedVersions) {
    const text = stageTwoOf(version);
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text.match(/\/add /g)?.length).toBeLessThanOrEqual(500);
    for (const [, parsed = ""] of text.matchAll(/^\[\[:parse (".*")\]\]$/gm))
      expect(parsed.length).toBeLessThan(60_000);
  }
});

test("stage one has no secret: it is the same text for every site", () => {
  expect(stageOne()).toBe(stageOne());
  expect(stageOne()).not.toMatch(/sample-|example\.com/);
});

test("the roots that stage one brings are Let's Encrypt's", () => {
  for (const { fingerprint, pem } of rootCertificates) {
    const der = Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
    expect(createHash("sha256").update(der).digest("hex")).toBe(fingerprint);
    // A script can write files of at most 4,095 bytes.
    expect(pem.length).toBeLessThan(4095);
  }
});

test("both stages use only the words of the contract for steps and problems", () => {
  const texts = [stageOne(), stageTwoOf("7.22"), stageTwoOf("7.22", sampleHostedValues)]
    .join("\n")
    .replaceAll("\\", "");
  const words = (name: string) =>
    new Set([...texts.matchAll(new RegExp(`"${name}":"([a-z-]+)"`, "g"))].map((match) => match[1]));
  expect([...words("step")].filter((step) => !setUpSteps.some((known) => known === step))).toEqual([]);
  expect([...words("problem")].filter((problem) => !setUpProblems.some((known) => known === problem))).toEqual([]);
  expect([...words("state")].sort()).toEqual(["done", "failed", "running", "waiting"]);
});

test("the two roots are imported once where RouterOS lacks them: 7.18, and boards of SMIPS", () => {
  for (const [version, architecture, wanted] of [
    ["7.18.2", "arm64", 2],
    ["7.22", "arm64", 0],
    ["7.22", "smips", 2],
  ] as const) {
    const hub = new TestHub();
    hub.choose = () => null;
    const configuration = homeRouter({ version });
    const [resource] = configuration["/system/resource"] ?? [];
    const resources = [{ ...resource, "architecture-name": architecture }];
    const board = new NewBoard({ ...configuration, "/system/resource": resources }, { web: hub.web });
    board.paste(hub.line);
    board.paste(hub.line);
    expect(board.router.rows("/certificate")).toHaveLength(wanted);
  }
});

test.each([
  ["7.20.8", "builtin-trust-anchors", "not-trusted", "trusted"],
  ["7.22", "builtin-trust-store", "dns,www", "fetch,dns,www"],
])(
  "RouterOS %s: a setting that keeps fetch from the built-in roots is changed, and removal restores it",
  (version, name, was, now) => {
    const hub = new TestHub();
    const board = new NewBoard(
      { ...homeRouter({ version }), "/certificate/settings": [{ [name]: was }] },
      { web: hub.web },
    );
    const setting = () => board.router.rows("/certificate/settings")[0]?.get(name);
    board.paste(hub.line);
    expect([setting(), hub.steps.at(-1)]).toEqual([now, "verified done"]);
    const [saved] = board.router.rows("/system/script").filter((row) => row.get("name") === "karibu-before-trust");
    board.paste(saved?.get("source") ?? "");
    expect(setting()).toBe(was);
  },
);

const special = fc.constantFrom(
  '"',
  "\\",
  "$",
  ";",
  "[",
  "]",
  "{",
  "}",
  "\n",
  "\r",
  "\t",
  "?",
  "#",
  "é",
  "$(",
  '";',
  "/system/reset-configuration",
);
const hostile = fc
  .array(fc.oneof(special, fc.string({ unit: "grapheme" })), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join("").replaceAll("\0", "").slice(0, 30))
  .filter((text) => text !== "" && text.isWellFormed());

/** Wi-Fi counts bytes. */
const networkName = hostile.filter((text) => Buffer.byteLength(text) <= 32);

/** A line end can't stand in the name of an interface. */
const portName = hostile.map((text) => `a${text.replace(/\p{Cc}/gu, "")}`);

test("hostile names of site, router, Wi-Fi and hotspot stay texts, from the router to the hub and back", () => {
  fc.assert(
    fc.property(hostile, hostile, networkName, hostile, portName, (site, identity, ssid, owners, port) => {
      const hub = new TestHub();
      hub.siteName = site;
      hub.choose = () => ({ ...containerChoices(), ssid, guestPorts: [port] });
      const configuration = {
        ...homeRouter({ identity }),
        "/interface": [{ name: port, type: "wifi", running: "true" }],
        "/interface/bridge/port": [{ interface: port, bridge: owners, comment: owners }],
        "/interface/wifi": [{ name: port, "configuration.ssid": owners, disabled: "no" }],
      };
      const board = new NewBoard(configuration, { web: hub.web });
      const before = board.router.snapshot();
      expect([board.paste(hub.line), board.router.failure, hub.refused]).toEqual(["done", "", []]);
      expect([hub.facts[0]?.identity, hub.facts[0]?.wifi[0]?.ssid]).toEqual([identity, owners]);
      const profile = board.router.rows("/ip/hotspot/profile").find((row) => row.get("name") === "karibu-guest");
      const wifi = board.router.rows("/interface/wifi")[0];
      expect([profile?.get("radius-location-name"), wifi?.get("configuration.ssid")]).toEqual([site, ssid]);
      board.paste(renderVersion("7.22")["remove.rsc"]);
      expect(board.router.snapshot()).toEqual(before);
    }),
    { numRuns: 8 },
  );
});
