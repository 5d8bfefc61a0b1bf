import { cashier } from './cashier.ts';
import { common } from './common.ts';
import { faults } from './faults.ts';
import { refusals } from './refusals.ts';

export const zh = { ...common, cashier, faults, refusals };
