import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { problems } from "@karibu/protocol/problems/problem-list";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { customerRefusal, Problem, refusal, wrongField } from "./problem.ts";
import { problemLanguages, problemWords } from "./problem-words.ts";

test.each([
  [new Problem(409, "name-taken", "name: Taken.", { field: "name" }), /^name: \S/, "sw"],
  [
    new Problem(400, "invalid", "name: At most 60.", { field: "name", rule: "too-long", value: 60 }),
    /^name: .*60/,
    "sw",
  ],
  [new Problem(400, "invalid", "x: Odd.", { field: "x", rule: "too-long" }), /^x: Odd\.$/, "en"],
  [new Problem(418, "of-nobody", "No sentence."), /^No sentence\.$/, "en"],
] as const)("[UIX-10] %s in Swahili", (problem, detail, language) => {
  const words = problemWords(problem, "sw");
  expect(words.detail).toMatch(detail);
  expect(words.language).toBe(language);
  expect(problemWords(problem, "en").detail).toBe(problem.message);
});

test("[UIX-10] what the list does not say whole does not compile: the compiler is the guard", () => {
  const wrong = () => [
    // @ts-expect-error no such code
    refusal("of-nobody"),
    // @ts-expect-error no such rule
    refusal("not-allowed", { rule: "of-nobody" }),
    // @ts-expect-error the rule names a value
    refusal("not-allowed", { rule: "permission-missing" }),
    // @ts-expect-error the rule names a value
    wrongField("days", "days-at-most"),
    // @ts-expect-error this code is told with several statuses: which one?
    refusal("site-away", { retryAfterSeconds: 10 }),
    // @ts-expect-error customers read no French sentence of it
    customerRefusal("batch-empty"),
  ];
  expect(wrong).toBeTypeOf("function");
  const told = refusal("not-allowed", { rule: "permission-missing", value: "plans.read" });
  expect([told.status, told.message]).toEqual([403, "Your role does not have the permission plans.read."]);
  expect(problemWords(told, "sw").detail).toContain("plans.read");
  expect(refusal("site-away", { status: 409, field: "siteId" }).message).toBe("siteId: The site is offline now.");
});

test("[UIX-10] what staff and customers are both refused with speaks of neither as of another", () => {
  expect(problems["no-credit"].en).not.toMatch(/customer/i);
  expect(problems["no-credit"].sw).not.toMatch(/mteja/i);
});

const others = problemLanguages.filter((one) => one !== "en");
test.each(others)("[UIX-10] what the customers' page is refused with has a sentence in %s", async (language) => {
  const room = join(import.meta.dirname, "../../customer-page");
  const files = (await readdir(room, { recursive: true })).filter((name) => name.endsWith(".ts") && !/test/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(room, name), "utf8")));
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:refusal|customerRefusal)\(\s*"([\w-]+)"/g)].map(([, code]) => code),
  );
  // What rooms and doors that it uses refuse it with.
  const ofOthers = [
    "bad-phone",
    "no-credit",
    "not-found",
    "not-signed-in",
    "other-origin",
    "subscription-over",
    "too-large",
  ];
  // What staff alone are refused with is in English and Swahili.
  const lacks = [...new Set([...codes, ...ofOthers])].filter(
    (code) => problemWords(new Problem(409, code as string, "English."), language).detail === "English.",
  );
  expect(codes.length).toBeGreaterThan(10);
  expect(lacks).toEqual([]);
});

hubSuite("problems of the API", (hub) => {
  test("[UIX-10] who asks in Swahili is answered in Swahili; others, and programs that say nothing, in English", async () => {
    const { token } = await hub.makeProvider("Lugha");
    const add = (language?: string) =>
      hub.call("POST", "/api/v1/roles", {
        token,
        body: { name: "owner", permissions: [] },
        headers: language === undefined ? {} : { "accept-language": language },
      });
    const english = (await add()).body;
    expect(english).toMatchObject({ code: "name-taken", detail: "name: This name is taken already." });
    const swahili = await add("sw-KE,sw;q=0.9,en;q=0.5");
    expect(swahili.body).toMatchObject({ code: "name-taken", title: "Mgongano", field: "name" });
    expect(swahili.body.detail).not.toBe(english.detail);
    expect(swahili.headers.get("content-language")).toBe("sw");
    expect((await add("fr, en;q=0.5")).body.detail).toBe(english.detail);
    expect((await add("en, sw;q=0.5")).body.detail).toBe(english.detail);
  });

  test("[SYS-16] [UIX-10] a number without measure is refused with the limit in the unit of its field, in either language", async () => {
    const { token } = await hub.makeProvider("Kipimo");
    const refused = async (change: object, language = "en") => {
      const body = { name: "Day", priceCents: 5000, terms: {}, ...change };
      const answer = await hub.call("POST", "/api/v1/plans", {
        token,
        body,
        headers: { "accept-language": language },
      });
      expect(answer.status).toBe(400);
      return answer.body.detail as string;
    };
    const year3000 = Date.UTC(3000, 0, 1);
    for (const [change, english, swahili] of [
      [{ priceCents: 2 ** 53 }, "priceCents: At most 10,000,000,000.00.", "10,000,000,000.00"],
      [{ priceCents: -1 }, "priceCents: At least 0.00.", "0.00"],
      [{ terms: { validitySeconds: 4 } }, "terms.validitySeconds: At least 60 s.", "60 s"],
      [{ terms: { useSeconds: 2 ** 40 } }, "terms.useSeconds: At most 3,650 d.", "3,650 d"],
      [{ terms: { dataBytes: 1 } }, "terms.dataBytes: At least 1 MB.", "1 MB"],
      [{ terms: { downKbps: 0 } }, "terms.downKbps: At least 1 kbps.", "1 kbps"],
      [{ terms: { validUntilMs: year3000 } }, "terms.validUntilMs: At most 2199-12-31.", "2199-12-31"],
      [{ terms: { devices: 2 ** 31 } }, "terms.devices: At most 1,000.", "1,000"],
    ] as const) {
      expect(await refused(change)).toBe(english);
      const said = await refused(change, "sw");
      expect(said).toContain(swahili);
      expect(said).not.toBe(english);
    }
  });

  test("[UIX-10] so are a wrong password, a body that is no JSON, an unknown field, a wrong method and another type", async () => {
    const ask = (method: string, path: string, body: string | null, type = "application/json") =>
      fetch(`${hub.url()}/api/v1/${path}`, {
        method,
        headers: { "content-type": type, "accept-language": "sw" },
        ...(body === null ? {} : { body }),
      });
    const login = { email: "nobody@lugha.test", password: "a-wrong-password" };
    for (const [status, answer] of [
      [401, await ask("POST", "login", JSON.stringify(login))],
      [400, await ask("POST", "login", "{")],
      [400, await ask("POST", "login", JSON.stringify({ ...login, nothing: 1 }))],
      [405, await ask("DELETE", "login", null)],
      [415, await ask("POST", "login", "<a/>", "text/xml")],
    ] as const) {
      expect(answer.status).toBe(status);
      const { detail } = (await answer.json()) as { detail: string };
      expect([answer.headers.get("content-language"), detail]).toEqual(["sw", detail]);
    }
  });
});
