import type { HttpRequest } from "@karibu/agent/ground/http";
import { expect, test } from "vitest";
import { askedByGuests, guestAddress } from "./guest-address.ts";

test("a browser of this machine is one phone of the guests' network, whichever of its loopback addresses has which", () => {
  expect(["127.0.0.1", "::ffff:127.0.0.1", "::1"].map(guestAddress)).toEqual(Array(3).fill("10.5.51.1"));
  expect(guestAddress("127.0.0.3")).toBe("10.5.51.3");
  expect(guestAddress("192.168.7.9")).toBe("192.168.7.9");
});

test("the agent has that phone before it, and the machine itself where it asks for installers' pages", async () => {
  const from = async (url: string, address: string | null = "127.0.0.1") => {
    let seen: HttpRequest["address"] = null;
    const portal = askedByGuests({
      async handle({ address }) {
        seen = address;
        return { status: 200, headers: {}, body: "" };
      },
    });
    await portal.handle({ method: "GET", url, headers: {}, body: "", address });
    return seen;
  };
  expect(await from("/api/state?ip=10.5.51.1")).toBe("10.5.51.1");
  expect(await from("/mine")).toBe("10.5.51.1");
  expect(await from("/status?lang=en")).toBe("127.0.0.1");
  expect(await from("/health")).toBe("127.0.0.1");
  expect(await from("/statuses")).toBe("10.5.51.1");
  expect(await from("/mine", null)).toBe(null);
});
