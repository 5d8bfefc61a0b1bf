import { parseArgs } from 'node:util';
import { STEP_BACK_EXIT } from '../contract/terminal/shell.ts';
import { stepBack } from './support/step-back.ts';

/** Started by main when a new version is given up: `step-back.js --data-folder DIR --journal-version N`. */
const { values } = parseArgs({
  options: { 'data-folder': { type: 'string' }, 'journal-version': { type: 'string' } },
});
const folder = values['data-folder'];
const journalVersion = Number(values['journal-version']);
const known = folder !== undefined && Number.isInteger(journalVersion);
const outcome = known ? stepBack(folder, journalVersion) : 'journal-unreadable';
console.error(`step-back: ${outcome}`);
process.exit(STEP_BACK_EXIT[outcome]);
