import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useHub } from "../../test-hub.ts";
import { isAbsent, oneEngine } from "../db/test-databases.ts";
import { Problem } from "./problem.ts";
import { problemWords } from "./problem-words.ts";

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

test("[UIX-10] what the customers' page is refused with has a sentence in French", async () => {
  const room = join(import.meta.dirname, "../../customer-page");
  const files = (await readdir(room, { recursive: true })).filter((name) => name.endsWith(".ts") && !/test/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(room, name), "utf8")));
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/new Problem\(\s*\d+,\s*"([\w-]+)"/g)].map(([, code]) => code),
  );
  // What staff alone are refused with is in English and Swahili.
  const lacks = [...new Set(codes)].filter(
    (code) => problemWords(new Problem(409, code as string, "English."), "fr").detail === "English.",
  );
  expect(codes.length).toBeGreaterThan(10);
  expect(lacks).toEqual([]);
});

describe.each(oneEngine)("problems on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("of the API", () => {
    const hub = useHub(engine);

    test("[UIX-10] who asks in Swahili is answered in Swahili; others, and programs that say nothing, in English", async () => {
      const { token } = await hub.makeProvider("Lugha");
      const add = (language?: string) =>
        hub.call("POST", "/api/v1/roles", {
          token,
          body: { name: "owner", permissions: [] },
          headers: language === undefined ? {} : { "accept-language": language },
        });
      const english = (await add()).body;
      expect(english).toMatchObject({ code: "name-taken", detail: "name: Another role has this name already." });
      const swahili = await add("sw-KE,sw;q=0.9,en;q=0.5");
      expect(swahili.body).toMatchObject({ code: "name-taken", title: "Mgongano", field: "name" });
      expect(swahili.body.detail).not.toBe(english.detail);
      expect(swahili.headers.get("content-language")).toBe("sw");
      expect((await add("fr, en;q=0.5")).body.detail).toBe(english.detail);
      expect((await add("en, sw;q=0.5")).body.detail).toBe(english.detail);
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
});
