import type { faults as zh } from '../zh/faults.ts';
import type { SameShape } from '../shape.ts';

export const faults: SameShape<typeof zh> = {
  'bad-input': { title: 'Input not accepted', help: 'Check what you typed and try again.' },
  'not-allowed': {
    title: 'Not allowed',
    help: 'A manager or support has to do this: sign in as one of them.',
  },
  'not-signed-in': { title: 'Nobody is signed in', help: 'Choose your name and type your PIN.' },
  'not-activated': {
    title: 'Not activated',
    help: 'Activate with the one-time code that clearing gave you.',
  },
  'already-activated': { title: 'Already activated', help: 'Nothing to do: sign in.' },
  'wrong-pin': { title: 'Wrong PIN', help: 'Type it again. Several wrong ones lock it for a while.' },
  'pin-locked': {
    title: 'PIN locked for now',
    help: 'Too many wrong ones: wait, or ask a manager to reset it.',
  },
  'reset-code-refused': {
    title: 'Reset code refused',
    help: 'It was used, has expired, or is for another terminal or user. Ask clearing for a new one.',
  },
  'activation-code-refused': {
    title: 'Activation code refused',
    help: 'A code works once. Check it for typing errors, or ask clearing for a new one.',
  },
  'clearing-unreachable': {
    title: "Clearing can't be reached",
    help: 'Check cable, network and address. What was redeemed is safe; it tries again by itself.',
  },
  'clearing-refused': { title: 'Clearing refused the request', help: 'Note the time and call clearing.' },
  'clearing-not-trusted': {
    title: "Clearing can't be trusted",
    help: "Its signature or certificate doesn't fit. Don't go on; check the address and call support.",
  },
  'clock-contested': {
    title: "The times don't agree: not working as online",
    help: "Clearing's time is far from this PC's. Check the PC's date and time; it goes on by itself once they agree.",
  },
  'decision-unknown': { title: 'No longer valid', help: 'Scan again. Nothing was booked.' },
  'decision-expired': { title: 'Waited more than 5 minutes', help: 'Scan again. Nothing was booked.' },
  'decision-changed': {
    title: 'Something changed',
    help: 'It was decided again, with another result. Nothing was booked.',
  },
  'authorisation-unknown': {
    title: 'This query is over',
    help: 'It has an answer or was given up. See what the screen says.',
  },
  'purchase-amount-differs': {
    title: 'Same receipt, another amount',
    help: 'This receipt number was redeemed with another amount. Check number and amount.',
  },
  'amount-from-till': {
    title: 'The till gave this amount',
    help: "It can't be changed here. Change it at the till, or press Esc to give this sale up.",
  },
  'identity-missing': {
    title: "This terminal's identity file is gone",
    help: "The journal is there, but not whose it is. Don't activate anew. Ask support to put the identity folder back.",
  },
  'redemption-unknown': { title: 'Redemption not found', help: 'Choose it again under “Recent”.' },
  'reversal-needs-manager': {
    title: 'Needs the manager',
    help: 'More than 5 minutes, or another cashier: the manager types PIN and reason.',
  },
  'reversal-too-late': {
    title: 'Too late to reverse',
    help: 'The business day is over: the manager makes a return.',
  },
  'return-not-possible': {
    title: "This one can't be returned",
    help: 'It is reversed, refused, or its discount went back with an earlier return: refund the rest at the till.',
  },
  'back-up-failed': {
    title: 'Back-up failed',
    help: 'Is its folder there, writable, and not full? Then press “Back up now”.',
  },
  'archive-failed': { title: 'Archiving failed', help: 'Nothing was changed. Check the disk and try again.' },
  'update-waiting': {
    title: 'A new version is ready',
    help: 'It goes in by itself once the shift is closed and nobody is signed in, or when the program is closed.',
  },
  'update-rolled-back': {
    title: 'A new version did not start well: the one before is back',
    help: 'The journal is whole, go on working. That version is not tried again; please tell support.',
  },
  'update-no-way-back': {
    title: 'This version does not start well, and there is none to go back to',
    help: 'Ask support to install a corrected version. The journal is still there: delete or replace nothing.',
  },
  'update-failed': {
    title: 'A new version could not be put in',
    help: 'This version goes on working. Please tell support.',
  },
  'folder-unwritable': {
    title: "Can't write to this folder",
    help: 'Plug the USB stick in, or choose another folder.',
  },
  'nothing-unsent': { title: 'Nothing is unsent', help: 'Clearing has everything: no export is needed.' },
  'sealed-file-unreadable': {
    title: 'Not a file to hand on',
    help: 'It is incomplete or not an export of this system. Export it again.',
  },
  'clearing-key-missing': {
    title: "Clearing's encryption key is missing",
    help: 'Connect to the network once, so that it arrives.',
  },
  'restore-not-possible': {
    title: 'No restore now',
    help: "Only a database that can't be opened needs it. See the fault.",
  },
  'reversal-not-possible': {
    title: "Can't be reversed",
    help: 'It is reversed already, or clearing refused it. See “Recent”.',
  },
  'shift-not-open': { title: 'No shift is open', help: 'Open the shift first.' },
  'shift-already-open': { title: 'Shift is open already', help: 'Nothing to do.' },
  'shift-has-unsent': {
    title: 'Shift has unsent redemptions',
    help: 'Wait until they are uploaded, or let the manager agree.',
  },
  'training-not-now': { title: 'Not now', help: 'Finish or cancel the purchase at hand, then try again.' },
  'terminal-has-unsent': {
    title: 'Unsent records',
    help: 'Before it is retired: connect and let everything be uploaded, or export the journal first.',
  },
  'data-folder-copied': {
    title: 'Data of another PC',
    help: 'Its key works only on the PC where it was made. Nothing was changed; support replaces a terminal.',
  },
  'settings-unreadable': {
    title: "Settings can't be read",
    help: 'The file was left as it is. Support: check {{path}}, then start again.',
  },
  'database-newer': {
    title: 'Database of a newer version',
    help: 'Install the newest version. The database was left as it is.',
  },
  'database-damaged': {
    title: 'Database is damaged',
    help: 'Stop redeeming and call support. The damaged file is kept as it is.',
  },
  'journal-broken': {
    title: 'An old journal entry is damaged',
    help: 'Go on redeeming: new redemptions are kept twice and sent as always. Call support today to check the disk and restore.',
  },
  'disk-full': {
    title: 'Disk is full',
    help: 'Free some space. What was not shown as accepted was not booked.',
  },
  'data-folder-unwritable': {
    title: "Data folder can't be written",
    help: 'Support: check the disk, and the rights of the data folder. {{path}}',
  },
  'data-folder-in-use': {
    title: 'Already running',
    help: 'Switch to the window that is open, or close it first.',
  },
  'journal-behind': {
    title: "Journal is shorter than clearing's",
    help: 'A disk was changed or an old back-up used. Stop redeeming; support has to restore.',
  },
  'journal-file-unusable': {
    title: 'Something else is in the place of a journal file',
    help: '{{path}} is a folder or a link where a file of the journal belongs. Support: move it elsewhere (do not delete it); the counter goes on by itself then. The journal was not changed.',
  },
  'printer-unavailable': {
    title: "Printer doesn't answer",
    help: 'Check power, paper and cable, then press F4.',
  },
  'printer-out-of-paper': {
    title: 'Printer is out of paper',
    help: 'Load paper, then press F4. Redemptions are not affected.',
  },
  'printer-unconfirmed': {
    title: 'Nobody knows whether the slip was printed',
    help: 'The printer took the data and gave no sign. Look at the printer; if nothing came out, switch it off and on and press F4 to print again.',
  },
  'till-port-taken': {
    title: "The till can't reach this terminal",
    help: 'Another program holds port {{port}}; the till may be talking to it, so do not believe what the till shows. Go on redeeming by hand; support closes that program, and it comes back by itself.',
  },
  'device-missing': { title: 'Device not connected', help: 'Check the cable; it comes back by itself.' },
  'device-busy': {
    title: 'Device in use by another program',
    help: 'Close that program; it tries again by itself.',
  },
  'device-not-permitted': {
    title: 'No right to open the device',
    help: "Support: check the system's rights.",
  },
  'device-keyboard-mode': {
    title: 'Scanner is in keyboard mode',
    help: 'It works; for better, support scans the mode code of the manual.',
  },
  'device-driver-missing': {
    title: 'Driver is missing',
    help: 'Support: install the driver, then start again.',
  },
  'device-garbled': { title: "Device sends what can't be read", help: 'Support: check speed and settings.' },
  'device-failed': { title: 'Device failed', help: 'Unplug it and plug it in; if it stays, call support.' },
  'core-stopped': {
    title: 'The core is starting again',
    help: 'A few seconds, please. Everything shown as accepted is recorded.',
  },
  internal: {
    title: 'Something went wrong',
    help: 'Try again; if it stays, call support and tell the time.',
  },
};
