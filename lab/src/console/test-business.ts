/** What tests of the console's pages begin with: a console, and a small business that people have worked in. */
import type { TestHubOptions } from "@karibu/cloud/test-hub";
import { beforeAll } from "vitest";
import { type OpenPage, type TestConsole, useConsole } from "./test-console.ts";
import { makeBusiness, type SampleBusiness } from "./test-sample-business.ts";

export interface TestBusiness extends TestConsole {
  readonly business: SampleBusiness;
  /** What the hub answers its owner: `/payments`. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  ask(path: string): Promise<any>;
}

export function useBusiness(name: string, options: TestHubOptions = {}): TestBusiness {
  const console = useConsole(options);
  let made: SampleBusiness | null = null;
  beforeAll(async () => {
    made = await makeBusiness(console.hub, name);
  });
  const business = () => {
    if (made === null) throw new Error("the business is made by beforeAll: use it inside a test");
    return made;
  };
  return {
    ...console,
    get business() {
      return business();
    },
    async ask(path) {
      return (await console.hub.call("GET", `/api/v1${path}`, { token: business().token })).body;
    },
  };
}

/** A page of its owner for all tests of the suite: it is there inside tests. */
export function useOwner(console: TestBusiness): OpenPage {
  let open: OpenPage;
  beforeAll(async () => {
    open = await console.open({ email: console.business.ownerEmail });
  });
  return {
    get page() {
      return open.page;
    },
    get errors() {
      return open.errors;
    },
  };
}
