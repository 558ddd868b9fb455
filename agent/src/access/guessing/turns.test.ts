import fc from "fast-check";
import { expect, test } from "vitest";
import { type AskingHost, createTurns, turnLimits } from "./turns.ts";

const host = (key: string, more: Partial<AskingHost> = {}): AskingHost => ({
  key,
  isListed: true,
  isByForm: false,
  ...more,
});
const everyMs = 1000 / turnLimits.perSecond;

/** So many hosts that are wrong as often as they may. */
function attackedBy(count: number) {
  const turns = createTurns();
  const guess = (nowMs: number): number => {
    let wrong = 0;
    for (let number = 0; number < count; number++) {
      const asking = host(`attacker ${number}`);
      if (turns.ask(asking, nowMs) > 0) continue;
      turns.spend(asking, nowMs);
      wrong += 1;
    }
    return wrong;
  };
  return { turns, guess };
}

test("who is right takes nobody's turn: two hundred honest customers at once wait for nobody", () => {
  const turns = createTurns();
  for (let number = 0; number < 200; number++) expect(turns.ask(host(`${number}`), 0)).toBe(0);
  expect(turns.places).toBe(0);
});

test.each([
  [1, 100],
  [110, 6000],
  [300, 16_000],
])("while %i hosts guess without end, an honest one has its turn within %i ms", (attackers, mostMs) => {
  const { turns, guess } = attackedBy(attackers);
  let nowMs = 0;
  for (; nowMs < 60_000; nowMs += everyMs) guess(nowMs);
  const honest = host("honest");
  const sinceMs = nowMs;
  for (;;) {
    const waitMs = turns.ask(honest, nowMs);
    if (waitMs === 0) break;
    // It comes when it was told to, and the others go on meanwhile.
    const untilMs = nowMs + waitMs;
    for (; nowMs < untilMs; nowMs += everyMs) guess(nowMs);
  }
  expect(nowMs - sinceMs).toBeLessThanOrEqual(mostMs);
});

test("all hosts of a /24 that guess in the same moment put an honest one off by three seconds at most", () => {
  const { turns, guess } = attackedBy(250);
  expect(guess(0)).toBe(turnLimits.burst);
  expect(turns.ask(host("honest"), 0)).toBeLessThanOrEqual(3000);
});

test("who pauses gets no more wrong tries than who goes on", () => {
  const pausing = attackedBy(2 * turnLimits.burst);
  const pauseMs = turnLimits.burst * everyMs;
  let wrong = 0;
  for (let nowMs = 0; nowMs <= 10 * pauseMs; nowMs += pauseMs) wrong += pausing.guess(nowMs);
  expect(wrong).toBeLessThanOrEqual(turnLimits.burst + (10 * pauseMs) / everyMs);
});

test("who waited and was right gives the turn to the next", () => {
  const { turns, guess } = attackedBy(10);
  for (let nowMs = 0; nowMs < 5000; nowMs += everyMs) guess(nowMs);
  const waitMs = turns.ask(host("honest"), 5000);
  turns.release(host("honest"));
  expect(turns.ask(host("next"), 5000)).toBe(waitMs);
});

test("hosts that are not in the router's list get what is left over, and never the last turns of those that are", () => {
  const turns = createTurns();
  let wrong = 0;
  for (let number = 0; number < 1000; number++) {
    const madeUp = host(`made up ${number}`, { isListed: false });
    if (turns.ask(madeUp, 1000) > 0) continue;
    turns.spend(madeUp, 1000);
    wrong += 1;
  }
  expect(wrong).toBe(turnLimits.burst / 2);
  expect(turns.ask(host("made up", { isListed: false }), 1000)).toBe(turnLimits.againMs);
  expect(turns.places).toBe(0);
  for (let number = 0; number < turnLimits.burst / 2; number++) {
    expect(turns.ask(host(`customer ${number}`), 1000)).toBe(0);
    turns.spend(host(`customer ${number}`), 1000);
  }
});

test("in the router's form a host is wrong once in five seconds; a turn that nobody comes for is lost", () => {
  const turns = createTurns();
  const phone = host("phone", { isByForm: true });
  turns.spend(phone, 0);
  expect(turns.ask(phone, 4000)).toBe(1000);
  expect(turns.ask(host("phone"), 4000), "the same phone in the portal").toBe(0);
  expect(turns.ask(phone, 5000)).toBe(0);
  const { turns: busy, guess } = attackedBy(50);
  for (let nowMs = 0; nowMs < 5000; nowMs += everyMs) guess(nowMs);
  const waitMs = busy.ask(phone, 5000);
  expect(waitMs).toBeGreaterThan(0);
  expect(busy.ask(phone, 5000 + waitMs + turnLimits.keptMs - 1)).toBe(0);
  const { places } = busy;
  expect(busy.ask(host("next"), 5000 + waitMs + turnLimits.keptMs + 60_000)).toBe(0);
  expect(busy.places).toBeLessThan(places);
});

test("however hosts ask, wrong tries stay below twenty a second beside the burst and kept turns, and memory stays bounded", () => {
  const [burst, keptMs] = [20, 1000]; // so little that a run uses it up
  const asks = fc.array(
    fc.record({ key: fc.nat(2000), pauseMs: fc.nat(200), isListed: fc.boolean(), isByForm: fc.boolean() }),
    { minLength: 1, maxLength: 400, size: "max" },
  );
  fc.assert(
    fc.property(asks, (list) => {
      const turns = createTurns({ ...turnLimits, burst, keptMs, placesMax: 30 });
      let [nowMs, wrong, mostPlaces] = [0, 0, 0];
      for (const { key, pauseMs, ...way } of list) {
        nowMs += pauseMs < 190 ? 0 : pauseMs;
        const asking = { key: `${key}`, ...way };
        if (turns.ask(asking, nowMs) === 0) {
          turns.spend(asking, nowMs);
          wrong += 1;
        }
        mostPlaces = Math.max(mostPlaces, turns.places);
      }
      expect(wrong).toBeLessThanOrEqual(nowMs / everyMs + burst + 1);
      expect(mostPlaces).toBeLessThanOrEqual(31 + keptMs / everyMs);
    }),
  );
});

test("made-up MACs that dial by PPP leave places to the hosts that the router lists", () => {
  const turns = createTurns();
  for (let number = 0; number < 2000; number++) {
    const asking = host(`dialler ${number}`, { isDialled: true });
    if (turns.ask(asking, 1000) === 0) turns.spend(asking, 1000);
  }
  const waitMs = turns.ask(host("customer"), 1000);
  expect(turns.ask(host("customer"), 1000 + waitMs)).toBe(0);
  expect(waitMs).toBeLessThanOrEqual(10_500);
});
