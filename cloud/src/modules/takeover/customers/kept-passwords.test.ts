/** What opens a line in the other system opens it here: by HTTP, and as the site is told of it. */
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { beforeAll, expect, test } from "vitest";
import { engineSuite } from "../../../ground/db/test-databases.ts";
import { readableBody } from "../../../ground/feed/stored-body.ts";
import { useLosingDatabase } from "../../../ground/http/test-losing-database.ts";
import { askerOf, keyedAskerOf } from "../../../test-asking.ts";
import { useHub } from "../../../test-hub.ts";

/** Name and password as houses have them, with what is said of the password. */
const lines: readonly (readonly [string, string, string | null])[] = [
  ["achieng.home", "her-password", null],
  ["otieno", "otieno", "is-name"],
  ["Wanjiku", "wanjiku", "is-name"],
  ["KAMAU", "Kamau", "is-name"],
  ["barasa", "1234", "short"],
  ["mueni", "x", "short"],
  ["njeri", "my pass word", null],
  ["house 7", "house 7 gate", null],
  ["_shop", "p@ss#w%rd", null],
  ["chebet", 'a"b\\c$d', null],
  ["moraa", "nenosiri-é", null],
  ["long.house", "p".repeat(100), null],
];
const escaped = (text: string) => `"${text.replaceAll(/[\\"$]/g, "\\$&").replaceAll("é", "\\C3\\A9")}"`;

engineSuite("passwords that come from a router", (engine) => {
  const database = useLosingDatabase(engine);
  const hub = useHub(engine, { database });
  let token = "";
  let providerId = "";
  let siteId = "";
  let planId = "";
  const call = askerOf(hub, () => token);
  const file = [
    "# 2026-11-22 10:00:00 by RouterOS 7.16.2",
    "/ppp secret",
    ...lines.map(([name, word]) => `add name=${escaped(name)} password=${escaped(word)} profile=home service=pppoe`),
    "add name=nobody-knows profile=home service=pppoe",
  ].join("\n");

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    const terms = { validitySeconds: 30 * 86_400 };
    planId = (await call("POST", "/plans", { name: "home", priceCents: 250_000, terms })).body.planId;
  }, 120_000);

  test("[CUS-22] each password that works stays, however weak; who has none stays behind with a line; nobody gets a new one", async () => {
    const shown = await call("POST", "/customer-takeovers/preview", { file, siteId, planId });
    expect(shown.status, shown.text).toBe(200);
    expect(shown.body.totals).toMatchObject({ accounts: lines.length, newPasswords: 0, weakPasswords: 5, left: 1 });
    expect(shown.body.errors).toEqual([{ line: lines.length + 3, field: "password", problem: "no-password" }]);
    const { seen } = shown.body;
    const done = await call("POST", "/customer-takeovers", { file, siteId, planId, seen });
    expect(done.status, done.text).toBe(201);
    expect(done.body.passwords).toEqual([]);
    const told = await hub.database().asProvider(providerId, async (tx) => {
      const rows = await tx.selectFrom("feed_rows").selectAll().where("kind", "=", "customer-account").execute();
      return rows.map(({ scope, key, body }) =>
        readableBody(hub.envelope, { providerId, scope, kind: "customer-account", key }, body),
      ) as unknown as { username: string; ntHash: string }[];
    });
    expect(new Map(told.map(({ username, ntHash }) => [username, ntHash]))).toEqual(
      new Map(lines.map(([name, word]) => [name, ntHashHex(word)])),
    );
  });

  test("[CUS-22] weak ones are marked, listed, and lose the mark with a new password, one by one", async () => {
    const weak = async () =>
      (await call("GET", "/accounts?weakPassword=true&sort=name")).body.items.map(
        ({ username, weakPassword }: Record<string, string | boolean>) => [username, weakPassword],
      );
    const marked = lines.flatMap(([name, , mark]) => (mark === null ? [] : [[name, true]]));
    expect((await weak()).toSorted()).toEqual(marked.toSorted());
    const { items } = (await call("GET", "/accounts?weakPassword=true")).body;
    const { accountId, username } = items[0];
    expect((await call("POST", `/accounts/${accountId}/set-password`, {})).status).toBe(200);
    expect((await weak()).map(([name]: string[]) => name)).not.toContain(username);
    expect(await weak()).toHaveLength(marked.length - 1);
    expect((await call("GET", "/accounts?weakPassword=false&limit=100")).body.items).toHaveLength(
      lines.length - marked.length + 1,
    );
  });

  test("[CUS-22] a new password for who has none is a person's choice", async () => {
    const body = { file: file.replaceAll('name="', 'name="b-'), siteId, planId, newPasswords: true };
    const shown = await call("POST", "/customer-takeovers/preview", body);
    expect(shown.body.totals).toMatchObject({ accounts: lines.length + 1, newPasswords: 1, left: 0 });
  });

  test("[CUS-22] [SYS-16] new passwords are told to who asks again, where the answer was lost after all was done", async () => {
    const body = { file: file.replaceAll('name="', 'name="c-'), siteId, planId, newPasswords: true };
    const { seen } = (await call("POST", "/customer-takeovers/preview", body)).body;
    const take = () =>
      keyedAskerOf(hub, () => token)("POST", "/customer-takeovers", { ...body, seen }, "taken-over-once");
    database.loseNewsOfMore(
      providerId,
      async (tx) => (await tx.selectFrom("customer_takeovers").select("takeoverId").execute()).length,
    );
    expect((await take()).status).toBe(503);
    const again = await take();
    expect(again.status, again.text).toBe(201);
    expect(again.body.passwords).toMatchObject([{ username: "nobody-knows" }]);
    expect((await call("GET", "/accounts?limit=100")).body.items).toHaveLength(2 * lines.length + 1);
  });
});
