import { openChannels, type Channel } from '../../../src/terminal/channels.ts';
import { startHeartbeat } from '../../../src/terminal/heartbeat.ts';

/** A core without a journal: answers every message with itself, over the core's real channels. */
const open = new Set<Channel>();
let hung: string | null = null;
const host = openChannels({
  onOpen: (channel) => {
    open.add(channel);
    channel.post({
      type: 'event',
      name: 'app',
      payload: { opened: open.size, argv: process.argv.slice(2), pid: process.pid, hung },
    });
  },
  onMessage: (channel, data) => {
    if (data === 'end by accident') process.exit(7);
    if (data === 'hang') for (;;);
    channel.post({ type: 'result', id: 1, output: data });
  },
  onClose: (channel) => {
    open.delete(channel);
  },
  onStop: () => process.exit(0),
  mayUpdate: (closing) => closing,
  onUpdate: () => undefined,
  onHung: (why) => {
    hung = why;
  },
});
host.ready({ updateUrl: null, fault: null, journalVersion: 0 });
startHeartbeat(console.error);
