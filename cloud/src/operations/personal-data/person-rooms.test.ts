/** The list of what the hub holds of people is whole: no column that looks as if it named somebody is missing from it. */
import { readFile } from "node:fs/promises";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { findThings, takenTables } from "../../back-office/personal-data/person-rows.ts";
import { readHolders } from "../../catalogue/recall/read-begun.ts";
import { noHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import { giveVoucher } from "../../catalogue/vouchers/voucher-owners.ts";
import { readCatalog } from "../../ground/db/catalog.ts";
import { engineSuite, useDatabase } from "../../ground/db/test-databases.ts";
import { markColumns } from "../../ground/jobs/person-data.ts";
import { holdsNoPerson, jsonOfNoPerson } from "./holds-no-person.ts";
import { erasureFile, personRooms } from "./person-rooms.ts";
import { writeErasure } from "./write-erasure.ts";

const looksPersonal =
  /phone|msisdn|(^|_)macs?($|_)|e?mail|(^|_)ip($|_)|address|username|payer|latitude|longitude|birth|gender|street|passport|national_id|^who$|(customer|buyer|person|party|opened_by|first|last|full|given|family)_name|^name(_key)?$|^raw$|account_text|_reason$|^(reason|note|why)$/;
/** By these a person is known: an erasure changes the marks in all tables, and an id says nothing once its customer is erased. */
const known: readonly string[] = [...markColumns, "customer_id"];
interface Row {
  readonly erased: "delete" | "keep" | object;
  readonly stays?: object;
}
const rowsOf: ReadonlyMap<string, Row> = new Map(
  personRooms.flatMap(({ tables, named = {} }): [string, Row][] => [
    ...Object.entries(tables),
    ...Object.entries(named).map(([table, row]): [string, Row] => [table, { ...row, erased: "keep" }]),
  ]),
);

const namesNobody: Readonly<Record<string, object>> = Object.assign(
  {},
  holdsNoPerson,
  ...personRooms.map((room) => room.namesNobody ?? {}),
);

const jsonColumns: ReadonlySet<string> = new Set(Object.values(jsonOfNoPerson).flat());

/** The columns that somebody has thought of: an erasure takes them, or there is a reason why it does not. */
function spokenOf(table: string): (column: string) => boolean {
  const row = rowsOf.get(table);
  if (row === undefined) {
    const columns = namesNobody[table] ?? {};
    return (column) => column in columns;
  }
  const { erased, stays = {} } = row;
  return (column) =>
    known.includes(column) ||
    erased === "delete" ||
    (typeof erased === "object" && column in erased) ||
    column in stays;
}

test("the function that erases a person is written from what the rooms say", async () => {
  const file = await readFile(erasureFile, "utf8");
  expect(file, "run `npm run schema-types`").toBe(writeErasure(personRooms));
});

test("each table is spoken of once, by the room that has it", () => {
  const tables = personRooms.flatMap(({ tables, named = {} }) => [...Object.keys(tables), ...Object.keys(named)]);
  expect(tables.filter((table, at) => tables.indexOf(table) !== at)).toEqual([]);
  expect(tables.filter((table) => table in namesNobody)).toEqual([]);
});

engineSuite("personal data", (engine) => {
  const database = useDatabase(engine);

  test("[CUS-17] each column that looks as if it named a person is in a room's list, or stands with a reason among those that name nobody", async () => {
    const catalog = await database.current().asPlatform("test", readCatalog);
    const columnsOf = new Map(catalog.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
    const unknown = catalog.flatMap(({ name: table, columns }) => {
      const isSpokenOf = spokenOf(table);
      return columns
        .filter(
          ({ name, type }) =>
            (type === "jsonb" || looksPersonal.test(name) || known.includes(name)) && !isSpokenOf(name),
        )
        .map(({ name }) => `${table}.${name}`)
        .filter((column) => !jsonColumns.has(column));
    });
    expect(unknown).toEqual([]);
    const jsonb = catalog.flatMap(({ name: table, columns }) =>
      columns.flatMap(({ name, type }) => (type === "jsonb" ? `${table}.${name}` : [])),
    );
    expect(
      [...jsonColumns].filter((column) => !jsonb.includes(column)),
      "no such column of JSON",
    ).toEqual([]);
    const stale = Object.entries(namesNobody).flatMap(([table, columns]) =>
      Object.keys(columns).filter((column) => columnsOf.get(table)?.includes(column) !== true),
    );
    expect(stale, "no such column").toEqual([]);
  });

  test("[CUS-17] a column that is added to a table of the list has to be spoken of, too", () => {
    for (const column of ["second_phone", "mac", "email", "home_address", "first_name", "birth_date"]) {
      expect(looksPersonal.test(column), column).toBe(true);
      for (const table of ["customers", "purchases", "documents", "grants", "subscription_items", "plans", "sites"])
        if (table !== "customers" || column !== "email")
          expect(spokenOf(table)(column), `${table}.${column}`).toBe(false);
    }
  });

  test("[CUS-17] an erasure leaves what was done with a voucher before it became theirs: that was somebody else", async () => {
    const [soldMs, givenMs] = [1_790_000_000_000, 1_790_000_500_000];
    await database.current().alone("write", async (run) => {
      await run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
          created_at_ms, updated_at_ms) values ('p2', 'Two', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`);
      await run(`insert into customers (provider_id, customer_id, name, active, created_at_ms, updated_at_ms)
          values ('p2', 'c1', 'Achieng', true, 1, 1)`);
      await run(`insert into voucher_owners (provider_id, batch_id, serial, customer_id, given_by, since_ms)
          values ('p2', 'b1', 7, 'c1', 'u1', ${givenMs})`);
      for (const [key, atMs] of [
        ["theirs", givenMs + 1],
        ["before", soldMs],
      ]) {
        await run(`insert into sessions (provider_id, site_id, session_key, grant_id, username, mac, address, started_at_ms, received_at_ms)
            values ('p2', 's1', '${key}', 'v.b1.7', 'code', 'mac-${key}', '10.5.50.7', ${atMs}, ${atMs})`);
        await run(`insert into refused_log_ins (provider_id, site_id, epoch, seq, at_ms, username, mac, nas, service, reason, times, received_at_ms)
            values ('p2', 's1', 'e-${key}', 1, ${atMs}, 'x', 'mac-${key}', 'lobby', 'hotspot', 'expired', 1, ${atMs})`);
        await run(`insert into journal_records (provider_id, site_id, epoch, seq, kind, at_ms, received_at_ms, raw)
            values ('p2', 's1', 'e-${key}', 1, 'device-bound', ${atMs}, ${atMs}, '{"grantId": "v.b1.7", "mac": "mac-${key}"}')`);
      }
    });
    const left = await database.current().asProvider("p2", async (tx) => {
      await sql`select karibu_blank_person('p2', 'c1', null, 'erased', ${givenMs + 1000}::bigint)`.execute(tx);
      const { rows } = await sql<{ left: string }>`select 'session ' || mac as left from sessions
          union all select 'refused ' || mac from refused_log_ins union all select 'bound ' || (raw ->> 'mac') from journal_records`.execute(
        tx,
      );
      return rows.flatMap((row) => row.left ?? []);
    });
    expect(left.sort()).toEqual(["bound mac-before", "refused mac-before", "session mac-before"]);
  });

  test("[CUS-17] what was done with a voucher is erased with who had it then, and with nobody else; where the site's clock was not set, by when the hub heard of it", async () => {
    const [aMs, bMs, againMs] = [1_790_000_000_000, 1_790_000_500_000, 1_790_001_000_000];
    const sessions = [
      ["nobody", aMs - 1, aMs - 1],
      ["first", aMs + 1, aMs + 1],
      ["unset-first", 5000, aMs + 2],
      ["ahead-first", againMs + 90_000_000, aMs + 2],
      ["second", bMs, bMs + 400_000],
      ["unset-second", 5000, bMs + 2],
      ["third", againMs + 1, againMs + 1],
    ] as const;
    await database.current().alone("write", async (run) => {
      await run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
          created_at_ms, updated_at_ms) values ('p3', 'Three', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`);
      for (const id of ["A", "B"])
        await run(`insert into customers (provider_id, customer_id, name, active, created_at_ms, updated_at_ms)
            values ('p3', '${id}', '${id}', true, 1, 1)`);
    });
    for (const [customerId, atMs] of [
      ["A", aMs],
      ["A", aMs + 100_000],
      ["B", bMs],
      ["A", againMs],
    ] as const)
      await database.current().asProvider("p3", (tx) =>
        giveVoucher({ world: { clock: { wall: () => ({ atMs }) } }, heldCodes: noHeldCodes } as never, tx, {
          ...{ providerId: "p3", customerId, userId: "u1" },
          voucher: { batchId: "b1", serial: 7, state: "active", redeemedAtMs: null } as never,
        }),
      );
    await database.current().alone("write", async (run) => {
      for (const [key, atMs, heardMs] of sessions) {
        await run(`insert into sessions (provider_id, site_id, session_key, grant_id, mac, started_at_ms, received_at_ms, kept_from_ms)
            values ('p3', 's1', '${key}', 'v.b1.7', 'mac-${key}', ${atMs}, ${heardMs}, ${heardMs})`);
        await run(`insert into journal_records (provider_id, site_id, epoch, seq, kind, at_ms, received_at_ms, raw)
            values ('p3', 's1', 'e-${key}', 1, 'device-bound', ${atMs}, ${heardMs}, '{"grantId": "v.b1.7", "mac": "mac-${key}"}')`);
      }
    });
    const leftAfter = (customerId: string) =>
      database.current().asProvider("p3", async (tx) => {
        await sql`select karibu_blank_person('p3', ${customerId}, null, 'erased', ${againMs + 1000}::bigint)`.execute(
          tx,
        );
        const { rows } = await sql<{
          session: string | null;
          bound: string | null;
        }>`select s.mac as session, j.raw ->> 'mac' as bound
            from sessions s join journal_records j on j.epoch = 'e-' || s.session_key order by greatest(s.mac, j.raw ->> 'mac')`.execute(
          tx,
        );
        return rows.flatMap(({ session, bound }) => {
          expect(session).toBe(bound);
          return session ?? [];
        });
      });
    expect(await leftAfter("B")).toEqual([
      "mac-ahead-first",
      "mac-first",
      "mac-nobody",
      "mac-third",
      "mac-unset-first",
    ]);
    expect(await leftAfter("A")).toEqual(["mac-nobody"]);
  });

  test("[CUS-17] [BEY-21] an erasure leaves no slot taken that a person's device lost after they had given the voucher away", async () => {
    const [hisMs, herMs, nextMs] = [1_790_000_000_000, 1_790_000_500_000, 1_790_001_000_000];
    const records = [
      ["device-bound", hisMs + 1, { device: "mac.AA:BB:CC:00:00:01", mac: "AA:BB:CC:00:00:01", replaces: null }],
      ["device-bound", hisMs + 2, { device: "mac.AA:BB:CC:00:00:02", mac: "AA:BB:CC:00:00:02", replaces: null }],
      ["device-unbound", herMs + 1, { device: "mac.AA:BB:CC:00:00:01" }],
      [
        "device-bound",
        herMs + 2,
        { device: "mac.AA:BB:CC:00:00:03", mac: "AA:BB:CC:00:00:03", replaces: "mac.AA:BB:CC:00:00:02" },
      ],
      ["device-unbound", herMs + 3, { device: "mac.AA:BB:CC:00:00:03" }],
      ["device-bound", nextMs + 1, { device: "own", mac: null, replaces: null }],
    ] as const;
    await database.current().alone("write", async (run) => {
      await run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
          created_at_ms, updated_at_ms) values ('p4', 'Four', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`);
      for (const [id, fromMs, untilMs] of [
        ["his", hisMs, herMs],
        ["her", herMs, nextMs],
      ] as const) {
        await run(`insert into customers (provider_id, customer_id, name, active, created_at_ms, updated_at_ms)
            values ('p4', '${id}', '${id}', true, 1, 1)`);
        await run(`insert into voucher_past_owners (provider_id, batch_id, serial, customer_id, since_ms, until_ms)
            values ('p4', 'b1', 7, '${id}', ${fromMs}, ${untilMs})`);
      }
      for (const [at, [kind, atMs, raw]] of records.entries())
        await run(`insert into journal_records (provider_id, site_id, epoch, seq, kind, at_ms, received_at_ms, raw)
            values ('p4', 's1', 'e', ${at + 1}, '${kind}', ${atMs}, ${atMs}, '${JSON.stringify({ grantId: "v.b1.7", ...raw })}')`);
    });
    const slots = await database.current().asProvider("p4", async (tx) => {
      await sql`select karibu_blank_person('p4', 'her', null, 'erased', ${nextMs + 1000}::bigint)`.execute(tx);
      const place = { providerId: "p4", siteId: "s1", epoch: "new" };
      await sql`insert into journal_epochs (provider_id, site_id, epoch, begun_at_ms, last_seq) values ('p4', 's1', 'e', 1, 6)`.execute(
        tx,
      );
      const { rows } = await sql<{ raw: string }>`select raw::text from journal_records`.execute(tx);
      expect(rows.map(({ raw }) => raw).join("\n")).not.toContain("AA:BB:CC:00:00:03");
      return (await readHolders(tx, place, { grantIds: ["v.b1.7"], nowMs: nextMs + 1000 }))("v.b1.7").slots;
    });
    expect(slots).toEqual([{ device: "own", mac: null }]);
  });

  test("[CUS-17] why staff paused a voucher goes from its row and from its site's feed, or from neither: by who had it when they did", async () => {
    const [herMs, nextMs] = [1_790_000_500_000, 1_790_001_000_000];
    const pauses = [
      [7, herMs + 1],
      [8, nextMs + 1],
    ] as const;
    await database.current().alone("write", async (run) => {
      await run(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
          created_at_ms, updated_at_ms) values ('p5', 'Five', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`);
      await run("insert into feed_scopes (provider_id, scope, version) values ('p5', 'site:s1', 10)");
      for (const id of ["her", "next"])
        await run(`insert into customers (provider_id, customer_id, name, active, created_at_ms, updated_at_ms)
            values ('p5', '${id}', '${id}', true, 1, 1)`);
      for (const [serial, atMs] of pauses) {
        await run(`insert into voucher_past_owners (provider_id, batch_id, serial, customer_id, since_ms, until_ms)
            values ('p5', 'b1', ${serial}, 'her', ${herMs}, ${nextMs})`);
        await run(`insert into voucher_owners (provider_id, batch_id, serial, customer_id, given_by, since_ms)
            values ('p5', 'b1', ${serial}, 'next', 'u1', ${nextMs})`);
        await run(`insert into grant_changes (provider_id, site_id, grant_id, seconds, use_seconds, data_bytes, paused_at_ms, paused_reason, changed_at_ms)
            values ('p5', 's1', 'v.b1.${serial}', 0, 0, 0, ${atMs}, 'she asked', ${atMs})`);
        await run(`insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms)
            values ('p5', 'site:s1', 'grant-change', 'v.b1.${serial}', ${serial}, '{"paused": {"reason": "she asked"}}', ${atMs})`);
      }
    });
    const reasonsAfter = (customerId: string) =>
      database.current().asProvider("p5", async (tx) => {
        await sql`select karibu_blank_person('p5', ${customerId}, null, 'erased', ${nextMs + 1000}::bigint)`.execute(
          tx,
        );
        const { rows } = await sql`select c.paused_reason as row, r.body #>> '{paused,reason}' as feed, r.version::int
            from grant_changes c join feed_rows r on r.key = c.grant_id order by c.grant_id`.execute(tx);
        return rows;
      });
    const [gone, kept] = [
      { row: null, feed: "" },
      { row: "she asked", feed: "she asked" },
    ];
    expect(await reasonsAfter("her")).toEqual([
      { ...gone, version: 11 },
      { ...kept, version: 8 },
    ]);
    expect(await reasonsAfter("next")).toEqual([
      { ...gone, version: 11 },
      { ...gone, version: 12 },
    ]);
  });

  test("[CUS-17] what a room says that a person takes along is a query that runs", async () => {
    const person = { providerId: "p1", head: {}, lead: null, ids: ["c1"], mails: ["a@b.test"] };
    for (const parties of [[], ["h1"], ["h1", "h2"]])
      await database.current().asProvider("p1", async (tx) => {
        const of = { ...person, parties };
        const taken = takenTables(personRooms, of, await findThings(tx, personRooms, of));
        for (const [table, { where }] of taken) {
          const { rows } = await sql`select from ${sql.table(table)} where ${where}`.execute(tx);
          expect(rows, table).toEqual([]);
        }
      });
  });
});
