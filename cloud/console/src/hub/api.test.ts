import { afterEach, expect, test, vi } from "vitest";
import { hubPath } from "./hub-path.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const approve = "POST /api/v1/refunds/r1/approve";

/** A tab whose requests the test answers, in whatever order; the browser's cookie is this person's. Each test has a tab of its own. */
async function openTab(loggedIn: string) {
  const asked: { what: string; token: string | null; answer(status: number, body?: object): void }[] = [];
  let cookieOf = loggedIn;
  let tokens = 0;
  const session = () => new Response(JSON.stringify({ token: `${cookieOf}-${++tokens}`, user: { userId: cookieOf } }));
  vi.stubGlobal("fetch", (path: string, { method, headers }: RequestInit) => {
    if (path.startsWith("/api/v1/session")) return Promise.resolve(session());
    const token = (headers as Record<string, string>).Authorization?.slice("Bearer ".length) ?? null;
    return new Promise((resolve) =>
      asked.push({
        ...{ what: `${method} ${path}`, token },
        answer: (status, body = {}) => resolve(new Response(JSON.stringify(body), { status })),
      }),
    );
  });
  const next = async (what: string) => {
    await vi.waitFor(() => expect(asked.map((one) => one.what)).toContain(what));
    return asked.splice(
      asked.findIndex((one) => one.what === what),
      1,
    )[0] as (typeof asked)[number];
  };
  const { logIn, get, post } = await import("./api.ts");
  await logIn("a@b.test", "secret", null);
  /** Another request of this tab hears first that its token is none any more. */
  const hearEnd = async () => {
    const read = get("/api/v1/home").catch(() => null);
    (await next("GET /api/v1/home")).answer(401);
    await Promise.race([read, next("GET /api/v1/home").catch(() => null)]);
  };
  /** With which token what was pressed is sent once more; null: it is not. */
  const sentAgain = (pressed: Promise<unknown>) =>
    Promise.race([
      pressed.then(() => null),
      next(approve)
        .then(({ token }) => token)
        .catch(() => null),
    ]);
  return {
    next,
    press: () => post(hubPath("/api/v1/refunds/{id}/approve", { id: "r1" })).catch((error: unknown) => error),
    hearEnd,
    sentAgain,
    othersLogIn: (userId: string) => {
      cookieOf = userId;
    },
  };
}

test("[TEN-08] what one person pressed is not done in the name of another who has logged in in this browser since", async () => {
  const { next, press, hearEnd, sentAgain, othersLogIn } = await openTab("asha");
  const pressed = press();
  const late = await next(approve);
  othersLogIn("juma");
  await hearEnd();
  late.answer(401);
  expect(await sentAgain(pressed)).toBeNull();
  expect(await pressed).toMatchObject({ status: 401 });
});

test("[TEN-08] what was pressed in a support access that ended meanwhile is not done in the admin's own name", async () => {
  const { next, press, hearEnd, sentAgain } = await openTab("admin");
  const { beginSupportAccess } = await import("./log-in-tokens.ts");
  beginSupportAccess("support");
  const pressed = press();
  const late = await next(approve);
  expect(late.token).toBe("support");
  await hearEnd();
  late.answer(401);
  expect(await sentAgain(pressed)).toBeNull();
  expect(await pressed).toMatchObject({ status: 401 });
});

test("[TEN-08] a token that has run out is renewed, and the request goes on in the same name", async () => {
  const { next, press } = await openTab("asha");
  const pressed = press();
  (await next(approve)).answer(401);
  const again = await next(approve);
  expect(again.token).toBe("asha-2");
  again.answer(200, { done: true });
  expect(await pressed).toEqual({ done: true });
});
