import { permissions } from "@karibu/cloud/ground/http/permissions";
import { expect, test } from "vitest";
import { en } from "../../strings/en.ts";
import { permissionWords } from "./permission-words.ts";

test("every permission of the hub has words, and no two have the same", () => {
  const words = permissions.map((permission) => {
    const [noun = "", verb = ""] = permission.split(".");
    expect([
      permission,
      Object.hasOwn(en, `on_${noun}`),
      Object.hasOwn(en, `may_${verb.replaceAll("-", "_")}`),
    ]).toEqual([permission, true, true]);
    return permissionWords(permission);
  });
  expect(new Set(words).size).toBe(permissions.length);
  expect(permissionWords("payments.read")).toBe("Payments: see");
});
