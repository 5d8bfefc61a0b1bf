import { join } from 'node:path';
import { app, MessageChannelMain, type MessagePortMain } from 'electron';
import type { CoreHosting } from '../../../src/main/core-hosting.ts';
import { keepCore } from '../../../src/main/core-keeper.ts';
import { nodeHosting } from '../../../src/main/node-hosting.ts';
import { utilityHosting } from '../../../src/main/utility-hosting.ts';

/** Plays one conversation over each hosting of the core, in a real Electron, and prints what came back. */
const command = { entry: join(import.meta.dirname, 'stub-core.cjs'), args: ['given'], env: process.env };
const node = process.argv.find((argument) => argument.startsWith('--node='))?.slice('--node='.length) ?? '';

function next(port: MessagePortMain): Promise<unknown> {
  return new Promise((resolve) => {
    port.once('message', (event) => resolve(event.data));
  });
}

async function converse(hosting: CoreHosting): Promise<unknown> {
  const log: string[] = [];
  const waiting: (() => void)[] = [];
  let starts = 0;
  const started = (count: number): Promise<void> =>
    new Promise((resolve) => {
      if (starts >= count) resolve();
      else waiting.push(resolve);
    });
  const keeper = keepCore(
    hosting,
    () => {
      starts += 1;
      for (const resolve of waiting.splice(0)) resolve();
    },
    (line) => log.push(line),
  );
  const connect = (): MessagePortMain => {
    const { port1, port2 } = new MessageChannelMain();
    port2.start();
    keeper.connect(() => port1);
    return port2;
  };
  await started(1);
  const first = connect();
  const hello = await next(first);
  first.postMessage({ question: '多少？', of: [1, 2] });
  const echo = await next(first);
  const closed = new Promise<void>((resolve) => {
    first.once('close', resolve);
  });
  first.postMessage('end by accident');
  await closed;
  await started(2);
  const second = connect();
  const helloAgain = await next(second);
  const mayUpdate = [await keeper.mayUpdate(true), await keeper.mayUpdate(false)];
  await keeper.stop();
  return { mayUpdate, hello, echo, helloAgain, starts, log };
}

void app.whenReady().then(async () => {
  const utility = await converse(utilityHosting(command));
  const separate = await converse(nodeHosting(command, node));
  console.log(`RESULT ${JSON.stringify({ utility, separate })}`);
  app.exit(0);
});
