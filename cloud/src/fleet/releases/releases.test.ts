import { generateKeyPairSync } from "node:crypto";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import { unixMs } from "@karibu/protocol/quantities";
import { bundlePieceBytes } from "@karibu/protocol/rpc/fetch-bundle";
import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { enginesOfThisRun, isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { createSweeps } from "../../ground/sweeps/sweeps.ts";
import { createReleases, type Releases } from "./releases.ts";
import { lostAfterMs } from "./rollout-policy.ts";
import { freshRow } from "./site-targets.ts";
import { createFetchBundle, storeBundle } from "./store-bundle.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const keys = readPublicKeys(writePublicKey(privateKey));
const bundleOf = (version: string, program = `"${version}"`): Buffer =>
  encodeBundle(new Map([["agent/agent.cjs", Buffer.from(program)]]), { version, minimalImage: "0.1.0" }, privateKey);

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("releases on %s", (engine) => {
  const real = realWorld();
  let nowMs = 1_800_000_000_000;
  const world = {
    ...real,
    clock: { ...real.clock, wall: () => ({ atMs: unixMs(nowMs), quality: "synced" as const }) },
  };
  const envelope = createEnvelope(world.random, [new Uint8Array(32).fill(1)]);
  const publish = createPublish(world, envelope);
  const database = useDatabase(engine, world);
  let releases: Releases;
  let providers = 0;
  let providerId = "";

  beforeEach(async () => {
    nowMs += 1000;
    providerId = `p${++providers}`;
    const sweeps = createSweeps(world, database.current());
    releases = createReleases(world, { database: database.current(), publish, emit: createEmit(world), sweeps, keys });
    await platform(async (tx) => {
      await sql`delete from site_releases`.execute(tx);
      await sql`delete from agents`.execute(tx);
      await sql`delete from alarms`.execute(tx);
      await tx
        .updateTable("release_channels")
        .set({ releaseId: null, percent: 0, paused: false, pauseReason: null, watchSinceMs: 0 })
        .execute();
      await sql`insert into providers values (${providerId}, 'P', 'active', 'KES', 'en', 180, null, 0, 0, 0, 0)`.execute(
        tx,
      );
    });
  });

  const platform = <T>(work: (tx: Tx) => Promise<T>) => database.current().asPlatform("test", work);
  const store = (file: Uint8Array) =>
    platform((tx) => storeBundle(tx, file, { keys, notes: "", uploadedBy: "admin", nowMs }));
  const carry = (releaseId: string | null, percent: number) =>
    platform((tx) =>
      tx
        .updateTable("release_channels")
        .set({ releaseId, percent, paused: false, watchSinceMs: nowMs })
        .where("channel", "=", "stable")
        .execute(),
    );
  const channel = () =>
    platform((tx) =>
      tx.selectFrom("release_channels").selectAll().where("channel", "=", "stable").executeTakeFirstOrThrow(),
    );

  async function makeSites(count: number, agentVersion = "0.1.0"): Promise<string[]> {
    const ids = Array.from({ length: count }, (_, number) => `${providerId}-site-${number}`);
    await platform(async (tx) => {
      for (const id of ids) {
        await sql`insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
          values (${providerId}, ${id}, ${id}, 300, true, 0, 0)`.execute(tx);
        await tx
          .insertInto("agents")
          .values({ providerId, siteId: id, publicKey: id, enrolledAtMs: 0, revokedAtMs: null })
          .execute();
        await sql`insert into site_links (provider_id, site_id, process_id, connected_at_ms, agent_version)
          values (${providerId}, ${id}, 'process', ${nowMs}, ${agentVersion})`.execute(tx);
      }
    });
    return ids;
  }

  const said = (siteId: string, agentVersion: string) =>
    platform((tx) =>
      tx.updateTable("site_links").set({ agentVersion, processId: "process" }).where("siteId", "=", siteId).execute(),
    );
  const left = (siteId: string) =>
    platform((tx) =>
      tx
        .updateTable("site_links")
        .set({ processId: null, disconnectedAtMs: nowMs })
        .where("siteId", "=", siteId)
        .execute(),
    );
  let seq = 0;
  const reported = (siteId: string, name: string, fields: Record<string, string>) =>
    platform((tx) =>
      tx
        .insertInto("alarms")
        .values({
          providerId,
          siteId,
          epoch: "e",
          seq: ++seq,
          name,
          fields: json(fields),
          atMs: nowMs,
          receivedAtMs: nowMs,
          acknowledgedAtMs: null,
        } as never)
        .execute(),
    );

  /** Versions that the sites' feeds tell, by site; null: a tombstone. */
  async function targets(): Promise<Record<string, string | null>> {
    const rows = await platform((tx) =>
      tx
        .selectFrom("feed_rows")
        .select(["scope", "body"])
        .where("kind", "=", "release")
        .where("providerId", "=", providerId)
        .execute(),
    );
    return Object.fromEntries(
      rows.map(({ scope, body }) => [
        scope.slice("site:".length),
        (body as { version: string } | null)?.version ?? null,
      ]),
    );
  }
  const outcomes = async () => {
    const rows = await platform((tx) => tx.selectFrom("site_releases").selectAll().orderBy("siteId").execute());
    return rows.map((row) => [row.outcome, row.outcomeWhy]);
  };

  test.skipIf(engine === "embedded")(
    "[BEY-20] a release that somebody gives a site while a review is on its way stands, and is not taken for the one of before",
    async () => {
      const [before, wanted] = [await store(bundleOf("9.3.0")), await store(bundleOf("9.3.1"))];
      await carry(before, 100);
      const [siteId = ""] = await makeSites(1);
      await releases.review();
      await said(siteId, "9.3.0");
      nowMs += 1000;
      const pinned = { pinnedReleaseId: wanted, givenReleaseId: wanted, givenExact: true, givenAtMs: nowMs };
      const row = { ...pinned, goodReleaseId: before, outcome: "waiting" as const, outcomeAtMs: nowMs };
      const reviewWhile = async (pin: (tx: Tx) => Promise<unknown>) => {
        let reviewing = Promise.resolve();
        await whileHeld(database.current(), providerId, pin, async () => {
          reviewing = releases.review();
          await expect.poll(() => lockWaits(database.current())).toBe(1);
        });
        await reviewing;
      };
      await reviewWhile((tx) => tx.updateTable("site_releases").set(row).where("siteId", "=", siteId).execute());
      expect(await outcomes()).toEqual([["waiting", null]]);

      await platform((tx) => tx.deleteFrom("site_releases").execute());
      await reviewWhile((tx) =>
        tx
          .insertInto("site_releases")
          .values({ ...freshRow(providerId, siteId), ...row })
          .execute(),
      );
      const given = await platform((tx) => tx.selectFrom("site_releases").select("givenReleaseId").execute());
      expect(given).toEqual([{ givenReleaseId: wanted }]);
    },
  );

  test("[BEY-20] a release that was begun while the hub's clock was ahead stops where it fails, and a site that is lost is seen", async () => {
    const releaseId = await store(bundleOf("9.4.0"));
    nowMs += 400 * 86_400_000;
    await carry(releaseId, 100);
    const [failing = "", lost = ""] = await makeSites(12);
    await releases.review();
    expect((await outcomes()).map(([outcome]) => outcome)).toEqual(Array(12).fill("waiting"));
    nowMs -= 400 * 86_400_000 - 1000;
    await releases.review();
    nowMs += 60_000;
    await left(lost);
    nowMs += lostAfterMs;
    await releases.review();
    expect((await outcomes()).filter(([outcome]) => outcome === "lost")).toHaveLength(1);
    expect(await channel()).toMatchObject({ paused: false });
    await reported(failing, "update-failed", { release: releaseId, why: "crashed" });
    await releases.review();
    expect(await channel()).toMatchObject({ paused: true, pauseReason: "sites-failed" });
  });

  test("[BEY-20] a bundle is accepted once, and only with a valid signature and a new version", async () => {
    const releaseId = await store(bundleOf("9.0.0"));
    expect(releaseId).toMatch(/^9\.0\.0-[0-9a-f]{12}$/);
    expect(await store(bundleOf("9.0.0"))).toBe(releaseId);
    await expect(store(bundleOf("9.0.0", "other"))).rejects.toMatchObject({ status: 409, code: "version-taken" });
    const flipped = bundleOf("9.0.1");
    flipped[flipped.length - 3]! ^= 1;
    await expect(store(flipped)).rejects.toMatchObject({ status: 400, code: "damaged", field: "bundle" });
    const stranger = encodeBundle(
      new Map([["agent/agent.cjs", Buffer.from("1")]]),
      { version: "9.0.2", minimalImage: "0.1.0" },
      generateKeyPairSync("ed25519").privateKey,
    );
    await expect(store(stranger)).rejects.toMatchObject({ code: "wrong-signature" });
  });

  test("a site reads a bundle piece by piece, from wherever it was cut off", async () => {
    const file = bundleOf("9.1.0", Buffer.from(world.random.bytes(40_000)).toString("hex"));
    const releaseId = await store(file);
    const fetchBundle = releases.rpcHandlers[0]!;
    const caller = { providerId, siteId: "any" };
    const pieces: Buffer[] = [];
    for (let offsetBytes = 0; ; ) {
      const answer = (await fetchBundle.answer(caller, { releaseId, offsetBytes }, AbortSignal.timeout(9000))) as {
        piece: string;
        totalBytes: number;
      };
      expect(answer.totalBytes).toBe(file.length);
      const piece = Buffer.from(answer.piece, "base64");
      expect(piece.length).toBeLessThanOrEqual(bundlePieceBytes);
      if (piece.length === 0) break;
      pieces.push(piece);
      offsetBytes += piece.length;
    }
    expect(Buffer.concat(pieces).equals(file)).toBe(true);
    const ask = (params: unknown) => fetchBundle.answer(caller, params, AbortSignal.timeout(9000));
    await expect(ask({ releaseId: "none", offsetBytes: 0 })).rejects.toMatchObject({ code: "release/unknown" });
    await expect(ask({ releaseId, offsetBytes: -1 })).rejects.toThrow(/^offsetBytes: /);
  });

  test("a stolen site that asks for one bundle after the other, and for one that is none, makes the hub read them one at a time, and once each", async () => {
    const [one, other] = [await store(bundleOf("9.2.0")), await store(bundleOf("9.2.1"))];
    let [reads, atOnce, most] = [0, 0, 0];
    const counted: Pick<Database, "asPlatform"> = {
      async asPlatform(reason, work) {
        reads++;
        most = Math.max(most, ++atOnce);
        return await database
          .current()
          .asPlatform(reason, work)
          .finally(() => atOnce--);
      },
    };
    const fetchBundle = createFetchBundle(world.clock, counted);
    const caller = { providerId, siteId: "any" };
    const ask = (releaseId: string) =>
      fetchBundle.answer(caller, { releaseId, offsetBytes: 0 }, AbortSignal.timeout(9000)).then(
        () => releaseId,
        () => "unknown",
      );
    const asked = Array.from({ length: 60 }, (_, at) => ask([one, "none", other][at % 3] as string));
    expect(new Set(await Promise.all(asked))).toEqual(new Set([one, "unknown", other]));
    expect([most, reads]).toEqual([1, 3]);
    // Nor does what is none take the place of what is asked for by everybody.
    expect(await ask("none")).toBe("unknown");
    expect([await ask(one), await ask(other)]).toEqual([one, other]);
    expect(reads).toBe(4);
  });

  test("[BEY-20] a stage reaches its share, the next one the rest, and a second look tells nobody anything", async () => {
    const sites = await makeSites(40);
    const releaseId = await store(bundleOf(`1.${providers}.0`));
    await carry(releaseId, 25);
    await releases.review();
    const first = Object.keys(await targets());
    expect(first.length).toBeGreaterThan(2);
    expect(first.length).toBeLessThan(25);
    const versions = async () =>
      platform((tx) => tx.selectFrom("feed_scopes").select("version").where("providerId", "=", providerId).execute());
    const before = await versions();
    await releases.review();
    expect(await versions()).toEqual(before);
    for (const siteId of first) await said(siteId, `1.${providers}.0`);
    await carry(releaseId, 100);
    await releases.review();
    expect(Object.keys(await targets()).sort()).toEqual([...sites].sort());
  });

  test("[BEY-20] one site that goes back pauses the stage; resumed, it goes on and leaves that site alone", async () => {
    const [good, bad, late] = (await makeSites(3)) as [string, string, string];
    const releaseId = await store(bundleOf(`2.${providers}.0`));
    await platform((tx) =>
      tx
        .insertInto("site_releases")
        .values([good, bad].map((siteId) => ({ providerId, siteId, goesFirst: true })) as never)
        .execute(),
    );
    await carry(releaseId, 0);
    await releases.review();
    expect(Object.keys(await targets()).sort()).toEqual([good, bad].sort());
    nowMs += 60_000;
    await said(good, `2.${providers}.0`);
    await reported(bad, "update-failed", { release: releaseId, why: "silent" });
    await releases.review();
    expect(await outcomes()).toEqual([
      ["running", null],
      [null, null],
    ]);
    const failedWhy = await platform((tx) =>
      tx.selectFrom("site_releases").select("failedWhy").where("siteId", "=", bad).executeTakeFirst(),
    );
    expect(failedWhy).toEqual({ failedWhy: "silent" });
    expect(await channel()).toMatchObject({ paused: true, pauseReason: "sites-failed" });
    await carry(releaseId, 100);
    await platform((tx) =>
      tx.updateTable("release_channels").set({ paused: true }).where("channel", "=", "stable").execute(),
    );
    await releases.review();
    expect((await targets())[late]).toBeUndefined();
    nowMs += 1000;
    await carry(releaseId, 100);
    await releases.review();
    expect(await targets()).toEqual({ [good]: `2.${providers}.0`, [bad]: null, [late]: `2.${providers}.0` });
    expect(await channel()).toMatchObject({ paused: false });
  });

  test("[BEY-20] a site that ran the one before goes back to it, and gets the next one", async () => {
    const [site] = (await makeSites(1)) as [string];
    const [one, two, three] = await Promise.all(
      ["3.1", "3.2", "3.3"].map((start) => store(bundleOf(`${start}.${providers}`))),
    );
    await carry(one as string, 100);
    await releases.review();
    await said(site, `3.1.${providers}`);
    await releases.review();
    await carry(two as string, 100);
    await releases.review();
    expect(await targets()).toEqual({ [site]: `3.2.${providers}` });
    nowMs += 1000;
    await reported(site, "update-failed", { release: two as string, why: "crashed" });
    await releases.review();
    expect(await targets()).toEqual({ [site]: `3.1.${providers}` });
    nowMs += 1000;
    await carry(three as string, 100);
    await releases.review();
    expect(await targets()).toEqual({ [site]: `3.3.${providers}` });
  });

  test("[BEY-20] sites that stay away after they were told pause the stage", async () => {
    const sites = await makeSites(2);
    await carry(await store(bundleOf(`4.${providers}.0`)), 100);
    await releases.review();
    nowMs += 1000;
    await left(sites[0] as string);
    nowMs += lostAfterMs - 1;
    await releases.review();
    expect(await channel()).toMatchObject({ paused: false });
    nowMs += 1;
    await releases.review();
    expect(await channel()).toMatchObject({ paused: true, pauseReason: "sites-lost" });
    await said(sites[0] as string, `4.${providers}.0`);
    await releases.review();
    expect(await outcomes()).toEqual([
      ["running", null],
      ["waiting", null],
    ]);
  });

  test("who has no room says so and pauses nothing; a revoked device is told nothing", async () => {
    const [full, revoked] = (await makeSites(2)) as [string, string];
    await platform((tx) => tx.updateTable("agents").set({ revokedAtMs: 1 }).where("siteId", "=", revoked).execute());
    const releaseId = await store(bundleOf(`5.${providers}.0`));
    await carry(releaseId, 100);
    await releases.review();
    await reported(full, "update-refused", { release: releaseId, why: "disk-full" });
    await releases.review();
    expect(await outcomes()).toEqual([["refused", "disk-full"]]);
    expect(await channel()).toMatchObject({ paused: false });
    expect(Object.keys(await targets())).toEqual([full]);
  });

  test("a site that ran it and is back with the old one on a full disk: that is not the release's fault, and pauses nothing", async () => {
    const [full] = (await makeSites(1)) as [string];
    await carry(await store(bundleOf(`7.${providers}.0`)), 100);
    await releases.review();
    await said(full, `7.${providers}.0`);
    await releases.review();
    await said(full, "0.1.0");
    const disk = (disk: "ok" | "refuses") =>
      platform((tx) => tx.updateTable("site_links").set({ disk }).where("siteId", "=", full).execute());
    await disk("refuses");
    nowMs += 3_600_000;
    await releases.review();
    expect(await outcomes()).toEqual([["refused", "disk-refuses"]]);
    expect(await channel()).toMatchObject({ paused: false });
    expect(await targets()).toEqual({ [full]: `7.${providers}.0` });
    await disk("ok");
    await said(full, `7.${providers}.0`);
    await releases.review();
    expect(await outcomes()).toEqual([["running", null]]);
  });

  test("hundreds of sites are told in several transactions, all of them", async () => {
    await makeSites(450);
    await carry(await store(bundleOf(`6.${providers}.0`)), 100);
    await releases.review();
    expect(Object.keys(await targets()).length).toBe(450);
  });
});
