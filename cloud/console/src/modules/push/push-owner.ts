/**
 * For whom this browser shows alarms, where its worker can read it: a worker has no localStorage. Nothing else of a person is kept there.
 * Where the browser keeps nothing (a private window), nobody is known, and alarms are shown without words.
 */
const storeName = "owner";
const onlyKey = "user";

export const readPushOwner = (): Promise<string | null> =>
  within("readonly", (store) => store.get(onlyKey)).then(
    (kept) => (typeof kept === "string" ? kept : null),
    () => null,
  );

/** @param userId null: for nobody */
export async function keepPushOwner(userId: string | null): Promise<void> {
  await within("readwrite", (store) => (userId === null ? store.delete(onlyKey) : store.put(userId, onlyKey))).catch(
    () => {},
  );
}

async function within(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const opening = indexedDB.open("karibu-push", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
  const database = await answered(opening);
  try {
    return await answered(work(database.transaction(storeName, mode).objectStore(storeName)));
  } finally {
    database.close();
  }
}

function answered<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
