import { expect, test } from "vitest";
import { computed, effect, signal } from "./signals.ts";

test("an effect runs at once, and again when something that it read has changed; what it did not read last time counts no more", () => {
  const [isShort, short, long] = [signal(true), signal("a"), signal("aaa")];
  const seen: string[] = [];
  const stop = effect(() => {
    seen.push(isShort.value ? short.value : long.value);
  });
  long.value = "bbb";
  short.value = "b";
  short.value = "b";
  isShort.value = false;
  short.value = "c";
  long.value = "ccc";
  stop();
  long.value = "ddd";
  expect(seen).toEqual(["a", "b", "bbb", "ccc"]);
});

test("what follows from signals is worked out when it is read, once for each change, and an unchanged result wakes nobody", () => {
  const [count, other] = [signal(1), signal(0)];
  let times = 0;
  const isBig = computed(() => {
    times++;
    return count.value > 2;
  });
  expect(times).toBe(0);
  const seen: boolean[] = [];
  effect(() => {
    seen.push(isBig.value);
  });
  other.value = 1;
  expect([isBig.value, isBig.peek(), times]).toEqual([false, false, 1]);
  count.value = 2;
  expect([seen, times]).toEqual([[false], 2]);
  count.value = 3;
  expect([seen, times]).toEqual([[false, true], 3]);
});

test("nobody ever sees the new value of a signal with what followed from the old one", () => {
  const name = signal("a");
  const twice = computed(() => name.value + name.value);
  const thrice = computed(() => twice.value + name.value);
  const seen: string[] = [];
  effect(() => {
    seen.push(`${name.value} ${thrice.value} ${twice.value}`);
  });
  name.value = "b";
  expect(seen).toEqual(["a aaa aa", "b bbb bb"]);
});

test("an effect clears up before its next time and at its end; what is peeked at is not followed", () => {
  const [followed, peeked] = [signal(1), signal(1)];
  const said: string[] = [];
  const stop = effect(() => {
    const now = followed.value;
    peeked.peek();
    said.push(`begin ${now}`);
    return () => said.push(`end ${now}`);
  });
  peeked.value = 2;
  followed.value = 2;
  stop();
  followed.value = 3;
  expect(said).toEqual(["begin 1", "end 1", "begin 2", "end 2"]);
});

test("an effect that changes a signal which another one follows leaves both right", () => {
  const [asked, answered] = [signal(0), signal(0)];
  const seen: number[] = [];
  effect(() => {
    seen.push(answered.value);
  });
  effect(() => {
    answered.value = asked.value * 10;
  });
  asked.value = 1;
  expect(seen).toEqual([0, 10]);
});
