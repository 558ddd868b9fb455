import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadHubIdentity } from "@karibu/cloud/fleet/enrolment/hub-identity";
import { openDatabase, openEngine } from "@karibu/cloud/ground/db/open-database";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { silentWorld } from "@karibu/cloud/real-world";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { karibu, makeFolder } from "./test-karibu.ts";

/** What people hold in their hands when the server's own tools put the database back. */
const heldBeforeRestore = [
  `insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes, created_at_ms, updated_at_ms)
    values ('p', 'P', 'active', 'KES', 'en', 180, 0, 0, 1, 1)`,
  `insert into users (provider_id, user_id, email, name, role, password_hash, active, created_at_ms, updated_at_ms)
    values ('p', 'u', 'u@p.test', 'U', 'owner', 'x', true, 1, 1)`,
  `insert into logins (provider_id, login_id, user_id, token_hash, token_expires_at_ms, refresh_hash, refresh_expires_at_ms, refreshed_at_ms, created_at_ms)
    values ('p', 'l', 'u', 'a', 9e12, 'b', 9e12, 1, 1)`,
  `insert into impersonations (provider_id, impersonation_id, admin_user_id, admin_name, admin_email, reason, read_only, token_hash, started_at_ms, expires_at_ms)
    values ('p', 'i', 'a', 'A', 'a@a.test', 'help', true, 'c', 1, 9e12)`,
  ...["password-reset", "invitation"].map(
    (
      kind,
    ) => `insert into mailed_tokens (provider_id, token_id, kind, token_hash, email, detail, created_at_ms, expires_at_ms)
      values ('p', '${kind}', '${kind}', '${kind}', 'g@p.test', '{}', 1, 9e12)`,
  ),
  `insert into refunds (provider_id, refund_id, idempotency_key, method, amount_cents, currency, reason, state, asked_by, created_at_ms, changed_at_ms)
    values ('p', 'r', 'k', 'payout', 100, 'KES', 'slow', 'approved', 'u', 1, 1)`,
];

/** Returns the rows of the last statement. */
async function inDatabase(dataDir: string, statements: readonly string[]) {
  const database = await openDatabase(silentWorld(), { databaseUrl: null, dataDir });
  try {
    return await database.alone("write", async (run) => {
      let rows: unknown[] = [];
      for (const statement of statements) rows = await run(statement);
      return rows;
    });
  } finally {
    await database.close();
  }
}

