/** A client of the hub's API, and its users. */
export interface Client {
  get(path: string, token: string): Promise<Answer>;
  post(path: string, token: string | null, body: object): Promise<Answer>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Answer = any;

export const administrators = { email: "admin@bench.test", password: "the-admin-password" };

export function ownerOf(provider: number): { email: string; password: string } {
  return { email: `owner${provider}@bench.test`, password: "the-owner-password" };
}

export function clientOf(base: string): Client {
  async function call(path: string, init: RequestInit): Promise<Answer> {
    const answer = await fetch(base + path, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
  return {
    get: (path, token) => call(path, { headers: { Authorization: `Bearer ${token}` } }),
    post: (path, token, body) => {
      const headers = {
        "Content-Type": "application/json",
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      };
      return call(path, { method: "POST", headers, body: JSON.stringify(body) });
    },
  };
}

export async function logIn(client: Client, who: { email: string; password: string }): Promise<string> {
  return (await client.post("/api/v1/login", null, who)).token;
}
