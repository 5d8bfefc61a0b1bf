import { createTillToken } from '../../terminal/till/guard.ts';
import { tillOpenApi } from '../../terminal/till/server.ts';
import { UsageError, type Command } from '../command.ts';

export const tillApiCommand: Command = {
  usage: 'till-api',
  summary: 'prints the OpenAPI document of the till interface, as docs/till-api.json holds it',
  run: async (args, { stdout }) => {
    if (args.length > 0) throw new UsageError('till-api takes no arguments');
    stdout.write(`${await tillOpenApi()}\n`);
    return 0;
  },
};

export const tillTokenCommand: Command = {
  usage: 'till-token',
  summary:
    'makes a new token for till software, for settings.json: { "till": { "enabled": true, "token": … } }',
  run: (args, { stdout }) => {
    if (args.length > 0) throw new UsageError('till-token takes no arguments');
    stdout.write(`${createTillToken()}\n`);
    return Promise.resolve(0);
  },
};