longTest(
  "[SYS-09] [SYS-11] back-up, verification and restore by command; doctor and users on the result",
  async () => {
    const [data, other, files] = await Promise.all([makeFolder(), makeFolder(), makeFolder()]);
    const out = join(files, "hub.backup.gz");
    const first = await openDatabase(silentWorld(), { databaseUrl: null, dataDir: data });
    await loadHubIdentity(silentWorld(), first, createEnvelope(silentWorld().random, [Buffer.alloc(32, 7)]));
    await first.alone("write", (run) => run("update revocation_stream set last_piece = 3"));
    await first.close();
    expect(await karibu({ KARIBU_DATA: data }, "backup", "--out", out, "--verify")).toMatchObject({ code: 0 });
    expect(await readdir(files), "the proof leaves nothing behind").toEqual(["hub.backup.gz"]);
    expect((await stat(out)).mode & 0o077, "nobody else may read it").toBe(0);
    const unread = await karibu({ KARIBU_DATA: other }, "restore", "--in", out);
    expect(unread, "the hub had a store, and what was revoked is in it").toMatchObject({
      code: 1,
      complaints: expect.stringMatching(/what was revoked.*nothing was restored.*--without-revocations/),
    });
    const restored = await karibu({ KARIBU_DATA: other }, "restore", "--in", out, "--without-revocations");
    expect(restored.complaints).toBe("");
    expect(restored.text).toContain("restored: ");
    const doctor = await karibu({ KARIBU_DATA: other }, "doctor", "--hub");
    expect(doctor.text).toContain("row-level-security: holds");
    expect(doctor.text).toContain("LOOK   https: not safe");
    expect(doctor.text).not.toContain("callback-spool"); // it looks, and makes no folder
    expect(doctor.code).toBe(0);
    await mkdir(join(other, "callbacks"));
    await writeFile(
      join(other, "callbacks", "1700000000000-0a0b0c0d-1.log"),
      "left by a process that never came back\n",
    );
    const orphan = await karibu({ KARIBU_DATA: other }, "doctor", "--hub");
    expect(orphan.text).toMatch(
      /WRONG {2}callback-spool: 39 bytes of callbacks wait since \d+ s: no hub has booked them/,
    );
    expect(orphan.code).toBe(1);
    const unsaid = await karibu({ KARIBU_DATA: other }, "restore", "--done-by-server");
    expect(unsaid).toMatchObject({ code: 1, complaints: expect.stringContaining("what was revoked") });
    await inDatabase(other, heldBeforeRestore);
    await inDatabase(other, [`insert into hub_processes (process_id, seen_at_ms) values ('h', ${Date.now()})`]);
    const live = ["restore", "--done-by-server", "--without-revocations"];
    expect(await karibu({ KARIBU_DATA: other }, ...live), "a hub runs").toMatchObject({
      code: 1,
      complaints: expect.stringMatching(/a hub runs on this database.*--forced/),
    });
    const absent = await karibu({ KARIBU_DATA: other }, "backup", "--out", join(files, "absent", "x.gz"));
    expect(absent).toMatchObject({ code: 1, complaints: expect.stringContaining("ENOENT") });
    expect(absent.complaints, "no stack trace").not.toContain("    at ");
    const told = await karibu({ KARIBU_DATA: other }, ...live, "--forced");
    expect(told).toMatchObject({ code: 0, text: expect.stringContaining("each site takes a snapshot") });
    expect(told.text).toContain("what was revoked since the back-up is not known");
    expect(
      await inDatabase(other, [
        `select (select count(*)::int from logins) as logins, (select count(*)::int from mailed_tokens) as letters,
        (select count(*)::int from impersonations where ended_at_ms is null) as support, (select state from refunds) as refund`,
      ]),
      "no log-in, link, invitation or support access of before counts, and no refund is sent a second time",
    ).toEqual([{ logins: 0, letters: 0, support: 0, refund: "unknown" }]);
    const nobody = await karibu(
      { KARIBU_DATA: other, NEW_PASSWORD: "a-new-password" },
      "users",
      "set-password",
      "a@b.test",
    );
    expect(nobody).toMatchObject({ code: 1, complaints: "karibu users: there is nobody with the address a@b.test\n" });
  },
  600_000,
);

longTest(
  "[TEN-09] a new password by command ends all that was opened with the old one, at the account that the address opens",
  async () => {
    const data = await makeFolder();
    const provider = (id: string, state: string) =>
      `insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes, created_at_ms, updated_at_ms)
        values ('${id}', '${id}', '${state}', 'KES', 'en', 180, 0, 0, 1, 1)`;
    const user = (id: string, isElsewhere: boolean) =>
      `insert into users (provider_id, user_id, email, name, role, password_hash, address_proved, address_elsewhere, active, created_at_ms, updated_at_ms)
        values ('${id}', 'u-${id}', 'owner@shop.test', 'U', 'owner', 'old', ${!isElsewhere}, ${isElsewhere}, true, 1, 1)`;
    await inDatabase(data, [
      // Their first provider was deleted, and the address is still counted as its.
      ...[provider("gone", "deleted"), provider("shop", "active"), user("gone", false), user("shop", true)],
      `insert into logins (provider_id, login_id, user_id, token_hash, token_expires_at_ms, refresh_hash, refresh_expires_at_ms, refreshed_at_ms, created_at_ms)
        values ('shop', 'l', 'u-shop', 'a', 9e12, 'b', 9e12, 1, 1)`,
      `insert into api_tokens (provider_id, token_id, user_id, name, token_hash, scopes, expires_at_ms, created_at_ms, updated_at_ms)
        values ('shop', 't', 'u-shop', 'stolen', 'c', '["payments.read"]', 9e12, 1, 1)`,
      `insert into mailed_tokens (provider_id, token_id, kind, token_hash, email, created_by, detail, created_at_ms, expires_at_ms)
        values ('shop', 'i', 'invitation', 'd', 'thief@shop.test', 'u-shop', '{}', 1, 9e12)`,
      `insert into mailed_tokens (provider_id, token_id, kind, token_hash, email, user_id, detail, created_at_ms, expires_at_ms)
        values ('shop', 'r', 'password-reset', 'e', 'owner@shop.test', 'u-shop', '{}', 1, 9e12)`,
      `insert into login_failures (subject, account_hash, failures, last_at_ms)
        values ('account/x', encode(sha256('shop owner@shop.test'), 'hex'), 12, 9e12)`,
    ]);
    const env = { KARIBU_DATA: data, NEW_PASSWORD: "a-new-password" };
    const unlocked = await karibu(env, "users", "unlock", "owner@shop.test");
    expect(unlocked, unlocked.complaints).toMatchObject({ code: 0 });
    expect(
      await inDatabase(data, [
        `select (select count(*)::int from login_failures) as guesses, (select count(*)::int from logins) as logins,
          (select count(*)::int from api_tokens where revoked_at_ms is null) as tokens`,
      ]),
    ).toEqual([{ guesses: 0, logins: 1, tokens: 1 }]);
    const set = await karibu(env, "users", "set-password", " Owner@shop.test");
    expect(set, set.complaints).toMatchObject({ code: 0 });
    expect(
      await inDatabase(data, [
        `select (select string_agg(user_id, ',') from users where password_hash <> 'old') as changed, (select count(*)::int from logins) as logins,
          (select count(*)::int from api_tokens where revoked_at_ms is null) as tokens, (select count(*)::int from mailed_tokens) as links`,
      ]),
    ).toEqual([{ changed: "u-shop", logins: 0, tokens: 0, links: 0 }]);
  },
  600_000,
);

