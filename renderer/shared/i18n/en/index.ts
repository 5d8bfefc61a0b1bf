import type { SameShape } from '../shape.ts';
import type { zh } from '../zh/index.ts';
import { cashier } from './cashier.ts';
import { common } from './common.ts';
import { faults } from './faults.ts';
import { refusals } from './refusals.ts';

export const en: SameShape<typeof zh> = { ...common, cashier, faults, refusals };
