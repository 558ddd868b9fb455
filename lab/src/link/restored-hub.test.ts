/** Yesterday's back-up of the hub's database is restored: later decisions are lost, but not what sites still hold, and no revocation. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renewGeneration } from "@karibu/cloud/fleet/enrolment/hub-identity";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { isAbsent, realWorld, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { findPrograms } from "@karibu/cloud/ground/db/test-postgresql";
import { unixMs } from "@karibu/protocol/quantities";
import { plainBatch } from "@karibu/protocol/test-grants";
import { describe, expect, test } from "vitest";
import { type EnrolledSite, type HubEnd, hastened, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";
import { publishBatch } from "./test-restore.ts";

const world = hastened(realWorld(), 10);

describe.skipIf(isAbsent("postgresql"))("a restored hub", () => {
  const before = useFreshServer("postgresql");
  const after = useFreshServer("postgresql");

  test("[SYS-09] every revocation reaches every site, and every journal record that a site still holds comes back, once, of epochs that are over too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "karibu-backup-"));
    const dump = join(folder, "yesterday.dump");
    const [oldUrl, newUrl] = [before.url() as string, after.url() as string];
    const old = await openDatabase(world, { databaseUrl: oldUrl, dataDir: null });
    let hub: HubEnd = await startHubEnd(world, old);
    const sites = await makeSites(world, old, hub, 3);
    const [{ providerId }] = sites as [EnrolledSite];
    const target = { scope: "batch", batchId: "b1" } as const;
    const revoke = (serial: number, at: HubEnd, database = old) =>
      database.asProvider(providerId, (tx) =>
        at.publish(tx, {
          providerId,
          target,
          kind: "voucher",
          key: String(serial),
          body: { state: "disabled", atMs: unixMs(5) },
        }),
      );
    const batch = { ...plainBatch, planName: "1 hour" };
    await old.asProvider(providerId, (tx) => publishBatch(hub, tx, sites, batch));
    await revoke(1, hub);
    const start = (site: EnrolledSite) => startAgentEnd(world, site, () => hub);
    const agents = [await start(sites[0] as EnrolledSite), await start(sites[1] as EnrolledSite)] as const;
    const revoked = (index: 0 | 1) => [...agents[index].feed.rows("voucher").keys()].sort();
    const append = (count: number) => {
      for (const { journal } of agents)
        for (let number = 0; number < count; number++) journal.append({ kind: "alarm", name: "counted", fields: {} });
    };
    const acknowledged = (count: number) => () => agents.every(({ journal }) => journal.ackedSeq === count);
    const third = await start(sites[2] as EnrolledSite);
    const appendToThird = (name: string) => third.journal.append({ kind: "alarm", name, fields: {} });
    const thirdIsTaken = () => third.journal.ackedSeq === third.journal.lastSeq && third.journal.lastSeq > 0;
    for (const name of ["a", "b"]) appendToThird(name);
    await until("the third site's are taken", thirdIsTaken);
    append(10);
    await until("the first records are taken", acknowledged(10));
    await until("both know the first revocation", () => revoked(0).length === 1 && revoked(1).length === 1);

    execFileSync(join(findPrograms() as string, "pg_dump"), ["-Fc", "-f", dump, oldUrl], { stdio: "pipe" });

    for (const serial of [2, 3, 4]) await revoke(serial, hub);
    for (const name of ["c", "d"]) appendToThird(name);
    await until("more of the third site's are taken", thirdIsTaken);
    // Its journal goes back twice: after the back-up it does something under three epochs.
    const epochs = [third.journal.epoch];
    for (const name of ["e", "f"]) {
      await third.journal.startEpoch();
      epochs.push(third.journal.epoch);
      appendToThird(name);
      await until("a new epoch of the third site is taken", thirdIsTaken);
    }
    append(40);
    await until("more records are taken", acknowledged(50));
    await until("both know four revocations", () => revoked(0).length === 4 && revoked(1).length === 4);
    await hub.stop();
    await old.close();

    const restore = ["--no-owner", "-d", newUrl, dump];
    execFileSync(join(findPrograms() as string, "pg_restore"), restore, { stdio: "pipe" });
    const restored = await openDatabase(world, { databaseUrl: newUrl, dataDir: null });
    await renewGeneration(world, restored);
    hub = await startHubEnd(world, restored);
    // The hub's counter stands lower than the sites' cursors: this must reach them all the same.
    await revoke(50, hub, restored);
    // What was revoked after the back-up stays revoked, until the hub has been told.
    for (const index of [0, 1] as const)
      await until(
        "the site holds what the hub holds, and what was revoked since",
        () => revoked(index).join() === "b1/1,b1/2,b1/3,b1/4,b1/50",
        30_000,
      );
    append(5);
    await until("all is acknowledged again", acknowledged(55), 30_000);
    for (const { siteId } of sites.slice(0, 2)) {
      const alarms = await restored.asProvider(providerId, (tx) =>
        tx.selectFrom("alarms").select("seq").where("siteId", "=", siteId).orderBy("seq").execute(),
      );
      expect(alarms.map((row) => row.seq)).toEqual(Array.from({ length: 55 }, (_, index) => index + 1));
    }
    appendToThird("g");
    await until("the third site's journal is taken", thirdIsTaken, 30_000);
    const { siteId } = sites[2] as EnrolledSite;
    const ofThird = await restored.asProvider(providerId, (tx) =>
      tx
        .selectFrom("alarms")
        .select(["name", "epoch", "seq"])
        .where("siteId", "=", siteId)
        .orderBy("epoch")
        .orderBy("seq")
        .execute(),
    );
    expect(ofThird.map(({ name, epoch, seq }) => [name, epochs.indexOf(epoch), seq])).toEqual([
      ["a", 0, 1],
      ["b", 0, 2],
      ["c", 0, 3],
      ["d", 0, 4],
      ["e", 1, 1],
      ["f", 2, 1],
      ["g", 2, 2],
    ]);
    for (const agent of [...agents, third]) await agent.stop();
    await hub.stop();
    await restored.close();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
});
