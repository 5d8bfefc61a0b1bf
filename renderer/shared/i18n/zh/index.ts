import { cashier } from './cashier.ts';
import { changes } from './changes.ts';
import { common } from './common.ts';
import { faults } from './faults.ts';
import { holds } from './holds.ts';
import { manager } from './manager.ts';
import { support } from './support.ts';
import { counter } from './counter.ts';

export const zh = { ...common, cashier, changes, counter, faults, holds, manager, support };
