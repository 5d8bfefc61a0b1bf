import { utilityProcess, type MessagePortMain } from 'electron';
import { coreToMainSchema, type ToCore } from '../contract/terminal/shell.ts';
import { readBeats, STOP_TIMEOUT_MS, type CoreCommand, type CoreHosting } from './core-hosting.ts';

/** The core in an Electron utility process; windows' ports go straight to it. */
export function utilityHosting(command: CoreCommand): CoreHosting {
  return {
    start(args, onMessage, onExit) {
      const child = utilityProcess.fork(command.entry, [...command.args, ...args], {
        serviceName: 'voucher-terminal-core',
        stdio: ['ignore', 'pipe', 'inherit'],
        env: command.env,
      });
      readBeats(child.stdout, onMessage);
      let clients = 0;
      // Not by Electron's own kill(): its SIGTERM waits until a held process goes on.
      const end = (): void => {
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      };
      const ended = new Promise<void>((resolve) => {
        child.once('exit', (code) => {
          onExit(`exit code ${code}`);
          resolve();
        });
      });
      child.on('message', (data: unknown) => {
        const message = coreToMainSchema.safeParse(data).data;
        if (message !== undefined) onMessage(message);
      });
      const send = (message: ToCore, ports: MessagePortMain[] = []): void =>
        child.postMessage(message, ports);
      return {
        send: (message) => send(message),
        connect: (port) => send({ type: 'open', client: (clients += 1) }, [port]),
        async stop() {
          send({ type: 'stop' });
          const timer = setTimeout(end, STOP_TIMEOUT_MS);
          await ended;
          clearTimeout(timer);
        },
        end,
      };
    },
  };
}
