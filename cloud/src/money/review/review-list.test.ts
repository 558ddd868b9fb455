/** The review list is narrowed and paged like the other lists: a flood of one cause hides no row of it, and of no other. */
import { beforeAll, expect, test } from "vitest";
import { hubSuite, type TestProvider } from "../../test-hub.ts";

hubSuite("what needs review", (hub) => {
  let provider: TestProvider;
  const sites: string[] = [];
  const unmatched = 250;

  const read = async (query: string) => {
    const answer = await hub.call("GET", `/api/v1/review?${query}`, { token: provider.token });
    expect(answer.status, answer.text).toBe(200);
    return answer.body as {
      items: { kind: string; id: string; atMs: number }[];
      nextCursor: string | null;
      total?: { count: number; more: boolean };
    };
  };
  const ids = async (query: string) => (await read(query)).items.map(({ id }) => id);

  beforeAll(async () => {
    provider = await hub.makeProvider("Review");
    const { token, providerId: p } = provider;
    for (const name of ["North", "South"])
      sites.push((await hub.call("POST", "/api/v1/sites", { token, body: { name } })).body.site.siteId);
    await hub.database().alone("write", async (run) => {
      for (const id of ["c1", "c2"])
        await run(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash,
              notice_token_hash, active, created_at_ms, updated_at_ms)
            values ('${p}', '${id}', 'mpesa-paybill', '${id}', '60010${id.slice(1)}', 'sandbox', '', 'hook-${id}', 'notice-${id}', false, 1, 1)`);
      const payment = (id: string, channel: string, siteId: string | undefined, atMs: number) =>
        run(`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
              phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, review, created_at_ms, changed_at_ms)
            values ('${p}', '${id}', '${channel}', '${siteId}', 'plan', 'Hour', '{}', 1000, 'KES', '', 'hash', '2547***', '${id}',
              'REF${id}', 'secret-${id}', 'paid', 'underpaid', ${atMs}, ${atMs})`);
      await payment("p1", "c1", sites[0], 1_000_000);
      await payment("p2", "c2", sites[1], 2_000_000);
      await run(`insert into payment_claims (provider_id, claim_id, receipt, site_id, state, created_at_ms, changed_at_ms)
          values ('${p}', 'claim', 'UKL51ZDR4F', '${sites[0]}', 'open', ${Date.now()}, 1)`);
      await run(`insert into evidence (provider_id, evidence_id, channel_id, source, natural_key, body_hash, received_at_ms, state, outcome)
          select '${p}', 'unmatched-' || n, case when n = 7 then 'c2' else 'c1' end, 'stk-callback', 'k' || n, 'h', 3000000 + n / 2, 'unmatched', 'why'
          from generate_series(1, ${unmatched}) n`);
    });
  }, 300_000);

  test("[UIX-03] [PAY-18] by reason, site, channel and time", async () => {
    expect(await ids("kind=payment")).toEqual(["p2", "p1"]);
    expect(await ids(`siteId=${sites[0]}`)).toEqual(["claim", "p1"]);
    expect(await ids("channelId=c2")).toEqual(["unmatched-7", "p2"]);
    expect(await ids("fromMs=2000000&untilMs=2000001")).toEqual(["p2"]);
    expect(await ids("kind=unmatched&fromMs=1&untilMs=2")).toEqual([]);
    expect(await ids("q=UKL51ZDR4F")).toEqual(["claim"]);
    expect(await ids("sort=at&limit=2")).toEqual(["p1", "p2"]);
    const other = await hub.makeProvider("Elsewhere");
    const { body } = await hub.call("GET", "/api/v1/review?channelId=c2", { token: other.token });
    expect(body.items).toEqual([]);
  });

  test("[UIX-03] page by page each row comes once, also of a cause that floods the list, and the count is of all pages", async () => {
    for (const [query, count] of [
      ["kind=unmatched&", unmatched],
      ["", unmatched + 3],
      ["sort=at&", unmatched + 3],
    ] as const) {
      const seen: { kind: string; id: string; atMs: number }[] = [];
      let page = await read(`${query}limit=60&count=true`);
      expect(page.total).toEqual({ count, more: false });
      for (let pages = 0; pages < 20; pages++) {
        seen.push(...page.items);
        if (page.nextCursor === null) break;
        page = await read(`${query}limit=60&cursor=${page.nextCursor}`);
      }
      expect(seen).toHaveLength(count);
      expect(new Set(seen.map(({ kind, id }) => `${kind}/${id}`)).size).toBe(count);
      const times = seen.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((one, other) => (query.includes("sort=at") ? one - other : other - one)));
    }
  });
});
