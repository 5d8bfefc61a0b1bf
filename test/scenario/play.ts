import { setStoreSuspended } from '../../src/clearing/operator/stores.ts';
import { sealEntry } from '../../src/contract/journal/seal.ts';
import { businessDay, DAY_MS } from '../../src/domain/business-day.ts';
import { Agenda } from './agenda.ts';
import { planCars } from './cars.ts';
import type { City } from './city.ts';
import { closeYesterday, decideHeld, payOut } from './officials.ts';
import { DAYS_OF_ROUND, FIRST_DAY_MS } from './plan.ts';
import { playRound } from './rounds.ts';
import { Sales } from './sales.ts';
import type { Tally } from './tally-model.ts';

const HOUR_MS = 3_600_000;
const DAYS_OF_WEEK = 7;
/** Chance that a counter has no network on a day. */
const OFFLINE = 0.06;

/** What goes wrong on purpose, by day of the campaign. */
const SUSPENSION = { day: 19, storeId: 'supermarket-3' };
/** Cut off from the last day of the second round's vouchers until after their recovery. */
const CUT_OFF = { storeId: 'petrol-2', fromDay: 14, toDay: 16 };
const FORK = { day: 11, storeId: 'hotel-1' };
/** A plan that isn't spent by then has an error. */
const MAX_DAYS = 240;

/** Plays the campaign day by day, from the first claim to the last payout. Answers how many rounds there were. */
export async function play(city: City, tally: Tally): Promise<number> {
  const agenda = new Agenda((atMs) => Math.floor((atMs - FIRST_DAY_MS) / DAY_MS));
  const sales = new Sales(city, agenda, tally);
  const { clock } = city;
  const at = (atMs: number): void => {
    clock.nowMs = Math.max(clock.nowMs, atMs);
  };
  planCars(city, agenda, sales, tally);
  let rounds = 0;
  let isSpent = false;
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const startMs = FIRST_DAY_MS + day * DAY_MS;
    const yesterday = businessDay(startMs - DAY_MS);
    await agenda.run(day, startMs + 6 * HOUR_MS, at);
    at(startMs + 6.5 * HOUR_MS);
    if (day > 0) await closeYesterday(city, yesterday);
    at(startMs + 9 * HOUR_MS - 1);
    if (day > 0 && day % DAYS_OF_WEEK === 0) await payOut(city, yesterday, tally);
    await decideHeld(city, sales, tally);
    if (day === SUSPENSION.day + 1) await suspend(city, false);
    await agenda.run(day, startMs + 10 * HOUR_MS, at);
    at(startMs + 10 * HOUR_MS);
    if (day % DAYS_OF_ROUND === 0 && !isSpent) {
      const given = await playRound(city, sales, tally, rounds + 1);
      if (given > 0) rounds += 1;
      else isSpent = true;
    }
    setOffline(city, day);
    await agenda.run(day, startMs + 22 * HOUR_MS, at);
    at(startMs + 22.5 * HOUR_MS);
    if (day === SUSPENSION.day) await suspend(city, true);
    if (day === FORK.day) await fork(city);
    for (const counter of city.counters) if (!counter.offline) await counter.sync();
    if (isSpent && agenda.isEmpty) {
      await finish(city, sales, tally, day + 1);
      return rounds;
    }
  }
  throw new Error(`after ${MAX_DAYS} days the plan isn't spent`);
}

function setOffline(city: City, day: number): void {
  const isCutOff = day >= CUT_OFF.fromDay && day <= CUT_OFF.toDay;
  for (const counter of city.counters)
    counter.offline = city.random.chance(OFFLINE) || (isCutOff && counter.storeId === CUT_OFF.storeId);
}

async function suspend(city: City, suspended: boolean): Promise<void> {
  const { context } = city.clearing;
  await setStoreSuspended(context, city.officials.bureau, SUSPENSION.storeId, suspended, '变相加价');
}

/** A counter's key signs another entry for a place that is taken. */
async function fork(city: City): Promise<void> {
  const counter = city.counters.find(({ storeId }) => storeId === FORK.storeId);
  const entry = counter?.journal.entry({ epoch: 1, seq: 2 });
  if (counter === undefined || entry === undefined || entry === null) throw new Error('nothing to fork');
  await city.clearing.ingest(counter.terminalId, [
    sealEntry({ ...entry, atMs: entry.atMs + 1 }, counter.key),
  ]);
}

/** Everybody is back, the last expired voucher is recovered, the last day closed, the last fen paid or collected. */
async function finish(city: City, sales: Sales, tally: Tally, nextDay: number): Promise<void> {
  const { clock } = city;
  for (let day = nextDay; day <= nextDay + DAYS_OF_ROUND; day += 1) {
    clock.nowMs = FIRST_DAY_MS + day * DAY_MS + 6.5 * HOUR_MS;
    await closeYesterday(city, businessDay(clock.nowMs - DAY_MS));
    await decideHeld(city, sales, tally);
    for (const counter of city.counters) await counter.sync();
  }
  clock.nowMs += DAY_MS;
  const last = businessDay(clock.nowMs - DAY_MS);
  await closeYesterday(city, last);
  await payOut(city, last, tally, true);
  clock.nowMs += DAY_MS;
  await closeYesterday(city, businessDay(clock.nowMs - DAY_MS));
}