longTest(
  "[SYS-09] doctor and back-up migrate nothing and make nothing: a database of before the baseline is refused as it is, an absent one stays absent",
  async () => {
    const [data, nowhere, files] = await Promise.all([makeFolder(), makeFolder(), makeFolder()]);
    const world = silentWorld();
    const place = { databaseUrl: null, dataDir: data };
    const older = await openEngine(world, place);
    await older.hold((run) =>
      run(`create table migrations (name text primary key, hash text not null, applied_at_ms bigint not null);
      insert into migrations values ('0720-money-of-paper.sql', 'h', 1)`),
    );
    await older.close();

    for (const words of [
      ["doctor", "--hub"],
      ["backup", "--out", join(files, "none")],
    ])
      expect(await karibu({ KARIBU_DATA: data }, ...words)).toMatchObject({
        code: 1,
        complaints: expect.stringContaining(
          "made before Karibu's first release and can't be used: start with an empty data folder or an empty database",
        ),
      });
    const after = await openEngine(world, place);
    const rows = await after.hold((run) => run("select tablename as name from pg_tables where schemaname = 'public'"));
    await after.close();
    expect(rows).toEqual([{ name: "migrations" }]);
    expect(await readdir(data)).not.toContain("master.key");

    for (const words of [
      ["doctor", "--hub"],
      ["backup", "--out", join(files, "none")],
    ])
      expect(await karibu({ KARIBU_DATA: nowhere }, ...words)).toMatchObject({
        code: 1,
        complaints: expect.stringContaining("holds no database"),
      });
    expect(await readdir(nowhere)).toEqual([]);
    expect(await readdir(files)).toEqual([]);
  },
  600_000,
);

test("a hub that does not answer is named", async () => {
  const admin = { KARIBU_ADMIN_EMAIL: "a@b.test", KARIBU_ADMIN_PASSWORD: "a-password-of-mine" };
  expect(await karibu(admin, "queue", "list", "--hub", "http://127.0.0.1:9")).toMatchObject({
    code: 1,
    complaints: expect.stringMatching(/http:\/\/127\.0\.0\.1:9 does not answer/),
  });
}, 60_000);

longTest(
  "words that make no sense, settings that are wrong and files that are not there are named",
  async () => {
    const data = await makeFolder();
    expect((await karibu({ KARIBU_DATA: data }, "backup")).complaints).toContain("--out FILE is missing");
    expect((await karibu({ KARIBU_DATA: data, PORT: "no" }, "restore", "--in", "x")).complaints).toContain("PORT:");
    expect((await karibu({ KARIBU_DATA: data }, "restore", "--in", join(data, "nothing"))).complaints).toContain(
      "ENOENT",
    );
    expect((await karibu({ KARIBU_DATA: data }, "restore", "--in", data)).complaints).toContain("is no plain file");
    expect((await karibu({}, "users", "dance")).code).toBe(2);
    expect((await karibu({}, "providers", "suspend")).code).toBe(2);
  },
  600_000,
);
