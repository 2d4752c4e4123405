import { fewer } from '../shrink/fewer.js';
import type { Race } from './race.js';
import type { Script } from './script.js';

/** How often a shorter script is run before it counts as one that shows nothing: what clients meet in is chance. */
const tries = 10;
/** Runs at most in all; what is found until then is good enough. */
const most = 500;

/**
 * Makes the script of a race short: fewer acts, and so fewer clients, as long as it still goes wrong in the same way.
 * @param run runs a script once. @returns the last race that was seen, of the shortest script.
 */
export async function shrinkRace(first: Race, run: (script: Script) => Promise<Race | undefined>): Promise<Race> {
  let shortest = first;
  let runs = 0;
  const acts = first.script.flatMap((own, client) => own.map((act) => ({ client, act })));
  await fewer(acts, async (some) => {
    const script = first.script.map((_, client) => some.filter((one) => one.client === client).map(({ act }) => act));
    const busy = script.filter((own) => own.length > 0);
    for (let round = 0; round < tries && runs < most; round++) {
      runs += 1;
      const race = await run(busy);
      if (race === undefined || (race.key === undefined) !== (first.key === undefined)) continue;
      shortest = race;
      return true;
    }
    return false;
  });
  return shortest;
}
