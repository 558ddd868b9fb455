/** As `hostile.test.ts`, with forty drawn requests of each route. */
import { testHostileRequests } from "./test-hostile-requests.ts";

testHostileRequests(40);
