import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { readString } from "@karibu/lab/routeros-scripting/read-string";
import { SimulatedBoard } from "@karibu/lab/routeros-scripting/simulated-board";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkScript } from "../../checker/rsc-check.mjs";
import { renderVersion } from "../test-render.ts";
import { sampleImage, sampleValues } from "../values/sample-values.ts";
import { checkValues, type ScriptValues } from "../values/script-values.ts";
import { formatValue, quote } from "./rsc-text.ts";
import { checkedVersions } from "./version-dialect.ts";

const specialText = fc.constantFrom(
  '"',
  "\\",
  "$",
  ";",
  "[",
  "]",
  "{",
  "}",
  "(",
  ")",
  "\n",
  "\r",
  "\u0085",
  "\u2028",
  "\u2029",
  "\t",
  "?",
  "#",
  "`",
  "é",
  "$(",
  "$[",
  '";',
  "\\\n",
  "/system/reset-configuration",
);
const hostile = fc.oneof(
  fc
    .array(fc.oneof(specialText, fc.string({ unit: "grapheme" })), { minLength: 1, maxLength: 20 })
    .map((parts) => parts.join("")),
  fc.string({ unit: "grapheme" }),
);

test("a quoted text reads back as the same text, and ends at its closing quote", () => {
  fc.assert(
    fc.property(hostile, hostile, (text, rest) => {
      expect(readString(`${quote(text)}${rest}`, 0)).toEqual({ text, end: quote(text).length });
    }),
    { numRuns: 2000 },
  );
});

test("the checker reads a quoted text as one string and goes on after it", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const script = `/ip/pool/add name=${quote(text)} ranges=10.0.0.1\n/no/such/menu`;
      expect(checkScript(script, "7.22").map(({ line }) => line)).toEqual([2]);
    }),
    { numRuns: 1000 },
  );
});

test("a simple word is written without quotes, everything else with quotes", () => {
  expect(formatValue("karibu-guest")).toBe("karibu-guest");
  expect(formatValue("10.0.0.0/8")).toBe("10.0.0.0/8");
  expect(formatValue(["established", "related"])).toBe("established,related");
  expect(formatValue("-x")).toBe('"-x"');
  expect(formatValue("")).toBe('""');
  expect(formatValue("a b")).toBe('"a b"');
  expect(formatValue(["a b", "c"])).toBe('"a b,c"');
});

const withoutNul = (text: string) => text.replaceAll("\u0000", "").slice(0, 60);
const siteName = hostile.map(withoutNul).filter((name) => name !== "" && name.isWellFormed());
const password = hostile
  // biome-ignore lint/suspicious/noControlCharactersInRegex: passwords have no control characters
  .map((text) => `${text.replace(/[\u0000-\u001f\u007f]/g, "")}`.slice(0, 60))
  .map((text) => `${text}sample-password`)
  .filter((text) => text.isWellFormed());

/** Any characters that a URL may contain. */
const hostilePath = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', "$", ";", "[", "]", "{", "}", "`", "?", "\\", "#"),
      fc.string({ unit: "binary-ascii" }),
    ),
  )
  .map((parts) => parts.join("").replace(/[^\x21-\x7e]/g, ""));

test.each(checkedVersions)("RouterOS %s: hostile site names and passwords stay strings in every script", (version) => {
  fc.assert(
    fc.property(siteName, password, password, password, hostilePath, (name, secret, apiPassword, token, path) => {
      const values: ScriptValues = {
        ...sampleValues,
        site: { id: name, name },
        hub: { url: "https://hub.example.com", enrolToken: token },
        radius: { ...sampleValues.radius, secret },
        api: { ...sampleValues.api, password: apiPassword },
      };
      expect(checkValues(values)).toEqual({ values });
      const url = `https://hub.example.com/${path}`;
      const scripts = renderVersion(version, values, { ...sampleImage, url });
      for (const [file, text] of Object.entries(scripts)) {
        if (!file.endsWith(".rsc")) continue;
        expect(checkScript(text, version).filter(({ severity }) => severity === "error")).toEqual([]);
        expect(text).toMatch(/^[\n\x20-\x7e]*$/);
      }
      const board = new SimulatedBoard(
        { ...factoryConfiguration, "/system/resource": [{ version }] },
        { imageFile: "usb1/karibu-agent.tar", showsStatusWord: false },
      );
      const { router } = board;
      expect(board.import(scripts["setup.rsc"])).toBe("done");
      const value = (menu: string, key: string, property: string) =>
        router
          .rows(menu)
          .find((row) => [row.get("comment"), row.get("name")].includes(key))
          ?.get(property);
      expect(value("/ip/hotspot/profile", "karibu-guest", "radius-location-name")).toBe(name);
      expect(value("/radius", "karibu:agent-radius", "secret")).toBe(secret);
      expect(value("/user", "karibu:agent-user", "password")).toBe(apiPassword);
      expect(value("/container/envs", "karibu:env-KARIBU_ROUTER_PASSWORD", "value")).toBe(apiPassword);
      expect(value("/container/envs", "karibu:env-KARIBU_ENROL_TOKEN", "value")).toBe(token);
      board.webFiles.set(url, { kind: "good", ...sampleImage });
      board.passMinutes(4);
      expect(board.import(scripts["update-image.rsc"] ?? "")).toBe("done");
      expect(board.fetchedUrls).toEqual([url]);
    }),
    { numRuns: isLongRun ? 25 : 4 },
  );
});
