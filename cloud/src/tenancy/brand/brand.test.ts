import { sha256Hex } from "@karibu/protocol/hash";
import { fetchPicture, picturePieceBytes } from "@karibu/protocol/rpc/fetch-picture";
import { beforeAll, expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { pngOf } from "../pictures/test-png.ts";
import { createFetchPicture } from "./brand-pictures.ts";

const plain = {
  name: null,
  mailName: null,
  mainColour: null,
  accentColour: null,
  logoPictureId: null,
  topPictureId: null,
  words: {},
  terms: {},
};
const day = 86_400_000;

engineSuite("the brand", (engine) => {
  const hub = useHub(engine);
  let provider: TestProvider;
  beforeAll(async () => {
    provider = await hub.makeProvider("Jirani Networks");
  });
  const call = askerOf(hub, () => provider.token);
  const rows = async (kind: "brand" | "portal-notice" | "provider") => {
    const found = await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.selectFrom("feed_rows").select(["key", "body"]).where("kind", "=", kind).execute(),
      );
    return new Map(found.map(({ key, body }) => [key, body as Record<string, unknown> | null]));
  };
  let colours = 0;
  const addPicture = async (name: string) => {
    const file = Buffer.from(pngOf(30, 10, () => [++colours % 250, 9, 9, 255])).toString("base64");
    return (await call("POST", "/pictures", { name, file })).body.pictureId as string;
  };

  test("[TEN-09] [TEN-12] support access changes a brand's looks, and none of its words", async () => {
    const { providerId } = await hub.makeProvider("Msaada");
    const begun = await hub.call("POST", `/api/v1/providers/${providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason: "they asked for help", readOnly: false },
    });
    const put = (change: object) =>
      hub.call("PUT", "/api/v1/brand", { token: begun.body.token, body: { ...plain, ...change } });
    expect(await put({ mainColour: "#123456" })).toMatchObject({ status: 200, body: { mainColour: "#123456" } });
    const foreign = { en: { help: "Pay to till 555555" } };
    for (const [field, value] of [
      ["words", foreign],
      ["terms", { sw: "Lipa kwa 555555" }],
      ["name", "Till 555555"],
      ["mailName", "Till 555555"],
    ] as const) {
      const refused = { status: 403, body: { code: "not-for-support", rule: "words-to-customers", field } };
      expect(await put({ mainColour: "#123456", [field]: value })).toMatchObject(refused);
    }
  });

  test("[TEN-12] a brand is set and told to the sites: colours, words, terms, pictures by their hash, and the name that customers read", async () => {
    expect((await call("GET", "/brand")).body).toEqual(plain);
    const logoPictureId = await addPicture("Logo");
    const brand = {
      ...plain,
      name: "Jirani Wi-Fi",
      mainColour: "#123456",
      accentColour: "#ffaa33",
      logoPictureId,
      words: { en: { greeting: "Hello" }, sw: { greeting: "Jambo", help: "Tupigie" } },
      terms: { en: "Be kind." },
    };
    expect(await call("PUT", "/brand", brand)).toMatchObject({ status: 200, body: brand });
    expect((await call("GET", "/brand")).body).toEqual(brand);
    const file = await call("GET", `/pictures/${logoPictureId}`);
    const row = (await rows("brand")).get("brand");
    expect(row).toMatchObject({
      mainColour: "#123456",
      accentColour: "#ffaa33",
      logo: { mediaType: "image/png", width: 30, height: 10, bytes: file.body.bytes },
      words: brand.words,
      terms: { en: "Be kind." },
    });
    expect((await rows("provider")).get("provider")).toMatchObject({ name: "Jirani Wi-Fi" });
    const { items } = (await call("GET", "/audit?limit=5")).body;
    expect(JSON.stringify(items)).toContain("/api/v1/brand");

    // What it showed is deleted: the sites go on without.
    expect((await call("DELETE", `/pictures/${logoPictureId}`)).status).toBe(204);
    expect((await rows("brand")).get("brand")).not.toHaveProperty("logo");
    await call("PUT", "/brand", plain);
    expect((await rows("brand")).get("brand")).toBeNull();
    expect((await rows("provider")).get("provider")).toMatchObject({ name: "Jirani Networks" });
  });

  test.each([
    ["mainColour", "#ffcc00", "contrast-by-day"],
    ["accentColour", "#102040", "contrast-by-night"],
    ["mainColour", "red", "colour"],
    ["mainColour", "#123456;}", "colour"],
  ])(
    "[TEN-12] %s %s is refused: %s; a colour that can't be read with one that would do",
    async (field, colour, rule) => {
      const refused = await call("PUT", "/brand", { ...plain, [field]: colour });
      expect(refused).toMatchObject({ status: 400, body: { code: "invalid", field, rule } });
      if (rule === "colour") return;
      expect(refused.body.detail).toContain(`${refused.body.value} would do`);
      expect((await call("PUT", "/brand", { ...plain, [field]: refused.body.value })).status).toBe(200);
    },
  );

  test("[TEN-12] too long a word, an unknown one and somebody else's picture are refused", async () => {
    const put = async (change: object) => (await call("PUT", "/brand", { ...plain, ...change })).status;
    expect(await put({ words: { en: { greeting: "x".repeat(25) } } })).toBe(400);
    expect(await put({ words: { en: { problems: "x" } } })).toBe(400);
    expect(await put({ words: { fr: {} } })).toBe(400);
    const stranger = await hub.makeProvider("Stranger");
    const file = Buffer.from(pngOf(4, 4, () => [1, 2, 3, 255])).toString("base64");
    const theirs = await hub.call("POST", "/api/v1/pictures", { token: stranger.token, body: { name: "X", file } });
    expect(await put({ logoPictureId: theirs.body.pictureId })).toBe(404);
  });

  test("[TEN-12] a site fetches its provider's pictures by their hash in pieces, and no other provider's", async () => {
    const noise = Buffer.from(pngOf(90, 90, () => [...hub.world.random.bytes(3), 255] as never)).toString("base64");
    const { body: picture } = await call("POST", "/pictures", { name: "Noise", file: noise });
    const served = await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.selectFrom("pictures").selectAll().where("pictureId", "=", picture.pictureId).executeTakeFirstOrThrow(),
      );
    expect(served.sha256).toBe(sha256Hex(served.bytes));
    const handler = createFetchPicture(hub.database());
    const fetch = (providerId: string, offsetBytes: number) =>
      handler.answer({ providerId, siteId: "s" }, { sha256: served.sha256, offsetBytes }, AbortSignal.timeout(5000));
    const got: Buffer[] = [];
    for (let offset = 0; offset < picture.bytes; offset += picturePieceBytes) {
      const { piece, totalBytes } = fetchPicture.result.parse(await fetch(provider.providerId, offset));
      expect(totalBytes).toBe(picture.bytes);
      got.push(Buffer.from(piece, "base64"));
    }
    expect(got.length).toBeGreaterThan(1);
    expect(Buffer.concat(got).equals(Buffer.from(served.bytes))).toBe(true);
    const stranger = await hub.makeProvider("Other pictures");
    await expect(fetch(stranger.providerId, 0)).rejects.toMatchObject({ code: "picture/unknown" });
  });

  test("[TEN-12] announcements and adverts: made, changed, told to the sites, taken off; twenty are enough", async () => {
    const pictureId = await addPicture("Advert");
    const advert = {
      kind: "advert",
      texts: { en: "Phones repaired", sw: "Simu zatengenezwa" },
      pictureId,
      link: "https://duka.example/simu",
      fromMs: day,
      untilMs: 2 * day,
    };
    const made = await call("POST", "/portal-notices", advert);
    expect(made).toMatchObject({ status: 201, body: advert });
    const { noticeId } = made.body;
    const told = async () => (await rows("portal-notice")).get(noticeId);
    expect(await told()).toMatchObject({
      kind: "advert",
      text: advert.texts,
      picture: { width: 30 },
      link: advert.link,
    });
    const path = `/portal-notices/${noticeId}`;
    const announcement = { ...advert, kind: "announcement", pictureId: null, link: null };
    expect((await call("PUT", path, { ...announcement, pictureId })).body).toMatchObject({
      rule: "announcement-text-alone",
    });
    expect((await call("PUT", path, { ...advert, untilMs: day })).body).toMatchObject({ rule: "ends-first" });
    expect((await call("PUT", path, { ...advert, texts: {} })).status).toBe(400);
    for (const link of ["http://duka.example", "javascript:alert(1)", "https://", 'https://a"b'])
      expect([link, (await call("PUT", path, { ...advert, link })).status]).toEqual([link, 400]);
    expect((await call("DELETE", `/pictures/${pictureId}`)).status).toBe(204);
    expect(await told()).not.toHaveProperty("picture");
    expect((await call("PUT", path, announcement)).status).toBe(200);
    expect((await call("GET", path)).body).toMatchObject(announcement);
    expect((await call("DELETE", path)).status).toBe(204);
    expect(await told()).toBeNull();
    for (let count = 0; count < 20; count++)
      expect((await call("POST", "/portal-notices", announcement)).status).toBe(201);
    expect((await call("GET", "/portal-notices")).body.items).toHaveLength(20);
    expect(await call("POST", "/portal-notices", announcement)).toMatchObject({
      status: 409,
      body: { code: "notices-full" },
    });
  });

  test.skipIf(engine === "embedded")(
    "[TEN-12] a notice that is taken off while its picture is deleted stays off, and one that is changed is told as it is now",
    async () => {
      const pictureId = await addPicture("Poster");
      const advert = { kind: "advert", texts: { en: "Open" }, pictureId, link: null, fromMs: day, untilMs: 2 * day };
      for (const { noticeId } of (await call("GET", "/portal-notices")).body.items)
        await call("DELETE", `/portal-notices/${noticeId}`);
      const make = async () => (await call("POST", "/portal-notices", advert)).body.noticeId as string;
      const [changed, gone] = [await make(), await make()];
      const asked: Promise<{ status: number }>[] = [];
      const ask = async (method: "PUT" | "DELETE", path: string, body?: object) => {
        asked.push(call(method, path, body));
        await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBeGreaterThanOrEqual(asked.length);
      };
      // Each has read what it tells, or waits to read it, before any has told anything.
      const feed = (tx: Tx) => tx.selectFrom("feed_scopes").selectAll().forUpdate().execute();
      await whileHeld(hub.database(), provider.providerId, feed, async () => {
        await ask("PUT", `/portal-notices/${changed}`, { ...advert, texts: { en: "Closed" } });
        await ask("DELETE", `/portal-notices/${gone}`);
        await ask("DELETE", `/pictures/${pictureId}`);
      });
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 204, 204]);
      const told = await rows("portal-notice");
      expect(told.get(changed)).toMatchObject({ text: { en: "Closed" } });
      expect(told.get(changed)).not.toHaveProperty("picture");
      expect(told.get(gone)).toBeNull();
    },
  );

  test("[TEN-12] who may not manage the provider changes nothing of it", async () => {
    const email = "support@brand.test";
    const password = "the-support-password";
    await call("POST", "/users", { name: "Sam", email, password, role: "support" });
    const token = await hub.logIn(email, password);
    expect((await hub.call("GET", "/api/v1/brand", { token })).status).toBe(200);
    expect((await hub.call("PUT", "/api/v1/brand", { token, body: plain })).status).toBe(403);
    expect((await hub.call("POST", "/api/v1/portal-notices", { token, body: {} })).status).toBe(403);
  });
});
