import { request as httpRequest } from "node:http";
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import { useHub } from "../../test-hub.ts";
import { anyEngine } from "../db/test-databases.ts";
import { mayCompress } from "./compress-answers.ts";

/** As it comes over the wire: `fetch` would unpack it. */
function overTheWire(url: string, token: string | null, accepts = "gzip, br", body?: object) {
  return new Promise<{ encoding: string | undefined; vary: string | undefined; bytes: number }>((resolve, reject) => {
    const headers = {
      "Accept-Encoding": accepts,
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    };
    const asked = httpRequest(url, { method: body === undefined ? "GET" : "POST", headers }, (answer) => {
      let bytes = 0;
      answer.on("data", (piece: Buffer) => {
        bytes += piece.length;
      });
      const { "content-encoding": encoding, vary } = answer.headers;
      answer.on("end", () => resolve({ encoding, vary, bytes }));
      if (answer.headers["content-type"]?.startsWith("text/event-stream")) {
        resolve({ encoding, vary, bytes });
        asked.destroy();
      }
    });
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe("answers over HTTP", () => {
  const hub = useHub(anyEngine);
  const api = (path: string) => `${hub.url()}/api/v1${path}`;

  longTest(
    "the API's description goes out at less than a tenth of its size, and whole to who takes no compression",
    async () => {
      const plain = await overTheWire(api("/openapi.json"), null, "identity");
      expect(plain).toMatchObject({ encoding: undefined });
      expect(plain.bytes).toBeGreaterThan(400_000);
      for (const accepted of ["br", "gzip"]) {
        const packed = await overTheWire(api("/openapi.json"), null, accepted);
        expect(packed).toMatchObject({ encoding: accepted, vary: expect.stringContaining("Accept-Encoding") });
        expect(packed.bytes).toBeLessThan(plain.bytes / 10);
      }
    },
  );

  test("lists and exports are compressed; an answer of one packet is not", async () => {
    const { token } = await hub.makeProvider("Packed");
    for (let at = 0; at < 20; at++)
      await hub.call("POST", "/api/v1/customers", {
        token,
        body: { name: `Customer ${at}`, phone: `07123456${at + 10}` },
      });
    for (const path of ["/customers", "/payments/export"])
      expect(await overTheWire(api(path), token), path).toMatchObject({ encoding: "br" });
    const { body } = await hub.call("GET", "/api/v1/customers", { token });
    expect(body.items).toHaveLength(20);
    expect(await overTheWire(api("/user/logins"), token)).toMatchObject({ encoding: undefined });
  });

  test("what carries codes or tokens beside a caller's words, and live streams, leave as they are", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Plain");
    const { planId } = (await hub.call("GET", "/api/v1/plans", { token })).body.items[0];
    await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, quantity: 50 } });
    const paths = ["/vouchers?limit=50&q=a", "/vouchers/export", "/events"];
    for (const path of paths) expect(await overTheWire(api(path), token), path).toMatchObject({ encoding: undefined });
    const entered = await overTheWire(api("/login"), null, "br", { email: ownerEmail, password: "the-owner-password" });
    expect(entered).toMatchObject({ encoding: undefined });
  });

  test("no route that shows a voucher's code is compressed", () => {
    const packed = new Set(
      hub
        .hub()
        .routes.filter(mayCompress)
        .map(({ path }) => path),
    );
    expect(packed.size).toBeGreaterThan(50);
    const secrets = ["/vouchers", "/vouchers/{voucherId}", "/vouchers/{voucherId}/trace"];
    for (const path of secrets) expect(packed.has(`/api/v1${path}`), path).toBe(false);
  });
});
