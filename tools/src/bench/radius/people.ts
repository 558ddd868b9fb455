/** Who logs in during the benchmark: half accounts with a password, half voucher codes that are their own password. */
export interface Person {
  readonly user: string;
  readonly password: string;
}

const planName = "bench";

/** The same people on each call. Codes have eight digits, as printed vouchers do. */
export function people(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const code = String(10_000_000 + ((index * 7_919_017) % 90_000_000));
    return index % 2 === 0
      ? { user: code, password: `k${(index * 40_503) % 999_983}` }
      : { user: code, password: code };
  });
}

/** The site file by which the agent knows them, with no hub. */
export function siteFileOf(all: readonly Person[]): string {
  const isVoucher = ({ user, password }: Person) => user === password;
  return JSON.stringify({
    plans: [
      {
        name: planName,
        validitySeconds: 86_400,
        dataBytes: 50_000_000_000,
        downKbps: 5000,
        upKbps: 2000,
        devices: 1000,
      },
    ],
    accounts: all
      .filter((one) => !isVoucher(one))
      .map(({ user, password }) => ({ username: user, password, plan: planName })),
    vouchers: all.filter(isVoucher).map(({ user }) => ({ code: user, plan: planName })),
  });
}
