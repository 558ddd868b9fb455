/** What people may do, in the words in which the activity tells it: no route is without one. */

import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { en } from "@karibu/console/strings/en";
import { expect, test } from "vitest";

const lab = useHub(anyEngine);

test("[UIX-10] whatever a person may do has a word in the activity", () => {
  const wordless = lab.hub().routes.flatMap(({ method, path, reveals, unaudited }) => {
    const [, rest] = /^\/api\/v1\/(?:my\/\{provider\}\/)?(.+)$/.exec(path) ?? [];
    if (rest === undefined || unaudited === true || (method === "GET" && reveals === undefined)) return [];
    const parts = rest.split("/").filter((part) => !part.startsWith("{"));
    const has = (kind: string, part: string) => Object.hasOwn(en, `${kind}_${part.replaceAll("-", "_")}`);
    const isVerb = method === "POST" && parts.length > 1 && has("did", parts.at(-1) ?? "");
    return (isVerb ? parts.slice(0, -1) : parts).filter((part) => !has("on", part)).map((part) => `${part}: ${path}`);
  });
  expect(wordless).toEqual([]);
});
