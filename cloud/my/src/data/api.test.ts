import { afterEach, expect, test, vi } from "vitest";
import { createApi } from "./api.ts";

afterEach(() => void vi.unstubAllGlobals());

test.each([
  [
    { detail: "Idempotency-Key: The first try may have succeeded.", field: "Idempotency-Key" },
    "The first try may have succeeded.",
  ],
  [{ detail: "days: a promise does not reach so far.", field: "days" }, "A promise does not reach so far."],
  [{ detail: "Attention: rien n'est payé." }, "Attention: rien n'est payé."],
])("[UIX-10] a refusal is told without the field's name, and whole where it is of none", async (told, text) => {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ code: "any", ...told }), { status: 409 }));
  expect(await createApi("", () => "en").get("/x")).toEqual({
    ok: false,
    trouble: { kind: "refused", code: "any", text },
  });
});
